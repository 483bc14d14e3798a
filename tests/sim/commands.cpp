#include "sim/commands.h"

#include <algorithm>
#include <string>

#include "sim/command_parts.h"

namespace tribook::sim {
namespace {

// --- Orders --------------------------------------------------------------------------------------

// About what the account's free margin pays for, were the quote currency its own: the interesting
// size.
std::int64_t steps_for_all(World& world, AccountId account, SymbolId symbol) {
  views::AccountView view;
  views::QuoteView quote;
  const views::Views& views = world.pipeline->views();
  if (views.account(account, view) != views::ReadStatus::Found) return 1;
  if (views.quote(symbol, quote) != views::ReadStatus::Found) return 1;
  const Instrument& instrument = world.reference.symbols.at(symbol.value);
  const int128 lot = static_cast<int128>(instrument.contract_size.raw) * quote.ask.raw / kFixedOne;
  const int128 step = lot * instrument.volume_step.raw / kFixedOne;
  const int128 free = world.house().engine().figures(account).free_margin.raw;
  if (free <= 0 || step <= 0) return 1;
  const int128 steps = free * view.leverage / step * world.client_random.between(85, 103) / 100;
  return static_cast<std::int64_t>(std::clamp<int128>(steps, 1, 100'000));
}

}  // namespace

NewOrder any_order(World& world, AccountId account) {
  Random& random = world.client_random;
  NewOrder order;
  const auto symbol = any_of(random, world.reference.symbols);
  order.symbol = SymbolId{symbol->first};
  order.side = random.percent(50) ? Side::Buy : Side::Sell;
  const std::int64_t steps = random.percent(20)   ? steps_for_all(world, account, order.symbol)
                             : random.percent(90) ? random.between(1, 60)
                                                  : random.between(1, 20'000);
  order.volume = Volume{steps * symbol->second.volume_step.raw};
  order.max_slippage_pips = Ratio{random.percent(70) ? -1 : random.between(0, 30) * kFixedOne / 10};
  order.origin = static_cast<Origin>(random.between(1, 3));
  return order;
}

// Near the market, so that they are reached soon.
Price level(World& world, SymbolId symbol, bool is_above) {
  views::QuoteView quote;
  if (world.pipeline->views().quote(symbol, quote) != views::ReadStatus::Found) return {};
  const std::int64_t tick = world.reference.symbols.at(symbol.value).tick_size.raw;
  const std::int64_t away = world.client_random.between(5, 400) * tick;
  const std::int64_t raw = (quote.bid.raw + (is_above ? away : -away)) / tick * tick;
  return Price{std::max<std::int64_t>(raw, 0)};
}

namespace {

bool market_order(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  write(draft, account, any_order(world, account));
  if (world.client_random.percent(60)) sign(world, draft);
  return true;
}

bool order_with_levels(World& world, Draft& draft) {
  if (!market_order(world, draft)) return false;
  auto order = draft.command.get<NewOrder>();
  const bool is_buy = order.side == Side::Buy;
  if (world.client_random.percent(80)) order.stop_loss = level(world, order.symbol, !is_buy);
  if (world.client_random.percent(60)) order.take_profit = level(world, order.symbol, is_buy);
  draft.command.set(order);
  return true;
}

bool nonsense_order(World& world, Draft& draft) {
  if (!market_order(world, draft)) return false;
  Random& random = world.client_random;
  auto order = draft.command.get<NewOrder>();
  switch (random.below(7)) {
    case 0:
      order.volume = Volume{random.one_of(kNonsense)};
      break;
    case 1:
      order.symbol = SymbolId{static_cast<std::uint16_t>(random.bits())};
      break;
    case 2:
      draft.command.header.account = AccountId{static_cast<std::uint32_t>(random.bits())};
      break;
    case 3:
      order.stop_loss = Price{random.one_of(kNonsense)};
      break;
    case 4:
      order.take_profit = Price{random.one_of(kNonsense)};
      break;
    case 5:
      order.type = static_cast<OrderType>(random.between(1, 3));
      break;
    default:
      order.max_slippage_pips = Ratio{random.one_of(kNonsense)};
      break;
  }
  draft.command.set(order);
  return true;
}

// --- Positions -----------------------------------------------------------------------------------

bool close_position(World& world, Draft& draft) {
  if (world.reference.positions.empty()) return false;
  const auto& [id, position] = *any_of(world.client_random, world.reference.positions);
  ClosePosition close;
  close.position = PositionId{id};
  close.origin = Origin::Rest;
  write(draft, position.account, close);
  return true;
}

bool close_part(World& world, Draft& draft) {
  if (!close_position(world, draft)) return false;
  auto close = draft.command.get<ClosePosition>();
  const auto& position = world.reference.positions.at(close.position.value);
  const auto symbol = world.reference.symbols.find(position.symbol.value);
  const std::int64_t step = symbol->second.volume_step.raw;
  close.partial = 1;
  close.volume = Volume{step * world.client_random.between(1, position.volume.raw / step + 1)};
  draft.command.set(close);
  return true;
}

bool close_by_house(World& world, Draft& draft) {
  if (!close_position(world, draft)) return false;
  auto close = draft.command.get<ClosePosition>();
  close.reason = CloseReason::Admin;
  close.origin = Origin::Admin;
  write(draft, {}, close);
  return true;
}

// Most often two that fit: of one account and symbol.
bool close_by(World& world, Draft& draft) {
  if (world.reference.positions.empty()) return false;
  Random& random = world.client_random;
  const auto& [id, position] = *any_of(random, world.reference.positions);
  CloseBy close;
  close.position = PositionId{id};
  close.other = PositionId{any_of(random, world.reference.positions)->first};
  for (const auto& [other, candidate] : world.reference.positions) {
    if (random.percent(10) || candidate.account != position.account) continue;
    if (candidate.symbol == position.symbol && candidate.side != position.side) {
      close.other = PositionId{other};
    }
  }
  close.origin = Origin::Rest;
  write(draft, position.account, close);
  return true;
}

bool close_all(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  Random& random = world.client_random;
  CloseAll close;
  if (random.percent(50)) close.symbol = SymbolId{any_of(random, world.reference.symbols)->first};
  if (random.percent(5)) close.symbol = SymbolId{9'999};
  close.origin = Origin::Rest;
  write(draft, any_account(world), close);
  return true;
}

bool nonsense_close(World& world, Draft& draft) {
  Random& random = world.client_random;
  ClosePosition close;
  close.position = PositionId{random.percent(50) ? random.below(100) : random.bits()};
  close.partial = static_cast<std::uint8_t>(random.below(2));
  close.volume = Volume{random.one_of(kNonsense)};
  const AccountId account{static_cast<std::uint32_t>(random.below(8))};
  if (!account) close.reason = CloseReason::Admin;  // as the house says it
  write(draft, account, close);
  return true;
}

bool modify_position(World& world, Draft& draft) {
  if (world.reference.positions.empty()) return false;
  Random& random = world.client_random;
  const auto& [id, position] = *any_of(random, world.reference.positions);
  const bool is_buy = position.side == Side::Buy;
  ModifyPosition modify;
  modify.position = PositionId{id};
  modify.keep_stop_loss = random.percent(30) ? 1 : 0;
  modify.keep_take_profit = random.percent(30) ? 1 : 0;
  if (random.percent(80)) modify.stop_loss = level(world, position.symbol, !is_buy);
  if (random.percent(80)) modify.take_profit = level(world, position.symbol, is_buy);
  write(draft, position.account, modify);
  return true;
}

bool nonsense_modify(World& world, Draft& draft) {
  if (!modify_position(world, draft)) return false;
  Random& random = world.client_random;
  auto modify = draft.command.get<ModifyPosition>();
  modify.stop_loss = Price{random.one_of(kNonsense)};
  modify.take_profit = Price{random.one_of(kNonsense)};
  if (random.percent(30)) modify.position = PositionId{random.bits()};
  draft.command.set(modify);
  if (random.percent(30)) draft.command.header.account = AccountId{9'999};
  return true;
}

// --- Again ---------------------------------------------------------------------------------------

// A wish that was sent already: its answer is late, or was lost.
const Draft* sent_before(World& world) {
  Random& random = world.client_random;
  Edge& edge = world.edges[random.below(world.edges.size())];
  if (!edge.outstanding.empty() && random.percent(60)) {
    const Draft& draft = any_of(random, edge.outstanding)->second.draft;
    if (draft.is_repeatable()) return &draft;
  }
  return world.done.empty() ? nullptr : &*any_of(random, world.done);
}

bool repeat(World& world, Draft& draft) {
  const Draft* sent = sent_before(world);
  if (sent == nullptr) return false;
  draft = *sent;
  ++world.figures.repeats;
  if (world.options.canary == Canary::OtherClientId) draft.parts[0] += "'";
  return true;
}

bool other_under_used_id(World& world, Draft& draft) {
  const Draft* sent = sent_before(world);
  if (sent == nullptr) return false;
  draft = *sent;
  if (draft.command.header.kind == CommandKind::NewOrder) {
    auto order = draft.command.get<NewOrder>();
    order.side = opposite(order.side);
    draft.command.set(order);
  } else if (draft.command.header.kind == CommandKind::Deposit) {
    auto payment = draft.command.get<Deposit>();
    set_amount(payment, amount_of(payment) + Money::from_whole(1));
    draft.command.set(payment);
  } else {
    return false;
  }
  draft.parts[2] = world.new_intent();
  draft.is_misuse = true;
  world.misused.insert(draft.parts[0]);
  return true;
}

// --- The table -----------------------------------------------------------------------------------

constexpr CommandRow kCommands[] = {
    {"market order", 30, market_order},
    {"market order with levels", 20, order_with_levels},
    {"nonsense order", 8, nonsense_order},
    {"close", 8, close_position},
    {"close part", 10, close_part},
    {"close by the house", 2, close_by_house},
    {"close by", 5, close_by},
    {"close all", 2, close_all},
    {"nonsense close", 3, nonsense_close},
    {"modify", 8, modify_position},
    {"nonsense modify", 3, nonsense_modify},
    {"deposit", 6, deposit},
    {"withdraw", 6, withdraw},
    {"nonsense payment", 4, nonsense_payment},
    {"adjustment", 2, adjust},
    {"credit", 2, change_credit},
    {"decision on a withdrawal", 4, decide_withdrawal},
    {"change of an account", 3, change_account},
    {"change of an account's options", 2, change_options},
    {"change of a password", 1, change_password},
    {"group", 2, put_group},
    {"terms of a group", 3, put_group_terms},
    {"markup of a symbol", 1, change_markup},
    {"nonsense with money", 2, nonsense_money},
    {"limits", 4, put_limits},
    {"kill switch", 2, kill_switch},
    {"end of a kill switch", 6, end_kill_switch},
    {"nonsense limits", 2, nonsense_limits},
    {"new account", 2, create_account},
    {"new user", 1, create_user},
    {"new symbol", 1, create_symbol},
    {"change of a symbol", 4, change_symbol},
    {"nonsense symbol", 2, nonsense_symbol},
    {"resting order", 16, resting_order},
    {"pair of orders", 4, order_pair},
    {"change of an order", 5, modify_order},
    {"cancel", 5, cancel_order},
    {"check of an order", 2, check_order},
    {"order with trailing", 3, trailing_order},
    {"stop-loss that follows", 4, follow_position},
    {"nonsense resting order", 4, nonsense_resting_order},
    {"nonsense change of an order", 2, nonsense_modify_order},
    {"quote", 12, quote},
    {"nonsense quote", 3, nonsense_quote},
    {"clock set", 2, set_clock},
    {"long texts", 2, long_texts},
    {"broken texts", 2, broken_texts},
    {"broken specification", 3, broken_spec},
    {"account that is none", 2, stranger},
    {"another's position", 2, somebody_elses},
    {"the same again", 12, repeat},
    {"another under a used id", 3, other_under_used_id},
};

}  // namespace

bool draw_command(World& world, Draft& draft) {
  const CommandRow& row = kCommands[world.client_random.weighted(kCommands)];
  ++world.commands_drawn;
  const Cut& cut = world.options.cut;
  draft.name = row.name;
  if (!row.make(world, draft)) return false;
  draft.name = row.name;  // a repeated one had another
  return !cut.commands.has(world.commands_drawn) && !cut.leaves_out(row.name);
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandRow& row : kCommands) names.emplace_back(row.name);
  return names;
}

}  // namespace tribook::sim
