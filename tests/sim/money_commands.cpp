#include <string>

#include "sim/command_parts.h"
#include "tribook/domain/group.h"

// What operators do with money, accounts and groups.

namespace tribook::sim {
namespace {

constexpr std::uint64_t kGroups = 4;

GroupId any_group(Random& random) {
  return GroupId{static_cast<std::uint16_t>(random.below(kGroups + 2))};  // or one that is none
}

SymbolId any_symbol(World& world) {
  return SymbolId{any_of(world.client_random, world.reference.symbols)->first};
}

void sign_with_reason(World& world, Draft& draft) {
  sign(world, draft);
  if (world.client_random.one_in(20)) draft.parts[0].clear();
}

}  // namespace

bool adjust(World& world, Draft& draft) {
  if (world.reference.accounts.empty()) return false;
  Random& random = world.client_random;
  Adjust adjust;
  adjust.kind = static_cast<AdjustmentKind>(random.below(3));
  set_amount(adjust, Money::from_whole(random.between(-400, 500)));
  write(draft, any_account(world), adjust);
  sign_with_reason(world, draft);
  if (random.one_in(10)) draft.parts = {};  // no reason
  return true;
}

bool change_credit(World& world, Draft& draft) {
  if (world.reference.accounts.empty()) return false;
  ChangeCredit change;
  set_amount(change, Money::from_whole(world.client_random.between(-600, 900)));
  write(draft, any_account(world), change);
  sign_with_reason(world, draft);
  return true;
}

bool decide_withdrawal(World& world, Draft& draft) {
  Random& random = world.client_random;
  const auto& pending = world.reference.pending;
  DecideWithdrawal decision;
  decision.withdrawal = WithdrawalId{
      pending.empty() || random.one_in(8) ? random.below(60) : any_of(random, pending)->first};
  decision.approve = random.percent(50) ? 1 : 0;
  write(draft, {}, decision);
  sign_with_reason(world, draft);
  return true;
}

bool change_account(World& world, Draft& draft) {
  if (world.reference.accounts.empty()) return false;
  Random& random = world.client_random;
  constexpr std::uint32_t leverages[] = {0, 1, 30, 50, 100, 200, 500, 100'001};
  ChangeAccount change;
  change.what = static_cast<AccountChange>(random.below(3));
  change.leverage = random.one_of(leverages);
  change.group = any_group(random);
  // Mostly back to where there is trade.
  change.state =
      random.percent(70) ? AccountState::Active : static_cast<AccountState>(random.below(4));
  write(draft, any_account(world), change);
  if (random.percent(5)) draft.command.header.account = AccountId{9'999};
  return true;
}

namespace {

OptionValues any_options(Random& random) {
  OptionValues options;
  options.stop_out_level = Ratio{random.between(0, 90) * kFixedOne};
  options.margin_call_levels = MarginCallLevels::of(Ratio{random.between(50, 200) * kFixedOne});
  options.negative_balance_protection = random.percent(70) ? 1 : 0;
  options.closing = static_cast<Closing>(random.below(3));
  options.stop_out_order = static_cast<StopOutOrder>(random.below(3));
  if (random.percent(30)) options.swap_free = {Ratio{kFixedOne / 2}, 1, 1, {}};
  return options;
}

}  // namespace

bool change_options(World& world, Draft& draft) {
  if (world.reference.accounts.empty()) return false;
  Random& random = world.client_random;
  ChangeAccount change;
  change.what = AccountChange::Options;
  OptionsChange options;
  options.sets = static_cast<std::uint8_t>(random.below(kAllOptions + 1U));
  if (random.percent(40)) {
    options.from_group = static_cast<std::uint8_t>(options.sets & random.below(kAllOptions + 1U));
  }
  options.values = any_options(random);
  options.sets_mode = random.percent(30) ? 1 : 0;
  options.mode = random.percent(50) ? PositionMode::Netting : PositionMode::Hedging;
  if (random.one_in(30)) options.sets = static_cast<std::uint8_t>(random.bits());
  write(draft, any_account(world), change);
  if (random.one_in(30)) return true;  // without a word
  draft.spec = bytes_of(options);
  return true;
}

bool change_password(World& world, Draft& draft) {
  if (world.reference.accounts.empty()) return false;
  Random& random = world.client_random;
  ChangePassword change;
  change.user = UserId{static_cast<std::uint32_t>(random.below(40))};
  PasswordSpec password;
  if (!random.one_in(10))
    password.hash = FixedText<64>::of("$2b$04$hash." + std::to_string(random.below(1'000)));
  write(draft, {}, change);
  draft.spec = bytes_of(password);
  return true;
}

bool put_group(World& world, Draft& draft) {
  Random& random = world.client_random;
  GroupSpec spec;
  spec.name = FixedText<32>::of("group" + std::to_string(1 + random.below(kGroups)));
  if (random.one_in(10)) spec.name = {};
  spec.sets = static_cast<std::uint8_t>(random.below(kAllOptions + 1U));
  spec.options = any_options(random);
  write(draft, {}, PutGroup{});
  draft.spec = bytes_of(spec);
  return true;
}

bool put_group_terms(World& world, Draft& draft) {
  if (world.reference.symbols.empty()) return false;
  Random& random = world.client_random;
  PutGroupTerms put;
  put.group = any_group(random);
  if (random.percent(70)) put.symbol = any_symbol(world);
  GroupTerms terms;
  terms.sets = static_cast<std::uint8_t>(random.below(GroupTerms::kAllParts + 1U));
  terms.markup_pips = Ratio{random.between(0, 60) * kFixedOne / 10};
  terms.commission.amount = Ratio{random.between(0, 20) * kFixedOne / 4};
  terms.commission.currency = Currency::of(random.percent(80) ? "USD" : "EUR");
  terms.leverage_cap = static_cast<std::uint32_t>(random.between(1, 300));
  write(draft, {}, put);
  draft.spec = bytes_of(terms);
  return true;
}

bool change_markup(World& world, Draft& draft) {
  if (world.reference.symbols.empty()) return false;
  Random& random = world.client_random;
  auto [id, instrument] = *any_of(random, world.reference.symbols);
  instrument.spread_markup_pips = Ratio{random.between(0, 40) * kFixedOne / 10};
  UpdateSymbol update;
  update.symbol = SymbolId{id};
  write(draft, {}, update);
  draft.spec = bytes_of(instrument);
  return true;
}

bool nonsense_money(World& world, Draft& draft) {
  Random& random = world.client_random;
  const int128 amount = random.percent(50) ? static_cast<int128>(random.bits()) << random.below(64)
                                           : static_cast<int128>(random.one_of(kNonsense));
  switch (random.below(4)) {
    case 0: {
      if (!adjust(world, draft)) return false;
      auto body = draft.command.get<Adjust>();
      // What is left of a wide amount would be real money, and end every margin call.
      set_amount(body, Money{amount | 1});
      draft.command.set(body);
      break;
    }
    case 1: {
      if (!change_credit(world, draft)) return false;
      auto body = draft.command.get<ChangeCredit>();
      set_amount(body, Money{amount | 1});
      draft.command.set(body);
      break;
    }
    case 2: {
      if (!change_account(world, draft)) return false;
      auto body = draft.command.get<ChangeAccount>();
      body.leverage = static_cast<std::uint32_t>(random.bits());
      body.group = GroupId{static_cast<std::uint16_t>(random.bits())};
      draft.command.set(body);
      draft.command.header.account = AccountId{static_cast<std::uint32_t>(random.bits())};
      break;
    }
    default: {
      if (!put_group_terms(world, draft)) return false;
      auto body = draft.command.get<PutGroupTerms>();
      body.group = GroupId{static_cast<std::uint16_t>(random.bits())};
      body.symbol = SymbolId{static_cast<std::uint16_t>(random.bits())};
      draft.command.set(body);
    }
  }
  return true;
}

}  // namespace tribook::sim
