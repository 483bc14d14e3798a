#include "support/crowd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "tribook/domain/group.h"
#include "tribook/message/text.h"

namespace tribook::bench {
namespace {

constexpr std::int64_t kLeverage = 100;
constexpr double kLowestLevel = 2;  // of equity over margin
constexpr double kHighestLevel = 50;

struct Listed {
  std::string_view base;
  std::string_view quote;
  Category category;
  std::int64_t contract;
  std::int64_t price;  // raw
  std::int64_t tick;   // raw
};

constexpr std::array<Listed, Crowd::kSymbols> kListed{{
    {"EUR", "USD", Category::Forex, 100'000, 138'676'000, 1'000},
    {"XAU", "USD", Category::Metal, 100, 129'167'700'000, 100'000},
    {"USD", "JPY", Category::Forex, 100'000, 10'230'000'000, 100'000},
    {"GBP", "USD", Category::Forex, 100'000, 168'900'000, 1'000},
    {"EUR", "GBP", Category::Forex, 100'000, 82'100'000, 1'000},
    {"USD", "CHF", Category::Forex, 100'000, 87'800'000, 1'000},
    {"EUR", "JPY", Category::Forex, 100'000, 14'186'000'000, 100'000},
    {"NZD", "USD", Category::Forex, 100'000, 86'400'000, 1'000},
}};

constexpr std::array<std::string_view, 10> kCurrencies{"USD", "USD", "USD", "USD", "USD",
                                                       "USD", "EUR", "EUR", "GBP", "JPY"};

Currency currency_of(std::uint32_t account) {
  return Currency::of(kCurrencies[account % kCurrencies.size()]);
}

const Listed& listed(SymbolId symbol) { return kListed[symbol.value - std::size_t{1}]; }

Instrument instrument_of(const Listed& listed) {
  Instrument instrument;
  instrument.name = SymbolName::of(std::string(listed.base) + std::string(listed.quote));
  instrument.base = Currency::of(listed.base);
  instrument.quote = Currency::of(listed.quote);
  instrument.category = listed.category;
  instrument.margin_currency = instrument.base;
  instrument.commission.currency = instrument.quote;
  instrument.commission.basis = CommissionBasis::PerMillion;
  instrument.commission.amount = Ratio::from_whole(25);
  instrument.digits = listed.tick == 1'000 ? 5 : 3;
  instrument.tick_size = Price{listed.tick};
  instrument.pip_size = Price{listed.tick * 10};
  instrument.contract_size = Quantity::from_whole(listed.contract);
  instrument.min_volume = instrument.volume_step = Volume{kFixedOne / 100};
  instrument.max_volume = Volume::from_whole(100);
  return instrument;
}

template <typename Body, typename Spec>
Command with_spec(Slab& slab, const Body& body, const Spec& spec) {
  Command command = Command::make(body);
  command.header.text = put_spec(slab, spec);
  return command;
}

}  // namespace

Crowd::Crowd(const CrowdShape& shape, SymbolId symbol, BidAsk first)
    : shape_(shape),
      symbol_(symbol),
      seed_(88'172'645'463'325'252ULL + shape.seed),
      prices_(kSymbols + std::size_t{1}),
      margins_(shape.accounts + std::size_t{1}) {
  for (std::uint16_t i = 1; i <= kSymbols; ++i) {
    const Listed& listed = kListed[i - std::size_t{1}];
    prices_[i] = {Price{listed.price}, Price{listed.price + 10 * listed.tick}};
  }
  prices_[symbol.value] = first;
  plan();
}

std::uint64_t Crowd::random(std::uint64_t below) {
  seed_ ^= seed_ << 13;
  seed_ ^= seed_ >> 7;
  seed_ ^= seed_ << 17;
  return (seed_ >> 11) % below;
}

double Crowd::in_dollars(Currency currency) const {
  const auto price = [&](std::size_t i) { return static_cast<double>(prices_[i].bid.raw) / 1e8; };
  for (std::size_t i = 0; i < kListed.size(); ++i) {
    if (kListed[i].quote == "USD" && Currency::of(kListed[i].base) == currency) return price(i + 1);
    if (kListed[i].base == "USD" && Currency::of(kListed[i].quote) == currency)
      return 1 / price(i + 1);
  }
  return 1;
}

Crowd::Planned Crowd::any_position() {
  Planned planned;
  planned.account = AccountId{static_cast<std::uint32_t>(1 + random(shape_.accounts))};
  const bool is_quoted = random(2) == 0;
  planned.symbol = is_quoted ? symbol_ : SymbolId{static_cast<std::uint16_t>(1 + random(kSymbols))};
  planned.side = random(2) == 0 ? Side::Buy : Side::Sell;
  planned.hundredths = static_cast<std::int32_t>(1 + random(50));
  return planned;
}

void Crowd::plan() {
  planned_.reserve(shape_.positions);
  for (std::uint32_t i = 0; i < shape_.positions; ++i) {
    const Planned& planned = planned_.emplace_back(any_position());
    const Listed& of = listed(planned.symbol);
    margins_[planned.account.value] += in_dollars(Currency::of(of.base)) * planned.hundredths /
                                       100 * static_cast<double>(of.contract) / kLeverage;
  }
}

Command Crowd::create_account(Slab& slab, std::uint32_t index) {
  AccountSpec spec;
  spec.user.username = FixedText<100>::of("user" + std::to_string(index));
  spec.user.password_hash = FixedText<64>::of("none");
  spec.currency = currency_of(index);
  spec.leverage = kLeverage;
  if (shape_.is_netting) spec.mode = PositionMode::Netting;
  const std::uint64_t group = random(shape_.groups + 1);
  if (group != 0) spec.group = FixedText<32>::of("group" + std::to_string(group));
  const double exponent = static_cast<double>(random(1'000'000)) / 1e6;
  const double level = kLowestLevel * std::pow(kHighestLevel / kLowestLevel, exponent);
  const double dollars =
      std::max(margins_[index] * level, static_cast<double>(shape_.least_deposit));
  Deposit deposit;
  set_amount(deposit,
             Money::from_whole(static_cast<std::int64_t>(dollars / in_dollars(spec.currency)) + 1));
  spec.initial_deposit_low = deposit.amount_low;
  spec.initial_deposit_high = deposit.amount_high;
  return with_spec(slab, CreateAccount{}, spec);
}

void Crowd::set_up(Slab& slab, const Submit& submit) {
  for (std::uint16_t i = 1; i <= kSymbols; ++i) {
    Instrument instrument = instrument_of(listed(SymbolId{i}));
    instrument.id = SymbolId{i};
    submit(with_spec(slab, CreateSymbol{}, instrument));
    SessionChange change;
    change.symbol = SymbolId{i};
    change.is_open = 1;
    submit(Command::make(change));
  }
  for (std::uint32_t i = 1; i <= shape_.groups; ++i) {
    GroupSpec spec;
    spec.name = FixedText<32>::of("group" + std::to_string(i));
    submit(with_spec(slab, PutGroup{}, spec));
    PutGroupTerms put;
    put.group = GroupId{static_cast<std::uint16_t>(i)};
    GroupTerms terms;
    terms.sets = GroupTerms::kMarkup;
    terms.markup_pips = Ratio{kFixedOne / 5 * i};
    submit(with_spec(slab, put, terms));
  }
  for (std::uint16_t i = 1; i <= kSymbols; ++i) submit(quote(SymbolId{i}, prices_[i]));
  for (std::uint32_t i = 1; i <= shape_.accounts; ++i) submit(create_account(slab, i));
}

void Crowd::open(const Submit& submit) {
  for (const Planned& planned : planned_) submit(order_of(planned));
}

// A third has a stop-loss, a third a take-profit, one in a hundred a stop-loss that follows.
Command Crowd::order_of(const Planned& planned) {
  const std::int64_t tick = listed(planned.symbol).tick;
  const BidAsk price = prices_[planned.symbol.value];
  const auto level = [&](bool is_above) {
    const std::int64_t away =
        price.bid.raw / 10'000 * static_cast<std::int64_t>(50 + random(950)) / tick * tick;
    return Price{(price.bid.raw + (is_above ? away : -away)) / tick * tick};
  };
  NewOrder order;
  order.symbol = planned.symbol;
  order.side = planned.side;
  order.volume = Volume{kFixedOne / 100 * planned.hundredths};
  if (random(3) == 0) order.stop_loss = level(planned.side == Side::Sell);
  if (random(3) == 0) order.take_profit = level(planned.side == Side::Buy);
  if (random(100) == 0) {
    order.trailing_distance.hundredths = static_cast<std::uint32_t>(10 * (200 + random(800)));
    order.trailing_step.hundredths = static_cast<std::uint32_t>(10 * (50 + random(150)));
  }
  if (!shape_.has_levels) {
    order.stop_loss = order.take_profit = {};
    order.trailing_distance = order.trailing_step = {};
  }
  order.max_slippage_pips = Ratio{-1};
  order.origin = Origin::Rest;
  order.book = Book::B;
  Command command = Command::make(order);
  command.header.account = planned.account;
  return command;
}

Command Crowd::any_order() { return order_of(any_position()); }

Command Crowd::quote(SymbolId symbol, BidAsk prices) const {
  QuoteCommand quote;
  quote.symbol = symbol;
  quote.bid = prices.bid;
  quote.ask = prices.ask;
  quote.never_stale = 1;
  return Command::make(quote);
}

}  // namespace tribook::bench
