#include <array>
#include <set>

#include "support/order_desk.h"
#include "tribook/base/archive.h"

// The ends of every range at once: what comes of it is right, or refused with a code; it is never
// wrapped and never aborts.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::lots;
using test::money;

// ---- Prices, volumes and contracts ----

// Prices in units of 10^-5, volumes and contracts whole: an exact profit fits 128 bits.
struct Deal {
  std::int64_t lots = 0;
  std::int64_t contract = 0;
  std::int64_t opened = 0;
  std::int64_t closed = 0;
  Side side = Side::Buy;

  [[nodiscard]] int128 profit_in_five_digits() const {
    const int128 move = side == Side::Buy ? closed - opened : opened - closed;
    return move * contract * lots;
  }
  // Empty beyond 10^20.
  [[nodiscard]] std::optional<Money> profit() const {
    const int128 cents = divide_half_away(profit_in_five_digits(), 1'000);
    constexpr int128 most = kMaxMoney.raw / 1'000'000;
    if (cents > most || cents < -most) return std::nullopt;
    return Money{cents * 1'000'000};
  }
};

Price five_digits(std::int64_t raw) { return Price{raw * 1'000}; }

Instrument symbol_of(std::int64_t contract) {
  Instrument instrument = test::contract("GEM", Category::Index, "GEM", "USD", "1");
  instrument.contract_size = Quantity{contract * kFixedOne};
  instrument.digits = 5;
  instrument.tick_size = instrument.pip_size = test::price("0.00001");
  instrument.max_volume = lots("10000000000");
  instrument.margin.mode = MarginMode::Futures;
  instrument.margin.initial_per_lot = test::ratio("0.00000001");
  return instrument;
}

void try_deal(const Deal& deal) {
  CAPTURE(deal.lots, deal.contract, deal.opened, deal.closed, deal.side == Side::Buy);
  House house;
  const SymbolId symbol = house.add_symbol(symbol_of(deal.contract));
  const AccountId account = house.add_account({.deposit = "1000000", .stop_out = "0"});
  house.quote(symbol, five_digits(deal.opened), five_digits(deal.opened));
  const PositionId id =
      house.open(account, symbol, deal.side, std::to_string(deal.lots), {.take_profit = "0"});
  house.quote(symbol, five_digits(deal.closed), five_digits(deal.closed));
  const auto profit = deal.profit();
  const auto balance = profit ? std::optional(*profit + money("1000000")) : std::nullopt;
  const bool is_stopped_out = balance && balance->is_negative();
  if (is_stopped_out) {
    CHECK(house.figures(account).positions == 0);
    CHECK(house.figures(account).balance == Money{});
    return;
  }
  REQUIRE(house.figures(account).positions == 1);
  REQUIRE(house.position(id).is_pnl_known == profit.has_value());
  CHECK(house.figures(account).is_equity_known == profit.has_value());
  if (profit) CHECK(house.position(id).unrealized_pnl == *profit);
  const Events closed = house.close(account, id);
  if (!profit || *balance > kMaxMoney) {
    CHECK(closed.code() == RejectCode::ValueOverflow);
    return;
  }
  CHECK(closed.code() == RejectCode::None);
  CHECK(house.figures(account).balance == *balance);
}

TEST_CASE("Extremes: profits at the ends of prices, volumes and contracts are exact or refused") {
  constexpr std::array<std::int64_t, 3> volumes{1, 1'000'000'000, 10'000'000'000};
  constexpr std::array<std::int64_t, 3> contracts{1, 100'000, 10'000'000'000};
  constexpr std::array<std::int64_t, 5> prices{1, 2, 110'000, 99'999'999'999,
                                               1'000'000'000'000'000};
  for (const std::int64_t volume : volumes) {
    for (const std::int64_t contract : contracts) {
      for (const std::int64_t opened : prices) {
        for (const std::int64_t closed : prices) {
          try_deal({volume, contract, opened, closed, Side::Buy});
          try_deal({volume, contract, opened, closed, Side::Sell});
        }
      }
    }
  }
}

TEST_CASE("Extremes: every margin, hedge and conversion fits, or is refused with a code") {
  const std::set<RejectCode> codes{RejectCode::None, RejectCode::ValueOverflow,
                                   RejectCode::InsufficientMargin, RejectCode::NoConversion};
  for (const auto mode : {MarginMode::Forex, MarginMode::Cfd, MarginMode::CfdLeverage}) {
    for (const auto hedged :
         {HedgedMargin::LargerLeg, HedgedMargin::Sum, HedgedMargin::Net, HedgedMargin::Percent}) {
      for (const char* rate : {"0", "0.00001", "10000000000"}) {
        House house;
        Instrument instrument = symbol_of(10'000'000'000);
        instrument.margin.mode = mode;
        instrument.margin.hedged = hedged;
        instrument.margin.percent = test::ratio("100");
        instrument.margin.hedged_percent = test::ratio("50");
        instrument.commission.amount = test::ratio("1");
        instrument.commission.basis = CommissionBasis::Percent;
        const SymbolId symbol = house.add_symbol(instrument);
        const SymbolId conversion = house.add_symbol(test::forex("EUR", "USD"));
        if (rate[0] != '0' || rate[1] != '\0') house.quote(conversion, rate, rate);
        const AccountId account = house.add_account(
            {.currency = "EUR", .deposit = "90000000000000000000", .leverage = 1});
        for (const char* price : {"0.00001", "1", "10000000000"}) {
          house.quote(symbol, price, price);
          for (const char* volume : {"0.01", "1000000000", "10000000000"}) {
            for (const Side side : {Side::Buy, Side::Sell}) {
              const Events events = house.order(account, symbol, side, volume);
              CAPTURE(rate, price, volume, static_cast<int>(events.code()));
              CHECK(codes.count(events.code()) == 1);
            }
          }
        }
        house.close_all(account);
        const auto figures = house.figures(account);
        if (figures.is_equity_known)
          CHECK(figures.equity == figures.balance + figures.unrealized_pnl);
      }
    }
  }
}

TEST_CASE("Extremes: a netting position of all lots there are is reversed") {
  House house;
  Instrument instrument = symbol_of(1);
  const SymbolId symbol = house.add_symbol(instrument);
  const AccountId account =
      house.add_account({.deposit = "100000000000", .mode = PositionMode::Netting});
  house.quote(symbol, "1", "1");
  house.open(account, symbol, Side::Buy, "10000000000");
  CHECK(house.order(account, symbol, Side::Buy, "0.01").code() == RejectCode::ValueOverflow);
  house.quote(symbol, "2", "2");
  house.order(account, symbol, Side::Sell, "10000000000");
  CHECK(house.figures(account).positions == 0);
  CHECK(house.figures(account).balance == money("110000000000"));
  house.open(account, symbol, Side::Sell, "5000000000");
  house.order(account, symbol, Side::Buy, "10000000000");
  REQUIRE(house.figures(account).positions == 1);
  CHECK(house.positions(account).front().volume == lots("5000000000"));
  CHECK(house.positions(account).front().side == Side::Buy);
}

// ---- 100,000 positions of one account ----

constexpr std::uint32_t kMany = 100'000;

engine::EngineLimits room_for_many() {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = kMany + 10;
  limits.orders = 2'000;
  return limits;
}

/// An engine without a house around it: what a record says is counted, not kept.
class Crowd {
 public:
  explicit Crowd(const engine::EngineLimits& limits = room_for_many())
      : slab_(64), engine(limits, slab_), outbox_(limits.events_of_one_record()) {
    Instrument instrument = test::forex("EUR", "USD");
    instrument.commission.amount = test::ratio("1");
    symbol = SymbolId{1};
    send_spec(CreateSymbol{}, instrument);
    SessionChange change;
    change.symbol = symbol;
    change.is_open = 1;
    send(AccountId{}, change);
    quote("1.10000", "1.10010");
  }
  AccountId add_account(const test::AccountOptions& options) {
    send_spec(CreateAccount{}, House::spec_of(options));
    return engine.last_account();
  }
  void quote(const char* bid, const char* ask) {
    QuoteCommand command;
    command.symbol = symbol;
    command.bid = test::price(bid);
    command.ask = test::price(ask);
    command.never_stale = 1;
    send(AccountId{}, command);
  }
  template <typename Body>
  void send(AccountId account, const Body& body) {
    Command command = Command::make(body);
    command.header.account = account;
    apply(command);
  }
  template <typename Body, typename Spec>
  void send_spec(const Body& body, const Spec& spec) {
    Command command = Command::make(body);
    command.header.text = slab_.put(std::as_bytes(std::span<const Spec, 1>(&spec, 1)));
    apply(command);
    slab_.release(command.header.text);
  }
  /// So many positions of a hundredth of a lot, at slowly rising prices or at one.
  void open_many(AccountId account, std::uint32_t count, bool is_quoted_between = false) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (is_quoted_between && i % 1'000 == 0)
        quote(i % 2'000 == 0 ? "1.10001" : "1.10000", "1.10010");
      send(account, House::order_of(symbol, Side::Buy, "0.01"));
    }
    REQUIRE(engine.figures(account).positions == count);
  }

 private:
  void apply(const Command& command) {
    engine.apply({Sequence{++sequence_}, TimeNs::from_ms(1'700'000'000'000), command}, outbox_);
    reduced = 0;
    codes.clear();
    for (const Event& event : outbox_) {
      if (event.header.kind == EventKind::PositionReduced) ++reduced;
      if (event.header.kind == EventKind::Refused) codes.insert(event.get<Refused>().code);
    }
    outbox_.clear();
  }

  Slab slab_;
  std::uint64_t sequence_ = 0;

 public:
  engine::Engine engine;
  SymbolId symbol;
  std::uint32_t reduced = 0;  // of the last record
  std::set<RejectCode> codes;

 private:
  engine::Outbox outbox_;
};

TEST_CASE("Extremes: a quote stops out 100,000 positions of one account, in each order") {
  for (const auto order :
       {StopOutOrder::LargestLoss, StopOutOrder::LargestMargin, StopOutOrder::Smart}) {
    Crowd crowd;
    const AccountId account =
        crowd.add_account({.deposit = "3000000", .leverage = 100, .stop_out_order = order});
    crowd.open_many(account, kMany, true);
    for (int i = 0; i < 1'000; ++i) {
      crowd.send(account, test::limit(crowd.symbol, Side::Buy, "0.01", "0.50000"));
    }
    crowd.quote("0.50010", "0.50020");
    CHECK(crowd.reduced == kMany);
    const auto figures = crowd.engine.figures(account);
    CHECK(figures.positions == 0);
    CHECK(figures.balance == Money{});
    CHECK(figures.used_margin == Money{});
    CHECK(crowd.engine.is_ledger_balanced());
    base::ArchiveWriter saved;
    crowd.engine.save(saved);
    CHECK_FALSE(saved.bytes().empty());
  }
}

TEST_CASE("Extremes: SMART closes as many of 100,000 positions as bring the level back") {
  Crowd crowd;
  const AccountId account = crowd.add_account(
      {.deposit = "3000000", .leverage = 100, .stop_out_order = StopOutOrder::Smart});
  crowd.open_many(account, kMany);
  // Equity 539,000 against 1,100,050 of margin: 49 %.
  crowd.quote("1.07550", "1.07560");
  const auto figures = crowd.engine.figures(account);
  CHECK(crowd.reduced > 0);
  CHECK(figures.positions > 0);
  CHECK(figures.equity.raw * 2 >= figures.used_margin.raw);
  CHECK(crowd.engine.is_ledger_balanced());
}

TEST_CASE("Extremes: one order of a FIFO account closes 100,000 positions") {
  Crowd crowd;
  const AccountId account =
      crowd.add_account({.deposit = "3000000", .leverage = 100, .closing = Closing::Fifo});
  crowd.open_many(account, kMany);
  crowd.send(account, House::order_of(crowd.symbol, Side::Sell, "1000"));
  CHECK(crowd.reduced == kMany);
  CHECK(crowd.engine.figures(account).positions == 0);
  // 11 of spread and commission each way, for each lot and side.
  CHECK(crowd.engine.figures(account).balance == money("2988000"));
  CHECK(crowd.engine.is_ledger_balanced());
}

TEST_CASE("Extremes: a quote fires 100,000 stop-losses of one account") {
  Crowd crowd;
  const AccountId account = crowd.add_account({.deposit = "3000000", .leverage = 100});
  for (std::uint32_t i = 0; i < kMany; ++i) {
    crowd.send(account, House::order_of(crowd.symbol, Side::Buy, "0.01", {.stop_loss = "1.09000"}));
  }
  crowd.quote("1.09000", "1.09010");
  CHECK(crowd.reduced == kMany);
  CHECK(crowd.engine.figures(account).positions == 0);
  CHECK(crowd.engine.is_ledger_balanced());
}

TEST_CASE("Extremes: one order meets all the orders that rest and closes positions with each") {
  constexpr std::uint32_t kMakers = 2'000;
  Crowd crowd;
  const AccountId taker =
      crowd.add_account({.deposit = "3000000", .leverage = 100, .closing = Closing::Fifo});
  const AccountId maker =
      crowd.add_account({.deposit = "3000000", .leverage = 100, .mode = PositionMode::Netting});
  crowd.open_many(taker, kMakers);
  for (std::uint32_t i = 0; i < kMakers; ++i) {
    crowd.send(maker, test::limit(crowd.symbol, Side::Buy, "0.01", "1.10005"));
  }
  crowd.send(taker, House::order_of(crowd.symbol, Side::Sell, "20"));
  CHECK(crowd.reduced == kMakers);
  CHECK(crowd.engine.figures(taker).positions == 0);
  CHECK(crowd.engine.figures(maker).positions == 1);
  CHECK(crowd.engine.is_ledger_balanced());
}

}  // namespace
}  // namespace tribook
