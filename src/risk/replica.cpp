#include "risk/replica.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/domain/product.h"
#include "tribook/message/text.h"

namespace tribook::risk {
namespace {

// amount x part / whole, to 10^-8. REQUIRES: 0 < part < whole.
Money part_of(Money amount, Volume part, Volume whole) {
  Product product(amount.raw);
  product.scale(static_cast<std::uint64_t>(part.raw), static_cast<std::uint64_t>(whole.raw));
  product.divide_by_power_of_ten(kFixedDigits);
  const auto result = product.round(kFixedDigits);
  TB_ASSERT(result);
  return *result;
}

}  // namespace

Replica::Replica(const RiskLimits& limits, const Slab& slab)
    : slab_(slab),
      rates_(limits.symbols),
      groups_(limits.symbols),
      rules_(limits.accounts, limits.symbols),
      symbols_(std::size_t{limits.symbols} + 1),
      accounts_(std::size_t{limits.accounts} + 1),
      exposures_(limits.positions),
      exposure_index_(limits.positions),
      shares_(limits.positions),
      share_index_(limits.positions) {}

const Account* Replica::account(AccountId id) const {
  if (id.value >= accounts_.size() || !accounts_[id.value].exists) return nullptr;
  return &accounts_[id.value];
}

const Symbol* Replica::symbol(SymbolId id) const {
  if (id.value >= symbols_.size() || !symbols_[id.value].exists) return nullptr;
  return &symbols_[id.value];
}

Exposure Replica::held(AccountId account, SymbolId symbol) const {
  const std::uint32_t index = exposure_index_.find(exposure_key(account, symbol));
  return index != 0 ? exposures_[index] : Exposure{};
}

// The engine tells of nothing that it has not told the beginning of.
Account& Replica::known_account(AccountId id) {
  TB_ASSERT(account(id) != nullptr);
  return accounts_[id.value];
}

Symbol& Replica::known_symbol(SymbolId id) {
  TB_ASSERT(symbol(id) != nullptr);
  return symbols_[id.value];
}

bool Replica::apply(const Event& event) {
  time_ = std::max(time_, event.header.time);
  if (event.header.kind == EventKind::OrderUpdated)
    return apply_order(event.header.account, event.get<OrderUpdated>());
  apply_known(event);
  return false;
}

void Replica::apply_known(const Event& event) {
  const EventHeader& header = event.header;
  switch (header.kind) {
    case EventKind::SymbolUpdated:
      apply_symbol(header.text, event.get<SymbolUpdated>());
      return;
    case EventKind::AccountCreated:
      apply_account_created(header);
      return;
    case EventKind::AccountOptionsUpdated:
      apply_options(header);
      return;
    case EventKind::AccountUpdated:
      apply_account(header.account, event.get<AccountUpdated>());
      return;
    case EventKind::PositionUpdated:
      apply_position(header.account, event.get<PositionUpdated>());
      return;
    case EventKind::PositionCarried:
      apply_carried(event.get<PositionCarried>());
      return;
    case EventKind::QuoteApplied:
      apply_quote(header.time, event.get<QuoteApplied>());
      return;
    case EventKind::GroupUpdated:
      apply_group(header.text, event.get<GroupUpdated>());
      return;
    case EventKind::GroupTermsUpdated:
      apply_terms(header.text, event.get<GroupTermsUpdated>());
      return;
    case EventKind::SessionChanged: {
      const auto change = event.get<SessionChanged>();
      known_symbol(change.symbol).is_session_open = change.is_open != 0;
      return;
    }
    case EventKind::AccountDayEnded:
      known_account(header.account).day_orders = 0;
      return;
    case EventKind::LimitsUpdated:
      apply_limits(header.text, event.get<LimitsUpdated>());
      return;
    case EventKind::KillSwitchChanged:
      apply_kill_switch(header.text, event.get<KillSwitchChanged>());
      return;
    case EventKind::None:
    case EventKind::OrderUpdated:
    case EventKind::TradeExecuted:
    case EventKind::TradeSwap:
    case EventKind::PositionReduced:
    case EventKind::LedgerPosted:
    case EventKind::UserCreated:
    case EventKind::PasswordChanged:
    case EventKind::ClockMoved:
    case EventKind::MarginCall:
    case EventKind::StopOut:
    case EventKind::Refused:
    case EventKind::Settled:
    case EventKind::HouseCarried:
    case EventKind::OrderTerms:
    case EventKind::PositionFollowed:
    case EventKind::PositionLiquidated:
    case EventKind::WithdrawalUpdated:
    case EventKind::BookPrinted:
    case EventKind::DepthChanged:
    case EventKind::VenueRequested:
    case EventKind::VenueReported:
    case EventKind::VenueSettled:
    case EventKind::VenueExposureCarried:
    case EventKind::KillSwept:
    case EventKind::OrderWarned:
    case EventKind::RiskAlert:
    case EventKind::AccountWatched:
      return;
  }
}

void Replica::apply_symbol(TextRef text, const SymbolUpdated& update) {
  const auto instrument = read_spec<Instrument>(slab_.get(text));
  TB_ASSERT(instrument);
  TB_ASSERT(update.symbol.value > 0 && update.symbol.value < symbols_.size());
  Symbol& symbol = symbols_[update.symbol.value];
  symbol.instrument = *instrument;
  symbol.instrument.id = update.symbol;
  bool has_room = true;
  if (symbol.exists) {
    has_room = rates_.add_currency(symbol.instrument.margin_currency) &&
               rates_.add_currency(symbol.instrument.commission.currency);
  } else {
    has_room = rates_.add_symbol(symbol.instrument);
  }
  const Currency settled = symbol.instrument.venue.currency;
  if (settled) has_room = has_room && rates_.add_currency(settled);
  TB_ASSERT(has_room);  // else the engine would have refused it
  symbol.exists = true;
  // A new markup counts at once; the quote is as old as it was.
  const BidAsk& venue = symbol.venue_prices;
  if (venue.bid.is_zero()) return;
  const auto own = with_markup(symbol.instrument, venue.bid, venue.ask);
  TB_ASSERT(own);
  Quote quote = rates_.quote(update.symbol);
  quote.bid = own->bid;
  quote.ask = own->ask;
  rates_.set_quote(update.symbol, quote);
}

void Replica::apply_quote(TimeNs time, const QuoteApplied& quote) {
  known_symbol(quote.symbol).venue_prices = {quote.venue_bid, quote.venue_ask};
  rates_.set_quote(quote.symbol, {quote.bid, quote.ask, time, quote.never_stale != 0});
}

void Replica::apply_group(TextRef text, const GroupUpdated& update) {
  const auto spec = read_spec<GroupSpec>(slab_.get(text));
  TB_ASSERT(spec);
  groups_.put(update.group, *spec);
}

void Replica::apply_terms(TextRef text, const GroupTermsUpdated& update) {
  const auto terms = read_spec<GroupTerms>(slab_.get(text));
  TB_ASSERT(terms);
  groups_.put_terms(update.group, update.symbol, *terms);
  if (!terms->has(GroupTerms::kCommission)) return;
  const bool has_room = rates_.add_currency(terms->commission.currency);
  TB_ASSERT(has_room);
}

Quote Replica::quote_for(const Account& account, SymbolId id) const {
  Quote quote = rates_.quote(id);
  const Symbol& symbol = symbols_[id.value];
  if (!account.group || !quote.is_known()) return quote;
  const BidAsk prices = groups_.prices(account.group, symbol.instrument, symbol.venue_prices);
  quote.bid = prices.bid;
  quote.ask = prices.ask;
  return quote;
}

void Replica::apply_account_created(const EventHeader& header) {
  const auto spec = read_spec<AccountSpec>(slab_.get(header.text));
  TB_ASSERT(spec);
  TB_ASSERT(header.account.value > 0 && header.account.value < accounts_.size());
  Account& account = accounts_[header.account.value];
  TB_ASSERT(!account.exists);
  account.exists = true;
  account.currency = spec->currency;
  account.leverage = spec->leverage;
  account.mode = spec->mode;
  account.own_closing = spec->closing;
  account.from_group = spec->from_group;
  account.group = groups_.find(spec->group.view());
  take_closing(account);
  const bool has_room = rates_.add_currency(spec->currency);
  TB_ASSERT(has_room);
}

void Replica::apply_account(AccountId id, const AccountUpdated& update) {
  Account& account = known_account(id);
  account.balance = update.balance;
  account.credit = update.credit;
  account.used_margin = update.used_margin;
  account.reserved_margin = update.reserved_margin;
  account.leverage = update.leverage;
  account.group = update.group;
  account.state = update.state;
  account.day_orders = update.day_orders;
  take_closing(account);
}

void Replica::apply_options(const EventHeader& header) {
  const auto change = read_spec<OptionsChange>(slab_.get(header.text));
  TB_ASSERT(change);
  Account& account = known_account(header.account);
  OptionValues own;
  own.closing = account.own_closing;
  change_own(*change, own, account.from_group);
  account.own_closing = own.closing;
  if (change->sets_mode != 0) account.mode = change->mode;
  take_closing(account);
}

// A group that is changed tells its accounts.
void Replica::take_closing(Account& account) const {
  const Closing now = groups_.closing(account.group, account.own_closing, account.from_group);
  account.closes_first = account.mode == PositionMode::Netting || now != Closing::Any;
}

// Ids rise, and who waits hears of his own order before anything that follows from it. What a
// client asks for again, and what a house that is told anew has carried, was counted in its time;
// of a stranger's orders nothing is kept.
bool Replica::apply_order(AccountId id, const OrderUpdated& update) {
  if (update.order <= last_order_ || update.is_duplicate != 0) return false;
  last_order_ = update.order;
  if (update.is_carried != 0 || update.reason != CloseReason::None) return false;
  if (account(id) == nullptr) return false;
  ++accounts_[id.value].day_orders;
  return true;
}

void Replica::apply_limits(TextRef text, const LimitsUpdated& update) {
  const auto limits = read_spec<LimitSet>(slab_.get(text));
  TB_ASSERT(limits);
  TB_ASSERT(rules_.limits().is_in_range(update.scope));
  rules_.put_limits(update.scope, *limits);
}

void Replica::apply_kill_switch(TextRef text, const KillSwitchChanged& change) {
  TB_ASSERT(rules_.switches().is_in_range(change.scope));
  rules_.put_switch(change.scope, kill_switch_of(change, slab_.get(text)));
}

void Replica::apply_position(AccountId account, const PositionUpdated& update) {
  Share before;
  std::uint32_t index = share_index_.find(update.position.value);
  if (index != 0) before = shares_[index];
  Share after{update.open_cost, {},         update.position, update.volume, account,
              update.symbol,    update.side};
  if (!after.volume.is_zero()) {
    const bool is_carried = update.action == PositionAction::Carried;  // then it is told
    after.basis = is_carried ? Money{} : basis_after(before, after);
    add(after);
  }
  // After adding, so that an exposure which stays is not closed in between.
  if (index != 0) remove(before);
  if (after.volume.is_zero()) {
    if (index == 0) return;
    share_index_.erase(update.position.value);
    shares_[index] = {};
    shares_.give_back(index);
    return;
  }
  if (index == 0) {
    index = shares_.take();
    TB_ASSERT(index != 0);
    share_index_.insert(update.position.value, index);
  }
  shares_[index] = after;
}

void Replica::apply_carried(const PositionCarried& carried) {
  const std::uint32_t index = share_index_.find(carried.position.value);
  TB_ASSERT(index != 0);
  const Share before = shares_[index];
  shares_[index].basis = carried.basis;
  add(shares_[index]);
  remove(before);
}

// Each fill adds its own basis, at its price and the rates of now; a close scales what is there.
Money Replica::basis_after(const Share& before, const Share& after) const {
  const Symbol* symbol = this->symbol(after.symbol);
  const Account* account = this->account(after.account);
  TB_ASSERT(symbol != nullptr);
  TB_ASSERT(account != nullptr);
  const bool continues = before.id == after.id && before.symbol == after.symbol &&
                         before.side == after.side && before.account == after.account;
  if (continues && after.volume == before.volume) return before.basis;
  if (continues && after.volume < before.volume) {
    return part_of(before.basis, after.volume, before.volume);
  }
  const Volume filled = continues ? after.volume - before.volume : after.volume;
  const Cost paid = continues ? after.cost - before.cost : after.cost;
  const int128 price = divide_half_away(paid.raw, filled.raw);
  TB_ASSERT(price > 0 && price <= kMaxFixedRaw);
  const auto basis =
      margin_basis(symbol->instrument, filled, Price{static_cast<std::int64_t>(price)},
                   account->currency, rates_);
  TB_ASSERT(basis);  // else the engine could not have filled it
  return continues ? before.basis + *basis : *basis;
}

void Replica::add(const Share& share) {
  std::uint32_t index = exposure_index_.find(exposure_key(share.account, share.symbol));
  if (index == 0) index = open_exposure(share.account, share.symbol);
  exposures_[index].side(share.side) += {share.basis, share.volume, share.cost};
  ++exposures_[index].positions;
  ++accounts_[share.account.value].positions;
}

void Replica::remove(const Share& share) {
  const std::uint32_t index = exposure_index_.find(exposure_key(share.account, share.symbol));
  TB_ASSERT(index != 0);
  MarginSide& side = exposures_[index].side(share.side);
  side.volume -= share.volume;
  side.basis -= share.basis;
  side.cost = side.cost - share.cost;
  TB_ASSERT(side.volume.raw >= 0);
  --accounts_[share.account.value].positions;
  if (--exposures_[index].positions == 0) close_exposure(index);
}

std::uint32_t Replica::open_exposure(AccountId account, SymbolId symbol) {
  const std::uint32_t index = exposures_.take();
  TB_ASSERT(index != 0);
  Account& holder = known_account(account);
  Exposure& exposure = exposures_[index];
  exposure.account = account;
  exposure.symbol = symbol;
  exposure.next = holder.first_exposure;
  if (exposure.next != 0) exposures_[exposure.next].previous = index;
  holder.first_exposure = index;
  exposure_index_.insert(exposure_key(account, symbol), index);
  return index;
}

void Replica::close_exposure(std::uint32_t index) {
  const Exposure exposure = exposures_[index];
  if (exposure.previous != 0) {
    exposures_[exposure.previous].next = exposure.next;
  } else {
    accounts_[exposure.account.value].first_exposure = exposure.next;
  }
  if (exposure.next != 0) exposures_[exposure.next].previous = exposure.previous;
  exposure_index_.erase(exposure_key(exposure.account, exposure.symbol));
  exposures_.give_back(index);
}

}  // namespace tribook::risk
