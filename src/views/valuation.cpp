#include "views/valuation.h"

#include "tribook/domain/arithmetic.h"

namespace tribook::views {

Valuation::Valuation(const Views& views)
    : views_(views),
      symbols_(views.symbols()),
      groups_(views.groups()),
      rates_(views.symbols_max()) {}

// New symbols may make new chains; a change of settings does not.
void Valuation::follow_symbols() {
  symbols_ = views_.symbols();
  groups_ = views_.groups();
  const auto& all = symbols_->all();
  for (; symbols_known_ < all.size(); ++symbols_known_) rates_.add_symbol(*all[symbols_known_]);
}

void Valuation::load_quote(SymbolId symbol) {
  QuoteView quote;
  if (views_.quote(symbol, quote) != ReadStatus::Found) return;
  rates_.set_quote(symbol, {quote.bid, quote.ask, quote.time, quote.never_stale});
}

ReadStatus Valuation::value(AccountId id, AccountValue& out) {
  const ReadStatus status = views_.snapshot(id, snapshot_);
  if (status != ReadStatus::Found) return status;
  follow_symbols();
  out = {};
  out.account = snapshot_.account;
  out.positions.reserve(snapshot_.positions.size());
  for (const PositionView& position : snapshot_.positions) {
    const PositionValue& value = out.positions.emplace_back(
        value_at_rates(position, out.account.currency, out.account.group_id));
    out.unrealized_pnl += value.unrealized_pnl;
    out.is_complete = out.is_complete && value.is_known;
  }
  out.equity = out.account.balance_and_credit() + out.unrealized_pnl;
  out.free_margin = out.equity - out.account.used_margin - out.account.reserved_margin;
  out.margin_level = margin_level(out.equity, out.account.used_margin);
  return status;
}

PositionValue Valuation::value(const PositionView& position, Currency account_currency,
                               GroupId group) {
  follow_symbols();
  return value_at_rates(position, account_currency, group);
}

PositionValue Valuation::value_at_rates(const PositionView& position, Currency account_currency,
                                        GroupId group) {
  PositionValue result;
  result.position = position;
  const Instrument* instrument = symbols_->find(position.symbol);
  if (instrument == nullptr) return result;
  load_quote(position.symbol);
  const RateBook::Chain& chain = rates_.chain(instrument->quote, account_currency);
  for (std::size_t i = 0; i < chain.length; ++i) load_quote(chain.steps[i].symbol);

  Quote quote = rates_.quote(position.symbol);
  if (!quote.is_known()) return result;
  QuoteView latest;
  if (group && views_.quote(position.symbol, latest) == ReadStatus::Found) {
    const BidAsk prices = groups_->prices(group, *instrument, {latest.venue_bid, latest.venue_ask});
    quote.bid = prices.bid;
    quote.ask = prices.ask;
  }
  result.current_price = closing_price(position.side, quote);
  const auto pnl = profit_and_loss(*instrument, position.side, position.open_cost, position.volume,
                                   result.current_price, account_currency, rates_);
  if (pnl) {
    result.unrealized_pnl = *pnl;
    result.is_known = true;
  }
  return result;
}

}  // namespace tribook::views
