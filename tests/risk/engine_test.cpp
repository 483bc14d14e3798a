#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "risk/world.h"
#include "tribook/engine/engine.h"
#include "tribook/engine/outbox.h"

// The gate against the engine itself, in lock-step: whatever risk refuses for margin the engine
// refuses too, and what risk said an order requires is by how much the engine's used margin rises.
// Half of the orders are of a size at the edge of what risk lets pass.

namespace tribook::risk_test {
namespace {

constexpr std::size_t kSymbols = 4;
constexpr std::array<std::string_view, kSymbols> kCurrencies{"USD", "EUR", "JPY", "CHF"};
constexpr Volume kStep{1'000'000};  // 0.01 lot

class Duel {
 public:
  explicit Duel(std::uint32_t seed) : random_(seed) {
    for (std::size_t i = 0; i < kSymbols; ++i) create_symbol(i);
    for (std::size_t i = 0; i < kSymbols; ++i) move_and_quote(i);
    create_account();
  }

  void step() {
    now_ = now_ + 1ms;
    move_and_quote(static_cast<std::size_t>(below(kSymbols)));
    const std::int64_t what = below(3);
    if (what == 0 && !open_.empty()) close_a_position();
    if (what == 1) place_an_order();
  }

  int taken = 0;
  int refused = 0;

 private:
  std::int64_t below(std::int64_t limit) { return static_cast<std::int64_t>(random_()) % limit; }
  std::string_view any_currency() { return kCurrencies[static_cast<std::size_t>(below(kSymbols))]; }
  static SymbolId id_of(std::size_t i) { return SymbolId{static_cast<std::uint16_t>(i + 1)}; }

  // The status of the order that the command was, if it was one.
  OrderStatus send(const Command& command) {
    OrderStatus status = OrderStatus::Pending;
    Record record;
    record.sequence = Sequence{++sequence_};
    record.time = now_;
    record.command = command;
    for (engine_.apply(record, out_); !out_.is_empty(); out_.pop()) {
      const Event event = out_.front();
      risk_.apply(event);
      if (event.header.kind == EventKind::OrderUpdated) status = event.get<OrderUpdated>().status;
      if (event.header.kind == EventKind::PositionUpdated) note(event.get<PositionUpdated>());
    }
    return status;
  }
  template <typename Body, typename Spec>
  void send_with(const Body& body, const Spec& spec) {
    Command command = Command::make(body);
    command.header.text = put_spec(slab_, spec);
    send(command);
    slab_.release(command.header.text);
  }

  void note(const PositionUpdated& update) {
    const auto known = std::find_if(open_.begin(), open_.end(), [&](const PositionUpdated& other) {
      return other.position == update.position;
    });
    if (known == open_.end()) {
      open_.push_back(update);
    } else if (update.volume.is_zero()) {
      open_.erase(known);
    } else {
      *known = update;
    }
  }

