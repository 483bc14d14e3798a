#include <catch2/catch.hpp>

#include "differential/duel.h"
#include "tribook/base/canary.h"

// The proof that a difference is seen: each broken part of the engine within so many operations,
// counted over the seeds from 1 on, and shown by a program of so many.

namespace tribook::differential {
namespace {

constexpr std::size_t kOperationsOfSeed = 250;

struct Canary {
  const char* name;
  base::Broken part;
  std::size_t operations_max;
  std::size_t program_max;
};
constexpr Canary kCanaries[] = {
    {"conversion sides swapped", base::Broken::ConversionsSwapped, 2'000, 16},
    {"rounding truncates", base::Broken::RoundingTruncates, 500, 16},
    {"SL and TP fire late", base::Broken::LevelsFireLate, 20'000, 16},
    {"marks forget quotes", base::Broken::MarksForget, 5'000, 48},
    {"the maker's price is lost", base::Broken::MakersPriceLost, 50'000, 32},
    {"an account deals with itself", base::Broken::SelfTradeAllowed, 50'000, 32},
    {"fill or kill does not look first", base::Broken::WholesUnchecked, 50'000, 32},
    {"a venue's price comes without markup", base::Broken::VenuesMarkupLost, 5'000, 32},
    {"a venue's remainder is dropped", base::Broken::RemainderDropped, 5'000, 32},
    {"limits are not looked at when filled", base::Broken::LimitsIgnoredAtFill, 5'000, 16},
    {"a kill switch comes a minute late", base::Broken::KillSwitchLate, 5'000, 16},
};

class Breaking {
 public:
  explicit Breaking(base::Broken part) { base::broken = part; }
  ~Breaking() { base::broken = base::Broken::Nothing; }
  Breaking(const Breaking&) = delete;
  Breaking& operator=(const Breaking&) = delete;
};

std::optional<Failure> look_for_difference(RunCounts& counts, std::size_t operations_max) {
  for (std::uint64_t seed = 1; counts.operations < operations_max; ++seed) {
    if (auto failure = run(seed, kOperationsOfSeed, counts)) return failure;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("differential: each broken part is noticed, and shown by a short program") {
  for (const Canary& canary : kCanaries) {
    const Breaking breaking(canary.part);
    RunCounts counts;
    const auto failure = look_for_difference(counts, canary.operations_max);
    INFO(canary.name << ", " << counts.operations << " operations");
    REQUIRE(failure.has_value());
    const Failure shown = shrink(*failure, 2'000);
    INFO(report(0, shown));
    CHECK(shown.program.size() <= canary.program_max);
    CHECK(shown.difference.what == failure->difference.what);
    WARN(canary.name << " noticed after " << counts.operations << " operations, "
                     << shown.program.size() << " are enough: " << shown.difference.words);
  }
}

TEST_CASE("differential: the engine that can be broken is good when it is not") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RunCounts counts;
    const auto failure = run(seed, kOperationsOfSeed, counts);
    INFO((failure ? report(seed, *failure) : std::string()));
    CHECK_FALSE(failure.has_value());
  }
}

}  // namespace tribook::differential
