#pragma once

#include <cstdint>
#include <iterator>
#include <string>

#include "sim/commands.h"

// What the makers of commands share.

namespace tribook::sim {

inline constexpr std::int64_t kNonsense[] = {0,
                                             -1,
                                             1,
                                             -kFixedOne,
                                             kFixedOne / 3,
                                             kMaxFixedRaw,
                                             kMaxFixedRaw + 1,
                                             INT64_MAX / 2,
                                             INT64_MIN / 2};

template <typename Map>
auto any_of(Random& random, Map& map) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(random.below(map.size())));
}

inline AccountId any_account(World& world) {
  return AccountId{any_of(world.client_random, world.reference.accounts)->first};
}

template <typename Body>
void write(Draft& draft, AccountId account, const Body& body) {
  draft.command = Command::make(body);
  draft.command.header.account = account;
}

// An id of the client's own, so that it may be sent again; long ones, too.
inline void sign(World& world, Draft& draft) {
  std::string key = "id" + std::to_string(world.client_random.bits() % 1'000'000'000);
  if (world.client_random.one_in(20)) key.resize(kClientIdMax, '.');
  draft.parts = {std::move(key), "", world.new_intent(), ""};
}

// commands.cpp
NewOrder any_order(World& world, AccountId account);
Price level(World& world, SymbolId symbol, bool is_above);

// order_commands.cpp
bool resting_order(World& world, Draft& draft);
bool order_pair(World& world, Draft& draft);
bool modify_order(World& world, Draft& draft);
bool cancel_order(World& world, Draft& draft);
bool check_order(World& world, Draft& draft);
bool trailing_order(World& world, Draft& draft);
bool follow_position(World& world, Draft& draft);
bool nonsense_resting_order(World& world, Draft& draft);
bool nonsense_modify_order(World& world, Draft& draft);

// operator_commands.cpp
bool deposit(World& world, Draft& draft);
bool withdraw(World& world, Draft& draft);
bool nonsense_payment(World& world, Draft& draft);
bool create_account(World& world, Draft& draft);
bool create_user(World& world, Draft& draft);
bool create_symbol(World& world, Draft& draft);
bool change_symbol(World& world, Draft& draft);
bool nonsense_symbol(World& world, Draft& draft);
bool quote(World& world, Draft& draft);
bool nonsense_quote(World& world, Draft& draft);
bool set_clock(World& world, Draft& draft);

// money_commands.cpp
bool adjust(World& world, Draft& draft);
bool change_credit(World& world, Draft& draft);
bool decide_withdrawal(World& world, Draft& draft);
bool change_account(World& world, Draft& draft);
bool put_group(World& world, Draft& draft);
bool put_group_terms(World& world, Draft& draft);
bool change_options(World& world, Draft& draft);
bool change_password(World& world, Draft& draft);
bool change_markup(World& world, Draft& draft);
bool nonsense_money(World& world, Draft& draft);

// risk_commands.cpp
bool put_limits(World& world, Draft& draft);
bool kill_switch(World& world, Draft& draft);
bool end_kill_switch(World& world, Draft& draft);
bool nonsense_limits(World& world, Draft& draft);

// hostile_commands.cpp
bool long_texts(World& world, Draft& draft);
bool broken_texts(World& world, Draft& draft);
bool broken_spec(World& world, Draft& draft);
bool stranger(World& world, Draft& draft);
bool somebody_elses(World& world, Draft& draft);

}  // namespace tribook::sim
