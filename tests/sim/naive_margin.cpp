#include "sim/naive_margin.h"

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "tribook/domain/currency.h"
#include "tribook/domain/group.h"
#include "tribook/message/text.h"

namespace tribook::sim {
namespace {

constexpr std::uint64_t kOne = static_cast<std::uint64_t>(kFixedOne);
constexpr std::uint64_t kHundred = 100 * kOne;

}  // namespace

/// A natural number of up to 1,024 bits, by the school's methods.
class NaiveMargin::Big {
 public:
  Big(uint128 value) {  // NOLINT: numbers are written where one is meant
    for (std::size_t i = 0; value != 0; value >>= 32)
      limbs_[i++] = static_cast<std::uint32_t>(value);
  }

  Big operator+(const Big& other) const {
    Big sum(0);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry += std::uint64_t{limbs_[i]} + other.limbs_[i];
      sum.limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    return sum;
  }

  Big operator*(std::uint64_t factor) const {
    Big low(0);
    Big high(0);
    std::uint64_t carry_low = 0;
    std::uint64_t carry_high = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry_low += std::uint64_t{limbs_[i]} * (factor & 0xFFFFFFFF);
      low.limbs_[i] = static_cast<std::uint32_t>(carry_low);
      carry_low >>= 32;
      if (i + 1 == kLimbs) break;
      carry_high += std::uint64_t{limbs_[i]} * (factor >> 32);
      high.limbs_[i + 1] = static_cast<std::uint32_t>(carry_high);
      carry_high >>= 32;
    }
    return low + high;
  }

  Big operator*(const Big& other) const {
    Big sum(0);
    Big shifted = *this;
    for (std::size_t bit = 0; bit < other.bits(); ++bit, shifted = shifted + shifted) {
      if ((other.limbs_[bit / 32] >> bit % 32 & 1U) != 0) sum = sum + shifted;
    }
    return sum;
  }

  [[nodiscard]] bool is_zero() const { return bits() == 0; }
  [[nodiscard]] Big without(const Big& less) const { return minus(less); }
  [[nodiscard]] bool is_below(const Big& other) const { return is_less(other); }

  /// To the nearest, a half away from zero: (2 x this + divisor) / (2 x divisor).
  [[nodiscard]] Big rounded_by(const Big& divisor) const {
    const Big value = *this * 2 + divisor;
    const Big by = divisor * 2;
    Big quotient(0);
    Big rest(0);
    for (std::size_t bit = value.bits(); bit-- > 0;) {
      rest = rest + rest;
      rest.limbs_[0] |= value.limbs_[bit / 32] >> bit % 32 & 1U;
      if (rest.is_less(by)) continue;
      rest = rest.minus(by);
      quotient.limbs_[bit / 32] |= 1U << bit % 32;
    }
    return quotient;
  }

  /// Saturated.
  [[nodiscard]] uint128 narrow() const {
    for (std::size_t i = 4; i < kLimbs; ++i) {
      if (limbs_[i] != 0) return ~uint128{0};
    }
    uint128 value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 32 | limbs_[i];
    return value;
  }

 private:
  static constexpr std::size_t kLimbs = 32;

  /// Up to the highest limb that is not 0.
  [[nodiscard]] std::size_t bits() const {
    std::size_t used = kLimbs;
    while (used > 0 && limbs_[used - 1] == 0) --used;
    return used * 32;
  }

  [[nodiscard]] bool is_less(const Big& other) const {
    return std::lexicographical_compare(limbs_.rbegin(), limbs_.rend(), other.limbs_.rbegin(),
                                        other.limbs_.rend());
  }
  [[nodiscard]] Big minus(const Big& other) const {
    Big rest(0);
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      borrow += std::int64_t{limbs_[i]} - other.limbs_[i];
      rest.limbs_[i] = static_cast<std::uint32_t>(borrow);
      borrow >>= 32;
    }
    return rest;
  }

  std::array<std::uint32_t, kLimbs> limbs_{};
};

namespace {

std::uint64_t unit_of(Currency currency) {
  std::uint64_t unit = 1;
  for (int digits = minor_digits(currency); digits < kFixedDigits; ++digits) unit *= 10;
  return unit;
}

std::uint64_t positive(std::int64_t raw) { return static_cast<std::uint64_t>(raw); }

bool is_rate(const Instrument& i) {
  return (i.category == Category::Forex || i.category == Category::Metal ||
          i.category == Category::Crypto) &&
         i.base != i.quote;
}

}  // namespace

