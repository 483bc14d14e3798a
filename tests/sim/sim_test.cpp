#include <catch2/catch.hpp>

#include "sim/simulator.h"

// Seeds in their short form, and the proof that the invariants can fail.

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

// Seeds that a broken part may survive; the next one must catch it.
struct Caught {
  Canary canary;
  std::uint64_t seeds_max;
};
constexpr Caught kCanaries[] = {
    {Canary::SyncDoesNothing, 10}, {Canary::WriteBehind, 5},        {Canary::LastBatchForgotten, 5},
    {Canary::OtherClientId, 5},    {Canary::EventLost, 5},          {Canary::EventTwice, 5},
    {Canary::StoreForgets, 5},     {Canary::FollowerReadsAhead, 5}, {Canary::SnapshotForgets, 5},
};

}  // namespace

TEST_CASE("simulated seeds 1 to 50 hold") { check_seeds(1); }
TEST_CASE("simulated seeds 51 to 100 hold") { check_seeds(51); }
TEST_CASE("simulated seeds 101 to 150 hold") { check_seeds(101); }
TEST_CASE("simulated seeds 151 to 200 hold") { check_seeds(151); }

TEST_CASE("the same seed does the same, another does not") {
  Options options;
  options.seed = 7;
  const Outcome first = run(options);
  CHECK(run(options).digest == first.digest);
  options.seed = 8;
  CHECK(run(options).digest != first.digest);
}

TEST_CASE("each broken part is noticed") {
  for (const Caught& caught : kCanaries) {
    std::uint64_t seed = 1;
    Outcome outcome;
    for (; seed <= caught.seeds_max && outcome.is_good(); ++seed) {
      Options options;
      options.seed = seed;
      options.canary = caught.canary;
      outcome = run(options);
    }
    INFO("canary " << kCanaryNames[static_cast<std::size_t>(caught.canary)]);
    CHECK_FALSE(outcome.is_good());
  }
}

}  // namespace tribook::sim
