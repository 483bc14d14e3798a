#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenario/market.h"
#include "scenario/random.h"
#include "scenario/stream.h"
#include "tribook/message/event.h"

namespace tribook::scenario {

/// How large a scenario is and how rough.
struct Shape {
  std::string name;
  std::size_t client_operations = 10'000;  ///< orders, closes, modifies and payments
  std::size_t ticks = 0;                   ///< of the recorded file, from a random one on; 0 = all
  bool varied = false;                     ///< policies and commissions drawn
  Market::Moves moves{};
};

/// Draws a scenario's operations from a seed. It knows its own quotes, and of the broker only what
/// a client is told: the positions that were opened, changed and closed. With that most closes and
/// modifies hit; some of each kind of operation are wrong on purpose.
class Generator {
 public:
  Generator(const Shape& shape, std::uint64_t seed);

  [[nodiscard]] const std::vector<Instrument>& instruments() const { return instruments_; }
  [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }

  /// Nothing at the end.
  std::optional<Operation> next();
  /// What followed from the last operation.
  void note(const Event& event);

 private:
  enum class Purse : std::uint8_t { Small, Medium, Large };
  struct Account {
    AddAccount opening;
    Purse purse = Purse::Small;
    bool is_careless = false;  ///< seldom sets SL and TP
  };
  struct Known {
    PositionId position;
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    Volume volume;
  };

  void make_accounts();
  std::optional<Operation> set_up();
  Operation client_operation();
  Operation payment(const Account& account, bool is_withdrawal);
  Operation order();
  Operation close(bool is_partial);
  Operation modify();

  const Account& any_account() { return accounts_[random_.below(accounts_.size())]; }
  Known any_position();
  Volume volume_for(const Instrument& instrument, Purse purse);
  Volume bad_volume(const Instrument& instrument);
  Volume part_of(const Known& known);
  Price stop_loss(SymbolId symbol, Side side) { return level(symbol, side, -1); }
  Price take_profit(SymbolId symbol, Side side) { return level(symbol, side, 1); }
  Price level(SymbolId symbol, Side side, std::int64_t direction);

  Random random_;
  std::vector<Instrument> instruments_;
  Market market_;
  std::vector<Account> accounts_;
  std::size_t set_up_ = 0;
  std::size_t client_operations_ = 0;
  std::size_t done_ = 0;
  std::size_t burst_ = 1;  // so many are due before the next are made
  std::vector<Known> known_;
  std::map<std::uint64_t, std::size_t> place_;  // of a position in known_
  std::uint64_t last_position_ = 0;
};

}  // namespace tribook::scenario
