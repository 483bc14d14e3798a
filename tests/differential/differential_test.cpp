#include <cstdlib>
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "differential/duel.h"

// The engine against the reference: 50,000 random operations, a million with TRIBOOK_NIGHTLY=1;
// after each of them both have said and hold the same.

namespace tribook::differential {
namespace {

constexpr std::size_t kOperationsOfSeed = 250;
constexpr std::size_t kShrinkingRuns = 2'000;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

bool is_nightly() { return from_environment("TRIBOOK_NIGHTLY", 0) == 1; }

void check_seeds(std::uint64_t first, std::uint64_t count, RunCounts& counts) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const auto failure = run(seed, kOperationsOfSeed, counts);
    if (!failure) continue;
    const std::string text = report(seed, shrink(*failure, kShrinkingRuns));
    std::cout << text << "\n";  // Catch would break its lines
    FAIL("the engines differ, see above");
  }
}

// Quarters, so that they can run beside each other.
void check_quarter(std::uint64_t quarter) {
  const std::uint64_t seeds = is_nightly() ? 1'000 : 50;
  RunCounts counts;
  check_seeds(1 + quarter * seeds, seeds, counts);
  CHECK(counts.fills > seeds * 10);
  CHECK(counts.stop_outs > 0);
  CHECK(counts.crossings > 0);
  CHECK(counts.venue_fills > seeds);
  CHECK(counts.limited > seeds);
  CHECK(counts.killed > seeds);
}

TEST_CASE("differential: first quarter of the seeds") { check_quarter(0); }
TEST_CASE("differential: second quarter of the seeds") { check_quarter(1); }
TEST_CASE("differential: third quarter of the seeds") { check_quarter(2); }
TEST_CASE("differential: last quarter of the seeds") { check_quarter(3); }

// What the engine cannot do yet must be ready on the reference's side.
TEST_CASE("differential: the reference does all of it") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    ReferenceSide reference;
    Generator generator(seed, Capabilities::all());
    Operation operation;
    for (std::size_t i = 0; i < kOperationsOfSeed; ++i) {
      operation = generator.next(reference);
      INFO("TRIBOOK_TEST_SEED is not looked at; seed " << seed << ", " << text_of(operation));
      REQUIRE_NOTHROW(reference.apply(operation));
      REQUIRE_NOTHROW(reference.held());
    }
    INFO("seed " << seed);
    REQUIRE(reference.engine().contradiction().empty());
    CHECK(reference.engine().orders().size() > 20);
  }
}

TEST_CASE("one seed") {
  RunCounts counts;
  check_seeds(from_environment("TRIBOOK_TEST_SEED", 1), from_environment("TRIBOOK_TEST_SEEDS", 1),
              counts);
  std::cout << counts.operations << " operations, " << counts.fills << " orders filled, "
            << counts.closed_by_level << " SL and TP, " << counts.stop_outs << " stop-outs, "
            << counts.covers << " covers, " << counts.crossings << " deals between clients, "
            << counts.venue_fills << " requests dealt by venues, " << counts.limited
            << " orders ended by limits, " << counts.killed << " by kill switches\n";
}

}  // namespace
}  // namespace tribook::differential
