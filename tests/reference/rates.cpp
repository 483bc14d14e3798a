#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {
namespace {

// Active codes of ISO 4217 that have two decimals.
constexpr std::string_view kTwoDigits =
    " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWL ";
constexpr std::string_view kNoDigits =
    " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
constexpr std::string_view kThreeDigits = " BHD IQD JOD KWD LYD OMR TND ";

bool listed(std::string_view list, const std::string& code) {
  return list.find(" " + code + " ") != std::string_view::npos;
}

Rational middle(const Rate& rate) { return (rate.bid + rate.ask) / 2; }

}  // namespace

int Engine::digits(const std::string& currency) const {
  const auto found = settings_.currency_digits.find(currency);
  if (found != settings_.currency_digits.end()) return found->second;
  if (listed(kTwoDigits, currency)) return 2;
  if (listed(kNoDigits, currency)) return 0;
  if (listed(kThreeDigits, currency)) return 3;
  return 8;
}

std::optional<Rate> Engine::rate(const std::string& name) const {
  const auto found = rates_.find(name);
  return found == rates_.end() ? std::nullopt : std::optional(found->second);
}

Rate Engine::marked_up(const Symbol& traded, Rate rate, const Rational& pips) const {
  const Rational share = pips * traded.pip / 2;
  if (share == 0) return rate;
  rate.bid = floor_to(rate.bid - share, traded.tick);
  rate.ask = ceiling_to(rate.ask + share, traded.tick);
  return rate;
}

std::optional<Rate> Engine::quote_for(const Account& owner, const Symbol& traded) const {
  const auto found = rates_.find(traded.name);
  if (found == rates_.end()) return std::nullopt;
  return marked_up(traded, found->second, markup_pips(owner, traded));
}

bool Engine::is_fresh(const Symbol& traded) const {
  const auto found = rates_.find(traded.name);
  if (found == rates_.end()) return false;
  return traded.stale_after_ms == 0 || now_ - found->second.time <= traded.stale_after_ms;
}

// The last price of a closed market is as good as a price can be.
bool Engine::is_good_rate(const Symbol& listing) const {
  if (is_open(listing.schedule, now_)) return is_fresh(listing);
  return rates_.contains(listing.name);
}

bool Engine::can_deal(const Symbol& traded) const {
  return is_open(traded.schedule, now_) && traded.state != TradeState::Disabled;
}

bool Engine::is_tradable(const Symbol& traded) const {
  return is_fresh(traded) && can_deal(traded);
}

// What is held before a new symbol's first quote is valued by a chain that has quotes.
std::optional<std::vector<std::string>> Engine::chain(const std::string& from,
                                                      const std::string& to) const {
  const auto listed = shortest_chain(from, to, false);
  const bool quoted = !listed || std::all_of(listed->begin(), listed->end(), [&](const auto& name) {
    return rates_.contains(name);
  });
  return quoted ? listed : shortest_chain(from, to, true);
}

// Breadth first from the target; then from the source always the lowest symbol that comes nearer.
std::optional<std::vector<std::string>> Engine::shortest_chain(const std::string& from,
                                                               const std::string& to,
                                                               bool only_quoted) const {
  const auto is_edge = [&](const Symbol& listing) {
    return listing.is_rate && (!only_quoted || rates_.contains(listing.name));
  };
  std::map<std::string, int> distance{{to, 0}};
  for (bool grown = true; grown && !distance.contains(from);) {
    grown = false;
    const std::map<std::string, int> reached = distance;
    for (const auto& [name, listing] : symbols_) {
      if (!is_edge(listing)) continue;
      for (const auto& [near, far] :
           {std::pair(listing.base, listing.quote), std::pair(listing.quote, listing.base)}) {
        if (!reached.contains(near) || distance.contains(far)) continue;
        distance[far] = reached.at(near) + 1;
        grown = true;
      }
    }
  }
  if (!distance.contains(from)) return std::nullopt;
  std::vector<std::string> result;
  for (std::string at = from; at != to;) {
    const Symbol* best = nullptr;
    for (const auto& [name, listing] : symbols_) {
      if (!is_edge(listing) || (listing.base != at && listing.quote != at)) continue;
      const std::string& next = listing.base == at ? listing.quote : listing.base;
      if (!distance.contains(next) || distance.at(next) != distance.at(at) - 1) continue;
      if (best == nullptr || listing.id < best->id) best = &listing;
    }
    result.push_back(best->name);
    at = best->base == at ? best->quote : best->base;
  }
  return result;
}

std::optional<Rational> Engine::convert(const Rational& amount, const std::string& from,
                                        const std::string& to, Crossing crossing) const {
  const auto way = chain(from, to);
  if (!way) return std::nullopt;
  Rational result = amount;
  std::string at = from;
  for (const std::string& name : *way) {
    const auto found = rates_.find(name);
    if (found == rates_.end()) return std::nullopt;
    const Symbol& listing = symbol(name);
    const Rate rate = marked_up(listing, found->second, listing.markup_pips);
    const bool multiply = listing.base == at;
    Rational price = middle(rate);
    if (crossing == Crossing::Gain) price = multiply ? rate.bid : rate.ask;
    if (crossing == Crossing::Loss) price = multiply ? rate.ask : rate.bid;
    result = multiply ? Rational(result * price) : Rational(result / price);
    at = multiply ? listing.quote : listing.base;
  }
  return result;
}

bool Engine::chain_is_good(const std::string& from, const std::string& to) const {
  const auto way = shortest_chain(from, to, false);
  return way && std::all_of(way->begin(), way->end(),
                            [&](const std::string& name) { return is_good_rate(symbol(name)); });
}

// A gain or loss in account currency, rounded once. Without any rate it counts nothing; no order
// is accepted in that case.
Rational Engine::into_account(const Rational& amount, const std::string& from,
                              const std::string& to) const {
  const auto converted = convert(amount, from, to, amount >= 0 ? Crossing::Gain : Crossing::Loss);
  return round_digits(converted.value_or(0), digits(to));
}

// P&L, margin and commission of a deal can be converted into the account's currency.
bool Engine::conversions_are_good(const Account& owner, const Symbol& traded) const {
  const std::string& currency = owner.settings.currency;
  if (!chain_is_good(traded.quote, currency)) return false;
  if (!chain_is_good(margin_currency(traded), currency)) return false;
  const CommissionSettings commission = commission_of(owner, traded);
  if (commission.amount == 0 && commission.minimum == 0) return true;
  const bool on_turnover =
      commission.basis != CommissionBasis::PerLot && commission.currency != traded.base;
  return chain_is_good(commission.currency, currency) &&
         (!on_turnover || chain_is_good(traded.quote, commission.currency));
}

bool Engine::depends_on(const Account& owner, const std::string& name) const {
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != owner.id) continue;
    if (position.symbol == name) return true;
    const auto way = chain(symbol(position.symbol).quote, owner.settings.currency);
    if (way && std::find(way->begin(), way->end(), name) != way->end()) return true;
  }
  return false;
}

}  // namespace tribook::reference
