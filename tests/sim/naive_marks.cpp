#include "sim/naive_marks.h"

#include <algorithm>

namespace tribook::sim {

void NaiveMarks::apply(const Event& event, const NaiveMargin& prices) {
  if (event.header.kind == EventKind::QuoteApplied)
    return on_quote(event.get<QuoteApplied>(), prices);
  if (event.header.kind == EventKind::TradeExecuted) return on_trade(event, prices);
  if (event.header.kind != EventKind::PositionUpdated) return;
  const auto told = event.get<PositionUpdated>();
  if (told.action == PositionAction::Closed) positions_.erase(told.position.value);
}

Price NaiveMarks::Position::mark(const NaiveMargin& prices) const {
  return prices.price_of(account, symbol, side == Side::Buy ? Side::Sell : Side::Buy);
}

void NaiveMarks::on_quote(const QuoteApplied& quote, const NaiveMargin& prices) {
  if (quote.is_mark == 0) return;
  for (auto& [id, position] : positions_) {
    if (position.symbol != quote.symbol) continue;
    const Price now = position.mark(prices);
    position.highest = std::max(position.highest, now);
    position.lowest = std::min(position.lowest, now);
  }
}

void NaiveMarks::on_trade(const Event& event, const NaiveMargin& prices) {
  const auto trade = event.get<TradeExecuted>();
  auto found = positions_.find(trade.position.value);
  if (found == positions_.end()) {
    Position opened{event.header.account, trade.symbol, trade.side, {}, {}};
    opened.highest = opened.lowest = opened.mark(prices);
    found = positions_.insert({trade.position.value, opened}).first;
  }
  const Position& position = found->second;
  if (trade.highest == position.highest && trade.lowest == position.lowest) return;
  if (problem_.empty()) {
    problem_ = "position " + std::to_string(trade.position.value) +
               " has another highest or lowest mark at record " +
               std::to_string(event.header.root.value);
  }
}

}  // namespace tribook::sim