void NaiveMargin::apply(const Event& event, std::span<const std::byte> text) {
  switch (event.header.kind) {
    case EventKind::QuoteApplied: {
      const auto quote = event.get<QuoteApplied>();
      symbols_[quote.symbol.value].bid = positive(quote.bid.raw);
      symbols_[quote.symbol.value].ask = positive(quote.ask.raw);
      symbols_[quote.symbol.value].venue_bid = positive(quote.venue_bid.raw);
      symbols_[quote.symbol.value].venue_ask = positive(quote.venue_ask.raw);
      return;
    }
    case EventKind::SymbolUpdated:
      return on_symbol(event, text);
    case EventKind::GroupTermsUpdated:
      return on_terms(event, text);
    case EventKind::AccountCreated: {
      const auto spec = read_spec<AccountSpec>(text);
      accounts_[event.header.account.value] = {spec->currency, spec->leverage, 0};
      return;
    }
    case EventKind::TradeExecuted:
      return on_trade(event);
    case EventKind::AccountUpdated:
      return on_account(event);
    default:
      return;
  }
}

// Breadth first over the symbols that have a price, in their order. Empty when there is no way.
std::vector<NaiveMargin::Hop> NaiveMargin::way(Currency from, Currency to) const {
  std::set<std::uint64_t> reached{from.packed};
  std::deque<std::pair<Currency, std::vector<Hop>>> waiting{{from, {}}};
  while (!waiting.empty() && waiting.front().first != to) {
    const auto [currency, hops] = std::move(waiting.front());
    waiting.pop_front();
    for (const auto& [id, symbol] : symbols_) {
      const Instrument& rate = symbol.instrument;
      if (!is_rate(rate) || symbol.bid == 0 || (rate.base != currency && rate.quote != currency))
        continue;
      const bool is_from_base = rate.base == currency;
      const Currency next = is_from_base ? rate.quote : rate.base;
      if (!reached.insert(next.packed).second) continue;
      waiting.emplace_back(next, hops);
      waiting.back().second.emplace_back(id, is_from_base);
    }
  }
  return waiting.empty() ? std::vector<Hop>{} : waiting.front().second;
}

// Units, or units x price, or so much a lot; in the margin's currency, then over the mids.
uint128 NaiveMargin::basis_of(const Account& account, const TradeExecuted& trade) const {
  const Instrument& instrument = symbols_.at(trade.symbol.value).instrument;
  const MarginSpec& margin = instrument.margin;
  Big above = Big(positive(trade.volume.raw)) * kOne;
  Big below = Big(kOne) * kOne;
  if (margin.mode == MarginMode::Futures) {
    above = above * positive(margin.initial_per_lot.raw);
  } else {
    above = above * positive(instrument.contract_size.raw);
    if (margin.mode != MarginMode::Forex) {
      above = above * positive(trade.price.raw);
      below = below * kOne;
    }
    if (margin.mode == MarginMode::Cfd) {
      above = above * positive(margin.percent.raw);
      below = below * kHundred;
    }
  }
  const std::vector<Hop> hops = way(instrument.margin_currency, account.currency);
  // What a venue filled counts for nothing while no rate converts it.
  if (hops.empty() && instrument.margin_currency != account.currency) return 0;
  for (const auto& [id, is_from_base] : hops) {
    const Symbol& rate = symbols_.at(id);
    const std::uint64_t both = rate.bid + rate.ask;
    above = above * (is_from_base ? both : 2 * kOne);
    below = below * (is_from_base ? 2 * kOne : both);
  }
  return above.rounded_by(below).narrow();
}

