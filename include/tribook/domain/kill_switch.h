#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/limit.h"

namespace tribook {

/// A kill switch that is on: nothing that opens is taken any more. Says who, why and the numbers.
struct KillSwitch {
  TimeNs since{};
  std::int64_t measured = 0;   ///< at 10^-8 of the limit's unit, when one set it off; saturated
  std::int64_t threshold = 0;  ///< likewise
  UserId actor;                ///< 0: the house itself
  KillAction action = KillAction::None;
  KillCause cause = KillCause::Manual;
  Limit limit = Limit::Count;  ///< Count: none
  std::uint8_t reserved = 0;
  FixedText<128> reason{};

  [[nodiscard]] constexpr bool is_empty() const { return action == KillAction::None; }
};
static_assert(std::has_unique_object_representations_v<KillSwitch>);

}  // namespace tribook
