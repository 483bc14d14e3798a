#include "core/journal_replay.h"

#include <utility>

#include "core/record_codec.h"

namespace tribook::core {
namespace {

std::string divergence(const journal::BatchEnd& batch) {
  return "replay gives other events than were recorded before the batch that ends at record " +
         std::to_string(batch.last_sequence) +
         "; the journal is whole but this program is not the one that wrote it: start the version "
         "that did";
}

}  // namespace

JournalReplay::JournalReplay(House& house, engine::Outbox& outbox, Slab& slab, journal::Disk& disk,
                             journal::ReaderOptions options)
    : house_(house), outbox_(outbox), slab_(slab), reader_(disk, std::move(options)) {}

void JournalReplay::drop() {
  slab_.release(record_.command.header.text);
  record_.command.header.text = {};
}

JournalReplay::Step JournalReplay::fail(Step step, std::string problem) {
  problem_ = std::move(problem);
  failure_ = step;
  return step;
}

JournalReplay::Step JournalReplay::next() {
  drop();
  if (failure_ != Step::End) return failure_;
  for (;;) {
    switch (reader_.next()) {
      case journal::Reader::Step::Record:
        return take();
      case journal::Reader::Step::BatchEnd:
        begins_batch_ = true;
        break;
      case journal::Reader::Step::End:
        return Step::End;
    }
  }
}

// Whoever begins with a state begins behind its last record, and a journal's first record is 1.
bool JournalReplay::follows() const {
  return reader_.record().header.sequence == house_.engine().last_sequence().value + 1;
}

// A batch's footer holds the digest of what came before it, so it is asked before the batch's first
// record is applied.
JournalReplay::Step JournalReplay::take() {
  if (!follows()) {
    return fail(Step::Unknown, "the journal goes on with record " +
                                   std::to_string(reader_.record().header.sequence) +
                                   ", the state has record " +
                                   std::to_string(house_.engine().last_sequence().value) +
                                   ": restore the segments between, or a snapshot");
  }
  if (std::exchange(begins_batch_, false) &&
      reader_.batch_end().event_digest != house_.events_digest()) {
    return fail(Step::Diverged, divergence(reader_.batch_end()));
  }
  const auto record = decode(reader_.record(), slab_);
  if (!record) {
    return fail(Step::Unknown,
                "record " + std::to_string(reader_.record().header.sequence) +
                    " is of a kind that this program does not know; start a newer version");
  }
  record_ = *record;
  return Step::Record;
}

}  // namespace tribook::core
