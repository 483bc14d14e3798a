#include <string>

#include "sim/command_parts.h"
#include "tribook/domain/currency.h"

// Payments, and what operators and venues ask for.

namespace tribook::sim {

// --- Money ---------------------------------------------------------------------------------------

namespace {

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

}  // namespace

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
  if (random.percent(3)) spec.closing = static_cast<Closing>(random.bits());
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
  switch (random.below(11)) {
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
      instrument.swap.buy = Ratio{-instrument.commission.amount.raw};
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
    case 8:
    case 9:
      give_tiers(random, instrument.margin);
      if (random.percent(20)) instrument.margin.tiers[0].leverage = 0;
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

AccountSpec new_account(Random& random, std::uint64_t number, std::string_view currency) {
  constexpr std::uint32_t leverages[] = {1, 30, 100, 500};
  AccountSpec spec;
  spec.user.username = FixedText<100>::of("user" + std::to_string(number));
  spec.user.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
  spec.currency = Currency::of(currency);
  if (random.percent(35)) spec.mode = PositionMode::Netting;
  if (random.percent(30)) spec.closing = static_cast<Closing>(random.below(3));
  spec.leverage = random.one_of(leverages);
  spec.stop_out_order = static_cast<StopOutOrder>(random.below(3));
  spec.margin_call_levels.count = static_cast<std::uint8_t>(random.below(4));
  std::int64_t level = random.between(90, 300);
  for (std::size_t i = 0; i < MarginCallLevels::kMax; ++i, level = level * 3 / 4) {
    spec.margin_call_levels.level[i] =
        Ratio{i < spec.margin_call_levels.count ? level * kFixedOne : 0};
  }
  const std::int64_t scale = currency == "JPY" ? 100 : 1;
  Deposit deposit;
  set_amount(deposit, Money::from_whole(random.between(0, 20'000) * scale));
  spec.initial_deposit_low = deposit.amount_low;
  spec.initial_deposit_high = deposit.amount_high;
  if (random.percent(50))
    spec.from_group = static_cast<std::uint8_t>(random.below(kAllOptions + 1U));
  if (number % 8 == 3) spec.swap_free = {Ratio{3 * kFixedOne / 2}, 1, 1, {}};
  return spec;
}

}  // namespace tribook::sim
