#include <catch2/catch.hpp>

#include <deque>
#include <map>
#include <random>

#include "risk/risk_stage.h"
#include "risk/world.h"

// Orders of few accounts as fast as they go, through risk's stage and a stand-in for the engine, in
// any interleaving: commands, their decisions and each single event on its way back. Whatever the
// order in which things come about, no account has more orders than its limit in a day of the
// engine's, and nothing that is decided after a switch's event was there to be read passes.

namespace tribook::risk_test {
namespace {

constexpr std::uint32_t kAccounts = 3;
constexpr std::uint32_t kOrdersPerDay = 7;

class Flood : UsdWorld {
 public:
  explicit Flood(std::uint32_t seed)
      : random_(seed),
        gate_("gate", 64),
        feedback_("feedback", 64),
        decided_("decided", 64),
        stage_(risk, slab, {{&gate_}, &feedback_, &decided_}, risk::TimeSource::Events) {
    for (std::uint32_t id = 2; id <= kAccounts; ++id) account(AccountId{id}, "USD", "10000");
    limit(RiskScope::house(), Limit::OrdersPerDay, kOrdersPerDay);
  }

  void step() {
    switch (below(6)) {
      case 0:
      case 1:
        return send();
      case 2:
        stage_.do_work(now);
        return;
      case 3:
        return work();
      default:
        return tell_one();
    }
  }
  /// Until nothing is under way.
  void come_to_rest() {
    for (int i = 0; i < 1'000; ++i) {
      stage_.do_work(now);
      while (!told_.empty()) tell_one();
      if (!sequence()) break;
    }
    REQUIRE(risk.holds() == 0);
  }
  /// How many of one account pass in a day of its own.
  int passed_in_a_new_day() {
    is_disk_full_at_times_ = false;
    if (is_killed_) switch_to(KillAction::None);
    roll_over();
    come_to_rest();
    for (std::uint32_t i = 0; i < 2 * kOrdersPerDay; ++i) {
      REQUIRE(gate_.try_push(command(market(Side::Buy, lots("0.01")), ++request_)));
    }
    come_to_rest();
    return static_cast<int>(today_[kAccount]);
  }

  int passed = 0;
  int pairs = 0;
  int too_many = 0;
  int killed = 0;

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  void send() {
    if (!gate_.has_room()) return;
    const AccountId account{1 + below(kAccounts)};
    NewOrder order = market(below(2) == 0 ? Side::Buy : Side::Sell, lots("0.01"));
    if (below(2) == 0) {
      order.type = OrderType::Limit;
      order.time_in_force = TimeInForce::Gtc;
      order.limit = price(order.side == Side::Buy ? "1.05" : "1.12");
    }
    Command sent = Command::make(order);
    if (below(4) == 0) {
      NewOrderPair pair;
      pair.first.volume = pair.second.volume = lots("0.01");
      pair.first.limit = price("1.05");
      pair.second.limit = price("1.12");
      pair.symbol = kEurUsd;
      pair.second_side = Side::Sell;
      sent = Command::make(pair);
    }
    sent.header.gateway = kGateway;
    sent.header.request = ++request_;
    sent.header.account = account;
    REQUIRE(gate_.try_push(sent));
  }

