#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/text.h"

namespace tribook::time_machine {

/// What to change of accounts; what is not given stays as it was recorded.
struct AccountChange {
  std::optional<std::uint32_t> leverage;
  std::optional<Ratio> stop_out_level;
  std::optional<Ratio> margin_call_level;

  void apply(AccountSpec& spec) const;
};

struct SymbolChange {
  std::string json;   ///< any part of a symbol
  std::string where;  ///< file and line
};

struct Settings {
  std::map<std::string, SymbolChange> symbols;  ///< by name
  AccountChange accounts;                       ///< all
  std::optional<std::uint32_t> max_leverage;
  std::map<AccountId, AccountChange> account;  ///< single ones
  std::vector<std::string> notes;              ///< what was taken and changes nothing
};

struct SettingsResult {
  Settings settings;
  std::vector<std::string> problems;  ///< "FILE:LINE: key: what is wrong"
};

/// Reads a TOML file in the shape of the configuration.
SettingsResult read_settings(const std::string& file);

/// The symbol with the change laid over it; empty, and the reason in `problem`, when it cannot be.
std::optional<Instrument> changed(const Instrument& instrument, const SymbolChange& change,
                                  std::string& problem);

}  // namespace tribook::time_machine
