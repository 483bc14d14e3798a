#include "sim/invariants.h"
#include "sim/violation.h"
#include "sim/world.h"
#include "tribook/base/archive.h"
#include "tribook/message/text.h"

// The journal as it lies on the disk, replayed by a replica of its own and compared with everything
// that is known of the house from outside. What nobody was told before a crash is learned here.

namespace tribook::sim {
namespace {

risk::RiskLimits risk_limits(const engine::EngineLimits& engine) {
  risk::RiskLimits limits;
  limits.accounts = engine.accounts;
  limits.positions = engine.positions;
  limits.symbols = engine.symbols;
  return limits;
}

}  // namespace

// With less than Durability::Sync the newest may be gone, up to what was durable.
void World::forget_lost(Sequence last) {
  demand(last.value >= durable, "nothing durable is lost",
         "the journal ends at " + std::to_string(last.value) + ", durable was " +
             std::to_string(durable));
  may_have_lost = false;
  if (acknowledged <= last) return;
  figures.records_lost += acknowledged.value - last.value;
  acknowledged = last;
  std::erase_if(log, [last](const LogEntry& entry) { return entry.root > last.value; });
}

void World::audit(bool is_sealed) {
  Slab texts(16);
  core::Replica replica(plan.settings.limits, texts);
  Audit audit{.world = *this,
              .replica = replica,
              .slab = texts,
              .is_sealed = is_sealed,
              .reference = Reference(plan.settings.limits.client_ids),
              .margins = NaiveMargin(margins_checked),
              .risk = risk::Risk(risk_limits(plan.settings.limits), texts),
              .views = views::Views(plan.settings.views, texts)};
  const auto snapshots = snapshots_taken();
  core::FormingCandles candles;
  const auto check_snapshot = [&](Sequence at) {
    const auto taken = snapshots.find(at.value);
    if (taken == snapshots.end()) return;
    const std::string which = "the snapshot of record " + std::to_string(at.value);
    demand(taken->second.hash == replica.house().state_hash(), "replay gives a snapshot's state",
           which + " has another hash");
    base::ArchiveWriter archive;
    candles.save(archive);
    demand(taken->second.candles == archive.bytes(), "replay gives a snapshot's candles",
           which + " has other candles");
  };
  const auto on_record = [&](const Record& record) {
    check_snapshot(Sequence{record.sequence.value - 1});
    const auto known = hashes.find(record.sequence.value - 1);
    demand(
        known == hashes.end() || known->second == replica.house().state_hash(),
        "replay gives the same state",
        "before record " + std::to_string(record.sequence.value) + " the live engine had another");
  };
  told = {};
  const auto on_event = [&](const Event& event) {
    candles.apply(event);
    note_told(event);
    if (event.header.kind == EventKind::QuoteApplied) {
      const auto quote = event.get<QuoteApplied>();
      audit.quotes[quote.symbol.value] = quote;
      audit.quoted_at[quote.symbol.value] = event.header.time;
    } else if (event.header.kind == EventKind::AccountCreated) {
      const auto spec = read_spec<AccountSpec>(texts.get(event.header.text));
      if (spec) {
        Reference::Account& account = audit.reference.accounts[event.header.account.value];
        account.currency = spec->currency;
        account.is_swap_free = spec->swap_free.is_on != 0;
        account.is_swap_free_by_group = (spec->from_group & bit_of(Option::SwapFree)) != 0;
        account.mode = spec->mode;
      }
    }
    audit.risk.apply(event);
    audit.views.apply(event);
    audit.margins.apply(event, texts.get(event.header.text));
    audit.marks.apply(event, audit.margins);
    audit.book.apply(event, audit.margins);
    if (event.header.kind == EventKind::AccountUpdated) {
      audit.states[event.header.account.value] = event.get<AccountUpdated>().state;
    }

    audit.alerts.apply(event, audit.margins);
    audit.rules.apply(event, texts.get(event.header.text), audit.reference);
    check_replayed(audit, event);
    audit.rows.push_back(row_of(event, texts));
    if (!is_for_all(event)) return;
    audit.log.push_back(entry_of(event));
    audit.reference.apply(event, texts.get(event.header.text));
  };
  archive::ReadingDisk whole(memory, plan.archiver.folders.journal, plan.archiver.folders.archive);
  audit.result = replica.replay(whole, plan.settings.journal_directory, {}, on_event, on_record);
  audit.views.flush();
  check_snapshot(replica.house().engine().last_sequence());
  if (may_have_lost) forget_lost(replica.house().engine().last_sequence());
  check_survival(audit);
  figures.margins_checked += audit.margins.checked();
  margins_checked = replica.house().engine().last_sequence();
  // States after the journal's end were never real.
  hashes.erase(hashes.upper_bound(replica.house().engine().last_sequence().value), hashes.end());
  log = std::move(audit.log);
  reference = std::move(audit.reference);
}

}  // namespace tribook::sim
