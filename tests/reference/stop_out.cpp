#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {

bool Engine::below(const Account& owner, const Rational& level) const {
  const Figures now = figures(owner.id);
  return now.margin > 0 && now.equity * 100 < level * now.margin;
}

// One alert for each level crossed; on the way up the level is armed again.
void Engine::margin_calls() {
  for (auto& [id, owner] : accounts_) {
    const std::vector<Rational> levels = *options_of(owner).margin_call_levels;
    std::erase_if(owner.calls, [&](const Rational& level) {
      return std::find(levels.begin(), levels.end(), level) == levels.end();
    });
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const bool is_below = below(owner, levels[i]);
      if (!is_below) {
        owner.calls.erase(levels[i]);
      } else if (owner.calls.insert(levels[i]).second) {
        Event event;
        event.kind = Event::Kind::MarginCall;
        event.account = id;
        event.amount = levels[i];
        emit(event);
      }
    }
  }
}

bool Engine::must_stop_out(const Account& owner) const {
  const Figures now = figures(owner.id);
  if (now.margin > 0) return below(owner, *options_of(owner).stop_out_level);
  const bool holds = std::any_of(positions_.begin(), positions_.end(), [&](const auto& entry) {
    return entry.second.open && entry.second.account == owner.id;
  });
  return holds && now.equity < 0;
}

// The margin that the position would need if it were alone.
Rational Engine::own_margin(const Position& position) const {
  const Account& owner = account(position.account);
  const Symbol& traded = symbol(position.symbol);
  const SideMargin side = held_side(owner.id, traded, position.side);
  const Rational rate = traded.margin.maintenance_rate.value_or(traded.margin.initial_rate);
  if (side.rated == 0) return 0;
  return side_margin(owner, traded, side) * position.basis * rate / side.rated;
}

// In the order of closing: in session, with a fresh quote.
std::vector<Id> Engine::stop_out_candidates(const Account& owner) const {
  std::vector<Id> result;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != owner.id) continue;
    if (is_tradable(symbol(position.symbol))) result.push_back(id);
  }
  const bool by_margin = *options_of(owner).stop_out_order == StopOutOrder::LargestMargin;
  std::sort(result.begin(), result.end(), [&](Id a, Id b) {
    const Position& one = positions_.at(a);
    const Position& two = positions_.at(b);
    if (by_margin) {
      const Rational one_margin = own_margin(one);
      const Rational two_margin = own_margin(two);
      return one_margin != two_margin ? one_margin > two_margin : a < b;
    }
    const Rational one_gain = unrealized(one);
    const Rational two_gain = unrealized(two);
    return one_gain != two_gain ? one_gain < two_gain : a < b;
  });
  return result;
}

// Tries it on a copy of everything, where the house takes all: the fewest steps that bring the
// level back. All of the position if none does.
Rational Engine::smart_slice(const Account& owner, const Position& position) const {
  const Rational step = symbol(position.symbol).volume_step;
  const auto good = [&](const Integer& steps) {
    Engine copy = *this;
    Position& probe = copy.positions_.at(position.id);
    probe.venue_volume = 0;
    probe.venue_cost = 0;
    copy.close_now(probe, Rational(steps) * step, CloseReason::StopOut);
    return !copy.must_stop_out(copy.account(owner.id));
  };
  Integer high = floor_of(position.volume / step);
  if (high == 0 || !good(high)) return position.volume;
  Integer low = 0;  // more steps are better, but for the rounding and a minimum commission
  while (high - low > 1) {
    const Integer middle = (high + low) / 2;
    (good(middle) ? high : low) = middle;
  }
  while (high > 1 && good(high - 1)) high -= 1;
  return Rational(high) * step;
}

void Engine::stop_out(Account& owner) {
  if (!must_stop_out(owner)) return;
  for (auto& [id, order] : orders_) {
    const bool is_round = settings_.orders_go_round && order.status == OrderStatus::Triggered;
    if (order.request.account == owner.id && (is_resting(order) || is_round)) {
      finish(order, OrderStatus::Cancelled, "STOP_OUT");
    }
  }
  while (must_stop_out(owner)) {
    const bool in_flight =
        std::any_of(positions_.begin(), positions_.end(), [&](const auto& entry) {
          return entry.second.account == owner.id && entry.second.closing > 0;
        });
    const std::vector<Id> candidates = stop_out_candidates(owner);
    if (in_flight || candidates.empty()) return;
    Position& position = positions_.at(candidates.front());
    const bool smart = *options_of(owner).stop_out_order == StopOutOrder::Smart;
    const Rational volume = smart ? smart_slice(owner, position) : position.volume;
    Event event;
    event.kind = Event::Kind::StopOut;
    event.account = owner.id;
    event.position = position.id;
    event.volume = volume;
    event.price = mark(position);
    event.amount = figures(owner.id).level.value_or(0);
    emit(event);
    close_now(position, volume, CloseReason::StopOut);
  }
}

}  // namespace tribook::reference
