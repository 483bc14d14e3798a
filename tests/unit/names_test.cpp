#include <map>
#include <set>
#include <string>

#include "support/values.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/reject_code.h"

namespace tribook {
namespace {

TEST_CASE("Currency: 2 to 8 upper-case letters or digits, a letter first") {
  for (const std::string_view good : {"EUR", "BT", "BTC", "USDT", "DOGE", "A1", "ABCDEFGH"}) {
    CAPTURE(good);
    REQUIRE(Currency::parse(good));
    CHECK(CurrencyText(*Currency::parse(good)).view() == good);
    CHECK(*Currency::parse(good) == Currency::of(good));
  }
  for (const std::string_view bad :
       {"", "E", "eur", "EUr", "ABCDEFGHI", "1INCH", "EU R", "EU-R", "ÉUR"}) {
    CAPTURE(bad);
    CHECK_FALSE(Currency::parse(bad));
  }
  CHECK_FALSE(Currency::parse(std::string_view("EU\0", 3)));
  CHECK_FALSE(Currency{});
  CHECK(Currency::of("EUR") != Currency::of("EURX"));
}

TEST_CASE("Currency: amounts are booked in ISO 4217's minor digits, in 8 for any other code") {
  const std::map<std::string, int> expected{
      {"USD", 2}, {"EUR", 2}, {"GBP", 2},  {"CHF", 2}, {"AUD", 2}, {"NZD", 2}, {"CAD", 2},
      {"SEK", 2}, {"NOK", 2}, {"DKK", 2},  {"PLN", 2}, {"HUF", 2}, {"CZK", 2}, {"TRY", 2},
      {"ZAR", 2}, {"MXN", 2}, {"SGD", 2},  {"HKD", 2}, {"CNY", 2}, {"AED", 2}, {"ZWL", 2},
      {"JPY", 0}, {"KRW", 0}, {"CLP", 0},  {"VND", 0}, {"ISK", 0}, {"XOF", 0}, {"BIF", 0},
      {"XPF", 0}, {"BHD", 3}, {"KWD", 3},  {"TND", 3}, {"OMR", 3}, {"CLF", 4}, {"UYW", 4},
      {"BTC", 8}, {"ETH", 8}, {"USDT", 8}, {"XAU", 8}, {"XYZ", 8}, {"DOGE", 8}};
  for (const auto& [code, digits] : expected) {
    CAPTURE(code);
    CHECK(minor_digits(Currency::of(code)) == digits);
  }
}

TEST_CASE("Reject codes: each has a name and a text, and stands in the table once") {
  std::set<RejectCode> seen;
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  for (const RejectCode code : all_reject_codes()) {
    CAPTURE(static_cast<int>(code));
    CHECK(code != RejectCode::None);
    CHECK(seen.insert(code).second);
    const std::string_view name = name_of(code);
    REQUIRE_FALSE(name.empty());
    CHECK(names.insert(name).second);
    CHECK(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos);
    REQUIRE_FALSE(describe(code).empty());
    CHECK(texts.insert(describe(code)).second);
    CHECK(describe(code).back() != '.');
  }
  CHECK(name_of(RejectCode::None).empty());
  CHECK(describe(RejectCode::None).empty());
  CHECK(name_of(static_cast<RejectCode>(999)).empty());
}

TEST_CASE("Reject codes: numbers and names are stable") {
  const std::map<int, std::string> expected{{100, "VALIDATION"},
                                            {101, "UNAUTHENTICATED"},
                                            {102, "FORBIDDEN"},
                                            {103, "RATE_LIMITED"},
                                            {104, "BUSY"},
                                            {105, "PAYLOAD_TOO_LARGE"},
                                            {106, "UNAVAILABLE"},
                                            {200, "KILL_SWITCH"},
                                            {201, "ACCOUNT_DISABLED"},
                                            {202, "ACCOUNT_CLOSE_ONLY"},
                                            {210, "SYMBOL_UNKNOWN"},
                                            {211, "SYMBOL_DISABLED"},
                                            {212, "SYMBOL_CLOSE_ONLY"},
                                            {213, "MARKET_CLOSED"},
                                            {220, "VOLUME_OUT_OF_RANGE"},
                                            {221, "VOLUME_STEP"},
                                            {230, "STALE_QUOTE"},
                                            {231, "PRICE_INVALID"},
                                            {240, "NO_CONVERSION"},
                                            {241, "INSUFFICIENT_MARGIN"},
                                            {300, "NO_ROUTE"},
                                            {400, "DUPLICATE"},
                                            {401, "NOT_FOUND"},
                                            {402, "SLIPPAGE"},
                                            {403, "VALUE_OVERFLOW"},
                                            {404, "LIMIT_REACHED"},
                                            {405, "IN_USE"},
                                            {406, "CLOCK_BACKWARDS"},
                                            {450, "INSUFFICIENT_FUNDS"},
                                            {451, "NOT_PENDING"},
                                            {452, "GROUP_UNKNOWN"}};
  for (const auto& [number, name] : expected) {
    CAPTURE(number);
    CHECK(name_of(static_cast<RejectCode>(number)) == name);
  }
}

TEST_CASE("Reject codes: rise through the blocks of edge, risk, router, engine and limits") {
  int before = 0;
  for (const RejectCode code : all_reject_codes()) {
    const int number = static_cast<int>(code);
    CHECK(number > before);
    const int block = number / 100;
    CHECK((block >= 1 && block <= 5));
    before = number;
  }
}

template <typename E>
void check_names() {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < EnumNames<E>::value.size(); ++i) {
    const auto value = static_cast<E>(i);
    CHECK(is_valid(value));
    const std::string_view name = name_of(value);
    CAPTURE(name);
    CHECK(names.insert(name).second);
    if (name.empty()) {
      CHECK(i == 0);
    } else {
      CHECK(enum_of<E>(name) == value);
    }
  }
  const auto beyond = static_cast<E>(EnumNames<E>::value.size());
  CHECK_FALSE(is_valid(beyond));
  CHECK(name_of(beyond).empty());
  CHECK_FALSE(enum_of<E>(""));
  CHECK_FALSE(enum_of<E>("NO_SUCH_NAME"));
}

TEST_CASE("Enumerations: names lead back to their values") {
  check_names<Side>();
  check_names<OrderType>();
  check_names<TimeInForce>();
  check_names<Book>();
  check_names<CloseReason>();
  check_names<AccountState>();
  check_names<AccountKind>();
  check_names<PositionMode>();
  check_names<LedgerType>();
  check_names<HouseAccount>();
  check_names<PaymentMethod>();
  check_names<Category>();
  check_names<SymbolState>();
  check_names<CommissionBasis>();
  check_names<MarginMode>();
  check_names<HedgedMargin>();
  check_names<SwapMode>();
  check_names<SwapPrice>();
  check_names<Role>();
  check_names<Origin>();
}

TEST_CASE("Enumerations: the names that clients see") {
  CHECK(name_of(Book::B) == "BBOOK");
  CHECK(name_of(CloseReason::StopLoss) == "SL_HIT");
  CHECK(name_of(CloseReason::TakeProfit) == "TP_HIT");
  CHECK(name_of(CloseReason::StopOut) == "STOP_OUT");
  CHECK(name_of(LedgerType::NegativeBalance) == "NEGATIVE_BALANCE");
  CHECK(name_of(HedgedMargin::LargerLeg) == "LARGER_LEG");
  CHECK(opposite(Side::Buy) == Side::Sell);
  CHECK(opposite(Side::Sell) == Side::Buy);
}

}  // namespace
}  // namespace tribook
