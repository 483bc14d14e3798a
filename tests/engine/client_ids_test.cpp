#include "engine/client_ids.h"

#include <deque>

#include "support/engine_fixture.h"
#include "support/random.h"

namespace tribook {
namespace {

using test::House;
using test::money;

struct Market {
  explicit Market(std::uint32_t client_ids = 64)
      : house([&] {
          engine::EngineLimits limits = test::small_limits();
          limits.client_ids = client_ids;
          return limits;
        }()) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    Instrument instrument = *house.engine.instrument(symbol);
    instrument.stale_after_ms = 0;
    house.update_symbol(symbol, instrument);
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10000");
  }
  test::Events order(const char* id, const char* volume = "0.1") {
    return house.order(account, symbol, Side::Buy, volume, {.client_id = id});
  }
  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Client order id: the same order again is told again, not done again") {
  Market m;
  const auto first = m.order("a").only<OrderUpdated>();
  m.house.quote(m.symbol, "1.20000", "1.20000");
  const auto again = m.order("a");
  CHECK(again.kinds() == std::vector{EventKind::OrderUpdated});
  CHECK(again.only<OrderUpdated>().order == first.order);
  CHECK(again.only<OrderUpdated>().is_duplicate == 1);
  CHECK(m.house.figures(m.account).positions == 1);
  CHECK(m.order("b").only<OrderUpdated>().order == OrderId{2});
}

TEST_CASE("Client order id: what risk and router decide is no part of the order") {
  Market m;
  NewOrder order = House::order_of(m.symbol, Side::Buy, "0.1");
  m.house.send_texts(m.account, order, {{"a", "", "", ""}});
  order.book = Book::A;
  order.routing_rule = 5;
  order.required_margin_raw = 7;
  order.free_margin_raw = 8;
  order.worst_price = test::price("5");
  order.decision = RejectCode::StaleQuote;
  const auto again = m.house.send_texts(m.account, order, {{"a", "", "", ""}}).only<OrderUpdated>();
  CHECK(again.order == OrderId{1});
  CHECK(again.is_duplicate == 1);
}

TEST_CASE("Client order id: with another body it is a DUPLICATE") {
  Market m;
  const NewOrder order = House::order_of(m.symbol, Side::Buy, "0.1");
  m.house.send_texts(m.account, order, {{"a", "strategy", "comment", "{}"}});
  const auto code = [&](const std::function<void(NewOrder&)>& change, const Texts& texts) {
    NewOrder other = order;
    change(other);
    return m.house.send_texts(m.account, other, texts).code();
  };
  const Texts same{{"a", "strategy", "comment", "{}"}};
  const auto none = [](NewOrder&) {};
  CHECK(code(none, same) == RejectCode::None);
  CHECK(code([](NewOrder& o) { o.volume = test::lots("0.2"); }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.side = Side::Sell; }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.symbol = SymbolId{2}; }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.type = OrderType::Limit; }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.limit = test::price("1"); }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.trigger = test::price("1"); }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.stop_loss = test::price("1"); }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.take_profit = test::price("2"); }, same) == RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.max_slippage_pips = test::ratio("2"); }, same) ==
        RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.time_in_force = TimeInForce::Fok; }, same) ==
        RejectCode::Duplicate);
  CHECK(code([](NewOrder& o) { o.expires = TimeNs{5}; }, same) == RejectCode::Duplicate);
  CHECK(code(none, {{"a", "other", "comment", "{}"}}) == RejectCode::Duplicate);
  CHECK(code(none, {{"a", "strategy", "other", "{}"}}) == RejectCode::Duplicate);
  CHECK(code(none, {{"a", "strategy", "comment", "{1}"}}) == RejectCode::Duplicate);
  CHECK(code(none, {{"a", "strategyc", "omment", "{}"}}) == RejectCode::Duplicate);
  CHECK(m.house.figures(m.account).positions == 1);
}

TEST_CASE("Client order id: a rejected order keeps its id too") {
  Market m;
  const auto first = m.order("a", "500");
  REQUIRE(first.code() == RejectCode::InsufficientMargin);
  m.house.deposit(m.account, "10000000");
  const auto again = m.order("a", "500").only<OrderUpdated>();
  CHECK(again.order == first.only<OrderUpdated>().order);
  CHECK(again.is_duplicate == 1);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Client order id: each account has its own, and none is no id") {
  Market m;
  const AccountId other = m.house.add_account();
  m.order("a");
  CHECK(m.house.order(other, m.symbol, Side::Sell, "0.3", {.client_id = "a"})
            .only<OrderUpdated>()
            .is_duplicate == 0);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").only<OrderUpdated>().is_duplicate ==
        0);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").only<OrderUpdated>().is_duplicate ==
        0);
}

TEST_CASE("Client order id: remembered for 24 hours of engine time") {
  Market m;
  m.order("a");
  m.house.advance(std::chrono::hours(24));
  CHECK(m.order("a").only<OrderUpdated>().is_duplicate == 1);
  m.house.advance(std::chrono::nanoseconds(1));
  const auto later = m.order("a", "0.2").only<OrderUpdated>();
  CHECK(later.is_duplicate == 0);
  CHECK(later.order == OrderId{2});
  m.house.advance(std::chrono::hours(23));  // counted from the second time
  CHECK(m.order("a", "0.2").only<OrderUpdated>().is_duplicate == 1);
}

