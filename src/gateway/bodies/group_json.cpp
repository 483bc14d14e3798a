#include "gateway/bodies/group_json.h"

#include "gateway/bodies/account_options.h"
#include "gateway/bodies/symbol_json.h"

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

void set_bit(std::uint8_t& sets, std::uint8_t bit, bool is_set) {
  sets = static_cast<std::uint8_t>(is_set ? sets | bit : sets & ~bit);
}

// Of which what a group sets has the usual values, before it says otherwise.
Instrument any_symbol() {
  Instrument symbol;
  symbol.name = SymbolName::of("ALL");
  symbol.base = symbol.margin_currency = Currency::of("EUR");
  symbol.quote = symbol.commission.currency = Currency::of("USD");
  return symbol;
}

}  // namespace

void write_group_options(json::Writer& writer, const GroupSpec& group) {
  const auto sets = [&](Option option) { return (group.sets & bit_of(option)) != 0; };
  if (sets(Option::StopOutLevel)) {
    writer.field("stopOutLevel", group.options.stop_out_level);
  } else {
    writer.null("stopOutLevel");
  }
  if (sets(Option::MarginCallLevels)) {
    const MarginCallLevels& levels = group.options.margin_call_levels;
    writer.begin_array("marginCallLevels");
    for (std::size_t i = 0; i < levels.count; ++i) writer.element(levels.level[i]);
    writer.end_array();
  } else {
    writer.null("marginCallLevels");
  }
  if (sets(Option::NegativeBalanceProtection)) {
    writer.field("negativeBalanceProtection", group.options.negative_balance_protection != 0);
  } else {
    writer.null("negativeBalanceProtection");
  }
  if (sets(Option::Closing)) {
    writer.field("closing", group.options.closing);
  } else {
    writer.null("closing");
  }
  if (sets(Option::SwapFree)) {
    const SwapFreeSpec& terms = group.options.swap_free;
    writer.field("swapFree", terms.is_on != 0)
        .field("swapFreeDays", terms.free_rollovers)
        .field("swapFreeFee", terms.fee);
  } else {
    writer.null("swapFree");
  }
  if (sets(Option::StopOutOrder)) {
    writer.field("stopOutOrder", group.options.stop_out_order);
  } else {
    writer.null("stopOutOrder");
  }
}

void write_group_terms(json::Writer& writer, const GroupTerms& terms) {
  if (terms.has(GroupTerms::kMarkup)) {
    writer.field("spreadMarkup", terms.markup_pips);
  } else {
    writer.null("spreadMarkup");
  }
  if (terms.has(GroupTerms::kCommission)) {
    write_commission(writer, terms.commission);
  } else {
    writer.null("commission");
  }
  if (terms.has(GroupTerms::kLeverageCap)) {
    writer.field("leverageCap", terms.leverage_cap);
  } else {
    writer.null("leverageCap");
  }
  if (terms.has(GroupTerms::kSwap)) {
    write_swap(writer, terms.swap);
  } else {
    writer.null("swap");
  }
}

GroupSpec read_group_options(Value body, const GroupSpec& current, Reader& reader) {
  GroupSpec group = current;
  for (const Value value : body) {
    const auto option = option_of(value.key());
    if (!option) continue;
    if (!is_part_of_swap_free(value.key())) set_bit(group.sets, bit_of(*option), !value.is_null());
    read_account_option(value, reader, group.options);
  }
  return group;
}

// Markup, commission and swap are said as a symbol says its own.
GroupTerms read_group_terms(Value body, const Instrument* symbol, const GroupTerms& current,
                            Reader& reader) {
  Instrument before = symbol != nullptr ? *symbol : any_symbol();
  if (current.has(GroupTerms::kMarkup)) before.spread_markup_pips = current.markup_pips;
  if (current.has(GroupTerms::kCommission)) before.commission = current.commission;
  if (current.has(GroupTerms::kSwap)) before.swap = current.swap;
  const Instrument said = read_symbol_change(body, before, reader).instrument;
  GroupTerms terms = current;
  terms.markup_pips = said.spread_markup_pips;
  terms.commission = said.commission;
  terms.swap = said.swap;
  for (const Value value : body) {
    const std::string_view key = value.key();
    const bool is_set = !value.is_null();
    if (key == "spreadMarkup") set_bit(terms.sets, GroupTerms::kMarkup, is_set);
    if (key == "commission") set_bit(terms.sets, GroupTerms::kCommission, is_set);
    if (key == "swap") set_bit(terms.sets, GroupTerms::kSwap, is_set);
    if (key != "leverageCap") continue;
    set_bit(terms.sets, GroupTerms::kLeverageCap, is_set);
    reader.integer(value, terms.leverage_cap, 1, 100'000);
  }
  const InstrumentProblem problem = reader.ok() ? check(terms) : InstrumentProblem{};
  if (problem.code != RejectCode::None) reader.fail(problem.field, problem.what);
  return terms;
}

}  // namespace tribook::gateway
