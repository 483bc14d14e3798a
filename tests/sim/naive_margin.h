#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tribook/base/int128.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// Used margin by the rules as they are written: each position keeps its margin before leverage as
/// it was at its fill, each account's is added up anew from all of its positions. And the price of
/// each account's group. Made of events and quotes in the order in which the records gave them.
class NaiveMargin {
 public:
  /// What was told up to `from` has been looked at before: it is only counted in.
  explicit NaiveMargin(Sequence from) : from_(from) {}

  /// `text` is what the event's TextRef names.
  void apply(const Event& event, std::span<const std::byte> text);

  /// What an account was told that is not so; empty when all was right.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

  /// At which an account opens or closes on that side now: its group's price. 0 = never quoted.
  [[nodiscard]] Price price_of(AccountId account, SymbolId symbol, Side side) const;

 private:
  struct Symbol {
    Instrument instrument;
    std::uint64_t bid = 0;
    std::uint64_t ask = 0;
    std::uint64_t venue_bid = 0;
    std::uint64_t venue_ask = 0;
  };
  struct Position {
    std::uint32_t account = 0;
    std::uint16_t symbol = 0;
    bool is_buy = true;
    std::uint64_t volume = 0;
    uint128 basis = 0;  ///< 10^-8 of the account's currency
    uint128 cost = 0;   ///< price x volume
  };
  struct Account {
    Currency currency;
    std::uint32_t leverage = 1;
    std::uint16_t group = 0;
  };
  struct Leg {
    uint128 basis = 0;
    std::uint64_t volume = 0;
    uint128 cost = 0;
  };
  class Big;
  struct Portion;  // a fraction of two of them
  struct Prices {
    std::uint64_t bid = 0;
    std::uint64_t ask = 0;
  };
  using Hop = std::pair<std::uint16_t, bool>;  // symbol, from its base to its quote

  void on_trade(const Event& event);
  void on_account(const Event& event);
  void on_symbol(const Event& event, std::span<const std::byte> text);
  void on_terms(const Event& event, std::span<const std::byte> text);
  [[nodiscard]] static Prices marked_up(const Symbol& symbol, std::uint64_t markup);
  [[nodiscard]] std::uint32_t leverage_of(const Account& account, std::uint16_t symbol) const;
  [[nodiscard]] uint128 basis_of(const Account& account, const TradeExecuted& trade) const;
  [[nodiscard]] std::vector<Hop> way(Currency from, Currency to) const;
  [[nodiscard]] Portion margin_of(const Account& account, const Instrument& instrument,
                                  const Leg& leg) const;
  [[nodiscard]] uint128 margin_of(const Account& account, const Instrument& instrument,
                                  const Leg& buys, const Leg& sells) const;

  Sequence from_;
  std::map<std::uint16_t, Symbol> symbols_;
  std::map<std::uint32_t, Account> accounts_;
  std::map<std::uint64_t, Position> positions_;
  /// What groups set, by group and symbol (0: all symbols).
  template <typename Value>
  using OfGroups = std::map<std::pair<std::uint16_t, std::uint16_t>, Value>;
  OfGroups<std::uint32_t> leverage_caps_;
  OfGroups<std::uint64_t> markups_;
  std::string problem_;
  std::uint64_t checked_ = 0;
};

}  // namespace tribook::sim
