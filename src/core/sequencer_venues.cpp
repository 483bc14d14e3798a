#include "core/sequencer.h"

// What the sequencing thread does for orders at venues.

namespace tribook::core {

// With the same ids: what a venue did while nobody listened it tells now. No record is the cause,
// so the events are nobody's in the journal.
void Sequencer::ask_again() {
  house_->engine().for_each_request([this](const VenueRequested& request) {
    Event event;
    event.header.root = sequence_;
    event.header.time = time_;
    VenueRequested again = request;
    again.is_repeated = 1;
    event.set(again);
    outbox_.push(event);
  });
}

// To who waits for all that follows from that root.
void Sequencer::address(Command& command, Sequence root) const {
  // It may have been addressed before, when there was no room for its record, and be answered
  // since.
  command.header.gateway = kNoGateway;
  command.header.request = 0;
  const std::uint32_t waiting = root ? waiting_index_.find(root.value) : 0;
  if (waiting == 0) return;
  command.header.gateway = waiting_[waiting].gateway;
  command.header.request = waiting_[waiting].request;
}

}  // namespace tribook::core
