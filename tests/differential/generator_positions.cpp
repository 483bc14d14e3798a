#include "differential/generator.h"

namespace tribook::differential {

std::optional<Action> Generator::close() {
  const auto position = any_position();
  if (!position) return std::nullopt;
  const reference::Symbol& traded = engine().symbols().at(position->symbol);
  reference::ClosePosition close;
  close.position = label_of(*position);
  close.by_admin = one_in(12);
  if (!one_in(2)) return close;
  const reference::Integer steps = floor_of(position->volume / traded.volume_step);
  const auto most = static_cast<std::uint64_t>(steps) + (one_in(20) ? 2 : 0);
  close.volume = traded.volume_step * static_cast<std::int64_t>(below(most + 1));
  if (one_in(40)) *close.volume += traded.volume_step / 2;
  return close;
}

std::optional<Action> Generator::close_by() {
  const std::vector<reference::Position> open = open_positions();
  for (int tries = 0; tries < 20 && open.size() > 1; ++tries) {
    const reference::Position& one = any(open);
    const reference::Position& other = any(open);
    const bool match =
        one.account == other.account && one.symbol == other.symbol && one.side != other.side;
    if (match || one_in(40)) return reference::CloseBy{label_of(one), label_of(other)};
  }
  return std::nullopt;
}

std::optional<Action> Generator::close_all() {
  return reference::CloseAll{any_account(), one_in(2) ? std::string() : any_symbol()};
}

// Levels that are near, removed, left alone, or set again as they are.
std::optional<Action> Generator::modify_position() {
  const auto position = any_position();
  if (!position) return std::nullopt;
  const reference::Symbol& traded = engine().symbols().at(position->symbol);
  const auto rate = rate_of(traded.name);
  if (!rate) return std::nullopt;
  const bool buy = position->side == reference::Side::Buy;
  const auto level = [&](const std::optional<Rational>& now, bool below_price) {
    if (one_in(5)) return Rational(0);
    if (now && one_in(5)) return *now;
    if (one_in(8)) return near(traded, rate->bid);
    const Rational away = rate->bid / 3'000 * static_cast<std::int64_t>(1 + below(30));
    const Rational price = below_price ? rate->bid - away : rate->ask + away;
    return floor_to(price > traded.tick ? price : traded.tick, traded.tick);
  };
  reference::ModifyPosition change;
  change.position = label_of(*position);
  if (!one_in(3)) change.sl = level(position->sl, buy);
  if (!one_in(3)) change.tp = level(position->tp, !buy);
  return change;
}

std::optional<Action> Generator::trailing_position() {
  const auto position = any_position();
  if (!position) return std::nullopt;
  reference::ModifyPosition change;
  change.position = label_of(*position);
  if (one_in(2)) {
    change.trailing = reference::Trailing{static_cast<std::int64_t>(below(60)),
                                          static_cast<std::int64_t>(below(8))};
  } else {
    change.break_even_pips = static_cast<std::int64_t>(below(10));
  }
  return change;
}

}  // namespace tribook::differential
