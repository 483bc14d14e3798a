#include "tribook/domain/group.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/domain/charges.h"

namespace tribook {
namespace {

constexpr bool is_in(std::int64_t raw, std::int64_t least, std::int64_t most) {
  return raw >= least && raw <= most;
}

InstrumentProblem wrong(std::string_view field, std::string_view what) {
  return {RejectCode::Validation, field, what};
}

template <std::size_t N>
bool is_zero(const std::array<std::uint8_t, N>& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

// A client is warned before he is closed. Without any level he wants no warning.
InstrumentProblem check_order(const OptionValues& options) {
  const MarginCallLevels& calls = options.margin_call_levels;
  if (calls.count == 0 || options.stop_out_level <= calls.level[0]) return {};
  return wrong("stopOutLevel", "must not be above the highest of marginCallLevels");
}

}  // namespace

InstrumentProblem check_values(const OptionValues& options) {
  if (!is_in(options.stop_out_level.raw, 0, kMarginLevelMax.raw))
    return wrong("stopOutLevel", "must be 0 to 10,000 percent");
  if (!options.margin_call_levels.is_sane() || !is_zero(options.margin_call_levels.reserved))
    return wrong("marginCallLevels", "must be up to 8 falling levels of 0 to 10,000 percent");
  if (options.negative_balance_protection > 1)
    return wrong("negativeBalanceProtection", "must be true or false");
  if (!is_valid(options.closing)) return wrong("closing", "must be ANY, FIFO or LIFO");
  if (!is_valid(options.stop_out_order))
    return wrong("stopOutOrder", "must be one of the orders of closing");
  if (!is_sane(options.swap_free))
    return wrong("swapFree", "must have 0 to 365 days and a fee that is not negative");
  return is_zero(options.reserved) ? InstrumentProblem{} : wrong("options", "must be known ones");
}

InstrumentProblem check(const OptionValues& options) {
  const InstrumentProblem problem = check_values(options);
  return problem.code != RejectCode::None ? problem : check_order(options);
}

InstrumentProblem check(const GroupSpec& spec) {
  const std::string_view name = spec.name.view();
  // Bytes behind its end would make one name two.
  if (name.empty() || spec.name != FixedText<32>::of(name)) return wrong("name", "is required");
  for (const char c : name) {
    if (c < 0x21 || c > 0x7E || c == '/' || c == '%') {
      return wrong("name", "must have 1 to 32 printable characters without spaces, / and %");
    }
  }
  if ((spec.sets & ~kAllOptions) != 0 || !is_zero(spec.reserved))
    return wrong("options", "must be known ones");
  constexpr std::uint8_t levels = bit_of(Option::StopOutLevel) | bit_of(Option::MarginCallLevels);
  const bool sets_both = (spec.sets & levels) == levels;
  return sets_both ? check(spec.options) : check_values(spec.options);
}

InstrumentProblem check(const GroupTerms& terms) {
  constexpr std::int64_t pips_max = 1'000'000 * kFixedOne;
  if ((terms.sets & ~GroupTerms::kAllParts) != 0) return wrong("terms", "must be known ones");
  if (!is_in(terms.markup_pips.raw, 0, pips_max))
    return wrong("spreadMarkup", "must be 0 to 1,000,000");
  if (terms.has(GroupTerms::kCommission)) {
    const CommissionSpec& commission = terms.commission;
    if (Currency::parse(CurrencyText(commission.currency).view()) != commission.currency)
      return wrong("commission.currency", "must be a 2 to 8 letter code");
    if (!is_valid(commission.basis)) return wrong("commission.basis", "must be one of the bases");
    if (!is_in(commission.amount.raw, 0, kMaxFixedRaw))
      return wrong("commission.amount", "must not be negative");
    if (commission.basis == CommissionBasis::Percent && commission.amount.raw > 100 * kFixedOne)
      return wrong("commission.amount", "must be at most 100 percent");
    if (!is_in(commission.minimum.raw, 0, kMaxFixedRaw))
      return wrong("commission.minimum", "must not be negative");
    if (!is_zero(commission.reserved)) return wrong("commission", "must have known parts only");
  }
  if (terms.has(GroupTerms::kLeverageCap) && !is_in(terms.leverage_cap, 1, 100'000))
    return wrong("leverageCap", "must be 1 to 100,000");
  if (terms.has(GroupTerms::kSwap)) {
    const SwapSpec& swap = terms.swap;
    if (!is_valid(swap.mode)) return wrong("swap.mode", "must be one of the modes");
    if (!is_in(swap.buy.raw, -kMaxFixedRaw, kMaxFixedRaw))
      return wrong("swap.long", "is beyond any price");
    if (!is_in(swap.sell.raw, -kMaxFixedRaw, kMaxFixedRaw))
      return wrong("swap.short", "is beyond any price");
    if (!is_valid(swap.price)) return wrong("swap.price", "must be one of the prices");
    if (swap.triple_day > 7) return wrong("swap.tripleDay", "must be a day of the week or NONE");
    if (!is_in(swap.days_in_year, 1, 366)) return wrong("swap.daysInYear", "must be 1 to 366");
    if (!is_zero(swap.reserved)) return wrong("swap", "must have known parts only");
  }
  return {};
}

GroupBook::GroupBook(std::size_t symbols_max) {
  specs_.reserve(kRow);
  specs_.emplace_back();
  terms_.reserve((symbols_max + 1) * kRow);
  terms_.resize(kRow);
}

GroupId GroupBook::find(std::string_view name) const {
  for (std::size_t i = 1; i < specs_.size(); ++i) {
    if (specs_[i].name.view() == name) return GroupId{static_cast<std::uint16_t>(i)};
  }
  return {};
}

void GroupBook::put(GroupId id, const GroupSpec& spec) {
  if (id == next()) {
    TB_ASSERT(!is_full());
    specs_.push_back(spec);
    return;
  }
  TB_ASSERT(has(id));
  specs_[id.value] = spec;
}

void GroupBook::put_terms(GroupId id, SymbolId symbol, const GroupTerms& terms) {
  TB_ASSERT(has(id));
  const std::size_t rows = std::size_t{symbol.value} + 1;
  if (terms_.size() < rows * kRow) terms_.resize(rows * kRow);
  GroupTerms& kept = terms_[symbol.value * kRow + id.value];
  kept = {};
  kept.sets = terms.sets;
  if (terms.has(GroupTerms::kMarkup)) kept.markup_pips = terms.markup_pips;
  if (terms.has(GroupTerms::kCommission)) kept.commission = terms.commission;
  if (terms.has(GroupTerms::kLeverageCap)) kept.leverage_cap = terms.leverage_cap;
  if (terms.has(GroupTerms::kSwap)) kept.swap = terms.swap;
}

const GroupTerms& GroupBook::own_terms(GroupId id, SymbolId symbol) const {
  static constexpr GroupTerms kNothing{};
  const std::size_t place = symbol.value * kRow + id.value;
  return place < terms_.size() ? terms_[place] : kNothing;
}

const GroupTerms* GroupBook::terms_with(GroupId id, SymbolId symbol, GroupTerms::Part part) const {
  if (!id) return nullptr;
  const GroupTerms& of_symbol = own_terms(id, symbol);
  if (of_symbol.has(part)) return &of_symbol;
  const GroupTerms& of_all = own_terms(id, {});
  return of_all.has(part) ? &of_all : nullptr;
}

Ratio GroupBook::markup_pips(GroupId id, const Instrument& instrument) const {
  const GroupTerms* terms = terms_with(id, instrument.id, GroupTerms::kMarkup);
  return terms != nullptr ? terms->markup_pips : instrument.spread_markup_pips;
}

const CommissionSpec& GroupBook::commission(GroupId id, const Instrument& instrument) const {
  const GroupTerms* terms = terms_with(id, instrument.id, GroupTerms::kCommission);
  return terms != nullptr ? terms->commission : instrument.commission;
}

const SwapSpec& GroupBook::swap(GroupId id, const Instrument& instrument) const {
  const GroupTerms* terms = terms_with(id, instrument.id, GroupTerms::kSwap);
  return terms != nullptr ? terms->swap : instrument.swap;
}

std::uint32_t GroupBook::leverage(GroupId id, SymbolId symbol, std::uint32_t of_account) const {
  const GroupTerms* terms = terms_with(id, symbol, GroupTerms::kLeverageCap);
  return terms != nullptr ? std::min(terms->leverage_cap, of_account) : of_account;
}

Closing GroupBook::closing(GroupId id, Closing own, std::uint8_t from_group) const {
  const GroupSpec& group = specs_[id.value];
  const bool takes = (group.sets & from_group & bit_of(Option::Closing)) != 0;
  return takes ? group.options.closing : own;
}

OptionValues GroupBook::options(GroupId id, const OptionValues& own,
                                std::uint8_t from_group) const {
  OptionValues result = own;
  const GroupSpec& group = specs_[id.value];
  const auto takes = [&](Option option) { return (group.sets & from_group & bit_of(option)) != 0; };
  if (takes(Option::StopOutLevel)) result.stop_out_level = group.options.stop_out_level;
  if (takes(Option::MarginCallLevels)) result.margin_call_levels = group.options.margin_call_levels;
  if (takes(Option::NegativeBalanceProtection))
    result.negative_balance_protection = group.options.negative_balance_protection;
  result.closing = closing(id, own.closing, from_group);
  if (takes(Option::SwapFree)) result.swap_free = group.options.swap_free;
  if (takes(Option::StopOutOrder)) result.stop_out_order = group.options.stop_out_order;
  return result;
}

}  // namespace tribook
