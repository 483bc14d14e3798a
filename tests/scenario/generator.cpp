#include "scenario/generator.h"

#include <algorithm>
#include <stdexcept>

#include "tribook/domain/arithmetic.h"

namespace tribook::scenario {
namespace {

std::span<const SymbolQuote> part_of_file(const Shape& shape, Random& random) {
  const auto all = recorded_ticks();
  if (shape.ticks == 0 || shape.ticks >= all.size()) return all;
  return all.subspan(random.below(all.size() - shape.ticks), shape.ticks);
}

}  // namespace

Generator::Generator(const Shape& shape, std::uint64_t seed)
    : random_(seed),
      instruments_(make_instruments(random_, shape.varied)),
      market_(part_of_file(shape, random_), instruments_, shape.moves, Random(random_.next())),
      client_operations_(shape.client_operations) {
  make_accounts();
}

// Pounds cannot be converted into anything: whoever holds them can pay in and out, and never trade.
void Generator::make_accounts() {
  constexpr std::string_view currencies[] = {"USD", "EUR", "USD", "JPY", "EUR", "USD",
                                             "JPY", "USD", "BTC", "USD", "EUR", "USD",
                                             "GBP", "EUR", "JPY", "USD"};
  constexpr std::uint32_t leverages[] = {30, 33, 50, 100, 200, 400, 500};
  constexpr std::int64_t stop_outs[] = {50, 50, 50, 30, 100, 0};
  constexpr std::int64_t margin_calls[] = {100, 100, 100, 80, 150, 50};
  constexpr std::uint32_t kAccounts = 32;
  for (std::uint32_t id = 1; id <= kAccounts; ++id) {
    Account account;
    account.opening.account = AccountId{id};
    account.opening.currency = Currency::of(currencies[(id - 1) % std::size(currencies)]);
    account.opening.leverage = random_.pick(leverages);
    const std::size_t levels = random_.below(std::size(stop_outs));
    account.opening.stop_out_level = Ratio::from_whole(stop_outs[levels]);
    account.opening.margin_call_level = Ratio::from_whole(margin_calls[levels]);
    account.purse = static_cast<Purse>(random_.below(3));
    account.is_careless = random_.chance(500);
    accounts_.push_back(account);
  }
}

std::optional<Operation> Generator::set_up() {
  std::size_t step = set_up_++;
  if (step < instruments_.size()) return AddSymbol{SymbolId{static_cast<std::uint16_t>(step + 1)}};
  step -= instruments_.size();
  if (step < accounts_.size()) return accounts_[step].opening;
  step -= accounts_.size();
  if (step < accounts_.size()) return payment(accounts_[step], false);
  return std::nullopt;
}

std::optional<Operation> Generator::next() {
  if (auto operation = set_up()) return operation;
  const bool is_over = market_.ticks_given() == market_.ticks();
  const std::size_t due = client_operations_ * market_.ticks_given() / market_.ticks();
  if (done_ < due && (burst_ == 0 || is_over || due - done_ >= burst_)) {
    burst_ = 0;
    ++done_;
    return client_operation();
  }
  if (burst_ == 0) burst_ = static_cast<std::size_t>(random_.magnitude(4));
  return market_.next();
}

void Generator::note(const Event& event) {
  if (event.header.kind != EventKind::PositionUpdated) return;
  const auto position = event.get<PositionUpdated>();
  const std::uint64_t id = position.position.value;
  const auto found = place_.find(id);
  if (position.action == PositionAction::Closed) {
    if (found == place_.end()) throw std::runtime_error("a closed position was never opened");
    const std::size_t place = found->second;
    place_.erase(found);
    if (place + 1 != known_.size()) {
      known_[place] = known_.back();
      place_[known_[place].position.value] = place;
    }
    known_.pop_back();
    return;
  }
  last_position_ = std::max(last_position_, id);
  const Known known{position.position, event.header.account, position.symbol, position.side,
                    position.volume};
  if (found != place_.end()) {
    known_[found->second] = known;
    return;
  }
  place_[id] = known_.size();
  known_.push_back(known);
}

Operation Generator::client_operation() {
  const std::uint64_t kind = random_.below(100);
  if (kind < 50) return order();
  if (kind < 63) return close(false);
  if (kind < 76) return close(true);
  if (kind < 92) return modify();
  return payment(any_account(), kind >= 96);
}

Operation Generator::payment(const Account& account, bool is_withdrawal) {
  constexpr std::int64_t hundreds_bits[] = {3, 8, 12};
  const std::int64_t units =
      random_.magnitude(hundreds_bits[static_cast<std::size_t>(account.purse)]) * 100;
  // A unit is about a dollar, in the smallest amounts of the currency.
  const bool is_coin = account.opening.currency == Currency::of("BTC");
  const std::int64_t smallest_in_unit = is_coin ? 222'222 : 100;
  const std::int64_t smallest = units * smallest_in_unit + random_.between(0, smallest_in_unit - 1);
  std::int64_t raw_of_smallest = 1;
  for (int d = minor_digits(account.opening.currency); d < kFixedDigits; ++d) raw_of_smallest *= 10;
  return Payment{account.opening.account, Money{static_cast<int128>(smallest) * raw_of_smallest},
                 is_withdrawal};
}

Operation Generator::order() {
  constexpr std::uint16_t symbols[] = {1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7};
  const Account& account = any_account();
  MarketOrder order;
  order.account = account.opening.account;
  order.symbol = SymbolId{random_.pick(symbols)};
  order.side = random_.chance(500) ? Side::Buy : Side::Sell;
  const Instrument& instrument = instruments_[order.symbol.value - std::size_t{1}];
  order.volume =
      random_.chance(40) ? bad_volume(instrument) : volume_for(instrument, account.purse);
  const std::uint64_t protects_in_thousand = account.is_careless ? 40 : 400;
  if (random_.chance(protects_in_thousand)) order.stop_loss = stop_loss(order.symbol, order.side);
  if (random_.chance(protects_in_thousand))
    order.take_profit = take_profit(order.symbol, order.side);
  if (random_.chance(10)) order.symbol = SymbolId{};
  return order;
}

Operation Generator::close(bool is_partial) {
  const Known known = any_position();
  Close close{known.account, known.position, std::nullopt};
  if (is_partial) close.part = part_of(known);
  return close;
}

Operation Generator::modify() {
  const Known known = any_position();
  Modify modify{known.account, known.position, {}, {}};
  const bool is_careless = accounts_[known.account.value - std::size_t{1}].is_careless;
  const std::uint64_t protects_in_thousand = is_careless ? 100 : 750;
  if (random_.chance(protects_in_thousand)) modify.stop_loss = stop_loss(known.symbol, known.side);
  if (random_.chance(protects_in_thousand))
    modify.take_profit = take_profit(known.symbol, known.side);
  return modify;
}

// Mostly one that is open, and its holder; also somebody else's, a closed one and one that never
// was.
Generator::Known Generator::any_position() {
  if (known_.empty() || random_.chance(40)) {
    const auto id = random_.between(1, static_cast<std::int64_t>(last_position_) + 3);
    return {PositionId{static_cast<std::uint64_t>(id)}, any_account().opening.account, SymbolId{1},
            Side::Buy, instruments_[0].min_volume};
  }
  Known known = known_[random_.below(known_.size())];
  if (random_.chance(30)) known.account = any_account().opening.account;
  return known;
}

Volume Generator::volume_for(const Instrument& instrument, Purse purse) {
  constexpr std::int64_t step_bits[] = {8, 11, 13};
  const std::int64_t steps = random_.magnitude(step_bits[static_cast<std::size_t>(purse)]);
  const Volume volume{steps * instrument.volume_step.raw};
  return std::clamp(volume, instrument.min_volume, instrument.max_volume);
}

Volume Generator::bad_volume(const Instrument& instrument) {
  const Volume step = instrument.volume_step;
  const Volume half{step.raw / 2};
  switch (random_.below(7)) {
    case 0:
      return {};
    case 1:
      return -step;
    case 2:
      return instrument.min_volume - half;
    case 3:
      return instrument.min_volume + half;
    case 4:
      return instrument.max_volume + step;
    case 5:
      return instrument.max_volume - Volume{1};
    default:
      return instrument.min_volume - Volume{1};
  }
}

Volume Generator::part_of(const Known& known) {
  const Volume step = instruments_[known.symbol.value - std::size_t{1}].volume_step;
  if (random_.chance(60)) {
    const Volume bad[] = {
        {}, -step, known.volume + step, Volume{step.raw / 2}, known.volume - Volume{1}};
    return random_.pick(bad);
  }
  return Volume{random_.between(1, known.volume.raw / step.raw) * step.raw};
}

// A level on the given side of the mark for a BUY, mirrored for a SELL; some are wrong.
Price Generator::level(SymbolId symbol, Side side, std::int64_t direction) {
  constexpr std::int64_t kDistanceBits = 12;
  const Quote& quote = market_.quote(symbol);
  if (!quote.is_known()) return {};
  const Price tick = instruments_[symbol.value - std::size_t{1}].tick_size;
  if (side == Side::Sell) direction = -direction;
  std::int64_t distance = random_.magnitude(kDistanceBits);
  if (random_.chance(20)) distance = random_.between(-50, 0);
  const Price level = closing_price(side, quote) + Price{direction * distance * tick.raw};
  if (random_.chance(5)) return level + Price{tick.raw / 2};
  if (random_.chance(5)) return -level;
  return level;
}

}  // namespace tribook::scenario