void NaiveMargin::on_trade(const Event& event) {
  const auto trade = event.get<TradeExecuted>();
  const std::uint64_t volume = positive(trade.volume.raw);
  if (trade.reason == CloseReason::None) {
    const std::uint32_t account = event.header.account.value;
    Position& opened = positions_[trade.position.value];  // or one that grows
    opened.account = account;
    opened.symbol = trade.symbol.value;
    opened.is_buy = trade.side == Side::Buy;
    opened.volume += volume;
    opened.basis += basis_of(accounts_.at(account), trade);
    opened.cost += static_cast<uint128>(volume) * positive(trade.price.raw);
    return;
  }
  Position& position = positions_.at(trade.position.value);
  const std::uint64_t left = position.volume - volume;
  position.basis = (Big(position.basis) * left).rounded_by(Big(position.volume)).narrow();
  position.cost -= (Big(position.cost) * volume).rounded_by(Big(position.volume)).narrow();
  position.volume = left;
  if (left == 0) positions_.erase(trade.position.value);
}

/// above / below, of the unit in which the basis is.
struct NaiveMargin::Portion {
  Big above{0};
  Big below{1};
};

// The leg's basis by its leverages. With tiers: each part of the volume or notional by its own.
NaiveMargin::Portion NaiveMargin::margin_of(const Account& account, const Instrument& instrument,
                                            const Leg& leg) const {
  const MarginSpec& margin = instrument.margin;
  if (!margin.has_leverage() || leg.volume == 0) return {Big(leg.basis), Big(1)};
  const std::uint32_t own = leverage_of(account, instrument.id.value);
  const std::uint32_t cap = margin.leverage_cap == 0 ? own : margin.leverage_cap;
  if (margin.tier_count == 0) return {Big(leg.basis), Big(std::min(cap, own))};
  const bool is_by_lots = margin.tier_basis == TierBasis::Lots;
  const bool is_forex = margin.mode == MarginMode::Forex;
  Big whole(leg.volume);  // at 10^-8, or at 10^-24
  if (!is_by_lots) {
    whole = is_forex ? Big(leg.volume) * kOne : Big(leg.cost);
    whole = whole * positive(instrument.contract_size.raw);
  }
  Portion sum{Big(0), Big(1)};
  Big from(0);
  for (std::size_t i = 0; i < margin.tier_count && from.is_below(whole); ++i) {
    const MarginTier& tier = margin.tiers[i];
    Big to(static_cast<uint128>(tier.up_to()));
    if (!is_by_lots) to = to * kOne * kOne;
    if (i + 1 == margin.tier_count || to.is_zero() || whole.is_below(to)) to = whole;
    const std::uint64_t leverage = std::min(tier.leverage, own);
    sum.above = sum.above * leverage + to.without(from) * sum.below;
    sum.below = sum.below * leverage;
    from = to;
  }
  return {Big(leg.basis) * sum.above, whole * sum.below};
}

// Half of it on each side, to the tick. A group's may leave no price: then one tick, or the
// highest.
NaiveMargin::Prices NaiveMargin::marked_up(const Symbol& symbol, std::uint64_t markup) {
  if (markup == 0) return {symbol.venue_bid, symbol.venue_ask};
  constexpr auto kHighest = static_cast<std::uint64_t>(kMaxFixedRaw);
  const uint128 tick = positive(symbol.instrument.tick_size.raw);
  const uint128 half = uint128{markup} * positive(symbol.instrument.pip_size.raw) / (2 * kOne);
  const uint128 down = symbol.venue_bid < half ? 0 : (symbol.venue_bid - half) / tick * tick;
  const uint128 up = (symbol.venue_ask + half + tick - 1) / tick * tick;
  const uint128 bid = down != 0 ? down : std::min(tick, uint128{symbol.venue_bid});
  const uint128 ask =
      up <= kHighest ? up : std::max(kHighest / tick * tick, uint128{symbol.venue_ask});
  return {static_cast<std::uint64_t>(bid), static_cast<std::uint64_t>(ask)};
}

// A markup takes effect on the standing quote.
void NaiveMargin::on_symbol(const Event& event, std::span<const std::byte> text) {
  Symbol& symbol = symbols_[event.get<SymbolUpdated>().symbol.value];
  symbol.instrument = *read_spec<Instrument>(text);
  if (symbol.venue_bid == 0) return;
  const Prices now = marked_up(symbol, positive(symbol.instrument.spread_markup_pips.raw));
  symbol.bid = now.bid;
  symbol.ask = now.ask;
}

