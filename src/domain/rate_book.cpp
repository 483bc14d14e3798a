#include "tribook/domain/rate_book.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/base/canary.h"

namespace tribook {

RateBook::RateBook(std::size_t symbols_max)
    : quotes_(symbols_max + 1),
      chains_(kCurrenciesMax * kCurrenciesMax),
      quoted_chains_(kCurrenciesMax * kCurrenciesMax) {
  edges_.reserve(symbols_max);
  currencies_.reserve(kCurrenciesMax);
}

// Where the currency stands, or would.
std::size_t RateBook::place_of(Currency currency) const {
  constexpr std::size_t kMask = 2 * kCurrenciesMax - 1;
  static_assert((kMask & (kMask + 1)) == 0);
  std::size_t place = ((currency.packed * 0x9E3779B97F4A7C15ULL) >> 32) & kMask;
  while (places_[place] != 0 && currencies_[places_[place] - std::size_t{1}] != currency) {
    place = (place + 1) & kMask;
  }
  return place;
}

std::optional<std::uint8_t> RateBook::index_of(Currency currency) const {
  const std::uint8_t found = places_[place_of(currency)];
  if (found == 0) return std::nullopt;
  return static_cast<std::uint8_t>(found - 1);
}

bool RateBook::add_currency(Currency currency) {
  if (index_of(currency)) return true;
  if (currencies_.size() == kCurrenciesMax) return false;
  const std::size_t place = place_of(currency);
  currencies_.push_back(currency);
  places_[place] = static_cast<std::uint8_t>(currencies_.size());
  const auto index = currencies_.size() - 1;
  chains_[index * kCurrenciesMax + index].exists = true;
  quoted_chains_[index * kCurrenciesMax + index].exists = true;
  return true;
}

bool RateBook::add_symbol(const Instrument& instrument) {
  const std::array named{instrument.base, instrument.quote, instrument.margin_currency,
                         instrument.commission.currency};
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const bool is_repeated =
        std::find(named.begin(), named.begin() + i, named[i]) != named.begin() + i;
    if (named[i] && !is_repeated && !index_of(named[i])) ++unknown;
  }
  if (currencies_.size() + unknown > kCurrenciesMax) return false;
  for (const Currency currency : named) {
    if (currency) add_currency(currency);
  }
  if (add_edge(instrument)) find_chains(chains_, false);
  return true;
}

// False for what is no exchange rate.
bool RateBook::add_edge(const Instrument& instrument) {
  const bool is_rate = instrument.category == Category::Forex ||
                       instrument.category == Category::Metal ||
                       instrument.category == Category::Crypto;
  if (!is_rate || instrument.base == instrument.quote) return false;
  edges_.push_back({instrument.id, *index_of(instrument.base), *index_of(instrument.quote)});
  return true;
}

bool RateBook::restore_symbol(const Instrument& instrument, const Quote& quote) {
  for (const Currency currency : {instrument.base, instrument.quote, instrument.margin_currency,
                                  instrument.commission.currency}) {
    if (currency && !index_of(currency)) return false;
  }
  if (!index_of(instrument.quote) || !index_of(instrument.base)) return false;
  quotes_[instrument.id.value] = quote;
  add_edge(instrument);
  return true;
}

void RateBook::find_chains() {
  find_chains(chains_, false);
  find_chains(quoted_chains_, true);
}

bool RateBook::on_first_quote(SymbolId symbol) {
  const auto is_of = [symbol](const Edge& edge) { return edge.symbol == symbol; };
  if (std::find_if(edges_.begin(), edges_.end(), is_of) == edges_.end()) return false;
  find_chains(quoted_chains_, true);
  return true;
}

void RateBook::find_chains(std::vector<Chain>& chains, bool only_quoted) const {
  for (std::size_t source = 0; source < currencies_.size(); ++source) {
    find_chains_from(static_cast<std::uint8_t>(source), &chains[source * kCurrenciesMax],
                     only_quoted);
  }
}

// Breadth first; edges stand in order of symbol id, so the first chain found to a currency is the
// shortest, and among those the one with the lowest ids.
void RateBook::find_chains_from(std::uint8_t source, Chain* row, bool only_quoted) const {
  std::fill_n(row, kCurrenciesMax, Chain{});
  row[source].exists = true;
  std::array<std::uint8_t, kCurrenciesMax> queue{};
  std::size_t tail = 0;
  queue[tail++] = source;
  for (std::size_t head = 0; head < tail; ++head) {
    const std::uint8_t from = queue[head];
    const Chain reached = row[from];
    if (reached.length == kChainMax) continue;
    for (const Edge& edge : edges_) {
      if (edge.base != from && edge.quote != from) continue;
      if (only_quoted && !quotes_[edge.symbol.value].is_known()) continue;
      const std::uint8_t to = edge.base == from ? edge.quote : edge.base;
      if (row[to].exists) continue;
      row[to] = reached;
      row[to].steps[reached.length] = {edge.symbol, edge.base == from};
      ++row[to].length;
      queue[tail++] = to;
    }
  }
}

const RateBook::Chain& RateBook::listed_chain(Currency from, Currency to) const {
  static constexpr Chain kNone{};
  const auto from_index = index_of(from);
  const auto to_index = index_of(to);
  if (!from_index || !to_index) return kNone;
  return chains_[*from_index * kCurrenciesMax + *to_index];
}

bool RateBook::is_quoted(const Chain& chain) const {
  for (std::size_t i = 0; i < chain.length; ++i) {
    if (!quotes_[chain.steps[i].symbol.value].is_known()) return false;
  }
  return true;
}

const RateBook::Chain& RateBook::chain(Currency from, Currency to) const {
  static constexpr Chain kSame{{}, 0, true};
  if (from == to) return kSame;
  const Chain& listed = listed_chain(from, to);
  if (!listed.exists || is_quoted(listed)) return listed;
  return quoted_chains_[static_cast<std::size_t>(&listed - chains_.data())];
}

bool RateBook::convert(Product& amount, Currency from, Currency to, Crossing crossing) const {
  if (from == to) return true;
  const Chain& path = chain(from, to);
  if (!path.exists) return false;
  constexpr auto one = static_cast<std::uint64_t>(kFixedOne);
  for (std::size_t i = 0; i < path.length; ++i) {
    const Step step = path.steps[i];
    const Quote& rate = quotes_[step.symbol.value];
    if (!rate.is_known()) return false;
    const auto bid = static_cast<std::uint64_t>(rate.bid.raw);
    const auto ask = static_cast<std::uint64_t>(rate.ask.raw);
    // From base: a gain in the base currency is sold at the bid. Into base: a gain in the quote
    // currency buys base at the ask. A loss takes the other side of each.
    const bool is_gain =
        (crossing == Crossing::Gain) != base::is_broken(base::Broken::ConversionsSwapped);
    const bool takes_bid = is_gain == step.from_base;
    const std::uint64_t price = crossing == Crossing::Mid ? bid + ask : takes_bid ? bid : ask;
    const std::uint64_t prices = crossing == Crossing::Mid ? 2 : 1;
    if (step.from_base) {
      amount.scale(price, prices);
      amount.divide_by_power_of_ten(kFixedDigits);
    } else {
      amount.scale(prices * one, price);
    }
  }
  return true;
}

}  // namespace tribook
