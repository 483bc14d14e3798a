#include "reference/engine.h"

// Limits of what the account would hold, at each fill that opens.

namespace tribook::reference {

std::string Engine::filled_refusal(const Order& order, const Rational& volume,
                                   const Rational& price, std::set<Limit>& warned) const {
  for (int i = kAskedLimits; i < kLimits; ++i) {
    const Limit limit = Limit(i);
    const LimitSetting now = in_force(limit, order.request.account, order.request.symbol);
    if (now.mode == LimitMode::Off) continue;
    const Finding found = look_at(limit, now.threshold, {order, volume, price});
    if (found == Finding::Good) continue;
    if (now.mode == LimitMode::Reject)
      return found == Finding::Passed ? code_of(limit) : "NO_CONVERSION";
    if (found == Finding::Passed) warned.insert(limit);
  }
  return "";
}

Engine::Finding Engine::look_at(Limit limit, const Rational& threshold,
                                const Opening& opening) const {
  const Order& order = opening.order;
  const Account& owner = account(order.request.account);
  const Rational equity = figures(owner.id).equity;
  const auto passed = [](bool is_so) { return is_so ? Finding::Passed : Finding::Good; };
  switch (limit) {
    case Limit::MaxPositionVolume: {
      const Symbol& traded = symbol(order.request.symbol);
      const Rational held = held_side(owner.id, traded, order.request.side).volume;
      return passed(held + opening.volume > threshold);
    }
    case Limit::MaxOpenPositions:
      return passed(opens_new(order) && open_positions(owner.id) + 1 > threshold);
    case Limit::MaxDayVolume:
      return passed(owner.day_volume + opening.volume > threshold);
    case Limit::MaxRiskPerTrade:
      return passed(loss_at_stop(opening) > 0 && loss_at_stop(opening) * 100 > threshold * equity);
    case Limit::MaxLossPerTrade:
      return passed(loss_at_stop(opening) > threshold);
    case Limit::MaxDailyLoss:
      return passed(owner.day_base - equity >= threshold);
    case Limit::MaxDailyLossPercent: {
      const Rational loss = owner.day_base - equity;
      if (owner.day_base <= 0) return passed(loss > 0);
      return passed(loss * 100 >= threshold * owner.day_base);
    }
    case Limit::MaxDrawdown: {
      const Rational peak = larger(owner.peak, equity);
      return passed(peak > 0 && (peak - equity) * 100 >= threshold * peak);
    }
    default:
      return look_at_exposure(limit, threshold, opening);
  }
}

Engine::Finding Engine::look_at_exposure(Limit limit, const Rational& threshold,
                                         const Opening& opening) const {
  const PlaceOrder& request = opening.order.request;
  const Account& owner = account(request.account);
  const Symbol& traded = symbol(request.symbol);
  const Nets before = nets(owner.id);
  Nets after = before;
  after[traded.name] += sign_of(request.side) * opening.volume;
  switch (limit) {
    case Limit::MaxExposure:
      return worse(exposure(owner, before), exposure(owner, after), threshold);
    case Limit::MaxSymbolExposure:
      return worse(exposure(owner, only(before, traded.name)),
                   exposure(owner, only(after, traded.name)), threshold);
    case Limit::MaxCurrencyExposure:
      return look_at_currencies(threshold, owner, traded, before, after);
    case Limit::MaxConcentration:
      return concentration(owner, traded.name, before, after, threshold);
    case Limit::MaxLeverage: {
      const Rational equity = figures(owner.id).equity;
      if (equity <= 0) return Finding::Passed;
      return worse(exposure(owner, before), exposure(owner, after), threshold * equity);
    }
    default:
      return Finding::Good;
  }
}

// Of both that the symbol is of; what is passed counts before what cannot be measured.
Engine::Finding Engine::look_at_currencies(const Rational& threshold, const Account& owner,
                                           const Symbol& traded, const Nets& before,
                                           const Nets& after) const {
  Finding result = Finding::Good;
  for (const std::string& currency : {traded.base, traded.quote}) {
    if (currency == owner.settings.currency || result == Finding::Passed) continue;
    const Finding found = worse(currency_exposure(owner, before, currency),
                                currency_exposure(owner, after, currency), threshold);
    if (found != Finding::Good) result = found;
  }
  return result;
}

// Beyond the threshold, and more so than before.
Engine::Finding Engine::worse(const std::optional<Rational>& before,
                              const std::optional<Rational>& after,
                              const Rational& threshold) const {
  if (!after) return Finding::Unknown;
  if (*after <= threshold) return Finding::Good;
  if (!before) return Finding::Unknown;
  return *after > *before ? Finding::Passed : Finding::Good;
}

Engine::Finding Engine::concentration(const Account& owner, const std::string& traded,
                                      const Nets& before, const Nets& after,
                                      const Rational& threshold) const {
  int held = 0;
  for (const auto& [name, net] : after) held += net != 0 ? 1 : 0;
  if (held < 2) return Finding::Good;
  const auto total_before = exposure(owner, before);
  const auto total_after = exposure(owner, after);
  const auto part_before = exposure(owner, only(before, traded));
  const auto part_after = exposure(owner, only(after, traded));
  if (!total_before || !total_after) return Finding::Unknown;
  if (*total_after == 0) return Finding::Good;
  const Rational share = *part_after / *total_after;
  const Rational was = *total_before == 0 ? Rational(0) : Rational(*part_before / *total_before);
  return share * 100 > threshold && share > was ? Finding::Passed : Finding::Good;
}

// Buys less sells, by symbol.
Engine::Nets Engine::nets(Id owner) const {
  Nets result;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != owner) continue;
    result[position.symbol] += sign_of(position.side) * position.volume;
  }
  return result;
}