void NaiveMargin::on_terms(const Event& event, std::span<const std::byte> text) {
  const auto update = event.get<GroupTermsUpdated>();
  const auto terms = read_spec<GroupTerms>(text);
  const std::pair key{update.group.value, update.symbol.value};
  leverage_caps_.erase(key);
  markups_.erase(key);
  if (terms->has(GroupTerms::kLeverageCap)) leverage_caps_[key] = terms->leverage_cap;
  if (terms->has(GroupTerms::kMarkup)) markups_[key] = positive(terms->markup_pips.raw);
}

Price NaiveMargin::price_of(AccountId account, SymbolId symbol, Side side) const {
  const Symbol& of = symbols_.at(symbol.value);
  std::uint64_t markup = positive(of.instrument.spread_markup_pips.raw);
  const std::uint16_t group = accounts_.at(account.value).group;
  for (const std::uint16_t terms : {std::uint16_t{0}, symbol.value}) {
    const auto found = markups_.find({group, terms});
    if (found != markups_.end()) markup = found->second;
  }
  const Prices now = of.venue_bid == 0 ? Prices{} : marked_up(of, markup);
  return Price{static_cast<std::int64_t>(side == Side::Buy ? now.ask : now.bid)};
}

std::uint32_t NaiveMargin::leverage_of(const Account& account, std::uint16_t symbol) const {
  for (const std::uint16_t of : {symbol, std::uint16_t{0}}) {
    const auto cap = leverage_caps_.find({account.group, of});
    if (cap != leverage_caps_.end()) return std::min(cap->second, account.leverage);
  }
  return account.leverage;
}

uint128 NaiveMargin::margin_of(const Account& account, const Instrument& instrument,
                               const Leg& buys, const Leg& sells) const {
  const MarginSpec& margin = instrument.margin;
  const Portion bought = margin_of(account, instrument, buys);
  const Portion sold = margin_of(account, instrument, sells);
  // Over one denominator.
  const Big buy = bought.above * sold.below;
  const Big sell = sold.above * bought.below;
  const Big below = bought.below * sold.below;
  const Big both = buy + sell;
  const Big& larger = buys.volume >= sells.volume ? buy : sell;
  const std::uint64_t whole = std::max(buys.volume, sells.volume);
  const std::uint64_t uncovered = whole - std::min(buys.volume, sells.volume);
  const std::uint64_t percent = positive(margin.hedged_percent.raw);
  // In parts of (larger volume x 100 %).
  Big charged = (buy.is_below(sell) ? sell : buy) * whole * kHundred;
  if (margin.hedged == HedgedMargin::Sum) charged = both * whole * kHundred;
  if (margin.hedged == HedgedMargin::Net) charged = larger * uncovered * kHundred;
  if (margin.hedged == HedgedMargin::Percent) {
    charged = larger * uncovered * (kHundred - percent) + both * whole * percent;
  }
  const std::uint64_t unit = unit_of(account.currency);
  const Big units = (charged * positive(margin.maintenance_rate.raw))
                        .rounded_by(below * whole * kHundred * kOne * unit);
  return (units * unit).narrow();
}

void NaiveMargin::on_account(const Event& event) {
  const std::uint32_t id = event.header.account.value;
  Account& account = accounts_.at(id);
  account.leverage = event.get<AccountUpdated>().leverage;
  account.group = event.get<AccountUpdated>().group.value;
  if (event.header.root <= from_) return;
  std::map<std::uint16_t, std::pair<Leg, Leg>> sides;
  for (const auto& [number, position] : positions_) {
    if (position.account != id) continue;
    auto& [buys, sells] = sides[position.symbol];
    Leg& side = position.is_buy ? buys : sells;
    side.basis += position.basis;
    side.volume += position.volume;
    side.cost += position.cost;
  }
  uint128 sum = 0;
  for (const auto& [symbol, both] : sides) {
    const uint128 used =
        margin_of(account, symbols_.at(symbol).instrument, both.first, both.second);
    if (used > static_cast<uint128>(kMaxMoney.raw)) return;  // cannot be expressed
    sum += used;
  }
  ++checked_;
  const auto told = static_cast<uint128>(event.get<AccountUpdated>().used_margin.raw);
  if (told == sum || !problem_.empty()) return;
  problem_ = "account " + std::to_string(id) + " was told another used margin than its positions'" +
             " at record " + std::to_string(event.header.root.value);
}

}  // namespace tribook::sim
