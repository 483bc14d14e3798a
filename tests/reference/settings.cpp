#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {
namespace {

bool valid_currency(const std::string& code) { return code.size() >= 2 && code.size() <= 8; }

bool valid_tiers(const std::vector<Tier>& tiers) {
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const Tier& tier = tiers[i];
    if (tier.leverage <= 0) return false;
    if (tier.up_to_volume && tier.up_to_notional) return false;
    if (tier.up_to_volume.has_value() != tiers[0].up_to_volume.has_value() &&
        i + 1 < tiers.size()) {
      return false;
    }
    if (i == 0) continue;
    if (tier.up_to_volume && *tier.up_to_volume <= *tiers[i - 1].up_to_volume) return false;
    if (tier.up_to_notional && *tier.up_to_notional <= *tiers[i - 1].up_to_notional) return false;
  }
  return true;
}

bool valid_symbol(const Symbol& symbol) {
  const MarginSettings& margin = symbol.margin;
  return !symbol.name.empty() && valid_currency(symbol.base) && valid_currency(symbol.quote) &&
         symbol.base != symbol.quote && symbol.tick > 0 && symbol.pip > 0 && symbol.contract > 0 &&
         symbol.min_volume > 0 && symbol.min_volume <= symbol.max_volume &&
         symbol.volume_step > 0 && symbol.markup_pips >= 0 && symbol.commission.amount >= 0 &&
         symbol.commission.minimum >= 0 && margin.initial_rate > 0 && margin.leverage_cap >= 0 &&
         margin.maintenance_rate.value_or(1) > 0 && valid_tiers(margin.tiers) &&
         symbol.swap.days_in_year > 0 && symbol.stale_after_ms >= 0;
}

bool prices_on_grid(const Rational& tick, const std::optional<Rational>& price) {
  return !price || is_multiple(*price, tick);
}

template <class T>
void take_if_set(std::optional<T>& value, const std::optional<T>& from) {
  if (from) value = from;
}

}  // namespace

// What existing positions were made of must stay.
bool Engine::same_meaning(const Symbol& a, const Symbol& b) const {
  return a.base == b.base && a.quote == b.quote && margin_currency(a) == margin_currency(b) &&
         a.contract == b.contract && a.digits == b.digits && a.margin.mode == b.margin.mode;
}

std::string Engine::put_symbol(const Symbol& given) {
  if (!valid_symbol(given)) return "VALIDATION";
  Symbol symbol = given;
  const auto old = symbols_.find(symbol.name);
  symbol.id = old == symbols_.end() ? Id(symbols_.size()) + 1 : old->second.id;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.symbol != symbol.name) continue;
    if (!same_meaning(old->second, symbol)) return "VALIDATION";
    if (!is_multiple(position.volume, symbol.volume_step)) return "VALIDATION";
    if (!prices_on_grid(symbol.tick, position.sl)) return "VALIDATION";
    if (!prices_on_grid(symbol.tick, position.tp)) return "VALIDATION";
  }
  for (const auto& [id, order] : orders_) {
    if (order.request.symbol != symbol.name) continue;
    if (!is_resting(order) && order.requests_open == 0) continue;
    if (!same_meaning(old->second, symbol)) return "VALIDATION";
    if (!is_multiple(order.request.volume, symbol.volume_step)) return "VALIDATION";
    if (!is_multiple(order.request.price, symbol.tick)) return "VALIDATION";
    if (!is_multiple(order.trigger, symbol.tick)) return "VALIDATION";
  }
  symbols_[symbol.name] = symbol;
  return "";
}

std::string Engine::put_group(const Group& group) {
  if (group.name.empty()) return "VALIDATION";
  for (const auto& [name, settings] : group.symbols) {
    if (!name.empty() && !symbols_.contains(name)) return "SYMBOL_UNKNOWN";
    if (settings.markup_pips && *settings.markup_pips < 0) return "VALIDATION";
  }
  const auto before = groups_;
  const auto closings = closings_of_members(group.name);
  groups_[group.name] = group;
  // What is at venues was sent for what it closes there.
  if (closings_of_members(group.name) == closings) return "";
  groups_ = before;
  return "VALIDATION";
}

// In which order those of its accounts close that have something at a venue.
std::map<Id, Closing> Engine::closings_of_members(const std::string& group) const {
  std::map<Id, Closing> result;
  for (const auto& [id, account] : accounts_) {
    if (account.settings.group == group && is_out_at_venues(id)) {
      result[id] = *options_of(account).closing;
    }
  }
  return result;
}

