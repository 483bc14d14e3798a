#include "engine/timers.h"

#include <algorithm>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"
#include "tribook/base/hash.h"
#include "tribook/domain/instrument.h"

namespace tribook::engine {
namespace {

// Of so many rollovers is it known when they were: of one more than may be free of a fee.
constexpr std::size_t kRolloversKept = SwapFreeSpec::kFreeRolloversMax + std::size_t{1};

template <typename Archive, typename Of>
void describe_day(Archive& archive, Of& day) {
  archive(day.equity_before, day.realized_pnl, day.charges, day.payments, day.volume, day.orders,
          day.is_touched);
}

template <typename Archive, typename Of>
void describe_run(Archive& archive, Of& run) {
  archive.any(run.what.kind);
  archive(run.what.nominal, run.what.day, run.account, run.position);
  if (run.what.kind != CommandKind::KillSweep) return;
  archive(run.scope.level, run.scope.id, run.swept.cancelled, run.swept.closed, run.swept.left);
}

bool is_sane(const Timers::Run& run, std::size_t accounts) {
  switch (run.what.kind) {
    case CommandKind::None:
      return run.what.nominal == TimeNs{} && run.what.day == 0 && !run.account && !run.position;
    case CommandKind::Rollover:
    case CommandKind::Funding:
      return run.account && run.account.value < accounts;
    case CommandKind::KillSweep:  // its switch: see is_sweep_sane
      return run.account && run.account.value < accounts && run.what.day == 0 && !run.position;
    default:
      return false;
  }
}

void mix_sweep(base::Digest& digest, const Timers::Run& run) {
  if (run.what.kind != CommandKind::KillSweep) return;
  digest.mix(static_cast<std::uint64_t>(run.scope.level) << 32 | run.scope.id);
  digest.mix(std::uint64_t{run.swept.cancelled} << 32 | run.swept.closed);
  digest.mix(run.swept.left);
}

}  // namespace

Timers::Timers(const EngineLimits& capacity) : days(capacity.accounts + std::size_t{1}) {
  rollovers.reserve(kRolloversKept);
  heads.reserve(capacity.symbols);
}

void Timers::begin(TimeNs now) { rolled_over = funded = now; }

void Timers::note_rollover(TimeNs nominal) {
  rolled_over = nominal;
  if (rollovers.size() == kRolloversKept) rollovers.erase(rollovers.begin());
  rollovers.push_back(nominal);
}

bool Timers::is_older_than(TimeNs time, std::uint16_t count) const {
  return rollovers.size() > count && rollovers[rollovers.size() - 1 - count] > time;
}

void Timers::mix_into(base::Digest& digest, std::size_t accounts) const {
  digest.mix_value(rolled_over);
  digest.mix_value(funded);
  digest.mix(static_cast<std::uint64_t>(run.what.kind));
  digest.mix_value(run.what.nominal);
  digest.mix(static_cast<std::uint64_t>(run.what.day));
  digest.mix(run.account.value);
  digest.mix(run.position.value);
  mix_sweep(digest, run);
  digest.mix(rollovers.size());
  for (const TimeNs time : rollovers) digest.mix_value(time);
  for (std::size_t i = 1; i < accounts; ++i) {
    const AccountDay& day = days[i];
    digest.mix_value(day.equity_before);
    digest.mix_value(day.realized_pnl);
    digest.mix_value(day.charges);
    digest.mix_value(day.payments);
    digest.mix_value(day.volume);
    digest.mix(std::uint64_t{day.orders} << 1 | (day.is_touched ? 1U : 0U));
  }
}

void Timers::save(base::ArchiveWriter& archive, std::size_t accounts) const {
  archive(rolled_over, funded);
  describe_run(archive, run);
  archive(static_cast<std::uint32_t>(rollovers.size()));
  for (const TimeNs time : rollovers) archive(time);
  for (std::size_t i = 1; i < accounts; ++i) describe_day(archive, days[i]);
}

void Timers::load(base::ArchiveReader& archive, std::size_t accounts) {
  archive(rolled_over, funded);
  describe_run(archive, run);
  archive.demand(is_sane(run, accounts));
  for (auto left = archive.count(kRolloversKept, sizeof(TimeNs)); left > 0; --left) {
    TimeNs time;
    archive(time);
    archive.demand(rollovers.empty() || rollovers.back() < time);
    rollovers.push_back(time);
  }
  archive.demand(rollovers.empty() || rollovers.back() == rolled_over);
  for (std::size_t i = 1; i < accounts && archive.ok(); ++i) describe_day(archive, days[i]);
}

}  // namespace tribook::engine
