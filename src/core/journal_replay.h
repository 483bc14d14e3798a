#pragma once

#include <cstdint>
#include <string>

#include "core/house.h"
#include "tribook/journal/reader.h"

namespace tribook::core {

/// A journal applied to a house record by record: the one way in which recorded inputs become state
/// again. Whoever steps it decides how far it goes and takes the events.
class JournalReplay {
 public:
  enum class Step : std::uint8_t {
    Record,    ///< record() waits to be applied; a next() before that drops it
    End,       ///< see end(); when reading beside a writer, go_on() goes further
    Unknown,   ///< a record that this program cannot read, see problem(); for ever
    Diverged,  ///< the house gave other events than were recorded, see problem(); for ever
  };

  /// The house stands where the journal begins. `outbox` is empty and has room for what one record
  /// can cause.
  JournalReplay(House& house, engine::Outbox& outbox, Slab& slab, journal::Disk& disk,
                journal::ReaderOptions options);
  ~JournalReplay() { drop(); }
  JournalReplay(const JournalReplay&) = delete;
  JournalReplay& operator=(const JournalReplay&) = delete;

  [[nodiscard]] Step next();
  [[nodiscard]] const Record& record() const { return record_; }
  /// Applies record() and shows what follows from it, in order, while its text is alive.
  template <typename Visit>
  void apply(Visit&& visit) {
    house_.apply(record_, outbox_);
    for (const Event& event : outbox_) visit(event);
    outbox_.clear();
    drop();
  }

  [[nodiscard]] const journal::End& end() const { return reader_.end(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  void go_on(Sequence until) { reader_.go_on(until.value); }

 private:
  Step take();
  [[nodiscard]] bool follows() const;
  Step fail(Step step, std::string problem);
  void drop();

  House& house_;
  engine::Outbox& outbox_;
  Slab& slab_;
  journal::Reader reader_;
  Record record_;
  bool begins_batch_ = true;  // the next record does
  Step failure_ = Step::End;  // once it is another, it stays
  std::string problem_;
};

}  // namespace tribook::core
