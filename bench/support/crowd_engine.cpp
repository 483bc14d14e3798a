#include "support/crowd_engine.h"

#include <algorithm>

namespace tribook::bench {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;  // any time
constexpr std::int64_t kStepNs = 1'000;                     // from record to record

bool is_refusal(const Event& event) {
  return event.header.kind == EventKind::Refused ||
         (event.header.kind == EventKind::OrderUpdated &&
          event.get<OrderUpdated>().code != RejectCode::None);
}

}  // namespace

CrowdEngine::CrowdEngine(const engine::EngineLimits& limits)
    : engine_(limits, slab_), outbox_(limits.events_of_one_record()) {}

void CrowdEngine::apply(const Command& command) {
  outbox_.clear();
  ++sequence_;
  const TimeNs time{kBegin + static_cast<std::int64_t>(sequence_) * kStepNs};
  engine_.apply(Record{Sequence{sequence_}, time, command}, outbox_);
}

void CrowdEngine::take(const Command& command, const SeeEvent& see) {
  apply(command);
  for (const Event& event : outbox_) {
    if (is_refusal(event)) ++refused_;
    if (see) see(event);
  }
  slab_.release(command.header.text);
}

void CrowdEngine::set_up(Crowd& crowd, const SeeEvent& see) {
  const auto submit = [&](const Command& command) { take(command, see); };
  crowd.set_up(slab_, submit);
  crowd.open(submit);
}

engine::EngineLimits limits_of(const CrowdShape& shape) {
  engine::EngineLimits limits;
  limits.accounts = shape.accounts;
  limits.positions = std::max(limits.positions, shape.positions + 1'000);
  limits.symbols = 64;
  limits.client_ids = 1'024;
  return limits;
}

}  // namespace tribook::bench
