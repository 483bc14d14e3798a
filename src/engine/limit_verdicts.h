#pragma once

#include <bit>
#include <cstdint>

#include "engine/state.h"

// The limits of a stage one after the other, and what comes of each.

namespace tribook::engine {

/// Limits of a stage, as bits.
constexpr std::uint32_t limits_of(LimitStage stage) {
  const auto below = [](Limit limit) { return bit_of(limit) - 1; };
  switch (stage) {
    case LimitStage::Asked:
      return below(Limit::MaxPositionVolume);
    case LimitStage::Filled:
      return below(Limit::OrdersPerSecond) & ~below(Limit::MaxPositionVolume);
    case LimitStage::Paced:
      return below(Limit::MaxPositionLoss) & ~below(Limit::OrdersPerSecond);
    case LimitStage::Watched:
      return bit_of(Limit::MaxPositionLoss);
  }
  return 0;
}

/// The code of the first limit that refuses. `judge(limit, threshold)` answers None, the limit's
/// code when it is passed, or why that cannot be told, which refuses but warns of nothing. Only
/// when none refuses are those that warn put into `warned`.
template <typename Judge>
RejectCode check_limits(const RiskRules& rules, const RuleSubject& subject, LimitStage stage,
                        std::uint32_t& warned, Judge judge) {
  std::uint32_t passed = 0;
  for (std::uint32_t left = limits_of(stage); left != 0; left &= left - 1) {
    const auto limit = static_cast<Limit>(std::countr_zero(left));
    const LimitInForce in_force = rules.in_force(limit, subject);
    if (in_force.mode == LimitMode::Off) continue;
    const RejectCode code = judge(limit, in_force.threshold);
    if (code == RejectCode::None) continue;
    if (in_force.mode == LimitMode::Reject) return code;
    if (code == terms_of(limit).code) passed |= bit_of(limit);
  }
  warned |= passed;
  return RejectCode::None;
}

}  // namespace tribook::engine
