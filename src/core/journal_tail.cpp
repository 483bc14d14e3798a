#include "core/journal_tail.h"

#include <cstring>

#include "tribook/engine/engine.h"
#include "tribook/message/command.h"

namespace tribook::core {
namespace {

using Step = journal::Reader::Step;

// Of a record that begins a run.
engine::EngineLimits limits_of(const journal::RecordView& view) {
  constexpr engine::EngineLimits none{0, 0, 0, 0, 0};
  const std::size_t size = journaled_size(CommandKind::Started);
  if (static_cast<CommandKind>(view.header.kind) != CommandKind::Started) return none;
  if (view.payload.size() < size) return none;
  Started started;
  std::memcpy(&started, view.payload.data() + size - sizeof started, sizeof started);
  return {started.accounts, started.positions, started.symbols, started.client_ids, started.orders};
}

// With which the batch ends that ends with the record.
std::uint32_t chain_at(journal::Disk& disk, const std::string& directory, Sequence record) {
  journal::Reader reader(disk, {directory, std::nullopt, record.value, record.value});
  while (reader.next() != Step::End) {
  }
  return reader.end().position.chain;
}

void note(JournalTail& tail, const journal::RecordView& record) {
  if (record.rules_version == engine::kRulesVersion) {
    tail.limits = engine::largest_of(tail.limits, limits_of(record));
  } else if (tail.other_rules == 0) {
    tail.other_rules = record.rules_version;
  }
}

}  // namespace

JournalTail read_tail(journal::Disk& disk, const std::string& directory, Sequence after,
                      const SegmentProgress& on_segment) {
  JournalTail tail;
  journal::Reader reader(disk, {directory, std::nullopt, after.value + 1});
  std::uint64_t segment = 0;
  for (Step step = reader.next(); step != Step::End; step = reader.next()) {
    if (on_segment && segment != reader.segments_read()) {
      segment = reader.segments_read();
      on_segment(segment, reader.segments_total());
    }
    if (step != Step::Record) continue;
    if (!tail.events_digest) tail.events_digest = reader.batch_end().event_digest;
    note(tail, reader.record());
  }
  tail.end = reader.end();
  if (after && tail.end.position.last_sequence == after.value) {
    tail.chain = chain_at(disk, directory, after);
  }
  return tail;
}

engine::EngineLimits journaled_limits(journal::Disk& disk, const std::string& directory) {
  return read_tail(disk, directory, {}).limits;
}

}  // namespace tribook::core
