#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {

// On, off, or another action: what it cancels and closes, it does at once, account by account.
std::string Engine::set_kill_switch(const SetKillSwitch& set) {
  const std::string refusal = scope_refusal(set.scope);
  if (!refusal.empty()) return refusal;
  const auto now = switches_.find(set.scope);
  const bool is_on = now != switches_.end() && now->second != KillAction::None;
  if (set.action == KillAction::None && !is_on) return "NOT_FOUND";
  switches_[set.scope] = set.action;
  for (const auto& [id, owner] : accounts_) {
    if (set.action >= KillAction::Cancel) cancel_all(set.scope, id);
    if (set.action >= KillAction::Flatten) close_all_of(set.scope, id);
  }
  return "";
}

bool Engine::is_in(const Scope& scope, Id id, const std::string& traded) const {
  switch (scope.level) {
    case Scope::Level::House:
      return true;
    case Scope::Level::Group:
      return account(id).settings.group == scope.name;
    case Scope::Level::Account:
      return id == scope.account;
    case Scope::Level::Symbol:
      return traded == scope.name;
  }
  return false;
}

// The most that any switch does.
KillAction Engine::kill_action(Id id, const std::string& traded) const {
  KillAction result = KillAction::None;
  for (const auto& [scope, action] : switches_) {
    if (is_in(scope, id, traded)) result = std::max(result, action);
  }
  return result;
}

bool Engine::is_killed(Id id, const std::string& traded) const {
  return kill_action(id, traded) != KillAction::None;
}

bool Engine::opens_something(const Order& order) const {
  return order.closes == 0 && order.request.volume - order.filled > closable(order);
}

// At rest, and it would open something: it stays there.
bool Engine::is_held_back(const Order& order) const {
  if (order.sequence == 0 || !opens_something(order)) return false;
  return is_killed(order.request.account, order.request.symbol);
}

bool Engine::is_cancelled(const Order& order) const {
  if (!opens_something(order)) return false;
  return kill_action(order.request.account, order.request.symbol) >= KillAction::Cancel;
}

void Engine::cancel_all(const Scope& scope, Id owner) {
  std::vector<Id> ids;
  for (auto& [id, order] : orders_) {
    if (order.request.account != owner || !is_in(scope, owner, order.request.symbol)) continue;
    const bool is_meant = switches_.at(scope) == KillAction::Flatten || opens_something(order);
    if (is_resting(order) && is_meant) ids.push_back(id);
  }
  for (const Id id : ids) finish(orders_.at(id), OrderStatus::Cancelled, "KILL_SWITCH");
}

// Those that can be now: in session, at a fresh price.
void Engine::close_all_of(const Scope& scope, Id owner) {
  std::vector<Id> ids;
  for (const auto& [id, position] : positions_) {
    const bool is_of = position.open && position.account == owner;
    if (is_of && is_in(scope, owner, position.symbol)) ids.push_back(id);
  }
  bool is_any_closed = false;
  for (const Id id : ids) {
    Position& position = positions_.at(id);
    const Rational volume = position.volume - position.closing;
    if (volume == 0 || !is_tradable(symbol(position.symbol))) continue;
    close_now(position, volume, CloseReason::Admin);
    is_any_closed = true;
  }
  if (is_any_closed) cover_negative(account(owner), CloseReason::StopOut);
  result_.id = 0;
}

}  // namespace tribook::reference
