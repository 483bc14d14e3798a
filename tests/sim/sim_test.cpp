#include <catch2/catch.hpp>

#include "sim/simulator.h"

// Seeds in their short form. That the invariants can fail: canaries_test.cpp.

namespace tribook::sim {
namespace {

#ifdef TRIBOOK_DEBUG
constexpr std::uint64_t kSeedsOfOneCase = 8;
#else
constexpr std::uint64_t kSeedsOfOneCase = 50;
#endif

void check_seeds(std::uint64_t first) {
  for (std::uint64_t seed = first; seed < first + kSeedsOfOneCase; ++seed) {
    Options options;
    options.seed = seed;
    INFO(reproduce(options));
    const Outcome outcome = run(options);
    INFO("step " << outcome.step << ": " << outcome.invariant << ": " << outcome.what);
    REQUIRE(outcome.is_good());
  }
}

}  // namespace

TEST_CASE("simulated seeds 1 to 50 hold") { check_seeds(1); }
TEST_CASE("simulated seeds 51 to 100 hold") { check_seeds(51); }
TEST_CASE("simulated seeds 101 to 150 hold") { check_seeds(101); }
TEST_CASE("simulated seeds 151 to 200 hold") { check_seeds(151); }

TEST_CASE("numbers are read, written and joined") {
  const auto numbers = Numbers::parse("1..4,9,6..7,5");
  REQUIRE(numbers);
  CHECK(numbers->text() == "1..7,9");
  CHECK(numbers->has(7));
  CHECK_FALSE(numbers->has(8));
  CHECK(numbers->missing_of(1, 10) == 2);
  for (const char* text : {"0", "4..2", "a", "1..", "1,,2"}) {
    INFO(text);
    CHECK_FALSE(Numbers::parse(text));
  }
}

TEST_CASE("a run is the same when nothing of what is taken out would have happened") {
  Options options;
  options.seed = 3;
  options.steps = 2'000;
  const Outcome whole = run(options);
  options.cut.steps.add(2'001, 9'000);
  options.cut.faults = Numbers{};
  options.cut.faults->add(1, 1'000'000);
  CHECK(run(options).digest == whole.digest);
  options.cut.faults = Numbers{};
  const Outcome calm = run(options);
  CHECK(calm.is_good());
  CHECK(calm.size.faults == 0);
  CHECK(whole.size.faults > 0);
}

TEST_CASE("the same seed does the same, another does not") {
  Options options;
  options.seed = 7;
  const Outcome first = run(options);
  CHECK(run(options).digest == first.digest);
  options.seed = 8;
  CHECK(run(options).digest != first.digest);
}

}  // namespace tribook::sim
