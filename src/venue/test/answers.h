#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "tribook/message/command.h"
#include "tribook/message/event.h"

// What the test venue does with a request: its seed and the request say so, and nothing else. Asked
// again, by a daemon that came up, it says the same with the same execution ids.

namespace tribook::venue::test {

/// How often something goes wrong, in percent of the requests.
struct Faults {
  std::uint32_t rejected = 0;
  std::uint32_t partial = 0;   ///< a part of it is filled, the rest is rejected
  std::uint32_t in_parts = 0;  ///< filled, but in several fills
  std::uint32_t silent = 0;    ///< nothing is said of it
  std::uint32_t late = 0;      ///< filled after it was given up
  std::uint32_t repeated = 0;  ///< each report comes twice
};

struct AnswerSettings {
  std::uint64_t seed = 1;
  std::chrono::nanoseconds latency{};  ///< until its first report
  std::chrono::nanoseconds jitter{};   ///< up to so much more
  std::uint32_t slippage_ppm = 0;      ///< of the price, to either side at most; millionths
  Faults faults{};
};

struct Answer {
  VenueReport report;
  std::chrono::nanoseconds after{};  ///< since it was asked
};

struct Answers {
  static constexpr std::size_t kMost = 12;

  std::array<Answer, kMost> all{};
  std::size_t count = 0;
};

/// Fills are multiples of `lot_step`, but for the last one of a request that is none.
[[nodiscard]] Answers answers_to(const AnswerSettings& settings, const VenueRequested& request,
                                 std::chrono::nanoseconds patience, Volume lot_step);

}  // namespace tribook::venue::test
