#include "core/replica.h"

#include <algorithm>
#include <cstring>

#include "core/journal_replay.h"
#include "tribook/message/command.h"

namespace tribook::core {
namespace {

bool is_past(const Record& record, const ReplayUntil& until) {
  return (until.sequence && record.sequence > *until.sequence) ||
         (until.time && record.time > *until.time);
}

}  // namespace

engine::EngineLimits journaled_limits(journal::Disk& disk, const std::string& directory) {
  engine::EngineLimits most{0, 0, 0, 0};
  journal::Reader reader(disk, {directory, engine::kRulesVersion, 0});
  for (auto step = reader.next(); step != journal::Reader::Step::End; step = reader.next()) {
    if (step != journal::Reader::Step::Record) continue;
    const journal::RecordView& view = reader.record();
    if (static_cast<CommandKind>(view.header.kind) != CommandKind::Started) continue;
    if (view.payload.size() < journaled_size(CommandKind::Started)) continue;
    Started started;
    std::memcpy(&started,
                view.payload.data() + journaled_size(CommandKind::Started) - sizeof started,
                sizeof started);
    most.accounts = std::max(most.accounts, started.accounts);
    most.positions = std::max(most.positions, started.positions);
    most.symbols = std::max(most.symbols, started.symbols);
    most.client_ids = std::max(most.client_ids, started.client_ids);
  }
  return most;
}

Replica::Replica(const engine::EngineLimits& limits, Slab& slab)
    : slab_(slab),
      house_(std::make_unique<House>(limits, slab)),
      outbox_(limits.events_of_one_record()) {}

ReplayResult Replica::replay(journal::Disk& disk, const std::string& directory,
                             const ReplayUntil& until, const EventVisitor& on_event,
                             const RecordVisitor& on_record) {
  JournalReplay replay(*house_, outbox_, slab_, disk, {directory, engine::kRulesVersion, 1});
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
