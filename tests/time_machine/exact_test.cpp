#include "time_machine/exact.h"

#include <catch2/catch.hpp>

#include "time_machine/explain.h"

using namespace tribook;
using namespace tribook::time_machine;

namespace {

std::string value(std::string_view expression, int digits = 2) {
  const std::vector<Input> inputs{{"a", "2.5", ""}, {"b", "-3", ""}, {"zero", "0", ""}};
  const auto exact = evaluate(expression, inputs, digits);
  return exact ? decimal(exact->rounded) : "none";
}

}  // namespace

TEST_CASE("expressions go by the usual precedence, exactly") {
  CHECK(value("1 + 2 * 3") == "7");
  CHECK(value("(1 + 2) * 3") == "9");
  CHECK(value("a * b - -b / 2") == "-9");
  CHECK(value("8 / 2 / 2") == "2");
  CHECK(value("1 / 3 * 3") == "1");
  CHECK(value("max(a, b, 2) + min(a, b)") == "-0.5");
  CHECK(value("floor(b / 2) + ceil(b / 2)") == "-3");
  CHECK(value("0.1 + 0.2") == "0.3");
}

TEST_CASE("results are rounded half away from zero") {
  CHECK(value("0.005") == "0.01");
  CHECK(value("-0.005") == "-0.01");
  CHECK(value("0.00499999999999999999999") == "0");
  CHECK(value("-0.004") == "0");
  CHECK(value("2 / 3", 8) == "0.66666667");
  CHECK(value("b / 2", 0) == "-2");
  CHECK(evaluate("-2 / 3", {}, 0)->unrounded == "-0.666666666666");
  CHECK(evaluate("1 / 10000000000000", {}, 0)->unrounded == "0");
}

TEST_CASE("what is no expression has no value") {
  for (const char* bad : {"", "1 +", "(1", "1)", "c", "1 / zero", "1 2", "a(1)", "max(1", "* 2",
                          "1.2.3", "max", ",", "100000000000000000000000000000"}) {
    INFO(bad);
    CHECK(value(bad) == "none");
  }
  CHECK(value(std::string(200, '(') + "1" + std::string(200, ')')) == "none");
}

TEST_CASE("a formula's inputs stand in the order in which it names them") {
  FormulaMaker maker("sum", "USD", 2);
  maker.in("unused", 1);
  maker.in("second", 2 * kFixedOne);
  maker.in("first", kFixedOne);
  maker.in("first", 7 * kFixedOne);
  const Formula formula = maker.make("first - second / first", -kFixedOne);
  REQUIRE(formula.inputs.size() == 2);
  CHECK(formula.inputs[0].name == "first");
  CHECK(formula.agrees());
  CHECK(formula_text(formula) ==
        "    sum = first - second / first\n        = 1 - 2 / 1\n        = -1 USD, as booked\n");
}

TEST_CASE("a result that is not what was booked is said") {
  FormulaMaker maker("sum", "USD", 2);
  const std::string one = maker.in("one", kFixedOne);
  const Formula formula = maker.make(one + " / 3", kFixedOne / 2);
  CHECK_FALSE(formula.agrees());
  CHECK_THAT(formula_text(formula),
             Catch::Contains("0.333333333333, rounded to 2 decimals: 0.33 USD") &&
                 Catch::Contains("but 0.5 was booked"));
}

TEST_CASE("symbols with odd names still have a name in a formula") {
  CHECK(plain_name("EURUSD") == "EURUSD");
  CHECK(plain_name("BRK.B") == "BRK_B");
  CHECK(plain_name("1INCH/USD") == "S1INCH_USD");
}

TEST_CASE("a quote is stale by its age, by what its symbol allows, and never from a rehearsal") {
  Instrument instrument;
  instrument.name = SymbolName::of("EURUSD");
  instrument.stale_after_ms = 60'000;
  const TimeNs quoted = TimeNs{} + std::chrono::hours{1};
  Quote quote{Price{100}, Price{101}, quoted, false};
  const auto is_stale = [&](std::chrono::nanoseconds age) {
    return quote_line(instrument, quote, true, quoted + age).is_stale;
  };
  CHECK_FALSE(is_stale(std::chrono::seconds{60}));
  CHECK(is_stale(std::chrono::milliseconds{60'001}));
  CHECK(age_text(std::chrono::milliseconds{60'001}) == "60.001 s");
  quote.never_stale = true;
  CHECK_FALSE(is_stale(std::chrono::hours{1}));
  quote.never_stale = false;
  instrument.stale_after_ms = 0;
  CHECK_FALSE(is_stale(std::chrono::hours{1}));
  quote = {};
  CHECK_FALSE(is_stale(std::chrono::hours{1}));
  CHECK(quotes_text({quote_line(instrument, quote, false, quoted)}, "") ==
        "symbol  bid  ask  quoted at  age  stale  market\n"
        "EURUSD    -    -      never    -     no  closed\n");
}

TEST_CASE("what is to be explained is an order, a position or both") {
  CHECK(parse_subjects("order:12")->size() == 1);
  CHECK(parse_subjects("order:12")->front().order.value == 12);
  CHECK(parse_subjects("ORD-12")->front().order.value == 12);
  CHECK(parse_subjects("position:7")->front().position.value == 7);
  CHECK(parse_subjects("7")->size() == 2);
  for (const char* bad :
       {"", "0", "order:", "order:0", "trade:1", "1x", "-1", "ORD-ORD-1", "99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_subjects(bad));
  }
}
