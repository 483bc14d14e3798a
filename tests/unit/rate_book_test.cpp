#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/instruments.h"
#include "support/random.h"
#include "tribook/domain/rate_book.h"

namespace tribook {
namespace {

using test::money;
using test::price;

// A book whose symbols are numbered in order of creation.
class Rates {
 public:
  explicit Rates(std::size_t symbols = 64) : book(symbols) {}

  SymbolId add(std::string_view base, std::string_view quote, Category category = Category::Forex) {
    Instrument instrument = test::forex(base, quote);
    instrument.category = category;
    instrument.id = SymbolId{++last_};
    REQUIRE(book.add_symbol(instrument));
    return instrument.id;
  }
  void add(std::string_view base, std::string_view quote, std::string_view bid,
           std::string_view ask) {
    set(add(base, quote), bid, ask);
  }
  void set(SymbolId symbol, std::string_view bid, std::string_view ask) {
    book.set_quote(symbol, {price(bid), price(ask), {}, false});
  }

  std::optional<Money> convert(std::string_view amount, std::string_view from, std::string_view to,
                               Crossing crossing) {
    Product product(money(amount).raw);
    product.divide_by_power_of_ten(8);
    if (!book.convert(product, Currency::of(from), Currency::of(to), crossing)) return std::nullopt;
    return product.round(8);
  }

  std::vector<int> chain(std::string_view from, std::string_view to) {
    return symbols_of(book.chain(Currency::of(from), Currency::of(to)));
  }
  std::vector<int> listed(std::string_view from, std::string_view to) {
    return symbols_of(book.listed_chain(Currency::of(from), Currency::of(to)));
  }

  static std::vector<int> symbols_of(const RateBook::Chain& chain) {
    if (!chain.exists) return {-1};
    std::vector<int> symbols;
    for (std::size_t i = 0; i < chain.length; ++i) symbols.push_back(chain.steps[i].symbol.value);
    return symbols;
  }

  RateBook book;

