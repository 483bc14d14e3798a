#include "engine/exposure.h"

#include <algorithm>
#include <array>
#include <bit>

// A holding's result before conversion follows from its sums: what its buys are worth less their
// cost, and so on. Each position's result is converted by itself, a gain G at the lower rate, a
// loss L at the higher one. Of the holdings in one currency their sum N = G - L is known, and that
// G + L is no more than E:
//
//   worth = G x low - L x high = N x (low or high, by its sign) - the smaller of G and L x
//           (high - low), and the smaller of them is at most (E - |N|) / 2
//
// A buyer loses with the bid, a seller with the ask. Where somebody holds both, as much of the one
// as there is of the other loses only when the spread between them grows:
//
//   loss = |buys - sells| x (fall of the bid, or rise of the ask) + the lesser x growth of spread
//
// What is lost is converted at a rate that may have drifted itself, and a drifting rate takes its
// part of all gains and losses, E.

namespace tribook::engine {
namespace {

constexpr int128 kMoneyOfCost = 100'000'000 * static_cast<int128>(kFixedOne);  // 10^16

int bits_of(uint128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return high != 0 ? 128 - std::countl_zero(high)
                   : 64 - std::countl_zero(static_cast<std::uint64_t>(value));
}

// ---- A rate, to one side ----

// mantissa / 2^shift; the mantissa has 63 bits, or one more that rounding up made it.
struct ScaledRate {
  std::uint64_t mantissa = std::uint64_t{1} << 62;
  int shift = 62;

  void scale(std::uint64_t numerator, std::uint64_t denominator, bool is_up) {
    const uint128 product = static_cast<uint128>(mantissa) * numerator;
    uint128 quotient = product / denominator;
    if (is_up) ++quotient;
    // Prices have 60 bits at most, 10^8 has 27: what is left of the mantissa is 28 bits or more.
    const int surplus = bits_of(quotient) - 63;
    if (surplus > 0) {
      mantissa = static_cast<std::uint64_t>(quotient >> surplus) + (is_up ? 1 : 0);
    } else {
      mantissa = static_cast<std::uint64_t>(quotient) << -surplus;
    }
    shift -= surplus;
  }

