#include <optional>

#include "sim/reference.h"
#include "sim/violation.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/group.h"
#include "tribook/message/text.h"

// What positions pay for being held: once for each night and interval, and so much as a naive sum
// says where it can.

namespace tribook::sim {
namespace {

constexpr std::string_view kName = "each position is charged once per night";

std::string of(std::uint64_t position, const Event& event) {
  return "position " + std::to_string(position) + " (record " +
         std::to_string(event.header.root.value) + ")";
}

int nights(const SwapSpec& swap, std::int32_t day) {
  if (swap.triple_day == 7) return 1;
  const int weekday = (day + 4) % 7;
  if (weekday == 0 || weekday == 6) return 0;
  return weekday == swap.triple_day ? 3 : 1;
}

// At 10^-16 times `unit`, rounded to the currency's minor digits; nothing where it does not fit.
std::optional<Money> booked(int128 amount, std::int64_t factor, std::int64_t unit,
                            Currency currency) {
  if (__builtin_mul_overflow(amount, static_cast<int128>(factor), &amount)) return std::nullopt;
  int128 minor = 1;
  for (int digits = minor_digits(currency); digits < kFixedDigits; ++digits) minor *= 10;
  const int128 divisor = minor * kFixedOne * unit;
  const int128 half = divisor / 2;
  const int128 whole = amount < 0 ? -((-amount + half) / divisor) : (amount + half) / divisor;
  return Money{whole * minor};
}

// The swap of a night where a sum of this page can say it: money, or points of the own currency.
std::optional<Money> expected(const Reference::Position& position, const Instrument& instrument,
                              const SwapSpec& swap, Currency currency, std::int32_t day) {
  const int count = nights(swap, day);
  const Ratio rate = position.side == Side::Buy ? swap.buy : swap.sell;
  if (swap.mode == SwapMode::None || count == 0 || rate.is_zero()) return Money{};
  const int128 rated = static_cast<int128>(rate.raw) * position.volume.raw * count;
  if (swap.mode == SwapMode::Money) return booked(rated, 1, 1, currency);
  if (swap.mode != SwapMode::Points || instrument.quote != currency) return std::nullopt;
  std::int64_t point = kFixedOne;
  for (int i = 0; i < instrument.digits; ++i) point *= 10;
  return booked(rated, instrument.contract_size.raw, point, currency);
}

}  // namespace

void Reference::on_charge(const Event& event, const LedgerPosted& posted) {
  const auto found = positions.find(posted.reference);
  demand(posted.reference_is_position != 0 && found != positions.end(), kName,
         "charged without being open: " + of(posted.reference, event));
  Position& position = found->second;
  demand(position.account == event.header.account, kName,
         "another account was charged: " + of(posted.reference, event));
  const bool is_swap = posted.type == LedgerType::Swap;
  TimeNs& last = is_swap ? position.swapped : position.funded;
  demand(last < event.header.time, kName, "charged twice: " + of(posted.reference, event));
  last = event.header.time;
  position.swap += posted.amount;
  if (is_swap) position.last_swap = posted.amount;
}

void Reference::on_group_terms(const Event& event, std::span<const std::byte> text) {
  const auto update = event.get<GroupTermsUpdated>();
  const auto terms = read_spec<GroupTerms>(text);
  demand(terms.has_value(), kName, "a group's terms without a text");
  const std::pair key{update.group.value, update.symbol.value};
  group_swaps_.erase(key);
  if (terms->has(GroupTerms::kSwap)) group_swaps_[key] = terms->swap;
}

void Reference::on_group(const Event& event, std::span<const std::byte> text) {
  const auto spec = read_spec<GroupSpec>(text);
  demand(spec.has_value(), kName, "a group without a text");
  const std::uint16_t group = event.get<GroupUpdated>().group.value;
  group_swap_free_.erase(group);
  if ((spec->sets & bit_of(Option::SwapFree)) != 0)
    group_swap_free_[group] = spec->options.swap_free.is_on != 0;
}

// What is its own, of an account whose beginning may not be known.
void Reference::on_options(const Event& event, std::span<const std::byte> text) {
  const auto change = read_spec<OptionsChange>(text);
  demand(change.has_value(), kName, "options without a text");
  Account& account = accounts[event.header.account.value];
  if (change->sets_mode != 0) account.mode = change->mode;
  constexpr std::uint8_t swap_free = bit_of(Option::SwapFree);
  if ((change->sets & swap_free) == 0) return;
  account.is_swap_free = change->values.swap_free.is_on != 0;
  account.is_swap_free_by_group = (change->from_group & swap_free) != 0;
}

bool Reference::is_swap_free(const Account& account) const {
  const auto said = group_swap_free_.find(account.group.value);
  const bool is_by_group = account.is_swap_free_by_group && said != group_swap_free_.end();
  return is_by_group ? said->second : account.is_swap_free;
}

SwapSpec Reference::swap_of(GroupId group, SymbolId symbol) const {
  for (const std::uint16_t of : {symbol.value, std::uint16_t{0}}) {
    const auto found = group_swaps_.find({group.value, of});
    if (found != group_swaps_.end()) return found->second;
  }
  return symbols.at(symbol.value).swap;
}

// The rollover is through with the account.
void Reference::on_day(const Event& event) {
  const auto ended = event.get<AccountDayEnded>();
  const auto account = accounts.find(event.header.account.value);
  demand(account != accounts.end() && ended.balance == account->second.balance, kName,
         "the day of account " + std::to_string(event.header.account.value));
  if (!account->second.currency || is_swap_free(account->second)) return;
  for (const auto& [id, position] : positions) {
    const auto symbol = symbols.find(position.symbol.value);
    if (position.account != event.header.account || symbol == symbols.end()) continue;
    const auto amount =
        expected(position, symbol->second, swap_of(account->second.group, position.symbol),
                 account->second.currency, ended.day);
    if (!amount) continue;
    const bool is_charged = position.swapped == event.header.time;
    demand(is_charged ? position.last_swap == *amount : amount->is_zero(), kName,
           "not charged what it owes: " + of(id, event));
  }
}

}  // namespace tribook::sim
