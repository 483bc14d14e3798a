#include "core/replica.h"

#include <utility>

#include "core/journal_replay.h"

namespace tribook::core {
namespace {

bool is_past(const Record& record, const ReplayUntil& until) {
  return (until.sequence && record.sequence > *until.sequence) ||
         (until.time && record.time > *until.time);
}

}  // namespace

Replica::Replica(const engine::EngineLimits& limits, Slab& slab)
    : Replica(std::make_unique<House>(limits, slab), limits, slab) {}

Replica::Replica(std::unique_ptr<House> house, const engine::EngineLimits& limits, Slab& slab)
    : slab_(slab), house_(std::move(house)), outbox_(limits.events_of_one_record()) {}

ReplayResult Replica::replay(journal::Disk& disk, const std::string& directory,
                             const ReplayUntil& until, const EventVisitor& on_event,
                             const RecordVisitor& on_record) {
  const std::uint64_t from = house_->engine().last_sequence().value + 1;
  JournalReplay replay(*house_, outbox_, slab_, disk, {directory, engine::kRulesVersion, from});
  ReplayResult result;
  JournalReplay::Step step = replay.next();
  for (; step == JournalReplay::Step::Record; step = replay.next()) {
    if (is_past(replay.record(), until)) {
      result.is_good = result.stopped_early = true;
      return result;
    }
    if (on_record) on_record(replay.record());
    replay.apply([&](const Event& event) {
      if (on_event) on_event(event);
    });
    ++result.records;
  }
  result.problem = replay.problem();
  if (step != JournalReplay::Step::End) return result;
  result.end = replay.end();
  result.is_good =
      result.end.kind == journal::EndKind::Clean || result.end.kind == journal::EndKind::TornTail;
  if (!result.is_good) result.problem = result.end.message;
  return result;
}

}  // namespace tribook::core
