#include "sim/naive_marks.h"

#include <algorithm>

namespace tribook::sim {

void NaiveMarks::apply(const Event& event) {
  if (event.header.kind == EventKind::QuoteApplied) return on_quote(event.get<QuoteApplied>());
  if (event.header.kind == EventKind::TradeExecuted) return on_trade(event);
  if (event.header.kind != EventKind::PositionUpdated) return;
  const auto told = event.get<PositionUpdated>();
  if (told.action == PositionAction::Closed) positions_.erase(told.position.value);
}

void NaiveMarks::on_quote(const QuoteApplied& quote) {
  quotes_[quote.symbol.value] = {quote.bid, quote.ask};
  if (quote.is_mark == 0) return;
  for (auto& [id, position] : positions_) {
    if (position.symbol != quote.symbol.value) continue;
    const Price mark = quotes_[position.symbol].of(position.side);
    position.highest = std::max(position.highest, mark);
    position.lowest = std::min(position.lowest, mark);
  }
}

void NaiveMarks::on_trade(const Event& event) {
  const auto trade = event.get<TradeExecuted>();
  auto found = positions_.find(trade.position.value);
  if (found == positions_.end()) {
    const Price mark = quotes_[trade.symbol.value].of(trade.side);
    found = positions_.insert({trade.position.value, {trade.symbol.value, trade.side, mark, mark}})
                .first;
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