TEST_CASE("Client order id: beyond the limit the oldest is forgotten") {
  Market m(4);
  for (const char* id : {"a", "b", "c", "d"}) m.order(id);
  for (const char* id : {"a", "b", "c", "d"})
    CHECK(m.order(id).only<OrderUpdated>().is_duplicate == 1);
  m.order("e");
  CHECK(m.order("b").only<OrderUpdated>().is_duplicate == 1);
  CHECK(m.order("a").only<OrderUpdated>().is_duplicate == 0);  // and takes b's place
  CHECK(m.order("c").only<OrderUpdated>().is_duplicate == 1);
  CHECK(m.order("b").only<OrderUpdated>().is_duplicate == 0);
}

TEST_CASE("Idempotency key: the same payment again is told again, not booked again") {
  Market m;
  const auto first = m.house.deposit(m.account, "100", "key").only<LedgerPosted>();
  const auto again = m.house.deposit(m.account, "100", "key");
  CHECK(again.kinds() == std::vector{EventKind::LedgerPosted});
  CHECK(again.only<LedgerPosted>().is_duplicate == 1);
  CHECK(again.only<LedgerPosted>().entry == first.entry);
  CHECK(again.only<LedgerPosted>().amount == first.amount);
  CHECK(m.house.figures(m.account).balance == money("10100"));
  const auto out = m.house.withdraw(m.account, "50", "other").only<WithdrawalUpdated>();
  const auto out_again = m.house.withdraw(m.account, "50", "other");
  CHECK(out_again.kinds() == std::vector{EventKind::WithdrawalUpdated});
  CHECK(out_again.only<WithdrawalUpdated>().withdrawal == out.withdrawal);
  CHECK(out_again.only<WithdrawalUpdated>().is_duplicate == 1);
  CHECK(m.house.figures(m.account).balance == money("10050"));
}

TEST_CASE("Idempotency key: with another body it is a DUPLICATE") {
  Market m;
  m.house.deposit(m.account, "100", "key", "note");
  CHECK(m.house.deposit(m.account, "101", "key", "note").code() == RejectCode::Duplicate);
  CHECK(m.house.withdraw(m.account, "100", "key", "note").code() == RejectCode::Duplicate);
  CHECK(m.house.deposit(m.account, "100", "key", "other").code() == RejectCode::Duplicate);
  Deposit card;
  set_amount(card, money("100"));
  card.method = PaymentMethod::Card;
  CHECK(m.house.send_texts(m.account, card, {{"key", "", "note", ""}}).code() ==
        RejectCode::Duplicate);
  CHECK(m.house.figures(m.account).balance == money("10100"));
}

TEST_CASE("Idempotency key: a refused payment leaves it free, a booked one takes it for 24 hours") {
  Market m;
  CHECK(m.house.withdraw(m.account, "99999", "key").code() == RejectCode::InsufficientFunds);
  CHECK(m.house.withdraw(m.account, "1", "key").code() == RejectCode::None);
  m.house.advance(std::chrono::hours(24));
  CHECK(m.house.withdraw(m.account, "1", "key").only<WithdrawalUpdated>().is_duplicate == 1);
  m.house.advance(std::chrono::nanoseconds(1));
  CHECK(m.house.withdraw(m.account, "1", "key").only<WithdrawalUpdated>().is_duplicate == 0);
  CHECK(m.house.figures(m.account).balance == money("9998"));
}

TEST_CASE("Idempotency keys and client order ids are apart, accounts too") {
  Market m;
  m.order("same");
  CHECK(m.house.deposit(m.account, "1", "same").only<LedgerPosted>().is_duplicate == 0);
  const AccountId other = m.house.add_account();
  CHECK(m.house.deposit(other, "1", "same").only<LedgerPosted>().is_duplicate == 0);
  CHECK(m.house.deposit(other, "1", "").only<LedgerPosted>().is_duplicate == 0);
  CHECK(m.house.deposit(other, "1", "").only<LedgerPosted>().is_duplicate == 0);
}

TEST_CASE("ClientIds: agrees with a plain list over random use") {
  test::Random random(91);
  INFO(random.reproduce());
  constexpr std::uint32_t kCapacity = 20;
  engine::ClientIds ids(kCapacity);
  struct Known {
    AccountId account;
    engine::ClientIdUse use;
    std::string text;
    TimeNs time;
    std::uint64_t result;
  };
  std::deque<Known> model;
  TimeNs now{};
  for (std::uint64_t step = 1; step <= 20'000; ++step) {
    now = now + std::chrono::minutes(random.below(200));
    const AccountId account{static_cast<std::uint32_t>(random.below(2) + 1)};
    const auto use = random.one_in(2) ? engine::ClientIdUse::Order : engine::ClientIdUse::Payment;
    const std::string text = std::string(random.below(3), 'x') + std::to_string(random.below(9));
    while (!model.empty() && model.front().time + std::chrono::hours(24) < now) model.pop_front();
    const Known* expected = nullptr;
    for (const Known& known : model) {
      if (known.account == account && known.use == use && known.text == text) expected = &known;
    }
    const auto* found = ids.find(account, use, text, now);
    REQUIRE((found != nullptr) == (expected != nullptr));
    if (found != nullptr) {
      REQUIRE(found->result == expected->result);
    } else {
      ids.remember(account, use, text, step * 3, step, now);
      if (model.size() == kCapacity) model.pop_front();
      model.push_back({account, use, text, now, step});
    }
  }
}

}  // namespace
}  // namespace tribook
