#include "sim/naive_marks.h"

#include <algorithm>

#include "tribook/domain/group.h"
#include "tribook/message/text.h"

namespace tribook::sim {

void NaiveMarks::apply(const Event& event, std::span<const std::byte> text) {
  switch (event.header.kind) {
    case EventKind::QuoteApplied:
      return on_quote(event.get<QuoteApplied>());
    case EventKind::SymbolUpdated:
      symbols_[event.get<SymbolUpdated>().symbol.value].instrument = *read_spec<Instrument>(text);
      return;
    case EventKind::GroupTermsUpdated:
      return on_terms(event, text);
    case EventKind::AccountUpdated:
      groups_[event.header.account.value] = event.get<AccountUpdated>().group.value;
      return;
    case EventKind::TradeExecuted:
      return on_trade(event);
    case EventKind::PositionUpdated: {
      const auto told = event.get<PositionUpdated>();
      if (told.action == PositionAction::Closed) positions_.erase(told.position.value);
      return;
    }
    default:
      return;
  }
}

void NaiveMarks::on_terms(const Event& event, std::span<const std::byte> text) {
  const auto update = event.get<GroupTermsUpdated>();
  const auto terms = read_spec<GroupTerms>(text);
  const std::pair key{update.group.value, update.symbol.value};
  markups_.erase(key);
  if (terms->has(GroupTerms::kMarkup)) markups_[key] = terms->markup_pips.raw;
}

// Half the markup on each side, to the tick; a group's price is always there.
Price NaiveMarks::mark(std::uint32_t account, std::uint16_t id, Side side) const {
  const Symbol& symbol = symbols_.at(id);
  std::int64_t markup = symbol.instrument.spread_markup_pips.raw;
  const auto group = groups_.find(account);
  for (const std::uint16_t of : {std::uint16_t{0}, id}) {
    const auto own = markups_.find({group == groups_.end() ? std::uint16_t{0} : group->second, of});
    if (own != markups_.end()) markup = own->second;
  }
  const bool is_buy = side == Side::Buy;
  if (markup == 0) return Price{is_buy ? symbol.venue_bid : symbol.venue_ask};
  const int128 tick = symbol.instrument.tick_size.raw;
  const int128 half = static_cast<int128>(markup) * symbol.instrument.pip_size.raw / 2 / kFixedOne;
  if (is_buy) {
    const int128 ticks = symbol.venue_bid > half ? (symbol.venue_bid - half) / tick : 0;
    if (ticks > 0) return Price{static_cast<std::int64_t>(ticks * tick)};
    return Price{std::min(static_cast<std::int64_t>(tick), symbol.venue_bid)};
  }
  const int128 up = (symbol.venue_ask + half + tick - 1) / tick * tick;
  if (up <= kMaxFixedRaw) return Price{static_cast<std::int64_t>(up)};
  return Price{std::max(static_cast<std::int64_t>(kMaxFixedRaw / tick * tick), symbol.venue_ask)};
}

void NaiveMarks::on_quote(const QuoteApplied& quote) {
  Symbol& symbol = symbols_[quote.symbol.value];
  symbol.venue_bid = quote.venue_bid.raw;
  symbol.venue_ask = quote.venue_ask.raw;
  if (quote.is_mark == 0) return;
  for (auto& [id, position] : positions_) {
    if (position.symbol != quote.symbol.value) continue;
    const Price now = mark(position.account, position.symbol, position.side);
    position.highest = std::max(position.highest, now);
    position.lowest = std::min(position.lowest, now);
  }
}

void NaiveMarks::on_trade(const Event& event) {
  const auto trade = event.get<TradeExecuted>();
  auto found = positions_.find(trade.position.value);
  if (found == positions_.end()) {
    const std::uint32_t account = event.header.account.value;
    const Price now = mark(account, trade.symbol.value, trade.side);
    const Position opened{account, trade.symbol.value, trade.side, now, now};
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