bool Engine::is_out_at_venues(Id account) const {
  return std::any_of(orders_.begin(), orders_.end(), [&](const auto& entry) {
    const Order& order = entry.second;
    return order.request.account == account && order.requests_open > 0;
  });
}

std::string Engine::create_account(const AccountSettings& settings) {
  if (!valid_currency(settings.currency) || settings.leverage < 1) return "VALIDATION";
  if (!settings.group.empty() && !groups_.contains(settings.group)) return "NOT_FOUND";
  const Id id = next_id_++;
  accounts_[id].id = id;
  accounts_[id].settings = settings;
  result_.id = id;
  return "";
}

std::string Engine::change_account(const ChangeAccount& change) {
  const auto found = accounts_.find(change.account);
  if (found == accounts_.end()) return "NOT_FOUND";
  Account& account = found->second;
  const AccountSettings& settings = change.settings;
  if (settings.currency != account.settings.currency || settings.leverage < 1) return "VALIDATION";
  if (!settings.group.empty() && !groups_.contains(settings.group)) return "NOT_FOUND";
  const bool busy = std::any_of(positions_.begin(), positions_.end(), [&](const auto& entry) {
    return entry.second.open && entry.second.account == account.id;
  });
  if (busy && settings.mode != account.settings.mode) return "VALIDATION";
  const bool waits =
      std::any_of(withdrawals_.begin(), withdrawals_.end(),
                  [&](const auto& entry) {
                    return entry.second.pending && entry.second.account == account.id;
                  }) ||
      std::any_of(orders_.begin(), orders_.end(), [&](const auto& entry) {
        const Order& order = entry.second;
        return order.request.account == account.id &&
               (is_resting(order) || order.requests_open > 0);
      });
  if ((busy || waits) && settings.state == AccountState::Closed) return "VALIDATION";
  const AccountSettings before = account.settings;
  const Closing closing = *options_of(account).closing;
  account.settings = settings;
  if (*options_of(account).closing != closing && is_out_at_venues(account.id)) {
    account.settings = before;
    return "VALIDATION";
  }
  return "";
}

GroupSymbol Engine::group_symbol(const Account& account, const Symbol& symbol) const {
  GroupSymbol result;
  const auto group = groups_.find(account.settings.group);
  if (group == groups_.end()) return result;
  for (const std::string& name : {std::string(), symbol.name}) {  // the special one wins
    const auto found = group->second.symbols.find(name);
    if (found == group->second.symbols.end()) continue;
    take_if_set(result.markup_pips, found->second.markup_pips);
    take_if_set(result.commission, found->second.commission);
    take_if_set(result.leverage_cap, found->second.leverage_cap);
    take_if_set(result.swap, found->second.swap);
  }
  return result;
}

Rational Engine::markup_pips(const Account& account, const Symbol& symbol) const {
  return group_symbol(account, symbol).markup_pips.value_or(symbol.markup_pips);
}

CommissionSettings Engine::commission_of(const Account& account, const Symbol& symbol) const {
  CommissionSettings result = group_symbol(account, symbol).commission.value_or(symbol.commission);
  if (result.currency.empty()) result.currency = account.settings.currency;
  return result;
}

SwapSettings Engine::swap_of(const Account& account, const Symbol& symbol) const {
  return group_symbol(account, symbol).swap.value_or(symbol.swap);
}

AccountOptions Engine::options_of(const Account& account) const {
  AccountOptions result;
  result.closing = Closing::Any;
  result.negative_balance_protection = true;
  result.swap_free = false;
  result.swap_free_days = 0;
  result.swap_free_fee = Rational(0);
  result.stop_out_order = StopOutOrder::LargestLoss;
  result.stop_out_level = Rational(50);
  result.margin_call_levels = std::vector<Rational>{100};
  const auto group = groups_.find(account.settings.group);
  std::vector<const AccountOptions*> sources;
  if (group != groups_.end()) sources.push_back(&group->second.options);
  sources.push_back(&account.settings.options);
  for (const AccountOptions* source : sources) {
    take_if_set(result.closing, source->closing);
    take_if_set(result.negative_balance_protection, source->negative_balance_protection);
    take_if_set(result.swap_free, source->swap_free);
    take_if_set(result.swap_free_days, source->swap_free_days);
    take_if_set(result.swap_free_fee, source->swap_free_fee);
    take_if_set(result.stop_out_order, source->stop_out_order);
    take_if_set(result.stop_out_level, source->stop_out_level);
    take_if_set(result.margin_call_levels, source->margin_call_levels);
  }
  return result;
}

}  // namespace tribook::reference