Engine::Nets Engine::only(const Nets& all, const std::string& name) const {
  const auto found = all.find(name);
  return found == all.end() ? Nets{} : Nets{{name, found->second}};
}

std::optional<Rational> Engine::middle_for(const Account& owner, const Symbol& traded) const {
  const auto rate = quote_for(owner, traded);
  if (!rate) return std::nullopt;
  return (rate->bid + rate->ask) / 2;
}

// What is held, at the middle of the account's price and of the rates, symbol by symbol.
std::optional<Rational> Engine::exposure(const Account& owner, const Nets& held) const {
  Rational sum = 0;
  for (const auto& [name, net] : held) {
    if (net == 0) continue;
    const Symbol& traded = symbol(name);
    const auto price = middle_for(owner, traded);
    if (!price) return std::nullopt;
    const auto amount = convert(absolute(net) * traded.contract * *price, traded.quote,
                                owner.settings.currency, Crossing::Mid);
    if (!amount) return std::nullopt;
    sum += round_digits(*amount, kBasisDigits);
  }
  return sum;
}

// What is held of a currency: as the base of symbols, and as what is paid with.
std::optional<Rational> Engine::currency_exposure(const Account& owner, const Nets& held,
                                                  const std::string& currency) const {
  Rational sum = 0;
  for (const auto& [name, net] : held) {
    const Symbol& traded = symbol(name);
    if (traded.base == currency) sum += net * traded.contract;
    if (traded.quote != currency || net == 0) continue;
    const auto price = middle_for(owner, traded);
    if (!price) return std::nullopt;
    sum -= net * traded.contract * *price;
  }
  if (sum == 0) return 0;
  const auto amount = convert(absolute(sum), currency, owner.settings.currency, Crossing::Mid);
  if (!amount) return std::nullopt;
  return round_digits(*amount, kBasisDigits);
}

// Of this fill and of what the order opened before; 0 without a stop, or with one that gains.
Rational Engine::loss_at_stop(const Opening& opening) const {
  const Order& order = opening.order;
  const PlaceOrder& request = order.request;
  const Symbol& traded = symbol(request.symbol);
  const Rational volume = order.opened + opening.volume;
  Rational move = 0;  // price x volume
  if (request.sl.value_or(0) != 0) {
    const Rational cost = order.opened_cost + opening.price * opening.volume;
    move = sign_of(request.side) * (*request.sl * volume - cost);
  } else if (const auto pips = trailing_pips(request)) {
    move = -*pips * traded.pip * volume;
  }
  if (move >= 0) return 0;
  return -into_account(move * traded.contract, traded.quote,
                       account(request.account).settings.currency);
}

bool Engine::opens_new(const Order& order) const {
  const Account& owner = account(order.request.account);
  const bool netting = owner.settings.mode == AccountMode::Netting;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != owner.id) continue;
    if (position.symbol != order.request.symbol || position.side != order.request.side) continue;
    if (netting || position.opened_by == order.id) return false;
  }
  return true;
}

int Engine::open_positions(Id owner) const {
  int result = 0;
  for (const auto& [id, position] : positions_) {
    result += position.open && position.account == owner ? 1 : 0;
  }
  return result;
}

// ---- What a day and a peak count from ----

namespace {

bool is_payment(EntryType type) {
  return type != EntryType::RealizedPnl && type != EntryType::Commission &&
         type != EntryType::Swap && type != EntryType::Funding;
}

}  // namespace

// A payment is no result.
void Engine::note_payment(Account& owner, const LedgerEntry& entry) {
  if (!is_payment(entry.type)) return;
  owner.day_base += entry.amount;
  owner.peak += entry.amount;
}

void Engine::begin_days() {
  for (auto& [id, owner] : accounts_) {
    owner.day_base = figures(id).equity;
    owner.day_volume = 0;
  }
}

void Engine::raise_peaks() {
  for (auto& [id, owner] : accounts_) owner.peak = larger(owner.peak, figures(id).equity);
}

}  // namespace tribook::reference
