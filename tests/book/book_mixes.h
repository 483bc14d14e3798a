#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "book/book_command.h"
#include "book/book_duel.h"
#include "support/random.h"

namespace tribook::test {

/// Commands made to be awkward, each mix in its own way.
struct BookMix {
  enum class Prices : std::uint8_t { One, Near, Spread, Drifting, Huge };
  using Kinds = std::array<std::uint64_t, 4>;  // add, cancel, reduce, replace

  const char* name;
  Prices prices = Prices::Near;
  Kinds kinds{50, 15, 10, 25};  ///< in 100
  BookSetting setting{};
  std::uint64_t instant_percent = 20;  ///< of those added
  std::uint64_t whole_percent = 30;    ///< of those: Fok
  std::uint64_t unknown_percent = 5;   ///< ids that rest nowhere, or are taken already
  std::uint64_t huge_volume_percent = 0;
  std::uint64_t owners = 0;
  bool prevents = false;  ///< any SelfTrade
  std::uint64_t id_factor = 1;
};

inline std::vector<BookMix> awkward_mixes() {
  using Prices = BookMix::Prices;
  const BookSetting small_window{{1'000}, {.orders = 1'000, .window = 64}};
  const BookSetting tiny{{1'000}, {.orders = 7, .window = 1}};
  const BookSetting finest{{1}, {.orders = 500, .window = 4'096}};
  const BookSetting odd_tick{{2'500}, {.orders = 300, .window = 100}};
  return {
      {.name = "all on one price", .prices = Prices::One, .kinds = {50, 20, 15, 15}},
      {.name = "near one another"},
      {.name = "spread over thousands of ticks", .prices = Prices::Spread},
      {.name = "drifting out of the window", .prices = Prices::Drifting, .setting = small_window},
      {.name = "spread beyond the window", .prices = Prices::Spread, .setting = small_window},
      {.name = "any price of 64 bits", .prices = Prices::Huge, .setting = finest},
      {.name = "any price with an odd tick", .prices = Prices::Huge, .setting = odd_tick},
      {.name = "cancels of the unknown", .kinds = {30, 50, 10, 10}, .unknown_percent = 70},
      {.name = "replace storm", .kinds = {8, 2, 0, 90}},
      {.name = "replace storm beyond the window",
       .prices = Prices::Spread,
       .kinds = {8, 2, 0, 90},
       .setting = small_window},
      {.name = "self-trades",
       .kinds = {60, 10, 5, 25},
       .instant_percent = 30,
       .owners = 3,
       .prevents = true},
      {.name = "self-trades on one price",
       .prices = Prices::One,
       .instant_percent = 40,
       .owners = 2,
       .prevents = true},
      {.name = "fill or kill",
       .kinds = {85, 5, 5, 5},
       .instant_percent = 50,
       .whole_percent = 90,
       .owners = 6,
       .prevents = true},
      {.name = "full", .kinds = {70, 5, 5, 20}, .setting = tiny},
      {.name = "volumes near the end of 64 bits",
       .kinds = {55, 10, 15, 20},
       .huge_volume_percent = 50},
      {.name = "ids that look alike", .setting = odd_tick, .id_factor = std::uint64_t{1} << 40U},
  };
}

class MixedCommands {
 public:
  MixedCommands(const BookMix& mix, std::uint64_t seed) : mix_(mix), random_(seed) {}

  [[nodiscard]] std::string reproduce() const { return random_.reproduce(); }

  BookCommand next() {
    BookCommand command;
    command.kind = kind();
    engine::BookOrder& order = command.order;
    order.id = {id(command.kind == BookCommand::Kind::Add) * mix_.id_factor};
    if (command.kind == BookCommand::Kind::Cancel) return command;
    order.volume = volume();
    if (command.kind == BookCommand::Kind::Reduce) return command;
    order.side = random_.one_in(2) ? Side::Buy : Side::Sell;
    order.price = price(order.side);
    if (command.kind == BookCommand::Kind::Replace) return command;
    if (percent(mix_.instant_percent)) {
      order.time_in_force = percent(mix_.whole_percent) ? TimeInForce::Fok : TimeInForce::Ioc;
    } else if (random_.one_in(10)) {
      order.time_in_force = random_.one_in(2) ? TimeInForce::Day : TimeInForce::Gtd;
    }
    order.owner = {static_cast<std::uint32_t>(random_.below(mix_.owners + 1))};
    if (mix_.prevents) order.self_trade = static_cast<engine::SelfTrade>(random_.below(4));
    return command;
  }

 private:
  static constexpr std::uint64_t kRemembered = 150;  // ids that are named again

  bool percent(std::uint64_t share) { return random_.below(100) < share; }

  BookCommand::Kind kind() {
    std::uint64_t number = random_.below(100);
    std::size_t kind = 0;
    while (number >= mix_.kinds[kind]) number -= mix_.kinds[kind++];
    return static_cast<BookCommand::Kind>(kind);
  }

  std::uint64_t id(bool is_new) {
    const bool is_odd = percent(mix_.unknown_percent);
    if (is_new != is_odd) return is_new ? ++last_id_ : last_id_ + 1 + random_.below(1'000);
    return last_id_ - std::min(last_id_, random_.below(kRemembered));
  }

  Volume volume() {
    if (random_.one_in(60)) return {random_.between(-2, 0)};
    if (percent(mix_.huge_volume_percent)) {
      return {static_cast<std::int64_t>(random_.any_size() >> 1U)};
    }
    return {random_.between(1, 20) * 1'000'000};
  }

  Price price(Side side) {
    const std::int64_t tick = mix_.setting.tick_size.raw;
    const std::int64_t off = random_.one_in(60) ? random_.between(-1, 1) : 0;
    // Mostly a little away from the middle, so that the book fills.
    const std::int64_t away = (side == Side::Buy ? -1 : 1) * random_.between(-2, 12);
    switch (mix_.prices) {
      case BookMix::Prices::One:
        return {100'000 * tick + off};
      case BookMix::Prices::Near:
        return {(100'000 + away) * tick + off};
      case BookMix::Prices::Spread:
        return {(100'000 + away * random_.between(1, 400)) * tick + off};
      case BookMix::Prices::Drifting:
        middle_ += random_.between(-7, 8);
        return {(middle_ + away) * tick + off};
      case BookMix::Prices::Huge:
        break;
    }
    if (random_.one_in(20)) return random_.one_in(2) ? kHighest : kLowest;
    const auto size = static_cast<std::int64_t>(random_.any_size() >> 1U);
    return {(random_.one_in(2) ? size : -size) / tick * tick + off};
  }

  static constexpr Price kHighest{std::numeric_limits<std::int64_t>::max()};
  static constexpr Price kLowest{std::numeric_limits<std::int64_t>::min()};

  BookMix mix_;
  Random random_;
  std::uint64_t last_id_ = 0;
  std::int64_t middle_ = 100'000;
};

}  // namespace tribook::test
