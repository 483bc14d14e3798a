#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tribook/domain/arithmetic.h"
#include "tribook/message/command.h"
#include "tribook/message/slab.h"

namespace tribook::bench {

struct CrowdShape {
  std::uint32_t accounts = 100'000;
  std::uint32_t positions = 1'000'000;
  std::uint32_t groups = 3;  ///< each with a markup of its own
  bool is_netting = false;
  bool has_levels = true;              ///< some positions have an SL, a TP, an SL that follows
  std::int64_t least_deposit = 1'000;  ///< dollars
  std::uint64_t seed = 1;
};

/// A house as a broker has it: accounts in USD, EUR, GBP and JPY, in groups and in none, with
/// positions on eight symbols, half of them on the first one that is quoted (`symbol`). Some have a
/// stop-loss or a take-profit, 0.5 to 10 % away, some a stop-loss that follows. Accounts begin at
/// margin levels of 200 to 5,000 %. The same numbers every time.
class Crowd {
 public:
  static constexpr SymbolId kEurUsd{1};
  static constexpr SymbolId kXauUsd{2};
  static constexpr std::uint16_t kSymbols = 8;
  using Submit = std::function<void(const Command&)>;

  /// `first`: of that symbol, else each has a price of its own.
  Crowd(const CrowdShape& shape, SymbolId symbol, BidAsk first);

  /// Symbols, groups, accounts, first quotes; texts go into the slab.
  void set_up(Slab& slab, const Submit& submit);
  /// Orders that open the positions, as risk and router leave them.
  void open(const Submit& submit);

  /// An order like those, of any account.
  [[nodiscard]] Command any_order();
  [[nodiscard]] Command quote(SymbolId symbol, BidAsk prices) const;
  [[nodiscard]] BidAsk price_of(SymbolId symbol) const { return prices_[symbol.value]; }

 private:
  struct Planned {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    std::int32_t hundredths = 0;  // of a lot
  };
  void plan();
  [[nodiscard]] Planned any_position();
  [[nodiscard]] Command order_of(const Planned& planned);
  [[nodiscard]] Command create_account(Slab& slab, std::uint32_t index);
  [[nodiscard]] double in_dollars(Currency currency) const;
  std::uint64_t random(std::uint64_t below);

  CrowdShape shape_;
  SymbolId symbol_;
  std::uint64_t seed_;
  std::vector<BidAsk> prices_;
  std::vector<Planned> planned_;
  std::vector<double> margins_;  // of what is planned for each account, in dollars
};

}  // namespace tribook::bench
