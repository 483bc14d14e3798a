#pragma once

#include "tribook/domain/ids.h"
#include "tribook/message/event.h"

namespace tribook::core {

/// Who keeps the journal's events elsewhere: a database, a report. A Follower gives it every event
/// of every durable record, in order, on the follower's thread. What it has not stored yet it may
/// lose at any time: it is given again.
class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;

  /// Everything up to and with this record is stored; events of records up to it are passed over.
  /// Only commit() may move it.
  [[nodiscard]] virtual Sequence stored() const = 0;
  /// One event; its text, if any, is alive in the follower's slab during the call. Events of one
  /// record share header.root and come together.
  virtual void apply(const Event& event) = 0;
  /// All events of records up to `last` have been given. The sink decides when it writes them, in
  /// one transaction, and is asked again until stored() is there; with `is_caught_up` nothing more
  /// comes until it has, or until something new happens, so it should not hold back.
  ///
  /// This and apply() may throw std::runtime_error: then nothing since stored() counts, and all of
  /// that is given again.
  virtual void commit(Sequence last, bool is_caught_up) = 0;
};

}  // namespace tribook::core
