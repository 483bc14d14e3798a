#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "book/book_command.h"
#include "book/book_duel.h"
#include "book/book_mixes.h"
#include "book/exchange_core_mix.h"
#include "book/java_random.h"
#include "tribook/engine/book.h"

// The book against the naive one, report by report. TRIBOOK_NIGHTLY=1 runs millions of commands and
// compares what the books hold less often.

namespace tribook::test {
namespace {

bool is_nightly() {
  const char* text = std::getenv("TRIBOOK_NIGHTLY");
  return text != nullptr && std::string(text) == "1";
}

// Runs a mix; what it says is empty or how to see the difference again.
template <typename Book, typename Next>
std::string run(const BookSetting& setting, std::size_t count, std::size_t compare_every,
                Next next) {
  BookDuel<Book> duel(setting);
  std::vector<BookCommand> commands;
  for (std::size_t i = 1; i <= count; ++i) {
    commands.push_back(next(duel));
    std::string difference = duel.step(commands.back());
    if (difference.empty() && i % compare_every == 0) difference = duel.compare();
    // Now and then the further way is that of a book rebuilt from its orders.
    if (difference.empty() && i % 1'000 == 0) difference = duel.rebuild(i % 2'000 == 0);
    if (difference.empty()) continue;
    if (first_difference<Book>(setting, commands).empty()) return "only rebuilt: " + difference;
    return reproduction<Book>(setting, commands);
  }
  return duel.compare();
}

TEST_CASE("OrderBook: tells and holds what the naive book does under awkward commands") {
  const BookMix mix = GENERATE(from_range(awkward_mixes()));
  const std::uint64_t seeds = is_nightly() ? 20 : 1;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    MixedCommands commands(mix, seed);
    INFO(mix.name << ", " << commands.reproduce());
    const std::string difference =
        run<engine::OrderBook>(mix.setting, is_nightly() ? 20'000 : 4'000, is_nightly() ? 50 : 1,
                               [&](const auto&) { return commands.next(); });
    INFO(difference);
    REQUIRE(difference.empty());
  }
}

TEST_CASE("OrderBook: tells and holds what the naive book does under exchange-core's mix") {
  const bool moves_only = GENERATE(false, true);
  const std::uint32_t window = GENERATE(131'072U, 512U);
  const std::int64_t seeds = is_nightly() ? 5 : 1;
  for (std::int64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed << ", window " << window);
    ExchangeCoreMix mix(seed, 300, moves_only, 1, 1);
    const auto next = [&](const BookDuel<>& duel) {
      for (const BookReport& report : duel.reports()) {
        std::visit([&](const auto& value) { mix.on(value); }, report);
      }
      return mix.next();
    };
    const BookSetting setting{ExchangeCoreMix::kTick, {.orders = 1'000, .window = window}};
    const std::string difference = run<engine::OrderBook>(setting, is_nightly() ? 100'000 : 3'000,
                                                          is_nightly() ? 50 : 1, next);
    INFO(difference);
    REQUIRE(difference.empty());
    CHECK(mix.is_filled());
  }
}

TEST_CASE("JavaRandom: gives what java.util.Random gives for 42") {
  JavaRandom numbers(42);
  CHECK(numbers.next_int(10) == 0);
  CHECK(numbers.next_int(10) == 3);
  CHECK(JavaRandom(42).next_int(4) == 2);
  CHECK(JavaRandom(42).next_double() == 0.7275636800328681);
}

// A book that does not let an order grow where it stands.
class BrokenBook : public engine::OrderBook {
 public:
  using engine::OrderBook::OrderBook;

  template <typename Report>
  void replace(OrderId id, Price price, Volume volume, Report&& report) {
    const auto order = find(id);
    if (order && order->price == price && volume > order->volume) volume = order->volume;
    engine::OrderBook::replace(id, price, volume, report);
  }
};

TEST_CASE("OrderBook: a broken one is found, and the way there is cut to what is needed") {
  const BookMix mix = awkward_mixes().front();
  MixedCommands random(mix, 1);
  std::vector<BookCommand> commands;
  while (first_difference<BrokenBook>(mix.setting, commands).empty()) {
    REQUIRE(commands.size() < 1'000);
    commands.push_back(random.next());
  }
  const std::vector<BookCommand> few = shrink<BrokenBook>(mix.setting, commands);
  // One that rests and its replacement, and perhaps one that trades with it in between.
  REQUIRE(few.size() <= 3);
  CHECK(few.front().kind == BookCommand::Kind::Add);
  CHECK(few.back().kind == BookCommand::Kind::Replace);
  for (std::size_t i = 0; i < few.size(); ++i) {
    std::vector<BookCommand> fewer = few;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(first_difference<BrokenBook>(mix.setting, fewer).empty());
  }
  CHECK(reproduction<BrokenBook>(mix.setting, commands).find("replace") != std::string::npos);
}

}  // namespace
}  // namespace tribook::test
