#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {

// All timers up to then, each at its own time, so that a long sleep changes nothing.
std::string Engine::advance(Time until) {
  if (until < now_) return "VALIDATION";
  for (;;) {
    const Time time = next_timer(now_);
    if (time > until) break;
    const Rollover rollover = next_rollover(now_);
    now_ = time;
    expire_orders();
    if (rollover.time == time) roll_over(rollover.local_day);
    fund();
    margin_calls();
    raise_peaks();
  }
  now_ = until;
  return "";
}

Time Engine::next_timer(Time after) const {
  Time result = next_rollover(after).time;
  for (const auto& [id, order] : orders_) {
    if (is_resting(order) && order.expires > after) result = std::min(result, order.expires);
  }
  for (const auto& [name, traded] : symbols_) {
    if (traded.funding.interval_hours == 0) continue;
    const Time interval = traded.funding.interval_hours * kHour;
    result = std::min(result, (after / interval + 1) * interval);
  }
  return result;
}

void Engine::expire_orders() {
  for (auto& [id, order] : orders_) {
    if (is_resting(order) && order.expires != 0 && order.expires <= now_) {
      finish(order, OrderStatus::Expired);
    }
  }
}

// By account, and of each by position.
std::vector<Id> Engine::open_by_account() const {
  std::vector<Id> result;
  for (const auto& [owner, account] : accounts_) {
    for (const auto& [id, position] : positions_) {
      if (position.open && position.account == owner) result.push_back(id);
    }
  }
  return result;
}

void Engine::roll_over(std::int64_t local_day) {
  for (const Id id : open_by_account()) {
    Position& position = positions_.at(id);
    Account& owner = account(position.account);
    const Symbol& traded = symbol(position.symbol);
    const SwapSettings swap = swap_of(owner, traded);
    if (swap.mode == SwapMode::None) continue;
    const Rational amount = *options_of(owner).swap_free
                                ? swap_free_fee(position, nights(swap, local_day))
                                : swap_amount(position, swap, nights(swap, local_day));
    position.swap += amount;
    book(owner, EntryType::Swap, amount, id);
  }
  begin_days();
}

// In account currency, rounded once after the nights are counted.
Rational Engine::swap_amount(const Position& position, const SwapSettings& swap,
                             int night_count) const {
  const Symbol& traded = symbol(position.symbol);
  const std::string& currency = account(position.account).settings.currency;
  const Rational rate = position.side == Side::Buy ? swap.long_rate : swap.short_rate;
  const Rational value =
      swap.at_open_price ? position.cost : Rational(mark(position) * position.volume);
  switch (swap.mode) {
    case SwapMode::None:
      return 0;
    case SwapMode::Points:
      return into_account(
          rate * traded.contract * power_of_ten(-traded.digits) * position.volume * night_count,
          traded.quote, currency);
    case SwapMode::Money:
      return round_digits(rate * position.volume * night_count, digits(currency));
    case SwapMode::Percent:
      return into_account(rate / 100 / swap.days_in_year * value * traded.contract * night_count,
                          traded.quote, currency);
  }
  return 0;
}

// Free for some rollovers, then a fee per lot and night.
Rational Engine::swap_free_fee(const Position& position, int night_count) const {
  const Account& owner = account(position.account);
  const AccountOptions options = options_of(owner);
  int passed = 0;
  for (Time t = next_rollover(position.opened).time; t <= now_; t = next_rollover(t).time) ++passed;
  if (passed <= *options.swap_free_days) return 0;
  return -round_digits(*options.swap_free_fee * position.volume * night_count,
                       digits(owner.settings.currency));
}

// Paid between the sides: both count at the middle of the symbol's own quote.
void Engine::fund() {
  for (const Id id : open_by_account()) {
    Position& position = positions_.at(id);
    const Symbol& traded = symbol(position.symbol);
    const FundingSettings& funding = traded.funding;
    if (funding.interval_hours == 0 || now_ % (funding.interval_hours * kHour) != 0) continue;
    const Rate& rate = rates_.at(traded.name);
    const Rational value = (rate.bid + rate.ask) / 2 * traded.contract * position.volume;
    Account& owner = account(position.account);
    const Rational amount = into_account(-sign_of(position.side) * funding.rate * value,
                                         traded.quote, owner.settings.currency);
    position.swap += amount;
    book(owner, EntryType::Funding, amount, id);
  }
}

}  // namespace tribook::reference
