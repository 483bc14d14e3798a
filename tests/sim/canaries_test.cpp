#include <catch2/catch.hpp>

#include "sim/shrink.h"
#include "sim/simulator.h"

// The proof that the invariants can fail: each broken part is caught within so many seeds. Built
// with the hooks of base/canary.h.

namespace tribook::sim {
namespace {

struct Caught {
  Canary canary;
  std::uint64_t seeds_max;
};
constexpr Caught kCanaries[] = {
    {Canary::SyncDoesNothing, 10},
    {Canary::WriteBehind, 5},
    {Canary::LastBatchForgotten, 5},
    {Canary::OtherClientId, 5},
    {Canary::EventLost, 5},
    {Canary::EventTwice, 5},
    {Canary::StoreForgets, 5},
    {Canary::FollowerReadsAhead, 5},
    {Canary::SnapshotForgets, 5},
    {Canary::BatchNeverSyncs, 20},
    {Canary::IdsForgotten, 10},
    {Canary::RecordsUnchained, 20},
    {Canary::HashSkipsField, 20},
    {Canary::HoldsKept, 5},
    {Canary::QuotesLag, 5},
    {Canary::AgeIgnored, 20},
    {Canary::MarksForget, 5},
    {Canary::StoryDeaf, 5},
    {Canary::LimitsIgnoredAtFill, 20},
    {Canary::KillSwitchLate, 20},
};

struct Found {
  Options options;
  Outcome outcome;
};

Found look_for(Canary canary, std::uint64_t seeds_max) {
  Found found;
  found.options.canary = canary;
  for (std::uint64_t seed = 1; seed <= seeds_max && found.outcome.is_good(); ++seed) {
    found.options.seed = seed;
    found.outcome = run_apart(found.options);
  }
  return found;
}

}  // namespace

TEST_CASE("each broken part is noticed") {
  for (const Caught& caught : kCanaries) {
    const Found found = look_for(caught.canary, caught.seeds_max);
    INFO("canary " << kCanaryNames[static_cast<std::size_t>(caught.canary)]);
    CHECK_FALSE(found.outcome.is_good());
  }
}

TEST_CASE("the binary that can be broken is good when it is not") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Options options;
    options.seed = seed;
    const Outcome outcome = run(options);
    INFO(reproduce(options) << ": " << outcome.invariant << ": " << outcome.what);
    CHECK(outcome.is_good());
  }
}

TEST_CASE("a failing run is made smaller, and fails still") {
  for (const Canary canary : {Canary::OtherClientId, Canary::IdsForgotten}) {
    const Found found = look_for(canary, 10);
    INFO(reproduce(found.options));
    REQUIRE_FALSE(found.outcome.is_good());
    const Shrunk shrunk = shrink(found.options, found.outcome, 250);
    INFO(reproduce(shrunk.options));
    CHECK(shrunk.runs <= 250);
    const Outcome again = run(shrunk.options);
    CHECK(again.invariant == found.outcome.invariant);
    CHECK(again.size.steps <= 80);
    CHECK(again.size.commands <= 40);
    CHECK(again.size.faults <= 2);
  }
}

}  // namespace tribook::sim