  void create_symbol(std::size_t i) {
    Instrument& symbol = instruments_[i];
    MarginSpec& margin = symbol.margin;
    margin.hedged = static_cast<HedgedMargin>(below(4));
    margin.hedged_percent = Ratio{below(101) * kFixedOne};
    margin.initial_rate = Ratio{(1 + below(300)) * 1'000'000};
    margin.maintenance_rate =
        below(2) == 0 ? margin.initial_rate : Ratio{(1 + below(300)) * 1'000'000};
    if (below(2) == 0) {
      margin.mode = below(2) == 0 ? MarginMode::Cfd : MarginMode::CfdLeverage;
      margin.percent = Ratio{below(20) * kFixedOne + 1'000'000};
      symbol.margin_currency = symbol.quote;
    }
    symbol.commission.basis = static_cast<CommissionBasis>(below(3));
    symbol.commission.amount = Ratio{below(100) * 100'000};
    symbol.commission.minimum = Ratio{below(200) * 1'000'000};
    symbol.commission.currency = Currency::of(any_currency());
    send_with(CreateSymbol{}, symbol);
    SessionChange change;
    change.symbol = id_of(i);
    change.is_open = 1;
    send(Command::make(change));
  }

  void create_account() {
    AccountSpec spec;
    spec.currency = Currency::of(any_currency());
    spec.leverage = static_cast<std::uint32_t>(1 + below(500));
    spec.stop_out_level = {};
    const std::int64_t unit = spec.currency == Currency::of("JPY") ? 1'500'000 : 10'000;
    Deposit deposit;
    set_amount(deposit, Money::from_whole(unit * (1 + below(30))));
    spec.initial_deposit_low = deposit.amount_low;
    spec.initial_deposit_high = deposit.amount_high;
    send_with(CreateAccount{}, spec);
    REQUIRE(engine_.has_account(kAccount));
  }

  void move_and_quote(std::size_t i) {
    mid_[i] += (below(2'001) - 1'000) * (mid_[i] / 1'000'000);
    const std::int64_t tick = instruments_[i].tick_size.raw;
    QuoteCommand quote;
    quote.symbol = id_of(i);
    quote.bid = Price{mid_[i] / tick * tick};
    quote.ask = Price{quote.bid.raw + tick * below(15)};
    send(Command::make(quote));
  }

  void close_a_position() {
    const auto& position =
        open_[static_cast<std::size_t>(below(static_cast<std::int64_t>(open_.size())))];
    ClosePosition close;
    close.position = position.position;
    if (below(2) == 0) {
      close.partial = 1;
      close.volume = Volume{(1 + below(position.volume.raw / kStep.raw)) * kStep.raw};
    }
    Command command = Command::make(close);
    command.header.account = kAccount;
    send(command);
  }

  NewOrder decide(const NewOrder& order) {
    Command command = World::command(order, 1);
    risk_.decide(command, now_);
    return command.get<NewOrder>();
  }
  bool would_pass(const NewOrder& order) {
    const bool passes = decide(order).decision == RejectCode::None;
    Event event;
    event.header.time = now_;
    event.header.gateway = World::kGateway;
    event.header.request = 1;
    event.set(Refused{});
    risk_.apply(event);
    return passes;
  }
  // The largest volume that passes, or one step more.
  Volume volume_at_the_edge(NewOrder order) {
    std::int64_t least = 1;
    std::int64_t most = 10'000;
    while (least < most) {
      const std::int64_t steps = (least + most) / 2;
      order.volume = Volume{steps * kStep.raw};
      if (would_pass(order))
        least = steps + 1;
      else
        most = steps;
    }
    return Volume{std::max<std::int64_t>(1, least - 1 + below(2)) * kStep.raw};
  }

  void place_an_order() {
    NewOrder order =
        market(below(2) == 0 ? Side::Buy : Side::Sell, Volume{(1 + below(300)) * kStep.raw},
               id_of(static_cast<std::size_t>(below(kSymbols))));
    if (below(2) == 0) order.volume = volume_at_the_edge(order);
    const Money used_before = engine_.figures(kAccount).used_margin;
    NewOrder decided = decide(order);
    const RejectCode code = decided.decision;
    decided.decision = RejectCode::None;  // the engine is asked whatever risk says
    decided.book = Book::B;
    const bool is_filled = send(World::command(decided, 1)) == OrderStatus::Filled;
    REQUIRE(risk_.holds() == 0);
    if (code != RejectCode::None) {
      REQUIRE(code == RejectCode::InsufficientMargin);
      REQUIRE_FALSE(is_filled);
      ++refused;
      return;
    }
    const MarginSpec& margin = instruments_[order.symbol.value - 1U].margin;
    if (!is_filled) return;
    ++taken;
    if (margin.initial_rate != margin.maintenance_rate) return;
    const Money rise = engine_.figures(kAccount).used_margin - used_before;
    REQUIRE((rise == Money{decided.required_margin_raw}));
  }

  std::mt19937 random_;
  Slab slab_{16};
  engine::EngineLimits limits_{
      .accounts = 8, .positions = 256, .symbols = 8, .client_ids = 64, .orders = 64};
  engine::Engine engine_{limits_, slab_};
  engine::Outbox out_{limits_.events_of_one_record()};
  risk::Risk risk_{kSmall, slab_};
  std::array<Instrument, kSymbols> instruments_{
      forex("EURUSD", "EUR", "USD"), forex("USDJPY", "USD", "JPY"), forex("USDCHF", "USD", "CHF"),
      forex("EURCHF", "EUR", "CHF")};
  std::array<std::int64_t, kSymbols> mid_{108'450'000, 15'000'000'000, 90'000'000, 97'605'000};
  std::vector<PositionUpdated> open_;
  std::uint64_t sequence_ = 0;
  TimeNs now_ = kStart;
};

TEST_CASE("risk never refuses for margin what the engine would take") {
  int taken = 0;
  int refused = 0;
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    Duel duel(seed);
    for (int step = 0; step < 1'000; ++step) duel.step();
    taken += duel.taken;
    refused += duel.refused;
  }
  CHECK(taken > 1'000);
  CHECK(refused > 1'000);
}

}  // namespace
}  // namespace tribook::risk_test