 private:
  std::uint16_t last_ = 0;
};

TEST_CASE("Conversion: a currency to itself needs no rate") {
  Rates rates;
  CHECK(rates.convert("12.5", "USD", "USD", Crossing::Gain) == money("12.5"));
  CHECK_FALSE(rates.convert("12.5", "USD", "EUR", Crossing::Gain));
}

TEST_CASE("Conversion: from the base a gain takes the bid, a loss the ask, margin the mid") {
  Rates rates;
  rates.add("EUR", "USD", "1.1", "1.3");
  CHECK(rates.convert("100", "EUR", "USD", Crossing::Gain) == money("110"));
  CHECK(rates.convert("-100", "EUR", "USD", Crossing::Loss) == money("-130"));
  CHECK(rates.convert("100", "EUR", "USD", Crossing::Mid) == money("120"));
}

TEST_CASE("Conversion: into the base a gain is divided by the ask, a loss by the bid") {
  Rates rates;
  rates.add("EUR", "USD", "1.6", "2.5");
  CHECK(rates.convert("100", "USD", "EUR", Crossing::Gain) == money("40"));
  CHECK(rates.convert("-100", "USD", "EUR", Crossing::Loss) == money("-62.5"));
  CHECK(rates.convert("-41", "USD", "EUR", Crossing::Mid) == money("-20"));
}

TEST_CASE("Conversion: a chain crosses each symbol at the side against the client, rounded once") {
  Rates rates;
  rates.add("EUR", "JPY", "120", "130");
  rates.add("EUR", "USD", "1.10", "1.20");
  // JPY -> EUR -> USD.
  CHECK(rates.convert("1300", "JPY", "USD", Crossing::Gain) == money("11"));
  CHECK(rates.convert("-1200", "JPY", "USD", Crossing::Loss) == money("-12"));
  CHECK(rates.convert("100", "JPY", "USD", Crossing::Gain) == money("0.84615385"));
}

TEST_CASE("Conversion: four hops are a chain, five are none") {
  Rates rates;
  rates.add("AAA", "BBB", "2", "2");
  rates.add("CCC", "BBB", "4", "4");
  rates.add("CCC", "DDD", "8", "8");
  rates.add("EEE", "DDD", "16", "16");
  rates.add("EEE", "FFF", "32", "32");
  CHECK(rates.chain("AAA", "EEE") == std::vector<int>{1, 2, 3, 4});
  CHECK(rates.convert("100", "AAA", "EEE", Crossing::Mid) == money("25"));
  CHECK(rates.chain("AAA", "FFF") == std::vector<int>{-1});
  CHECK_FALSE(rates.convert("100", "AAA", "FFF", Crossing::Mid));
  CHECK(rates.chain("BBB", "FFF") == std::vector<int>{2, 3, 4, 5});
  CHECK(rates.convert("100", "BBB", "FFF", Crossing::Mid) == money("400"));
}

TEST_CASE("Conversion: the shortest chain wins, even if its symbol came last") {
  Rates rates;
  rates.add("EUR", "JPY", "120", "120");
  rates.add("EUR", "USD", "1.2", "1.2");
  CHECK(rates.chain("JPY", "USD") == std::vector<int>{1, 2});
  rates.add("USD", "JPY", "150", "150");
  CHECK(rates.chain("JPY", "USD") == std::vector<int>{3});
  CHECK(rates.convert("300", "JPY", "USD", Crossing::Gain) == money("2"));
}

TEST_CASE("Conversion: among chains of one length the lowest symbol ids win") {
  Rates rates;
  rates.add("GBP", "USD", "1.5", "1.5");  // 1
  rates.add("EUR", "CHF", "1.1", "1.1");  // 2
  rates.add("EUR", "USD", "1.2", "1.2");  // 3
  rates.add("GBP", "CHF", "1.4", "1.4");  // 4
  rates.add("EUR", "USD", "1.3", "1.3");  // 5, the same pair again
  CHECK(rates.chain("CHF", "USD") == std::vector<int>{2, 3});
  CHECK(rates.chain("USD", "CHF") == std::vector<int>{1, 4});
  CHECK(rates.chain("EUR", "USD") == std::vector<int>{3});
}

TEST_CASE("Conversion: only FOREX, METAL and CRYPTO symbols are rates") {
  for (const Category category : {Category::Index, Category::Stock, Category::Cfd}) {
    Rates rates;
    rates.set(rates.add("EUR", "USD", category), "1.1", "1.1");
    CHECK(rates.chain("EUR", "USD") == std::vector<int>{-1});
  }
  for (const Category category : {Category::Forex, Category::Metal, Category::Crypto}) {
    Rates rates;
    rates.set(rates.add("EUR", "USD", category), "1.1", "1.1");
    CHECK(rates.chain("EUR", "USD") == std::vector<int>{1});
  }
}

TEST_CASE("Conversion: a symbol never quoted lists no opening, what is held takes the quoted way") {
  Rates rates;
  rates.add("EUR", "JPY", "120", "120");
  rates.add("EUR", "USD", "1.5", "1.5");
  const SymbolId direct = rates.add("USD", "JPY");
  const auto is_known = [](SymbolId, const Quote& quote) { return quote.is_known(); };
  const auto is_listed = [&] {
    return rates.book.is_listed_chain(Currency::of("JPY"), Currency::of("USD"), is_known);
  };
  CHECK_FALSE(is_listed());
  CHECK(rates.convert("100", "JPY", "USD", Crossing::Gain) == money("1.25"));
  rates.set(direct, "100", "100");
  CHECK(is_listed());
  CHECK(rates.convert("100", "JPY", "USD", Crossing::Gain) == money("1"));
}

TEST_CASE("RateBook: room for exactly as many currencies as it says") {
  RateBook book(8);
  std::size_t added = 0;
  const auto code = [](std::size_t i) { return Currency::of("C" + std::to_string(i)); };
  for (; added < RateBook::kCurrenciesMax - 2; ++added) REQUIRE(book.add_currency(code(added)));
  // A symbol that names the same two new currencies twice needs room for two.
  Instrument instrument = test::forex("ONE", "TWO");
  instrument.id = SymbolId{1};
  CHECK(book.add_symbol(instrument));
  CHECK(book.listed_chain(Currency::of("ONE"), Currency::of("TWO")).exists);
  CHECK(book.add_currency(code(0)));
  CHECK_FALSE(book.add_currency(Currency::of("SIX")));
  Instrument beyond = test::forex("ONE", "SIX");
  beyond.id = SymbolId{2};
  CHECK_FALSE(book.add_symbol(beyond));
  CHECK_FALSE(book.chain(Currency::of("ONE"), Currency::of("SIX")).exists);
}

// All simple chains, the shortest and then lowest first, by trying every one.
class EveryChain {
 public:
  explicit EveryChain(std::vector<std::pair<int, int>> edges) : edges_(std::move(edges)) {}

  std::vector<int> best(int from, int to) {
    best_.reset();
    std::vector<int> way;
    walk(from, to, way);
    return best_.value_or(std::vector<int>{-1});
  }

 private:
  void walk(int at, int to, std::vector<int>& way) {
    if (at == to) {
      if (!best_ || way.size() < best_->size() || (way.size() == best_->size() && way < *best_))
        best_ = way;
      return;
    }
    if (way.size() == RateBook::kChainMax) return;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const auto [base, quote] = edges_[i];
      if (base != at && quote != at) continue;
      way.push_back(static_cast<int>(i) + 1);
      walk(base == at ? quote : base, to, way);
      way.pop_back();
    }
  }
  std::vector<std::pair<int, int>> edges_;
  std::optional<std::vector<int>> best_;
};

TEST_CASE("RateBook: on random sets of symbols the chain is the best of all") {
  test::Random random(55);
  INFO(random.reproduce());
  const auto code = [](int i) { return "CU" + std::to_string(i); };
  for (int run = 0; run < 60; ++run) {
    Rates rates;
    std::vector<std::pair<int, int>> edges;
    const auto count = static_cast<int>(random.between(2, 7));
    for (int i = 0; i < count; ++i) REQUIRE(rates.book.add_currency(Currency::of(code(i))));
    for (std::int64_t i = random.between(1, 9); i > 0; --i) {
      const auto base = static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
      const auto quote = static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
      if (base == quote) continue;
      edges.emplace_back(base, quote);
      rates.add(code(base), code(quote));
    }
    EveryChain every(edges);
    for (int from = 0; from < count; ++from) {
      for (int to = 0; to < count; ++to) {
        CAPTURE(run, from, to);
        REQUIRE(rates.listed(code(from), code(to)) == every.best(from, to));
      }
    }
  }
}

}  // namespace
}  // namespace tribook
