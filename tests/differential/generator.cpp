#include "differential/generator.h"

#include <algorithm>
#include <numeric>

namespace tribook::differential {

// Each capability adds its lines here.
const Generator::Recipe Generator::kRecipes[] = {
    {450, Capability::None, &Generator::quote},
    {40, Capability::None, &Generator::wait},
    {14, Capability::None, &Generator::session},
    {190, Capability::None, &Generator::market_order},
    {90, Capability::None, &Generator::close},
    {90, Capability::None, &Generator::modify_position},
    {20, Capability::None, &Generator::deposit},
    {25, Capability::None, &Generator::withdraw},
    {18, Capability::None, &Generator::change_symbol},
    {4, Capability::None, &Generator::new_symbol},
    {4, Capability::None, &Generator::new_account},
    {150, Capability::WorkingOrders, &Generator::working_order},
    {40, Capability::WorkingOrders, &Generator::modify_order},
    {30, Capability::WorkingOrders, &Generator::cancel_order},
    {30, Capability::Oco, &Generator::oco_orders},
    {40, Capability::Trailing, &Generator::trailing_position},
    {30, Capability::CloseBy, &Generator::close_by},
    {4, Capability::CloseAll, &Generator::close_all},
    {10, Capability::AccountChanges, &Generator::change_account},
    {6, Capability::Groups, &Generator::put_group},
    {20, Capability::MoneyMoves, &Generator::move_money},
    {20, Capability::Approval, &Generator::decide_withdrawal},
    {60, Capability::Venues, &Generator::venue_order},
    {90, Capability::Venues, &Generator::venue_report},
    {25, Capability::AskedLimits, &Generator::asked_limit},
    {15, Capability::AskedLimits, &Generator::order_again},
    {35, Capability::FilledLimits, &Generator::filled_limit},
    {15, Capability::FilledLimits, &Generator::no_limits},
    {10, Capability::KillSwitches, &Generator::kill_switch},
    {60, Capability::KillSwitches, &Generator::end_kill_switch},
};

Generator::Generator(std::uint64_t seed, const Capabilities& capabilities)
    : capabilities_(capabilities), random_(test::Random::exactly(seed)) {
  order_.resize(kListings.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  // EURUSD is nearly always there; the rest comes in any order, and so with any ids.
  for (std::size_t i = order_.size() - 1; i > 1; --i) std::swap(order_[i], order_[1 + below(i)]);
  if (one_in(4)) std::swap(order_[0], order_[1 + below(4)]);
  symbols_at_start_ = 2 + below(5);
  accounts_at_start_ = 2 + below(4);
}

Operation Generator::next(const ReferenceSide& reference) {
  reference_ = &reference;
  ++number_;
  const auto first = beginning();
  return {number_, first ? *first : any_of_recipes()};
}

// Symbols, their quotes, accounts with money.
std::optional<Action> Generator::beginning() {
  if (listed_ < symbols_at_start_) return new_symbol();
  if (accounts_.size() < accounts_at_start_) return new_account();
  for (const auto& [name, symbol] : engine().symbols()) {
    if (rate_of(name) || one_in(8)) continue;
    const auto is_it = [&](const Listing& listing) { return listing.name == name; };
    return first_quote(*std::find_if(kListings.begin(), kListings.end(), is_it));
  }
  for (const Label label : accounts_) {
    const reference::Account& owner = engine().accounts().at(reference_->account(label));
    const bool closed = owner.settings.state == reference::AccountState::Closed;
    if (owner.balance != 0 || closed || one_in(8)) continue;
    return reference::MoveMoney{label, reference::MoneyKind::Deposit, amount_for(label)};
  }
  return std::nullopt;
}

Action Generator::any_of_recipes() {
  std::uint64_t sum = 0;
  for (const Recipe& recipe : kRecipes) sum += has(recipe.needs) ? recipe.weight : 0;
  for (;;) {
    std::uint64_t at = below(sum);
    for (const Recipe& recipe : kRecipes) {
      if (!has(recipe.needs)) continue;
      if (at < recipe.weight) {
        if (const auto made = (this->*recipe.make)()) return *made;
        break;  // nothing to do it to: another one
      }
      at -= recipe.weight;
    }
  }
}

std::string Generator::any_symbol() {
  const auto& symbols = engine().symbols();
  return std::next(symbols.begin(), static_cast<std::ptrdiff_t>(below(symbols.size())))->first;
}

Label Generator::any_account() { return any(accounts_); }

Label Generator::label_of(const reference::Position& position) const {
  return reference_->label_of_position(position.id);
}

std::vector<reference::Position> Generator::open_positions() const {
  std::vector<reference::Position> result;
  for (const auto& [id, position] : engine().positions()) {
    if (position.open) result.push_back(position);
  }
  return result;
}

// Now and then one that is closed.
std::optional<reference::Position> Generator::any_position() {
  const auto& all = engine().positions();
  if (all.empty()) return std::nullopt;
  if (one_in(20)) {
    return std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())))->second;
  }
  const std::vector<reference::Position> open = open_positions();
  if (open.empty()) return std::nullopt;
  return any(open);
}

}  // namespace tribook::differential
