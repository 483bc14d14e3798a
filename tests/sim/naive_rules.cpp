#include "sim/naive_rules.h"

#include <algorithm>
#include <limits>

#include "tribook/message/text.h"

namespace tribook::sim {

void NaiveRules::demand(bool is_so, const std::string& what) {
  if (is_so || !problem_.empty()) return;
  problem_ = what + " (record " + std::to_string(root_.value) + ")";
}

void NaiveRules::apply(const Event& event, std::span<const std::byte> text,
                       const Reference& before) {
  root_ = event.header.root;
  const AccountId account = event.header.account;
  switch (event.header.kind) {
    case EventKind::KillSwitchChanged: {
      const auto changed = event.get<KillSwitchChanged>();
      switches_[{changed.scope.level, changed.scope.id}] = changed.action;
      return;
    }
    case EventKind::LimitsUpdated: {
      const RiskScope scope = event.get<LimitsUpdated>().scope;
      const auto now = read_spec<LimitSet>(text);
      demand(now.has_value(), "limits that are not told");
      if (now) limits_[{scope.level, scope.id}] = *now;
      return;
    }
    case EventKind::AccountUpdated:
      groups_[account.value] = event.get<AccountUpdated>().group;
      return;
    case EventKind::AccountDayEnded:
      day_volume_[account.value] = 0;
      return;
    case EventKind::TradeExecuted:
      return on_trade(event, event.get<TradeExecuted>(), before);
    case EventKind::KillSwept:
      return on_swept(event.get<KillSwept>(), before);
    default:
      return;
  }
}

void NaiveRules::on_trade(const Event& event, const TradeExecuted& trade, const Reference& before) {
  const AccountId account = event.header.account;
  day_volume_[account.value] += trade.volume.raw;
  const auto held = positions_.find(trade.position.value);
  const bool is_new = held == positions_.end();
  if (!is_new && held->second.side != trade.side) {
    held->second.volume -= trade.volume.raw;
    if (held->second.volume == 0) positions_.erase(held);
    return;
  }
  Position& position = positions_[trade.position.value];
  position = {account, trade.symbol, trade.side, position.volume + trade.volume.raw};
  // A venue fills later than it is asked.
  if (trade.book == Book::B && !before.was_sent(trade.order)) on_opening(account, trade, is_new);
}

void NaiveRules::on_opening(AccountId account, const TradeExecuted& trade, bool is_new) {
  const std::string which = "order " + std::to_string(trade.order.value);
  demand(!is_killed(account, trade.symbol), which + " opens what a kill switch holds back");
  std::int64_t side_volume = 0;
  std::int64_t positions = 0;
  for (const auto& [id, position] : positions_) {
    if (position.account != account) continue;
    positions += kFixedOne;
    if (position.symbol == trade.symbol && position.side == trade.side)
      side_volume += position.volume;
  }
  const auto most_of = [&](Limit limit) { return most(limit, account, trade.symbol); };
  demand(side_volume <= most_of(Limit::MaxPositionVolume), which + " makes a position too large");
  demand(!is_new || positions <= most_of(Limit::MaxOpenPositions),
         which + " opens a position too many");
  demand(day_volume_[account.value] <= most_of(Limit::MaxDayVolume),
         which + " is beyond the day's volume");
}

// In an account that closes first.
bool NaiveRules::may_only_close(const Reference::Order& order) const {
  std::int64_t opposite_volume = 0;
  for (const auto& [id, position] : positions_) {
    const bool is_opposite = position.account == order.account && position.symbol == order.symbol &&
                             position.side != order.side;
    if (is_opposite) opposite_volume += position.volume;
  }
  return (order.volume - order.filled).raw <= opposite_volume;
}

// What is at a venue is left to it.
void NaiveRules::on_swept(const KillSwept& swept, const Reference& before) {
  const auto on = switches_.find({swept.scope.level, swept.scope.id});
  demand(on != switches_.end() && on->second >= KillAction::Cancel,
         "what no kill switch asks for was swept");
  for (const auto& [id, order] : before.working) {
    const bool rests =
        order.status == OrderStatus::Working || order.status == OrderStatus::PartiallyFilled;
    if (!rests || before.was_sent(OrderId{id})) continue;
    if (on->second == KillAction::Cancel && may_only_close(order)) continue;
    demand(!is_in(swept.scope, order.account, order.symbol),
           "order " + std::to_string(id) + " rests after a kill switch");
  }
}

bool NaiveRules::is_in(const RiskScope& scope, AccountId account, SymbolId symbol) const {
  switch (scope.level) {
    case ScopeLevel::House:
      return true;
    case ScopeLevel::Group: {
      const auto group = groups_.find(account.value);
      return group != groups_.end() && group->second.value == scope.id;
    }
    case ScopeLevel::Account:
      return account.value == scope.id;
    case ScopeLevel::Symbol:
      return symbol.value == scope.id;
  }
  return false;
}

bool NaiveRules::is_killed(AccountId account, SymbolId symbol) const {
  return std::any_of(switches_.begin(), switches_.end(), [&](const auto& entry) {
    const auto& [key, action] = entry;
    return action != KillAction::None && is_in({key.second, key.first, {}}, account, symbol);
  });
}

// The narrowest level that sets it.
std::int64_t NaiveRules::most(Limit limit, AccountId account, SymbolId symbol) const {
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  for (const ScopeLevel level :
       {ScopeLevel::Symbol, ScopeLevel::Account, ScopeLevel::Group, ScopeLevel::House}) {
    for (const auto& [key, limits] : limits_) {
      if (key.first != level || !limits.has(limit)) continue;
      if (!is_in({key.second, key.first, {}}, account, symbol)) continue;
      const auto i = static_cast<std::size_t>(limit);
      return limits.mode[i] == LimitMode::Reject ? limits.threshold[i] : kAny;
    }
  }
  return kAny;
}

void Reference::on_switch(const KillSwitchChanged& changed) {
  const std::pair key{changed.scope.level, changed.scope.id};
  if (changed.action == KillAction::None) {
    switches.erase(key);
  } else {
    switches[key] = changed.scope;
  }
}

}  // namespace tribook::sim
