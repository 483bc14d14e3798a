#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"

// What happens in a scenario, in order. The same stream goes to the oracle as JSON lines (its
// README tells the format) and to the drivers as commands.

namespace tribook::scenario {

struct AddSymbol {
  SymbolId symbol;
};
struct AddAccount {
  AccountId account;
  Currency currency;
  std::uint32_t leverage = 100;
  Ratio stop_out_level;
  Ratio margin_call_level;
};
struct Payment {
  AccountId account;
  Money amount;
  bool is_withdrawal = false;
};
struct SymbolQuote {
  SymbolId symbol;
  Price bid;
  Price ask;
  TimeNs time{};
};
/// Symbol 0 is one that does not exist; SL and TP are absent when 0.
struct MarketOrder {
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Volume volume;
  Price stop_loss;
  Price take_profit;
};
struct Close {
  AccountId account;
  PositionId position;
  std::optional<Volume> part;
};
/// A level of 0 removes.
struct Modify {
  AccountId account;
  PositionId position;
  Price stop_loss;
  Price take_profit;
};

using Operation =
    std::variant<AddSymbol, AddAccount, Payment, SymbolQuote, MarketOrder, Close, Modify>;

struct Stream {
  std::vector<Instrument> instruments;  ///< symbol n is at n - 1
  std::size_t accounts = 0;
  std::vector<Operation> operations;  ///< the first is number 1

  [[nodiscard]] const Instrument& instrument(SymbolId symbol) const {
    return instruments[symbol.value - std::size_t{1}];
  }
};

/// One line, without the end of line.
std::string to_json(const Stream& stream, const Operation& operation);

/// All lines and the closing `end`. Throws std::runtime_error when it cannot be written.
void write_file(const Stream& stream, const std::string& path);

}  // namespace tribook::scenario
