#include "gateway/api/mirror.h"

#include <algorithm>

namespace tribook::gateway {

Mirror::Mirror(const views::Views& views, std::size_t symbols_max)
    : views_(views),
      symbols_max_(symbols_max),
      rates_(symbols_max),
      groups_(views.groups()),
      venues_(symbols_max + 1),
      venue_prices_(symbols_max + 1) {
  load();
}

void Mirror::load() {
  follow_symbols();
  groups_ = views_.groups();
  load_quotes();
}

// Ids are given in order of creation and nothing is ever removed, so the new ones stand at the end.
void Mirror::follow_symbols() {
  symbols_ = views_.symbols();
  const auto& all = symbols_->all();
  for (; symbols_known_ < all.size(); ++symbols_known_) {
    const Instrument& instrument = *all[symbols_known_];
    if (instrument.id.value > symbols_max_) return;
    rates_.add_symbol(instrument);
  }
}

void Mirror::load_quotes() {
  for (std::size_t i = 0; i < symbols_known_; ++i) {
    const SymbolId id = symbols_->all()[i]->id;
    views::QuoteView latest;
    if (views_.quote(id, latest) != views::ReadStatus::Found) continue;
    set_quote(id, latest.venue, {latest.venue_bid, latest.venue_ask},
              {latest.bid, latest.ask, latest.time, latest.never_stale});
  }
}

void Mirror::set_quote(SymbolId symbol, VenueId venue, const BidAsk& venue_prices,
                       const Quote& quote) {
  if (symbol.value == 0 || symbol.value > symbols_max_) return;
  // After load_quotes() the ring may still hold older ones.
  if (quote.time < rates_.quote(symbol).time) return;
  rates_.set_quote(symbol, quote);
  venues_[symbol.value] = venue;
  venue_prices_[symbol.value] = venue_prices;
  ++quote_count_;
}

void Mirror::apply(const Event& event) {
  // Quotes overtake what waits for the disk.
  time_ = std::max(time_, event.header.time);
  if (event.header.kind == EventKind::SymbolUpdated) {
    follow_symbols();
    load_quotes();  // a markup may be another
  } else if (event.header.kind == EventKind::GroupUpdated ||
             event.header.kind == EventKind::GroupTermsUpdated) {
    groups_ = views_.groups();
    ++quote_count_;
  } else if (event.header.kind == EventKind::QuoteApplied) {
    const auto applied = event.get<QuoteApplied>();
    set_quote(applied.symbol, applied.venue, {applied.venue_bid, applied.venue_ask},
              {applied.bid, applied.ask, event.header.time, applied.never_stale != 0});
  }
}

const Quote& Mirror::quote(SymbolId id) const {
  static constexpr Quote kUnknown{};
  return id.value > symbols_max_ ? kUnknown : rates_.quote(id);
}

Quote Mirror::quote(SymbolId id, GroupId group) const {
  Quote quote = this->quote(id);
  const Instrument* instrument = find(id);
  if (!group || instrument == nullptr || !quote.is_known()) return quote;
  const BidAsk prices = groups_->prices(group, *instrument, venue_prices_[id.value]);
  quote.bid = prices.bid;
  quote.ask = prices.ask;
  return quote;
}

VenueId Mirror::venue(SymbolId id) const {
  return id.value > symbols_max_ ? VenueId{} : venues_[id.value];
}

PositionValue Mirror::value(const views::PositionView& position, const Owner& owner) const {
  PositionValue result;
  const Instrument* instrument = find(position.symbol);
  const Quote market = quote(position.symbol, owner.group);
  if (instrument == nullptr || !market.is_known()) return result;
  result.current_price = closing_price(position.side, market);
  result.unrealized_pnl =
      profit_and_loss(*instrument, position.side, position.open_cost, position.volume,
                      result.current_price, owner.currency, rates_);
  return result;
}

AccountValue Mirror::value(const views::AccountSnapshot& snapshot) const {
  AccountValue result;
  const views::AccountView& account = snapshot.account;
  Money sum;
  for (const views::PositionView& position : snapshot.positions) {
    const auto pnl = value(position, owner_of(account)).unrealized_pnl;
    if (!pnl) return result;
    sum += *pnl;
  }
  const Money equity = account.balance_and_credit() + sum;
  result.unrealized_pnl = sum;
  result.equity = equity;
  result.free_margin = equity - account.used_margin - account.reserved_margin;
  result.margin_level = margin_level(equity, account.used_margin);
  return result;
}

}  // namespace tribook::gateway