  // The engine's next record.
  void work() {
    if (!told_.empty()) return;  // as the sequencer: one record's events before the next record
    const std::uint32_t what = below(200);
    if (what == 0) return roll_over();
    if (what <= 2) return switch_to(is_killed_ ? KillAction::None : KillAction::Block);
    if (what <= 6) return close_a_position();
    sequence();
  }
  bool sequence() {
    Command command;
    if (!decided_.try_pop(command)) return false;
    const std::uint64_t place = popped_++;
    const bool is_pair = command.header.kind == CommandKind::NewOrderPair;
    const RejectCode code =
        is_pair ? command.get<NewOrderPair>().decision : command.get<NewOrder>().decision;
    if (code == RejectCode::OrdersPerDay) ++too_many;
    if (code == RejectCode::KillSwitch) ++killed;
    const bool is_disk_full = is_disk_full_at_times_ && below(20) == 0;
    if (code != RejectCode::None || is_disk_full) {
      answer_with(command, Refused{});
      return true;
    }
    REQUIRE_FALSE((is_killed_ && place >= killed_from_));
    passed += is_pair ? 2 : 1;
    pairs += is_pair ? 1 : 0;
    today_[command.header.account] += is_pair ? 2 : 1;
    REQUIRE(today_[command.header.account] <= kOrdersPerDay);
    for (int left = is_pair ? 2 : 1; left > 0; --left) {
      OrderUpdated update;
      update.order = OrderId{++last_order_};
      answer_with(command, update);
    }
    if (below(2) == 0) tell_account(command.header.account);
    return true;
  }
  void close_a_position() {
    OrderUpdated update;
    update.order = OrderId{++last_order_};
    update.reason = CloseReason::TakeProfit;
    const AccountId account{1 + below(kAccounts)};
    told_.push_back(event(update, account));
    tell_account(account);
  }
  void tell_account(AccountId account) {
    AccountUpdated update;
    update.balance = money("10000");
    update.leverage = 100;
    update.day_orders = today_[account];
    told_.push_back(event(update, account));
  }
  void roll_over() {
    now = now + 24h;
    for (std::uint32_t id = 1; id <= kAccounts; ++id) {
      today_[AccountId{id}] = 0;
      told_.push_back(event(AccountDayEnded{}, AccountId{id}));
    }
    QuoteApplied quote;
    quote.bid = price("1.08440");
    quote.ask = price("1.08450");
    quote.symbol = kEurUsd;
    told_.push_back(event(quote));
  }
  // It is in force for the very next record; what risk had decided before it could read of it is
  // the engine's to refuse.
  void switch_to(KillAction action) {
    is_killed_ = action != KillAction::None;
    killed_from_ = UINT64_MAX;
    KillSwitchChanged change;
    change.action = action;
    told_.push_back(event(change));
  }
  template <typename Body>
  void answer_with(const Command& command, const Body& body) {
    Event answer = event(body, command.header.account);
    answer.header.gateway = command.header.gateway;
    answer.header.request = command.header.request;
    told_.push_back(answer);
  }
  void tell_one() {
    if (told_.empty() || !feedback_.try_push(told_.front())) return;
    const bool is_switch = told_.front().header.kind == EventKind::KillSwitchChanged;
    if (is_switch && is_killed_) killed_from_ = popped_ + decided_.depth();
    told_.pop_front();
  }

  std::mt19937 random_;
  risk::RiskStage::CommandRing gate_;
  risk::RiskStage::EventRing feedback_;
  risk::RiskStage::CommandRing decided_;
  risk::RiskStage stage_;
  std::deque<Event> told_;  // on its way to risk
  std::map<AccountId, std::uint32_t> today_;
  std::uint64_t last_order_ = 0;
  std::uint64_t popped_ = 0;
  std::uint64_t killed_from_ = UINT64_MAX;  // the first command that was decided knowing of it
  std::uint32_t request_ = 0;
  bool is_killed_ = false;
  bool is_disk_full_at_times_ = true;
};

TEST_CASE("in any interleaving no more than a day's orders pass, and none behind a kill switch") {
  int passed = 0;
  int pairs = 0;
  int too_many = 0;
  int killed = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    Flood flood(seed);
    for (int i = 0; i < 4'000; ++i) flood.step();
    flood.come_to_rest();
    passed += flood.passed;
    pairs += flood.pairs;
    too_many += flood.too_many;
    killed += flood.killed;
    REQUIRE(flood.passed_in_a_new_day() == kOrdersPerDay);
  }
  CHECK(passed > 3'000);
  CHECK(pairs > 300);
  CHECK(too_many > 5'000);
  CHECK(killed > 5'000);
}

}  // namespace
}  // namespace tribook::risk_test
