#include "scenario/engine_driver.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::scenario {
namespace {

constexpr std::uint32_t kPositionsMax = 20'000;
constexpr engine::EngineLimits kEngineLimits{
    .accounts = 256, .positions = kPositionsMax, .symbols = 32, .client_ids = 64, .orders = 64};
constexpr risk::RiskLimits kRiskLimits{
    .accounts = 256, .positions = kPositionsMax, .symbols = 32, .holds = 16};

}  // namespace

EngineDriver::EngineDriver()
    : slab_(16),
      risk_(kRiskLimits, slab_),
      engine_(kEngineLimits, slab_),
      outbox_(kEngineLimits.events_of_one_record()) {}

std::span<const Event> EngineDriver::submit(const Command& command) {
  Record record;
  record.command = command;
  record.command.header.gateway = 0;
  record.command.header.request = ++last_request_;
  if (command.header.kind == CommandKind::Quote) {
    const auto quote = command.get<QuoteCommand>();
    if (quote.drives_clock != 0) now_ = std::max(now_, quote.venue_time);
  }
  risk_.decide(record.command, now_);
  router_.decide(record.command);
  record.sequence = Sequence{++last_sequence_};
  record.time = now_;
  engine_.apply(record, outbox_);

  events_.assign(outbox_.begin(), outbox_.end());
  outbox_.clear();
  for (Event& event : events_) {
    risk_.apply(event);
    router_.apply(event);
    event.header.text = {};
  }
  slab_.release(command.header.text);
  TB_ASSERT(risk_.holds() == 0);  // the answer to the order has released its hold
  TB_ASSERT(slab_.in_use() == 0);
  return events_;
}

std::uint64_t EngineDriver::state_hash() const {
  base::Digest digest;
  digest.mix(engine_.state_hash());
  digest.mix(engine_.events_digest());
  digest.mix(risk_.state_digest());
  digest.mix(router_.state_digest());
  return digest.value();
}

}  // namespace tribook::scenario
