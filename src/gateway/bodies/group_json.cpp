#include "gateway/bodies/group_json.h"

#include "gateway/bodies/symbol_json.h"

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

void set_bit(std::uint8_t& sets, std::uint8_t bit, bool is_set) {
  sets = static_cast<std::uint8_t>(is_set ? sets | bit : sets & ~bit);
}

void read_group_level(Value value, Reader& reader, Ratio& out) {
  constexpr Ratio most{1'000 * kFixedOne};
  reader.ratio(value, out);
  if (out.raw < 0 || out > most) reader.fail(value, "must be 0 to 1000 percent");
}

void read_group_call_levels(Value value, Reader& reader, Ratio& out) {
  if (value.is_null() || !reader.expect(value, Kind::Array)) return;
  std::size_t count = 0;
  reader.enter(value.key());
  for (const Value level : value) {
    reader.enter(count++);
    read_group_level(level, reader, out);
    reader.leave();
  }
  reader.leave();
  if (count != 1) reader.fail(value, "must have one entry");
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
  if (sets(Option::MarginCallLevel)) {
    std::string level;
    json::append_decimal(level, group.options.margin_call_level.raw);
    writer.raw("marginCallLevels", "[" + level + "]");
  } else {
    writer.null("marginCallLevels");
  }
  if (sets(Option::NegativeBalanceProtection)) {
    writer.field("negativeBalanceProtection", group.options.negative_balance_protection != 0);
  } else {
    writer.null("negativeBalanceProtection");
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
    const std::string_view key = value.key();
    const bool is_set = !value.is_null();
    if (key == "stopOutLevel") {
      set_bit(group.sets, bit_of(Option::StopOutLevel), is_set);
      read_group_level(value, reader, group.options.stop_out_level);
    } else if (key == "marginCallLevels") {
      set_bit(group.sets, bit_of(Option::MarginCallLevel), is_set);
      read_group_call_levels(value, reader, group.options.margin_call_level);
    } else if (key == "negativeBalanceProtection") {
      set_bit(group.sets, bit_of(Option::NegativeBalanceProtection), is_set);
      bool protection = group.options.negative_balance_protection != 0;
      reader.boolean(value, protection);
      group.options.negative_balance_protection = protection ? 1 : 0;
    }
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