  // Of an amount that is not negative.
  [[nodiscard]] std::optional<int128> convert(int128 amount, bool is_up) const {
    auto value = static_cast<uint128>(amount);
    int right = shift;
    if (const int surplus = bits_of(value) - 63; surplus > 0) {
      value = (value >> surplus) + (is_up ? 1 : 0);
      right -= surplus;
    }
    const uint128 product = value * mantissa;
    if (right > 127) return is_up && product != 0 ? 1 : 0;
    if (right >= 0) return static_cast<int128>((product >> right) + (is_up ? 1 : 0));
    if (bits_of(product) - right > 120) return std::nullopt;
    return static_cast<int128>(product << -right);
  }
};

// What the results in one currency come to.
struct Rates {
  ScaledRate low;
  ScaledRate high;
  int128 spreads = 0;  // the sum of the chain's, in 256ths of a price, rounded up
};

std::optional<Rates> rates_of(const State& state, const RateBook::Chain& chain) {
  Rates rates;
  constexpr auto one = static_cast<std::uint64_t>(kFixedOne);
  for (std::size_t i = 0; i < chain.length; ++i) {
    const Quote& quote = state.rates.quote(chain.steps[i].symbol);
    if (!quote.is_known()) return std::nullopt;
    const auto bid = static_cast<std::uint64_t>(quote.bid.raw);
    const auto ask = static_cast<std::uint64_t>(quote.ask.raw);
    if (chain.steps[i].from_base) {
      rates.low.scale(bid, one, false);
      rates.high.scale(ask, one, true);
    } else {
      rates.low.scale(one, ask, false);
      rates.high.scale(one, bid, true);
    }
    rates.spreads += static_cast<int128>(ask - bid) * 256 / quote.bid.raw + 1;
  }
  return rates;
}

// ---- What is held ----

// Sums of amounts in one currency, to 10^-8.
struct InCurrency {
  int128 result = 0;  // N, rounded down for each holding
  int128 holdings = 0;
  int128 exposed = 0;     // E
  int128 weight = 0;      // what is lost when prices go by their own size
  int128 of_spreads = 0;  // what narrowing spreads would bring
};

// False when it does not fit.
bool add_rounded_up(int128& sum, int128 cost, std::int64_t contract) {
  const auto amount = checked_multiply<int128>(cost, contract);
  if (!amount) return false;
  sum += *amount / kMoneyOfCost + 1;
  return true;
}

bool add_rounded_down(int128& sum, int128 cost, std::int64_t contract) {
  const auto amount = checked_multiply<int128>(cost, contract);
  if (!amount) return false;
  sum += *amount / kMoneyOfCost - (*amount < 0 ? 1 : 0);
  return true;
}

// How far the mark is from any price at which the holding's positions were opened, and a bit: the
// cost of what is left of a position was rounded.
std::int64_t reach(const Holding& holding, Price mark) {
  return std::max(std::abs(holding.highest_open.raw - mark.raw),
                  std::abs(mark.raw - holding.lowest_open.raw)) +
         1;
}

int128 worth(Volume volume, std::int64_t price) { return static_cast<int128>(volume.raw) * price; }

bool add(const State& state, const Account& account, const Holding& holding, bool is_converted,
         bool also_rises, InCurrency& sums) {
  const auto [bid, ask] = state.fronts(holding.symbol, account.group).prices;
  if (bid.raw <= 0) return false;
  const MarginSide& buys = holding.buys;
  const MarginSide& sells = holding.sells;
  const std::int64_t contract = state.symbol(holding.symbol).instrument.contract_size.raw;
  const auto left = checked_subtract<int128>(worth(buys.volume, bid.raw), buys.cost.raw);
  const auto right = checked_subtract<int128>(worth(sells.volume, ask.raw), sells.cost.raw);
  const auto result = left && right ? checked_subtract<int128>(*left, *right) : std::nullopt;
  if (!result || !add_rounded_down(sums.result, *result, contract)) return false;
  ++sums.holdings;
  const Volume lesser = std::min(buys.volume, sells.volume);
  const Volume greater = std::max(buys.volume, sells.volume);
  const int128 weight = worth(greater - lesser, bid.raw) + worth(lesser, bid.raw) / kSpreadPart + 1;
  if (!add_rounded_up(sums.weight, weight, contract)) return false;
  if (also_rises && !add_rounded_up(sums.of_spreads, worth(greater, ask.raw - bid.raw), contract))
    return false;
  if (!is_converted) return true;
  const int128 exposed = holding.positions == 1 ? static_cast<int128>(magnitude(*result))
                                                : worth(buys.volume, reach(holding, bid)) +
                                                      worth(sells.volume, reach(holding, ask));
  return add_rounded_up(sums.exposed, exposed, contract);
}

// By how much 0 to 4 drifting rates can make an amount more, (16/15)^n - 1, in 256ths.
constexpr std::array<int, RateBook::kChainMax + 1> kDrifted{0, 18, 36, 55, 76};
static_assert(kDriftOfRates == 16);

int128 drifted(int128 amount, std::size_t steps) {
  return amount + (amount / 256 + 1) * kDrifted[steps];
}

// Converts the sums and adds them up. False when money cannot express them.
bool add(const State& state, const RateBook::Chain& chain, bool also_rises, const InCurrency& sums,
         Exposure& all) {
  if (chain.length == 0) {
    all.equity_least.raw += sums.result;
    all.equity_most.raw += sums.result + sums.holdings;
    all.weight += sums.weight;
    all.of_spreads += sums.of_spreads;
    return true;
  }
  const auto rates = chain.exists ? rates_of(state, chain) : std::nullopt;
  if (!rates) return false;
  if (also_rises && rates->spreads > 256 / kDriftOfRates) return false;  // of_spreads is for less
  const bool is_loss = sums.result < 0;
  const auto size = static_cast<int128>(magnitude(sums.result));
  const int128 crossed = std::max<int128>((sums.exposed - size) / 2 + 1, 0);
  const auto least = (is_loss ? rates->high : rates->low).convert(size, is_loss);
  const auto most = (is_loss ? rates->low : rates->high).convert(size, !is_loss);
  const auto rounded = rates->high.convert(sums.holdings, true);
  const auto crossed_high = rates->high.convert(crossed, true);
  const auto crossed_low = rates->low.convert(crossed, false);
  const auto weight = rates->high.convert(sums.weight, true);
  const auto exposed = rates->high.convert(sums.exposed, true);
  const auto of_spreads = rates->high.convert(sums.of_spreads, true);
  if (!least || !most || !rounded || !crossed_high || !crossed_low) return false;
  if (!weight || !exposed || !of_spreads) return false;
  all.equity_least.raw += (is_loss ? -*least : *least) - (*crossed_high - *crossed_low);
  all.equity_most.raw += (is_loss ? -*most : *most) + *rounded;
  all.weight += drifted(*weight + *exposed * chain.length, chain.length);
  all.of_spreads += drifted(*of_spreads + (*exposed / 256 + 1) * rates->spreads, chain.length);
  return true;
}

}  // namespace

const RateBook::Chain& chain_of(const State& state, const Account& account,
                                const Holding& holding) {
  return state.rates.chain(state.symbol(holding.symbol).instrument.quote, account.currency);
}

std::optional<Exposure> expose(State& state, const Account& account, bool also_rises) {
  // Holdings in one currency after the other, each counted with the first of its currency.
  Exposure all;
  all.equity_least = all.equity_most = account.balance + account.credit;
  const auto currency_of = [&](std::uint32_t h) {
    return state.symbol(state.holdings[h].symbol).instrument.quote;
  };
  std::vector<Currency>& seen = state.currencies_seen;
  seen.clear();
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Currency currency = currency_of(h);
    if (std::find(seen.begin(), seen.end(), currency) != seen.end()) continue;
    seen.push_back(currency);
    const RateBook::Chain& chain = state.rates.chain(currency, account.currency);
    InCurrency sums;
    for (std::uint32_t i = h; i != 0; i = state.holdings[i].next_of_account) {
      if (currency_of(i) != currency) continue;
      if (!add(state, account, state.holdings[i], chain.length != 0, also_rises, sums))
        return std::nullopt;
    }
    if (!add(state, chain, also_rises, sums, all)) return std::nullopt;
  }
  return all;
}

}  // namespace tribook::engine
