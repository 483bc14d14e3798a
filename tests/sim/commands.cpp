#include "sim/commands.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "tribook/domain/currency.h"

namespace tribook::sim {
namespace {

constexpr std::int64_t kNonsense[] = {0,
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

AccountId any_account(World& world) {
  return AccountId{any_of(world.client_random, world.reference.accounts)->first};
}

template <typename Body>
void write(Draft& draft, AccountId account, const Body& body) {
  draft.command = Command::make(body);
  draft.command.header.account = account;
}

// An id of the client's own, so that it may be sent again; long ones, too.
void sign(World& world, Draft& draft) {
  std::string key = "id" + std::to_string(world.client_random.bits() % 1'000'000'000);
  if (world.client_random.one_in(20)) key.resize(kClientIdMax, '.');
  draft.parts = {std::move(key), "", world.new_intent(), ""};
}

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

bool market_order(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  write(draft, account, any_order(world, account));
  if (world.client_random.percent(60)) sign(world, draft);
  return true;
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

bool nonsense_close(World& world, Draft& draft) {
  Random& random = world.client_random;
  ClosePosition close;
  close.position = PositionId{random.percent(50) ? random.below(100) : random.bits()};
  close.partial = static_cast<std::uint8_t>(random.below(2));
  close.volume = Volume{random.one_of(kNonsense)};
  write(draft, AccountId{static_cast<std::uint32_t>(random.below(8))}, close);
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

// --- Money ---------------------------------------------------------------------------------------

template <typename Payment>
bool pay(World& world, Draft& draft, std::int64_t most) {
  if (world.reference.accounts.empty()) return false;
  Payment payment;
  set_amount(payment, Money::from_whole(world.client_random.between(1, most)));
  payment.method = PaymentMethod::BankTransfer;
  write(draft, any_account(world), payment);
  sign(world, draft);
  return true;
}

bool deposit(World& world, Draft& draft) { return pay<Deposit>(world, draft, 2'000); }
bool withdraw(World& world, Draft& draft) { return pay<Withdraw>(world, draft, 1'000); }

bool nonsense_payment(World& world, Draft& draft) {
  Random& random = world.client_random;
  const int128 wide = static_cast<int128>(random.bits()) << random.below(64);
  const int128 amount = random.percent(50) ? wide : random.one_of(kNonsense);
  if (random.percent(50)) {
    if (!pay<Deposit>(world, draft, 1)) return false;
    auto payment = draft.command.get<Deposit>();
    // What is left of a wide amount would be real money, and end every margin call.
    set_amount(payment, Money{amount | 1});
    draft.command.set(payment);
  } else {
    if (!pay<Withdraw>(world, draft, 1)) return false;
    auto payment = draft.command.get<Withdraw>();
    set_amount(payment, Money{amount});
    draft.command.set(payment);
  }
  if (random.percent(20))
    draft.command.header.account = AccountId{static_cast<std::uint32_t>(random.bits())};
  return true;
}

// --- Operators -----------------------------------------------------------------------------------

bool create_account(World& world, Draft& draft) {
  constexpr std::string_view currencies[] = {"USD", "EUR", "JPY", "GBP", "BTC", "CHF"};
  Random& random = world.client_random;
  const std::uint64_t number =
      random.percent(70) ? ++world.names : 1 + random.below(world.names);  // or one that is taken
  AccountSpec spec = new_account(random, number, random.one_of(currencies));
  if (random.percent(20)) spec.leverage = static_cast<std::uint32_t>(random.bits() % 200'000);
  if (random.percent(10)) spec.mode = PositionMode::Netting;
  write(draft, {}, CreateAccount{});
  draft.spec = bytes_of(spec);
  return true;
}

bool create_user(World& world, Draft& draft) {
  UserSpec spec = new_account(world.client_random, ++world.names, "USD").user;
  spec.role = static_cast<Role>(world.client_random.below(5));
  if (world.client_random.percent(20)) spec.username = {};
  write(draft, {}, CreateUser{});
  draft.spec = bytes_of(spec);
  return true;
}

bool create_symbol(World& world, Draft& draft) {
  Instrument instrument = extra_symbol(world.client_random, world.client_random.below(8));
  if (world.client_random.percent(20)) instrument.tick_size = Price{};
  write(draft, {}, CreateSymbol{});
  draft.spec = bytes_of(instrument);
  return true;
}

bool change_symbol(World& world, Draft& draft) {
  if (world.reference.symbols.empty()) return false;
  Random& random = world.client_random;
  auto [id, instrument] = *any_of(random, world.reference.symbols);
  switch (random.below(9)) {
    case 0:
      instrument.margin.leverage_cap = static_cast<std::uint32_t>(random.below(200));
      break;
    case 1: {
      const Ratio rate{random.between(1, 60) * kFixedOne / 10};
      instrument.margin.maintenance_rate = rate;
      instrument.margin.initial_rate = Ratio{rate.raw * random.between(1, 12) / 4};
      break;
    }
    case 2:
      instrument.commission.amount = Ratio{random.between(0, 20) * kFixedOne / 4};
      break;
    case 3:
      instrument.schedule.kind = static_cast<ScheduleSpec::Kind>(random.below(2));
      break;
    case 4:
      instrument.state = static_cast<SymbolState>(random.below(3));
      break;
    case 5:
      instrument.state = SymbolState::Open;
      break;
    case 6:
      instrument.margin.hedged = static_cast<HedgedMargin>(random.below(4));
      break;
    case 7:
      instrument.contract_size = Quantity::from_whole(random.between(0, 100'000));
      break;
    default:
      instrument.stale_after_ms = random.between(-1, 90'000);
      break;
  }
  UpdateSymbol update;
  update.symbol = SymbolId{id};
  write(draft, {}, update);
  draft.spec = bytes_of(instrument);
  return true;
}

bool nonsense_symbol(World& world, Draft& draft) {
  if (!change_symbol(world, draft)) return false;
  Random& random = world.client_random;
  auto update = draft.command.get<UpdateSymbol>();
  if (random.percent(50)) update.symbol = SymbolId{static_cast<std::uint16_t>(random.bits())};
  draft.command.set(update);
  switch (random.below(4)) {
    case 0:
      draft.spec.resize(random.below(draft.spec.size()) + 1);
      break;
    case 1:
      draft.spec.clear();
      break;
    case 2:
      write(draft, {}, CreateSymbol{});
      draft.spec.clear();
      break;
    default: {  // says that it is another symbol
      Instrument instrument;
      std::memcpy(static_cast<void*>(&instrument), draft.spec.data(), sizeof instrument);
      instrument.id = SymbolId{static_cast<std::uint16_t>(random.below(9))};
      draft.spec = bytes_of(instrument);
    }
  }
  return true;
}

bool quote(World& world, Draft& draft) {
  if (world.reference.symbols.empty()) return false;
  const auto& [id, instrument] = *any_of(world.client_random, world.reference.symbols);
  QuoteCommand quote = world.market.quote(world.market_random, SymbolId{id}, instrument);
  write(draft, {}, quote);
  return true;
}

bool nonsense_quote(World& world, Draft& draft) {
  Random& random = world.client_random;
  QuoteCommand quote;
  quote.symbol =
      SymbolId{static_cast<std::uint16_t>(random.percent(70) ? random.below(10) : random.bits())};
  quote.bid = Price{random.one_of(kNonsense)};
  quote.ask =
      Price{quote.bid.raw > 0 ? quote.bid.raw - random.between(1, 5) : random.one_of(kNonsense)};
  write(draft, {}, quote);
  return true;
}

bool set_clock(World& world, Draft& draft) {
  if (!world.plan.is_driven) return false;
  constexpr std::int64_t leaps_s[] = {-5, 0, 1, 1, 70, 3'600, 100'000, 700'000};
  SetClock clock;
  clock.now = TimeNs{world.clock.now().ns + world.client_random.one_of(leaps_s) * 1'000'000'000};
  if (clock.now > world.clock.now()) world.advance_clock(clock.now.ns - world.clock.now().ns);
  write(draft, {}, clock);
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
  if (sent == nullptr || sent->command.header.kind != CommandKind::NewOrder) return false;
  draft = *sent;
  auto order = draft.command.get<NewOrder>();
  order.side = opposite(order.side);
  draft.command.set(order);
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
    {"nonsense close", 3, nonsense_close},
    {"modify", 8, modify_position},
    {"nonsense modify", 3, nonsense_modify},
    {"deposit", 6, deposit},
    {"withdraw", 6, withdraw},
    {"nonsense payment", 4, nonsense_payment},
    {"new account", 2, create_account},
    {"new user", 1, create_user},
    {"new symbol", 1, create_symbol},
    {"change of a symbol", 4, change_symbol},
    {"nonsense symbol", 2, nonsense_symbol},
    {"quote", 12, quote},
    {"nonsense quote", 3, nonsense_quote},
    {"clock set", 2, set_clock},
    {"the same again", 12, repeat},
    {"another under a used id", 3, other_under_used_id},
};

}  // namespace

bool draw_command(World& world, Draft& draft) {
  return kCommands[world.client_random.weighted(kCommands)].make(world, draft);
}

AccountSpec new_account(Random& random, std::uint64_t number, std::string_view currency) {
  constexpr std::uint32_t leverages[] = {1, 30, 100, 500};
  AccountSpec spec;
  spec.user.username = FixedText<100>::of("user" + std::to_string(number));
  spec.user.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
  spec.currency = Currency::of(currency);
  spec.leverage = random.one_of(leverages);
  const std::int64_t scale = currency == "JPY" ? 100 : 1;
  Deposit deposit;
  set_amount(deposit, Money::from_whole(random.between(0, 20'000) * scale));
  spec.initial_deposit_low = deposit.amount_low;
  spec.initial_deposit_high = deposit.amount_high;
  return spec;
}

}  // namespace tribook::sim
