#include <cstddef>
#include <string>

#include "sim/command_parts.h"

// What no gateway lets through, as far as the stages behind it say that they stand it all the same:
// texts beyond their limits or that are none, specifications with bytes of anything, accounts,
// users and positions that are none or another's.

namespace tribook::sim {
namespace {

NewOrder small_order(World& world) {
  NewOrder order;
  const auto symbol = any_of(world.client_random, world.reference.symbols);
  order.symbol = SymbolId{symbol->first};
  order.side = world.client_random.percent(50) ? Side::Buy : Side::Sell;
  order.volume = symbol->second.volume_step;
  order.max_slippage_pips = Ratio{-1};
  return order;
}

bool is_empty(const World& world) {
  return world.reference.accounts.empty() || world.reference.symbols.empty();
}

}  // namespace

// An id beyond its limit is none: the order is taken as one without an id, and is not sent again.
bool long_texts(World& world, Draft& draft) {
  if (is_empty(world)) return false;
  Random& random = world.client_random;
  write(draft, any_account(world), small_order(world));
  constexpr std::size_t sizes[] = {kClientIdMax + 1, 255, 1'900, 2'100, 70'000};
  draft.parts[random.below(4)].resize(random.one_of(sizes), 'x');
  draft.is_misuse = true;
  return true;
}

// Lengths that point anywhere.
bool broken_texts(World& world, Draft& draft) {
  if (is_empty(world)) return false;
  Random& random = world.client_random;
  if (random.percent(50)) {
    write(draft, any_account(world), small_order(world));
  } else {
    Deposit deposit;
    set_amount(deposit, Money::from_whole(1));
    write(draft, any_account(world), deposit);
  }
  draft.spec.resize(1 + random.below(60));
  for (std::byte& byte : draft.spec) byte = static_cast<std::byte>(random.bits());
  return true;
}

// A specification in which some bytes are others.
bool broken_spec(World& world, Draft& draft) {
  Random& random = world.client_random;
  constexpr bool (*makers[])(World&, Draft&) = {create_account, create_user, create_symbol,
                                                change_symbol,  put_group,   put_group_terms};
  if (!random.one_of(makers)(world, draft) || draft.spec.empty()) return false;
  for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
    std::byte& byte = draft.spec[random.below(draft.spec.size())];
    byte = random.percent(50) ? static_cast<std::byte>(random.bits())
                              : byte ^ static_cast<std::byte>(1U << random.below(8));
  }
  // A bool is nothing but 0 or 1: no check could be asked about another.
  if (draft.spec.size() == sizeof(Instrument)) {
    draft.spec[offsetof(Instrument, enabled)] &= std::byte{1};
  }
  return true;
}

bool stranger(World& world, Draft& draft) {
  if (is_empty(world)) return false;
  Random& random = world.client_random;
  constexpr std::uint32_t nobody[] = {0, 200, 65'536, 0x7FFFFFFF, 0xFFFFFFFF};
  const AccountId account{random.one_of(nobody)};
  if (random.percent(50)) {
    write(draft, account, small_order(world));
  } else {
    Withdraw withdraw;
    set_amount(withdraw, Money::from_whole(1));
    write(draft, account, withdraw);
  }
  draft.command.header.actor = UserId{static_cast<std::uint32_t>(random.bits())};
  return true;
}

bool somebody_elses(World& world, Draft& draft) {
  if (world.reference.positions.empty()) return false;
  Random& random = world.client_random;
  const auto& [id, position] = *any_of(random, world.reference.positions);
  const AccountId other{position.account.value + 1};
  if (random.percent(50)) {
    ClosePosition close;
    close.position = PositionId{id};
    write(draft, other, close);
  } else {
    ModifyPosition modify;
    modify.position = PositionId{id};
    modify.stop_loss = position.stop_loss.is_zero() ? Price{kFixedOne} : Price{};
    write(draft, other, modify);
  }
  return true;
}

}  // namespace tribook::sim
