#include "core/replica.h"

#include <algorithm>
#include <cstring>

#include "core/record_codec.h"

namespace tribook::core {
namespace {

bool is_past(const Record& record, const ReplayUntil& until) {
  return (until.sequence && record.sequence > *until.sequence) ||
         (until.time && record.time > *until.time);
}

std::string divergence(const journal::BatchEnd& batch) {
  return "replay gives other events than were recorded before the batch that ends at record " +
         std::to_string(batch.last_sequence) +
         "; the journal is whole but this program is not the one that wrote it: start the version "
         "that did";
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

void Replica::apply(const Record& record, const EventVisitor& on_event) {
  house_->apply(record, outbox_);
  if (on_event) {
    for (const Event& event : outbox_) on_event(event);
  }
  outbox_.clear();
  slab_.release(record.command.header.text);
}

// The reader gives a batch's footer after its records, so the digest that the footer must agree
// with is taken down when the batch begins.
ReplayResult Replica::replay(journal::Disk& disk, const std::string& directory,
                             const ReplayUntil& until, const EventVisitor& on_event,
                             const RecordVisitor& on_record) {
  journal::Reader reader(disk, {directory, engine::kRulesVersion, 0});
  ReplayResult result;
  std::uint64_t digest_before_batch = house_->events_digest();
  for (;;) {
    switch (reader.next()) {
      case journal::Reader::Step::Record: {
        const auto record = decode(reader.record(), slab_);
        if (!record) {
          result.problem = "record " + std::to_string(reader.record().header.sequence) +
                           " is of a kind that this program does not know; start a newer version";
          return result;
        }
        if (is_past(*record, until)) {
          slab_.release(record->command.header.text);
          result.is_good = result.stopped_early = true;
          return result;
        }
        if (on_record) on_record(*record);
        apply(*record, on_event);
        ++result.records;
        break;
      }
      case journal::Reader::Step::BatchEnd:
        if (reader.batch_end().record_count != 0 &&
            reader.batch_end().event_digest != digest_before_batch) {
          result.problem = divergence(reader.batch_end());
          return result;
        }
        digest_before_batch = house_->events_digest();
        break;
      case journal::Reader::Step::End:
        result.end = reader.end();
        result.is_good = result.end.kind == journal::EndKind::Clean ||
                         result.end.kind == journal::EndKind::TornTail;
        result.problem = result.is_good ? std::string{} : result.end.message;
        return result;
    }
  }
}

}  // namespace tribook::core
