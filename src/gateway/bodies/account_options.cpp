#include "gateway/bodies/account_options.h"

#include "gateway/bodies/account_levels.h"

namespace tribook::gateway {
namespace {

using json::Reader;
using json::Value;

struct NamedOption {
  std::string_view name;
  Option option;
};
constexpr NamedOption kOptions[] = {
    {"stopOutLevel", Option::StopOutLevel},
    {"marginCallLevels", Option::MarginCallLevels},
    {"negativeBalanceProtection", Option::NegativeBalanceProtection},
    {"closing", Option::Closing},
    {"swapFree", Option::SwapFree},
    {"stopOutOrder", Option::StopOutOrder},
};

std::uint8_t with(std::uint8_t set, Option option) {
  return static_cast<std::uint8_t>(set | bit_of(option));
}

void read_mode(Value value, Reader& reader, OptionsChange& out) {
  if (value.is_null()) return;
  reader.name(value, out.mode);
  out.sets_mode = 1;
}

}  // namespace

bool is_part_of_swap_free(std::string_view key) {
  return key == "swapFreeDays" || key == "swapFreeFee";
}

std::optional<Option> option_of(std::string_view key) {
  if (is_part_of_swap_free(key)) return Option::SwapFree;
  for (const NamedOption& named : kOptions) {
    if (named.name == key) return named.option;
  }
  return std::nullopt;
}

void read_account_option(Value value, Reader& reader, OptionValues& out) {
  const std::string_view key = value.key();
  if (value.is_null()) return;
  if (key == "stopOutLevel") read_account_level(value, reader, out.stop_out_level);
  if (key == "marginCallLevels") read_call_levels(value, reader, out.margin_call_levels);
  if (key == "negativeBalanceProtection") {
    bool protection = out.negative_balance_protection != 0;
    reader.boolean(value, protection);
    out.negative_balance_protection = protection ? 1 : 0;
  }
  if (key == "closing") reader.name(value, out.closing);
  if (key == "stopOutOrder") reader.name(value, out.stop_out_order);
  read_swap_free(value, reader, out.swap_free);
}

// Where an option is left to the group, its value is the usual one again.
OptionsChange read_account_options(Value body, const OptionsBefore& before, Reader& reader) {
  OptionsChange said;
  said.values = before.holds;
  OptionsChange usual;
  usual.values = before.defaults;
  for (const Value value : body) {
    if (value.key() == "marginMode") read_mode(value, reader, said);
    const auto option = option_of(value.key());
    if (!option) continue;
    if (!value.is_null()) {
      said.sets = with(said.sets, *option);
      read_account_option(value, reader, said.values);
    } else if (!is_part_of_swap_free(value.key())) {
      usual.sets = with(usual.sets, *option);
    }
  }
  if ((said.sets & usual.sets) != 0)
    reader.fail("swapFree", "is null, and its days or fee are not");
  std::uint8_t unused = 0;
  change_own(usual, said.values, unused);
  said.sets |= usual.sets;
  said.from_group = usual.sets;
  return said;
}

void write_own_options(json::Writer& writer, std::uint8_t from_group) {
  writer.begin_array("ownOptions");
  for (const NamedOption& named : kOptions) {
    if ((from_group & bit_of(named.option)) == 0) writer.element(named.name);
  }
  writer.end_array();
}

}  // namespace tribook::gateway
