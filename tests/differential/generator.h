#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "differential/capabilities.h"
#include "differential/operation.h"
#include "differential/reference_side.h"
#include "differential/symbols.h"
#include "support/random.h"

namespace tribook::differential {

/// Random operations that mostly mean something: it sees what the reference holds, and keeps to
/// what is switched on. The same seed and the same reference give the same operations.
class Generator {
 public:
  Generator(std::uint64_t seed, const Capabilities& capabilities);

  /// What comes next after the reference did all that came before.
  Operation next(const ReferenceSide& reference);

 private:
  /// One line for each kind of operation: how often it comes, what it needs, who makes it.
  struct Recipe {
    unsigned weight;
    Capability needs;
    std::optional<Action> (Generator::*make)();
  };
  static const Recipe kRecipes[];

  // generator.cpp
  std::optional<Action> beginning();
  Action any_of_recipes();
  [[nodiscard]] bool has(Capability which) const { return capabilities_.has(which); }
  [[nodiscard]] const reference::Engine& engine() const { return reference_->engine(); }
  std::uint64_t below(std::uint64_t count) { return random_.below(count); }
  bool one_in(std::uint64_t count) { return random_.one_in(count); }
  template <typename T>
  const T& any(const std::vector<T>& of) {
    return of[below(of.size())];
  }
  std::string any_symbol();
  Label any_account();
  std::vector<reference::Position> open_positions() const;
  std::optional<reference::Position> any_position();
  Label label_of(const reference::Position& position) const;

  // generator_market.cpp
  std::optional<Action> quote();
  reference::Quote quote_of(const std::string& symbol);
  std::optional<Action> wait();
  std::optional<Action> session();
  reference::Quote first_quote(const Listing& listing);
  Rational moved(const reference::Symbol& symbol, const Rational& price, std::uint64_t ticks);
  [[nodiscard]] std::optional<reference::Rate> rate_of(const std::string& symbol) const;

  // generator_orders.cpp
  std::optional<Action> market_order();
  std::optional<Action> working_order();
  std::optional<Action> oco_orders();
  std::optional<Action> venue_order();
  std::optional<Action> modify_order();
  std::optional<Action> cancel_order();
  std::optional<Action> venue_report();
  reference::PlaceOrder order_for(const reference::Symbol& traded);
  std::optional<reference::PlaceOrder> resting_order();
  reference::Trailing any_trailing();
  void add_brackets(reference::PlaceOrder& order, const reference::Rate& rate);
  [[nodiscard]] Rational margin_of_lot(const reference::Account& owner,
                                       const reference::Symbol& traded) const;
  Rational volume_for(Label account, const reference::Symbol& traded);
  Rational near(const reference::Symbol& traded, const Rational& price);
  std::optional<Label> any_order();

  // generator_positions.cpp
  std::optional<Action> close();
  std::optional<Action> close_by();
  std::optional<Action> close_all();
  std::optional<Action> modify_position();
  std::optional<Action> trailing_position();

  // generator_limits.cpp
  std::optional<Action> asked_limit();
  std::optional<Action> filled_limit();
  std::optional<Action> put_limit(reference::Limit limit);
  std::optional<Action> no_limits();
  std::optional<Action> order_again();
  std::optional<Action> kill_switch();
  std::optional<Action> end_kill_switch();
  reference::Scope any_scope();
  Label labelled(reference::Id account) const { return reference_->label_of_account(account); }
  Rational part(std::int64_t least, std::int64_t most);
  Rational threshold_of(reference::Limit limit, Label account);
  Rational asked_threshold(reference::Limit limit, Label account);
  Rational filled_threshold(reference::Limit limit, Label account);
  Rational value_of(Label account, const reference::Symbol& traded, const Rational& volume);

  // generator_settings.cpp
  std::optional<Action> new_symbol();
  std::optional<Action> change_symbol();
  std::optional<Action> new_account();
  std::optional<Action> change_account();
  std::optional<Action> put_group();
  std::optional<Action> deposit();
  std::optional<Action> withdraw();
  std::optional<Action> move_money();
  std::optional<Action> decide_withdrawal();
  void set_trading(reference::Symbol& symbol);
  void set_margin(reference::Symbol& symbol);
  void set_margin_mode(reference::Symbol& symbol);
  void set_commission(reference::Symbol& symbol);
  void set_swap(reference::Symbol& symbol);
  void set_venue(reference::Symbol& symbol);
  reference::AccountOptions options();
  Rational amount_for(Label account);

  Capabilities capabilities_;
  test::Random random_;
  const ReferenceSide* reference_ = nullptr;
  Label number_ = 0;
  std::size_t listed_ = 0;          ///< of order_, that are symbols already
  std::vector<std::size_t> order_;  ///< in which symbols are listed
  std::size_t symbols_at_start_ = 0;
  std::vector<Label> accounts_;
  std::size_t accounts_at_start_ = 0;
};

}  // namespace tribook::differential
