#include "time_machine/book.h"

#include "tribook/base/assert.h"
#include "tribook/message/text.h"

namespace tribook::time_machine {
namespace {

template <typename Key, typename Thing>
const Thing* find(const std::map<Key, Thing>& things, Key key) {
  const auto found = things.find(key);
  return found == things.end() ? nullptr : &found->second;
}

// amount x part / whole to 10^-8, as the engine scales what is left.
Money share_of(Money amount, Volume part, Volume whole) {
  if (part.is_zero()) return {};
  Product product(amount.raw);
  product.scale(static_cast<std::uint64_t>(part.raw), static_cast<std::uint64_t>(whole.raw));
  product.divide_by_power_of_ten(kFixedDigits);
  return product.round(kFixedDigits).value_or(Money{});
}

}  // namespace

Price open_price(Cost open_cost, Volume volume) {
  return Price{static_cast<std::int64_t>(divide_half_away(open_cost.raw, volume.raw))};
}

void Book::begin_with(const core::House& house, Slab& slab) {
  is_retelling_ = true;
  house.retell(slab, [this](const Event& event) { apply(event); });
  is_retelling_ = false;
}

const BookPosition* Book::position(PositionId id) const { return find(positions_, id); }
const BookAccount* Book::account(AccountId id) const { return find(accounts_, id); }
const BookSymbol* Book::symbol(SymbolId id) const { return find(symbols_, id); }

Book::Sides Book::sides(AccountId account, SymbolId symbol) const {
  Sides sides;
  for (const auto& [id, position] : positions_) {
    if (position.account != account || position.symbol != symbol) continue;
    MarginSide& side = position.side == Side::Buy ? sides.buys : sides.sells;
    side += {position.basis, position.volume, position.open_cost};
  }
  return sides;
}

std::optional<Money> Book::worth(const BookPosition& position) const {
  const Instrument& instrument = symbol(position.symbol)->instrument;
  const Price mark = closing_price(position.side, quote_for(position.account, position.symbol));
  return profit_and_loss(instrument, position.side, position.open_cost, position.volume, mark,
                         account(position.account)->currency, rates_);
}

Money Book::unrealized(const BookPosition& position) const {
  return worth(position).value_or(Money{});
}

Money Book::unrealized(AccountId account) const {
  Money sum;
  for (const auto& [id, position] : positions_) {
    if (position.account == account) sum += unrealized(position);
  }
  return sum;
}

void Book::apply(const Event& event) {
  switch (event.header.kind) {
    case EventKind::SymbolUpdated:
      return apply_symbol(event);
    case EventKind::AccountCreated:
      return apply_account_created(event);
    case EventKind::QuoteApplied:
      return apply_quote(event);
    case EventKind::PositionUpdated:
      return apply_position(event);
    case EventKind::PositionCarried: {
      const auto carried = event.get<PositionCarried>();
      positions_[carried.position].basis = carried.basis;
      return;
    }
    case EventKind::OrderUpdated:
      return apply_order(event);
    case EventKind::TradeExecuted:
      return apply_trade(event.get<TradeExecuted>());
    case EventKind::VenueRequested:
      if (const auto found = orders_.find(event.get<VenueRequested>().order);
          found != orders_.end()) {
        found->second.was_out = true;
      }
      return;
    case EventKind::PositionFollowed:
      return apply_follow(event.get<PositionFollowed>());
    case EventKind::SessionChanged: {
      const auto changed = event.get<SessionChanged>();
      symbols_[changed.symbol].is_session_open = changed.is_open != 0;
      return;
    }
    case EventKind::LedgerPosted: {
      const auto posted = event.get<LedgerPosted>();
      BookAccount& account = accounts_[event.header.account];
      (posted.is_of_credit != 0 ? account.credit : account.balance) = posted.balance_after;
      return;
    }
    case EventKind::GroupUpdated:
      return apply_group(event);
    case EventKind::GroupTermsUpdated:
      return apply_terms(event);
    case EventKind::AccountOptionsUpdated:
      return apply_options(event);
    case EventKind::AccountUpdated: {
      const auto updated = event.get<AccountUpdated>();
      BookAccount& account = accounts_[event.header.account];
      account.balance = updated.balance;
      account.credit = updated.credit;
      account.used_margin = updated.used_margin;
      account.reserved_margin = updated.reserved_margin;
      account.leverage = updated.leverage;
      account.group = updated.group;
      take_options(account);
      return;
    }
    default:
      return;
  }
}

void Book::apply_symbol(const Event& event) {
  const auto updated = event.get<SymbolUpdated>();
  const auto instrument = read_spec<Instrument>(slab_.get(event.header.text));
  TB_ASSERT(instrument);
  BookSymbol& symbol = symbols_[updated.symbol];
  symbol.instrument = *instrument;
  symbol.instrument.id = updated.symbol;
  if (updated.is_new != 0) {
    rates_.add_symbol(symbol.instrument);
  } else {
    rates_.add_currency(instrument->margin_currency);
    rates_.add_currency(instrument->commission.currency);
    price_anew(symbol);
  }
}

// A markup counts at once; the quote is as old as it was.
void Book::price_anew(const BookSymbol& symbol) {
  const auto own = with_markup(symbol.instrument, symbol.venue_bid, symbol.venue_ask);
  if (!own) return;  // never quoted
  Quote quote = rates_.quote(symbol.instrument.id);
  quote.bid = own->bid;
  quote.ask = own->ask;
  rates_.set_quote(symbol.instrument.id, quote);
}

void Book::apply_group(const Event& event) {
  const auto spec = read_spec<GroupSpec>(slab_.get(event.header.text));
  TB_ASSERT(spec);
  groups_.put(event.get<GroupUpdated>().group, *spec);
}

void Book::apply_terms(const Event& event) {
  const auto terms = read_spec<GroupTerms>(slab_.get(event.header.text));
  TB_ASSERT(terms);
  const auto updated = event.get<GroupTermsUpdated>();
  groups_.put_terms(updated.group, updated.symbol, *terms);
  if (terms->has(GroupTerms::kCommission)) rates_.add_currency(terms->commission.currency);
}

Quote Book::quote_for(AccountId account, SymbolId symbol) const {
  Quote quote = rates_.quote(symbol);
  const GroupId group = accounts_.at(account).group;
  if (!group || !quote.is_known()) return quote;
  const BookSymbol& traded = symbols_.at(symbol);
  const BidAsk prices =
      groups_.prices(group, traded.instrument, {traded.venue_bid, traded.venue_ask});
  quote.bid = prices.bid;
  quote.ask = prices.ask;
  return quote;
}

void Book::apply_account_created(const Event& event) {
  const auto spec = read_spec<AccountSpec>(slab_.get(event.header.text));
  TB_ASSERT(spec);
  BookAccount& account = accounts_[event.header.account];
  account.currency = spec->currency;
  account.leverage = spec->leverage;
  account.is_netting = spec->mode == PositionMode::Netting;
  account.own = own_options(*spec);
  account.from_group = spec->from_group;
  account.group = groups_.find(spec->group.view());
  take_options(account);
  rates_.add_currency(spec->currency);
}

void Book::apply_options(const Event& event) {
  const auto change = read_spec<OptionsChange>(slab_.get(event.header.text));
  TB_ASSERT(change);
  BookAccount& account = accounts_[event.header.account];
  change_own(*change, account.own, account.from_group);
  if (change->sets_mode != 0) account.is_netting = change->mode == PositionMode::Netting;
  take_options(account);
}

void Book::take_options(BookAccount& account) const {
  const OptionValues options = groups_.options(account.group, account.own, account.from_group);
  account.swap_free = options.swap_free;
  account.closes_first = account.is_netting || options.closing != Closing::Any;
}

void Book::apply_quote(const Event& event) {
  const auto applied = event.get<QuoteApplied>();
  BookSymbol& symbol = symbols_[applied.symbol];
  symbol.previous = rates_.quote(applied.symbol);
  symbol.venue_bid = applied.venue_bid;
  symbol.venue_ask = applied.venue_ask;
  symbol.quoted_at = event.header.root;
  symbol.is_carried = is_retelling_;
  rates_.set_quote(applied.symbol,
                   {applied.bid, applied.ask, event.header.time, applied.never_stale != 0});
}

// A fill adds its own margin at its price and the rates of now; a close scales what is there.
Money Book::basis_after(const BookPosition* before, const BookPosition& after) const {
  if (before != nullptr && after.volume <= before->volume) {
    return after.volume == before->volume ? before->basis
                                          : share_of(before->basis, after.volume, before->volume);
  }
  const Volume filled = before != nullptr ? after.volume - before->volume : after.volume;
  const Cost paid = before != nullptr ? after.open_cost - before->open_cost : after.open_cost;
  const Money held = before != nullptr ? before->basis : Money{};
  return held + margin_basis(symbol(after.symbol)->instrument, filled, open_price(paid, filled),
                             account(after.account)->currency, rates_)
                    .value_or(Money{});
}

void Book::apply_position(const Event& event) {
  const auto updated = event.get<PositionUpdated>();
  if (updated.volume.is_zero()) {
    positions_.erase(updated.position);
    return;
  }
  BookPosition after{updated.position,
                     event.header.account,
                     updated.symbol,
                     updated.side,
                     updated.volume,
                     updated.open_cost,
                     {},
                     updated.stop_loss,
                     updated.take_profit};
  after.stands_at = updated.book;
  after.is_closing = updated.is_closing != 0;
  const BookPosition* before = position(updated.position);
  after.basis = basis_after(before, after);
  if (before != nullptr) {
    after.trailing_distance = before->trailing_distance;
    after.trailing_step = before->trailing_step;
    after.break_even_offset = before->break_even_offset;
    after.waits_for_break_even = before->waits_for_break_even;
  }
  positions_[updated.position] = after;
}

void Book::apply_follow(const PositionFollowed& followed) {
  const auto found = positions_.find(followed.position);
  if (found == positions_.end()) return;
  found->second.trailing_distance = followed.trailing_distance;
  found->second.trailing_step = followed.trailing_step;
  found->second.break_even_offset = followed.break_even_offset;
  found->second.waits_for_break_even = followed.waits_for_break_even != 0;
}

}  // namespace tribook::time_machine
