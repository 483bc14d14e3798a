#include <array>
#include <map>
#include <set>

#include "support/engine_fixture.h"
#include "support/random.h"
#include "tribook/domain/rate_book.h"

// The engine does not look at every account at every quote: bounds on prices decide when. Here
// every account is looked at after every quote, naively, from its printed figures; whatever a bound
// missed shows as an account below a level that nobody was told of.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::Random;

struct Listed {
  const char* base;
  const char* quote;
  Category category;
  std::int64_t contract;
  std::int64_t start;  // raw price
  std::int64_t tick;   // raw
};

constexpr std::int64_t kOne = kFixedOne;
constexpr std::array<Listed, 9> kListed{{
    {"EUR", "USD", Category::Forex, 100'000, kOne * 110 / 100, 1'000},
    {"USD", "JPY", Category::Forex, 100'000, kOne * 150, 100'000},
    {"EUR", "JPY", Category::Forex, 100'000, kOne * 165, 100'000},
    {"GBP", "JPY", Category::Forex, 100'000, kOne * 190, 100'000},
    {"GBP", "CHF", Category::Forex, 100'000, kOne * 112 / 100, 1'000},
    {"USD", "CHF", Category::Forex, 100'000, kOne * 88 / 100, 1'000},
    {"XAU", "USD", Category::Metal, 100, kOne * 2'000, 1'000'000},
    {"DE30", "EUR", Category::Index, 1, kOne * 18'000, 10'000'000},
    {"BTC", "USD", Category::Crypto, 1, kOne * 60'000, 1'000'000},
}};

// Prices that wander, jump, widen; the symbols of one currency now and then together.
class Prices {
 public:
  explicit Prices(Random& random) : random_(random) {
    for (std::size_t i = 0; i < kListed.size(); ++i) mid_[i] = kListed[i].start;
  }
  // A shock to everything quoted in, or based on, one currency.
  void shock(std::string_view currency, std::int64_t per_mille) {
    for (std::size_t i = 0; i < kListed.size(); ++i) {
      if (kListed[i].base == currency) move(i, per_mille * 1'000);
      if (kListed[i].quote == currency) move(i, -per_mille * 1'000);
    }
  }
  Quote next(std::size_t i) {
    std::int64_t step = random_.between(-300, 300);                      // of a million
    if (random_.one_in(60)) step = random_.between(-20'000, 20'000);     // 2 %
    if (random_.one_in(500)) step = random_.between(-250'000, 250'000);  // a gap
    move(i, step);
    std::int64_t half = mid_[i] / 1'000'000 * random_.between(0, 80);
    if (random_.one_in(50)) half = mid_[i] / 1'000 * random_.between(1, 60);
    const std::int64_t tick = kListed[i].tick;
    const std::int64_t bid = std::max((mid_[i] - half) / tick, std::int64_t{1}) * tick;
    const std::int64_t ask = std::max(bid, (mid_[i] + half) / tick * tick);
    return {Price{bid}, Price{ask}, {}, false};
  }

 private:
  void move(std::size_t i, std::int64_t millionths) {
    mid_[i] += mid_[i] / 1'000'000 * millionths;
    // Wanders back when far away, so that a long run stays within the plausible.
    if (mid_[i] < kListed[i].start / 4) mid_[i] = kListed[i].start;
    if (mid_[i] > kListed[i].start * 4) mid_[i] = kListed[i].start;
  }
  Random& random_;
  std::array<std::int64_t, kListed.size()> mid_{};
};

class Watched {
 public:
  explicit Watched(std::uint64_t seed) : random(seed), prices_(random) {
    for (std::size_t i = 0; i < kListed.size(); ++i)
      symbols_.push_back(house_.add_symbol(instrument(i)));
    house_.put_group("narrow");
    house_.put_group("wide");
    house_.put_markup(GroupId{2}, {}, "3");
    using enum StopOutOrder;
    add("USD", "20000", 100, "100", "50", LargestLoss);
    add("EUR", "20000", 500, "150 120 100", "50", Smart);
    add("JPY", "3000000", 200, "120", "80", LargestMargin);
    add("USD", "5000", 500, "100", "100", Smart);  // the stop-out stands at the call
    add("JPY", "1000000", 1'000, "0", "0", LargestLoss);
    add("EUR", "100000", 30, "1000 500 250 125 100 80 60 30", "20", LargestMargin);
    add("BTC", "0.5", 100, "100", "30", Smart);
    add("CHF", "8000", 400, "", "99", LargestLoss);
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      house_.change_group(accounts_[i], GroupId{static_cast<std::uint16_t>(i % 3)});
    }
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
      Instrument listed = instrument(i);
      listed.id = symbols_[i];
      REQUIRE(rates_.add_symbol(listed));
      quote(i);
    }
  }

  void step(bool with_sessions) {
    if (random.one_in(300)) {
      constexpr std::array<const char*, 5> kCurrencies{"USD", "EUR", "JPY", "CHF", "BTC"};
      prices_.shock(kCurrencies[random.below(kCurrencies.size())], random.between(-150, 150));
    }
    house_.advance(std::chrono::milliseconds(random.one_in(400) ? 70'000 : random.below(1'500)));
    if (with_sessions && random.one_in(80)) {
      const std::size_t i = pick();
      open_[i] = !open_[i];
      note(house_.open_session(symbols_[i], open_[i]), {});
    }
    if (random.one_in(4)) act();
    if (random.one_in(60)) change();
    quote(pick());
  }

  Random random;
  std::size_t calls = 0;
  std::size_t stop_outs = 0;
  std::size_t trades = 0;

 private:
  static Instrument instrument(std::size_t i) {
    const Listed& listed = kListed[i];
    Instrument symbol = test::forex(listed.base, listed.quote);
    symbol.category = listed.category;
    symbol.tick_size = Price{listed.tick};
    if (symbol.pip_size < symbol.tick_size) symbol.pip_size = symbol.tick_size;
    symbol.contract_size = Quantity::from_whole(listed.contract);
    if (listed.category != Category::Forex) {
      symbol.margin.mode = MarginMode::CfdLeverage;
      symbol.margin_currency = symbol.quote;
    }
    symbol.margin.hedged = static_cast<HedgedMargin>(i % 4);
    symbol.margin.hedged_percent = test::ratio("25");
    if (i % 3 == 1)
      symbol.margin.maintenance_rate = symbol.margin.initial_rate = test::ratio("1.5");
    if (i % 2 == 0) symbol.commission.amount = test::ratio("2");
    if (i % 3 == 0) {  // tiers that a few orders reach
      symbol.margin.tier_basis = i % 2 == 0 ? TierBasis::Lots : TierBasis::Notional;
      symbol.margin.tiers = {MarginTier::of(i % 2 == 0 ? kOne / 2 : 40'000 * kOne, 200),
                             MarginTier::of(i % 2 == 0 ? 2 * kOne : 90'000 * kOne, 100),
                             MarginTier::of(0, 20)};
      symbol.margin.tier_count = 3;
    }
    return symbol;
  }
  void add(const char* currency, const char* deposit, std::uint32_t leverage, const char* call,
           const char* out, StopOutOrder order) {
    accounts_.push_back(house_.add_account({.currency = currency,
                                            .deposit = deposit,
                                            .leverage = leverage,
                                            .margin_call = call,
                                            .stop_out = out,
                                            .stop_out_order = order}));
    levels_[accounts_.back().value] = {test::levels_of(call), test::ratio(out)};
    rates_.add_currency(Currency::of(currency));
  }
  std::size_t pick() { return static_cast<std::size_t>(random.below(symbols_.size())); }

  // What an operator may do: prices and margins are others at once, and who is below a level then
  // is called at once.
  void change() {
    const AccountId account = accounts_[random.below(accounts_.size())];
    const GroupId group{static_cast<std::uint16_t>(1 + random.below(2))};
    const std::string pips = std::to_string(random.below(6)) + ".5";
    switch (random.below(5)) {
      case 0:
        note(house_.put_markup(group, symbols_[pick()], pips), {});
        break;
      case 1:
        note(house_.put_markup(group, {}, pips), {});
        break;
      case 2:
        note(house_.change_group(account, GroupId{static_cast<std::uint16_t>(random.below(3))}),
             {});
        break;
      case 3:
        note(house_.change_leverage(account, static_cast<std::uint32_t>(random.between(30, 500))),
             {});
        break;
      default: {
        const SymbolId symbol = symbols_[pick()];
        Instrument instrument = *house_.engine.instrument(symbol);
        instrument.spread_markup_pips = test::ratio(pips);
        note(house_.update_symbol(symbol, instrument), {});
      }
    }
  }

  // Whatever a client may do between two quotes; refusals are part of it.
  void act() {
    const AccountId account = accounts_[random.below(accounts_.size())];
    const auto held = house_.positions(account);
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const std::size_t i = pick();
        NewOrder order =
            House::order_of(symbols_[i], random.one_in(2) ? Side::Buy : Side::Sell, "0.01");
        order.volume = Volume{order.volume.raw *
                              (random.one_in(5) ? random.between(1, 500) : random.between(1, 30))};
        if (send(account, order).code() == RejectCode::None) ++trades;
        break;
      }
      case 4:
        if (!held.empty()) note(house_.close(account, held[random.below(held.size())].id), {});
        break;
      case 5:
        if (!held.empty()) {
          const auto& position = held[random.below(held.size())];
          ClosePosition close;
          close.position = position.id;
          close.partial = 1;
          close.volume = Volume{position.volume.raw / 2 / 1'000'000 * 1'000'000};
          send(account, close);
        }
        break;
      case 6:
        pay(account);
        break;
      default:
        if (!held.empty()) {
          ModifyPosition modify;
          const auto& position = held[random.below(held.size())];
          const std::size_t i = position.symbol.value - std::size_t{1};
          const std::int64_t away = quotes_[i].bid.raw / 200 / kListed[i].tick * kListed[i].tick;
          modify.position = position.id;
          modify.stop_loss = position.side == Side::Buy ? quotes_[i].bid - Price{away}
                                                        : quotes_[i].ask + Price{away};
          send(account, modify);
        }
    }
  }
  void pay(AccountId account) {
    const auto figures = house_.figures(account);
    if (figures.balance < test::money("100") && figures.positions == 0) {
      Deposit deposit;
      set_amount(deposit, test::money("4000"));
      send(account, deposit);
      return;
    }
    // Take out nearly all that is free: the levels come close.
    const int128 free = std::min(figures.free_margin.raw, figures.balance.raw);
    if (free <= 0 || !random.one_in(3)) return;
    Withdraw withdraw;
    set_amount(withdraw, Money{free / kOne * 9 / 10 * kOne});
    send(account, withdraw);
  }

  void quote(std::size_t i) {
    quotes_[i] = prices_.next(i);
    quoted_at_[i] = house_.now();
    rates_.set_quote(symbols_[i], quotes_[i]);
    note(house_.quote(symbols_[i], quotes_[i].bid, quotes_[i].ask), symbols_[i]);
  }

  template <typename Body>
  Events send(AccountId account, const Body& body) {
    const Events events = house_.send(account, body);
    note(events, {});
    return events;
  }

  // What the record told, against what all accounts look like after it. Who was stopped out by it
  // was called before that, and is looked at again with the next one.
  void note(const Events& events, SymbolId quoted) {
    std::set<std::pair<std::uint32_t, std::int64_t>> told;
    std::set<std::uint32_t> stopped;
    for (const Event& event : events.all) {
      const std::uint32_t account = event.header.account.value;
      if (event.header.kind == EventKind::MarginCall) {
        ++calls;
        const auto level = event.get<MarginCallRaised>().threshold.raw;
        REQUIRE(told.emplace(account, level).second);
        REQUIRE(is_called_.emplace(account, level).second);
      }
      if (event.header.kind != EventKind::StopOut) continue;
      ++stop_outs;
      REQUIRE(quoted);
      REQUIRE(stopped.insert(account).second);
    }
    for (const AccountId account : accounts_) {
      if (stopped.count(account.value) == 0) check_calls(account, told);
      if (quoted) check_stop_out(account, quoted);
    }
  }

  static bool is_below(const engine::AccountFigures& figures, Ratio level) {
    return figures.equity.raw * 100 * kOne < figures.used_margin.raw * level.raw;
  }

  void check_calls(AccountId account,
                   const std::set<std::pair<std::uint32_t, std::int64_t>>& told) {
    const auto figures = house_.figures(account);
    CAPTURE(account.value, figures.equity, figures.used_margin, figures.positions);
    const MarginCallLevels& levels = levels_[account.value].first;
    for (std::size_t i = 0; i < levels.count; ++i) {
      const std::pair key{account.value, levels.level[i].raw};
      if (figures.used_margin.raw > 0 && is_below(figures, levels.level[i])) {
        REQUIRE(is_called_.count(key) == 1);
      } else {
        REQUIRE(told.count(key) == 0);
        is_called_.erase(key);
      }
    }
  }

  void check_stop_out(AccountId account, SymbolId quoted) {
    const auto figures = house_.figures(account);
    if (figures.positions == 0) return;
    const bool is_below_out = figures.used_margin.is_zero()
                                  ? figures.equity.is_negative()
                                  : is_below(figures, levels_[account.value].second);
    if (!is_below_out || !depends_on(account, figures.currency, quoted)) return;
    CAPTURE(account.value, quoted.value, figures.equity, figures.used_margin);
    REQUIRE_FALSE(has_eligible(account));
  }
  bool depends_on(AccountId account, Currency own, SymbolId quoted) {
    for (const auto& position : house_.positions(account)) {
      if (position.symbol == quoted) return true;
      const Currency from = Currency::of(kListed[position.symbol.value - std::size_t{1}].quote);
      const RateBook::Chain& chain = rates_.listed_chain(from, own);
      for (std::size_t i = 0; i < chain.length; ++i) {
        if (chain.steps[i].symbol == quoted) return true;
      }
    }
    return false;
  }
  bool has_eligible(AccountId account) {
    for (const auto& position : house_.positions(account)) {
      const std::size_t i = position.symbol.value - std::size_t{1};
      if (open_[i] && house_.now() - quoted_at_[i] <= std::chrono::seconds(60)) return true;
    }
    return false;
  }

  House house_;
  Prices prices_;
  std::vector<SymbolId> symbols_;
  std::vector<AccountId> accounts_;
  RateBook rates_{kListed.size()};
  std::map<std::uint32_t, std::pair<MarginCallLevels, Ratio>> levels_;  // calls, stop-out
  std::set<std::pair<std::uint32_t, std::int64_t>> is_called_;          // account and level
  std::array<Quote, kListed.size()> quotes_{};
  std::array<TimeNs, kListed.size()> quoted_at_{};
  std::array<bool, kListed.size()> open_ = [] {
    std::array<bool, kListed.size()> all{};
    all.fill(true);
    return all;
  }();
};

void run(std::uint64_t seed, bool with_sessions) {
  Watched watched(seed);
  INFO(watched.random.reproduce());
  for (int step = 0; step < 6'000; ++step) {
    CAPTURE(step);
    watched.step(with_sessions);
  }
  // The run reached what it is about.
  CHECK(watched.trades > 100);
  CHECK(watched.calls > 20);
  CHECK(watched.stop_outs > 20);
}

TEST_CASE("Bounds: after every quote no account is below a level unseen") {
  const auto seed = GENERATE(range(1, 13));
  run(static_cast<std::uint64_t>(seed), false);
}

TEST_CASE("Bounds: nor when markets open and close in between") {
  const auto seed = GENERATE(range(101, 105));
  run(static_cast<std::uint64_t>(seed), true);
}

// One position, one level, prices that creep: each quote is the first below the level, or not.
TEST_CASE(
    "Bounds: the very quote that crosses is seen, at every distance and through every conversion") {
  Random random(9);
  INFO(random.reproduce());
  constexpr std::array<const char*, 5> kCurrencies{"USD", "EUR", "JPY", "GBP", "CHF"};
  for (int run = 0; run < 300; ++run) {
    House house;
    std::vector<SymbolId> symbols;
    for (std::size_t i = 0; i < 6; ++i) {
      Instrument symbol = test::forex(kListed[i].base, kListed[i].quote);
      symbol.tick_size = Price{kListed[i].tick};
      if (symbol.pip_size < symbol.tick_size) symbol.pip_size = symbol.tick_size;
      symbols.push_back(house.add_symbol(symbol));
    }
    Prices prices(random);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const Quote quote = prices.next(i);
      house.quote(symbols[i], quote.bid, quote.ask);
    }
    const char* currency = kCurrencies[random.below(kCurrencies.size())];
    const AccountId account =
        house.add_account({.currency = currency, .deposit = "1000000", .leverage = 500});
    const std::size_t held = random.below(symbols.size());
    const auto volume = std::to_string(random.between(1, 20));
    if (house.order(account, symbols[held], random.one_in(2) ? Side::Buy : Side::Sell, volume)
            .code() != RejectCode::None) {
      continue;
    }
    const auto before = house.figures(account);
    Withdraw withdraw;
    set_amount(withdraw,
               Money{before.free_margin.raw / kOne * random.between(1, 100) / 100 * kOne});
    house.send(account, withdraw);
    for (int step = 0; step < 60 && house.figures(account).positions != 0; ++step) {
      const std::size_t i = random.below(symbols.size());
      const Quote quote = prices.next(i);
      const bool was_called = house.figures(account).equity < house.figures(account).used_margin;
      const auto events = house.quote(symbols[i], quote.bid, quote.ask);
      const auto figures = house.figures(account);
      CAPTURE(run, step, currency, held, i, figures.equity, figures.used_margin);
      if (figures.positions == 0) {
        REQUIRE(events.has<StopOutStarted>());
        break;
      }
      REQUIRE(figures.equity.raw * 2 >= figures.used_margin.raw);
      const bool is_called = figures.equity < figures.used_margin;
      REQUIRE((!is_called || was_called || events.has<MarginCallRaised>()));
    }
  }
}

}  // namespace
}  // namespace tribook
