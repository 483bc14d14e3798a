#include "engine/watching.h"

#include <algorithm>

#include "engine/state.h"

namespace tribook::engine {

DayResult day_result(const State& state, const Account& account, Money equity) {
  const AccountDay& day = state.timers.days[account.id.value];
  const Money base = day.equity_before + day.payments;
  return {equity - base, base};
}

Money peak_of(const State& state, const Account& account, Money equity) {
  return std::max(state.risks[account.id.value].peak, equity);
}

}  // namespace tribook::engine
