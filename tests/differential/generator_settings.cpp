#include <algorithm>
#include <set>

#include "differential/generator.h"

namespace tribook::differential {

using reference::number;

std::optional<Action> Generator::new_symbol() {
  if (listed_ == order_.size()) return std::nullopt;
  const Listing& listing = kListings[order_[listed_++]];
  reference::Symbol symbol;
  symbol.name = listing.name;
  symbol.base = listing.base;
  symbol.quote = listing.quote;
  symbol.is_rate = listing.is_rate;
  symbol.digits = listing.digits;
  symbol.tick = reference::power_of_ten(-listing.digits);
  symbol.pip = number(listing.pip);
  symbol.contract = number(listing.contract);
  symbol.volume_step = number(listing.volume_step);
  symbol.min_volume = symbol.volume_step * static_cast<std::int64_t>(one_in(3) ? 1 + below(4) : 1);
  symbol.max_volume = one_in(6) ? Rational(5) : Rational(1'000'000);
  set_trading(symbol);
  set_margin_mode(symbol);
  set_margin(symbol);
  set_commission(symbol);
  set_swap(symbol);
  set_venue(symbol);
  if (has(Capability::Crossing)) symbol.self_trade = reference::SelfTrade(below(3));
  return reference::PutSymbol{symbol};
}

// Steps that are the house's own, or that leave remainders to it.
void Generator::set_venue(reference::Symbol& symbol) {
  if (!has(Capability::Venues)) return;
  symbol.venue_step = symbol.volume_step * static_cast<std::int64_t>(one_in(2) ? 1 : 1 + below(5));
  symbol.venue_min_volume = one_in(2) ? Rational(0) : symbol.venue_step * 3;
  symbol.late_fill = reference::LateFill(below(2));
  symbol.venue_currency = one_in(4) ? "USD" : "";
}

// What may change while positions are held.
void Generator::set_trading(reference::Symbol& symbol) {
  symbol.stale_after_ms = one_in(3) ? 60'000 : 3'600'000;
  if (one_in(4)) symbol.stale_after_ms = 0;
  const auto markup = static_cast<std::int64_t>(one_in(2) ? 0 : below(7));
  const bool is_new = !engine().symbols().contains(symbol.name);
  if (is_new || has(Capability::MarkupAtOnce)) symbol.markup_pips = Rational(markup) / 2;
  symbol.stops_level_pips = one_in(3) ? Rational(static_cast<std::int64_t>(below(4))) : Rational(0);
}

void Generator::set_margin_mode(reference::Symbol& symbol) {
  symbol.margin.mode = reference::MarginMode(symbol.is_rate && one_in(2) ? 0 : below(4));
  if (one_in(5)) symbol.margin_currency = one_in(2) ? "USD" : symbol.quote;
}

void Generator::set_margin(reference::Symbol& symbol) {
  reference::MarginSettings& margin = symbol.margin;
  margin.percent = Rational(static_cast<std::int64_t>(1 + below(20))) / 2;
  margin.initial_per_lot = symbol.contract / static_cast<std::int64_t>(20 + below(100));
  margin.initial_per_lot = floor_to(margin.initial_per_lot, number("0.00000001"));
  margin.initial_rate = one_in(3) ? Rational(static_cast<std::int64_t>(1 + below(12))) / 4 : 1;
  margin.maintenance_rate = std::nullopt;
  if (one_in(3) && has(Capability::MarginAtOnce)) {
    margin.maintenance_rate = Rational(static_cast<std::int64_t>(1 + below(10))) / 8;
  }
  margin.leverage_cap = one_in(3) ? static_cast<std::int64_t>(1 + below(200)) : 0;
  margin.hedged = reference::HedgedPolicy(below(4));
  margin.hedged_percent = static_cast<std::int64_t>(below(5)) * 25;
  margin.tiers.clear();
  if (!has(Capability::Tiers) || !one_in(3)) return;
  const bool by_volume = one_in(2);
  Rational bound = by_volume ? Rational(1) / 2 : Rational(20'000);
  for (std::uint64_t i = 0; i < 1 + below(3); ++i, bound *= 3) {
    reference::Tier tier;
    tier.leverage = static_cast<std::int64_t>(20 + below(300));
    (by_volume ? tier.up_to_volume : tier.up_to_notional) = bound;
    margin.tiers.push_back(tier);
  }
  reference::Tier last;
  last.leverage = 10;
  margin.tiers.push_back(last);
}

void Generator::set_commission(reference::Symbol& symbol) {
  reference::CommissionSettings& commission = symbol.commission;
  commission = {};
  commission.currency = one_in(3) ? symbol.base : one_in(2) ? symbol.quote : "USD";
  if (one_in(3)) return;
  commission.basis = reference::CommissionBasis(below(3));
  commission.amount = Rational(static_cast<std::int64_t>(below(80))) / 10;
  if (commission.basis == reference::CommissionBasis::Percent) commission.amount /= 1'000;
  if (one_in(4)) commission.minimum = Rational(static_cast<std::int64_t>(below(30))) / 10;
}

void Generator::set_swap(reference::Symbol& symbol) {
  if (has(Capability::Swap)) {
    reference::SwapSettings& swap = symbol.swap;
    swap.mode = reference::SwapMode(below(4));
    swap.long_rate = Rational(random_.between(-900, 300)) / 100;
    swap.short_rate = Rational(random_.between(-900, 300)) / 100;
    swap.days_in_year = one_in(2) ? 360 : 365;
    swap.triple_day = static_cast<int>(below(7));
    if (one_in(4)) swap.triple_day = std::nullopt;
    swap.at_open_price = one_in(2);
  }
  if (has(Capability::Funding) && one_in(4)) {
    symbol.funding = {8, Rational(random_.between(-20, 20)) / 100'000};
  }
}

std::optional<Action> Generator::change_symbol() {
  reference::Symbol symbol = engine().symbols().at(any_symbol());
  switch (below(6)) {
    case 0:
      set_trading(symbol);
      break;
    case 1:
    case 2:
      set_margin(symbol);
      break;
    case 3:
      set_commission(symbol);
      set_swap(symbol);
      set_venue(symbol);
      break;
    case 4:  // good only while nothing is held
      set_margin_mode(symbol);
      if (one_in(2)) symbol.contract *= 2;
      break;
    default:
      symbol.state = reference::TradeState(one_in(2) ? below(3) : 0);
      break;
  }
  return reference::PutSymbol{symbol};
}

reference::AccountOptions Generator::options() {
  reference::AccountOptions options;
  options.stop_out_level = static_cast<std::int64_t>(below(7)) * 15;
  const Rational call = static_cast<std::int64_t>(6 + below(8)) * 15;
  options.margin_call_levels = std::vector<Rational>{call};
  if (has(Capability::MarginCalls) && one_in(2)) {
    options.margin_call_levels = std::vector<Rational>{call * 2, call, call / 2};  // falling
  }
  options.negative_balance_protection = !one_in(5);
  if (has(Capability::ClosingInOrder)) options.closing = reference::Closing(below(3));
  if (has(Capability::StopOutOrders)) {
    options.stop_out_order = reference::StopOutOrder(below(3));
  }
  if (has(Capability::Swap) && one_in(5)) {
    options.swap_free = true;
    options.swap_free_days = static_cast<int>(below(3));
    options.swap_free_fee = Rational(static_cast<std::int64_t>(below(9)));
  }
  return options;
}

// In a currency that is traded, or, rarely, in one that nothing leads to.
std::optional<Action> Generator::new_account() {
  std::set<std::string> currencies;
  for (const auto& [name, symbol] : engine().symbols()) {
    if (symbol.is_rate) currencies.insert({symbol.base, symbol.quote});
  }
  currencies.erase("XAU");
  if (currencies.empty()) currencies = {"USD"};
  if (one_in(40)) currencies = {"SEK"};
  if (one_in(3)) currencies = {"USD"};
  reference::AccountSettings settings;
  settings.currency =
      *std::next(currencies.begin(), static_cast<std::ptrdiff_t>(below(currencies.size())));
  constexpr int kLeverages[] = {1, 10, 30, 50, 100, 200, 500};
  settings.leverage = kLeverages[below(7)];
  settings.live = one_in(2);
  settings.options = options();
  if (has(Capability::Groups) && one_in(2)) settings.options = {};
  if (has(Capability::Netting)) settings.mode = reference::AccountMode(below(2));
  accounts_.push_back(number_);
  return reference::CreateAccount{settings};
}

std::optional<Action> Generator::change_account() {
  const Label label = any_account();
  reference::AccountSettings settings = engine().accounts().at(reference_->account(label)).settings;
  // One at a time, as an operator does it; back to ACTIVE soon.
  if (settings.state != reference::AccountState::Active && !one_in(3)) {
    settings.state = reference::AccountState::Active;
  } else if (one_in(4)) {
    settings.state = reference::AccountState(below(4));
  } else if (has(Capability::Groups) && one_in(2)) {
    settings.group = one_in(3) ? "" : one_in(2) ? "retail" : "pro";
  } else if (one_in(2)) {  // others of its own, or its group's again
    settings.options = one_in(4) ? reference::AccountOptions{} : options();
  } else {
    settings.leverage = static_cast<std::int64_t>(1 + below(500));
  }
  return reference::ChangeAccount{label, settings};
}

// One thing at a time, as an operator does it: its options, or what it sets for one symbol or all.
std::optional<Action> Generator::put_group() {
  const std::string name = one_in(2) ? "retail" : "pro";
  const auto known = engine().groups().find(name);
  reference::Group group;
  if (known != engine().groups().end()) group = known->second;
  group.name = name;
  if (known == engine().groups().end() || one_in(3)) {
    const reference::AccountOptions all = options();
    group.options = {};
    if (!one_in(3)) group.options.stop_out_level = all.stop_out_level;
    if (!one_in(3)) group.options.margin_call_levels = all.margin_call_levels;
    if (!one_in(3)) group.options.negative_balance_protection = all.negative_balance_protection;
    if (one_in(2)) group.options.closing = all.closing;
    if (one_in(2)) group.options.stop_out_order = all.stop_out_order;
    if (one_in(2)) {
      group.options.swap_free = all.swap_free;
      group.options.swap_free_days = all.swap_free_days;
      group.options.swap_free_fee = all.swap_free_fee;
    }
    return reference::PutGroup{group};
  }
  reference::Symbol symbol;
  symbol.base = "EUR";
  symbol.quote = "USD";
  set_commission(symbol);
  set_swap(symbol);
  reference::GroupSymbol special;
  if (one_in(2)) special.markup_pips = static_cast<std::int64_t>(below(4));
  if (one_in(3)) special.commission = symbol.commission;
  if (one_in(3)) special.leverage_cap = static_cast<std::int64_t>(1 + below(200));
  if (has(Capability::Swap) && one_in(3)) special.swap = symbol.swap;
  group.symbols[one_in(2) ? std::string() : any_symbol()] = special;
  return reference::PutGroup{group};
}

// From nothing to what some lots need, in the currency's own size.
Rational Generator::amount_for(Label label) {
  const reference::Account& owner = engine().accounts().at(reference_->account(label));
  const std::string& currency = owner.settings.currency;
  Rational size = 1;
  if (currency == "JPY") size = 150;
  if (currency == "BTC" || currency == "ETH") size = number("0.00003");
  Rational amount = size * static_cast<std::int64_t>(100 + below(20'000));
  if (one_in(6)) amount = size * static_cast<std::int64_t>(1 + below(100));
  amount += size * static_cast<std::int64_t>(below(1'000)) / 1'000;
  const int digits = engine().digits(currency) + (one_in(40) ? 1 : 0);
  return round_digits(amount, std::min(digits, 8));
}

std::optional<Action> Generator::deposit() {
  const Label label = any_account();
  return reference::MoveMoney{label, reference::MoneyKind::Deposit, amount_for(label)};
}

// About what is free, often: one unit more or less matters.
std::optional<Action> Generator::withdraw() {
  const Label label = any_account();
  const reference::Figures now = engine().figures(reference_->account(label));
  const int digits =
      engine().digits(engine().accounts().at(reference_->account(label)).settings.currency);
  const Rational free = std::min(now.free_margin, now.balance);
  Rational amount = amount_for(label);
  if (free > 0 && one_in(2))
    amount = free + random_.between(-1, 1) * reference::power_of_ten(-digits);
  if (free > 0 && one_in(3)) amount = round_digits(Rational(free / 2), digits);
  if (amount <= 0) return std::nullopt;
  return reference::RequestWithdrawal{label, amount};
}

std::optional<Action> Generator::move_money() {
  const Label label = any_account();
  const auto kind = reference::MoneyKind(1 + below(3));
  const Rational amount = amount_for(label) / 2;
  const int digits =
      engine().digits(engine().accounts().at(reference_->account(label)).settings.currency);
  const Rational rounded = round_digits(amount, digits);
  // What is wrong twice over is refused with either code.
  const bool is_closed = engine().accounts().at(reference_->account(label)).settings.state ==
                         reference::AccountState::Closed;
  const bool takes = !is_closed && one_in(3);
  return reference::MoveMoney{label, kind, takes ? Rational(-rounded) : rounded};
}

std::optional<Action> Generator::decide_withdrawal() {
  std::vector<Label> waiting;
  for (const auto& [id, withdrawal] : engine().withdrawals()) {
    if (withdrawal.pending || one_in(10)) waiting.push_back(reference_->label_of_withdrawal(id));
  }
  if (waiting.empty()) return std::nullopt;
  return reference::DecideWithdrawal{any(waiting), one_in(2)};
}

}  // namespace tribook::differential
