#include "tribook/base/prefetch.h"

#include <array>

#include "risk/replica.h"

// As the engine does it, one link of each command a round: account, exposures, and of a position
// that is closed its share.

namespace tribook::risk {
namespace {

constexpr int kLinksMax = 4;  // of an account's exposures; most have fewer

}  // namespace

void Replica::prefetch(std::span<const Command* const> next) const {
  std::array<std::uint32_t, Risk::kPrefetchMax> exposures{};
  const auto is_known = [&](const Command* command) {
    return command->header.account.value < accounts_.size();
  };
  const auto closed_of = [](const Command* command) {
    const bool closes = command->header.kind == CommandKind::ClosePosition;
    return closes ? command->get<ClosePosition>().position : PositionId{};
  };
  for (const Command* command : next) {
    if (is_known(command)) base::prefetch(accounts_[command->header.account.value]);
    if (const PositionId closed = closed_of(command)) share_index_.prefetch(closed.value);
    if (command->header.kind == CommandKind::NewOrder) {
      exposure_index_.prefetch(
          exposure_key(command->header.account, command->get<NewOrder>().symbol));
    }
  }
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (!is_known(next[i])) continue;
    exposures[i] = accounts_[next[i]->header.account.value].first_exposure;
    base::prefetch(exposures_[exposures[i]]);
    const PositionId closed = closed_of(next[i]);
    if (closed) base::prefetch(shares_[share_index_.find(closed.value)]);
  }
  for (int link = 0; link < kLinksMax; ++link) {
    for (std::uint32_t& exposure : exposures) {
      if (exposure == 0) continue;
      exposure_index_.prefetch(
          exposure_key(exposures_[exposure].account, exposures_[exposure].symbol));
      exposure = exposures_[exposure].next;
      base::prefetch(exposures_[exposure]);
    }
  }
}

}  // namespace tribook::risk
