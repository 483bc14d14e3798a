#include "core/sequencer.h"

// What is answered without being sequenced.

namespace tribook::core {
namespace {

// A flood must not fill the journal: what came too fast for its account's limits stays outside.
bool is_paced(RejectCode code) {
  return code == RejectCode::OrdersPerSecond || code == RejectCode::OrdersPerMinute ||
         code == RejectCode::OrdersPerDay;
}

RejectCode decision_of(const Command& command) {
  switch (command.header.kind) {
    case CommandKind::NewOrder:
      return command.get<NewOrder>().decision;
    case CommandKind::NewOrderPair:
      return command.get<NewOrderPair>().decision;
    default:
      return RejectCode::None;
  }
}

}  // namespace

// Prices must not stand still while positions can be closed, so some go through to the end.
bool Sequencer::is_quote_too_many(const QuoteCommand& quote, TimeNs time) {
  if (quote.symbol.value >= last_quotes_.size()) return true;
  TimeNs& last = last_quotes_[quote.symbol.value];
  if (time >= last && time - last < kQuoteEvery) return true;
  last = time;
  return false;
}

bool Sequencer::is_storage_short_for_it(TimeNs time) {
  const StorageLevel level = storage_ == nullptr ? StorageLevel::Ample : storage_->level();
  if (level == StorageLevel::Ample) return false;
  const CommandKind kind = pending_.header.kind;
  if (kind != CommandKind::Quote || level == StorageLevel::Full) {
    if (!is_refused_at(level, kind)) return false;
    // Who asks again is told what became of it, as long as there is room for more than closes.
    return level != StorageLevel::Short || !house_->engine().is_repeated(pending_);
  }
  return level == StorageLevel::Last && is_quote_too_many(pending_.get<QuoteCommand>(), time);
}

// True when the pending command was refused: it gets no sequence and leaves no trace, and its
// answer goes with the last record. An order on its way goes round again once there is room.
bool Sequencer::refuses(TimeNs time) {
  if (is_storage_short_for_it(time)) {
    if (pending_.header.kind == CommandKind::ExecuteOrder) house_->give_triggered_again();
    storage_refusals_.store(storage_refusals() + 1, std::memory_order_relaxed);
    refuse(RejectCode::StorageFull);
    return true;
  }
  const RejectCode decision = decision_of(pending_);
  if (!is_paced(decision) || house_->engine().is_repeated(pending_)) return false;
  refuse(decision);
  return true;
}

void Sequencer::refuse(RejectCode code) {
  take_over();
  if (!is_settling_) return;
  Refused refused;
  refused.code = code;
  settling_root_ = {};
  answer(settling_, refused);
}

}  // namespace tribook::core
