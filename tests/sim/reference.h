#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// A naive account of what the house did, built from the events that everybody gets, with ordinary
// maps and sums. Each event is checked against it as it is taken in; a contradiction throws
// Violation.

namespace tribook::sim {

class Reference {
 public:
  /// `client_ids`: how many ids the engine remembers.
  explicit Reference(std::size_t client_ids) : client_ids_max_(client_ids) {}

  struct Account {
    Money balance;  ///< sum of its ledger entries
    Money credit;   ///< likewise, of the entries that are the credit's
    Money used_margin;
    Currency currency;
    GroupId group;
    bool is_swap_free = false;           ///< of its own
    bool is_swap_free_by_group = false;  ///< unless that says nothing of it
    std::optional<PositionMode> mode{};  ///< when it is known
    std::uint64_t entries = 0;
  };
  struct Position {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    Volume volume;   ///< dealt to open it, less what was dealt to close it
    Cost open_cost;  ///< while it is whole
    Price stop_loss;
    Price take_profit;
    Money commission;
    Money realized;
    Money swap;        ///< swap and funding
    Money last_swap;   ///< the last night's
    TimeNs swapped{};  ///< when that was booked
    TimeNs funded{};
    OrderId opened_by;
    bool is_whole = true;  ///< no part was closed yet
    bool is_told = false;  ///< PositionUpdated came after its first trade
  };
  /// One that is not final.
  struct Order {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    OrderStatus status = OrderStatus::Pending;
    Volume volume;
    Volume filled;
    Price limit;
    Price trigger;
    OrderId partner;
    TimeNs expires{};
  };
  struct Done {
    std::uint64_t id = 0;  ///< order, ledger entry or withdrawal
    TimeNs time{};
    std::uint64_t number = 0;  ///< of those that were remembered
  };

  /// Events in their order, without quotes. `text` is what the event's TextRef names.
  void apply(const Event& event, std::span<const std::byte> text);

  /// Whether the engine still knows what was done under a client's id when it is asked at `now`.
  [[nodiscard]] bool is_remembered(const Done& done, TimeNs now) const;
  /// Whether that order or entry came of this wish. (More than one may, once ids are forgotten.)
  [[nodiscard]] bool was_done_for(std::string_view intent, std::uint64_t id) const;

  std::map<std::uint32_t, Account> accounts;
  std::map<std::uint64_t, Position> positions;
  std::map<std::uint16_t, Instrument> symbols;
  std::map<std::uint64_t, Order> working;
  std::map<std::pair<ScopeLevel, std::uint32_t>, RiskScope> switches;  ///< that are on
  std::map<std::uint64_t, Money> pending;  ///< withdrawals that wait, with their amounts
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t entries = 0;
  std::uint64_t trades = 0;
  std::uint64_t withdrawals = 0;
  std::set<std::uint64_t> strangers;  ///< orders of accounts that there were not

  /// Something of that order was asked of a venue, which fills at its own price and time.
  [[nodiscard]] bool was_sent(OrderId order) const { return sent_.contains(order.value); }

  [[nodiscard]] bool operator==(const Reference& other) const;

 private:
  struct Due {  // entries that a trade announced
    LedgerType type;
    Money amount;
  };
  enum class Use : std::uint8_t { Order, Payment };

  void on_order(const Event& event, std::span<const std::byte> text);
  void on_terms(const Event& event);
  void check_transition(const Event& event, const OrderUpdated& order) const;
  void check_filled(const Event& event, const OrderUpdated& order) const;
  [[nodiscard]] bool meets_another(const Order& order) const;
  void on_trade(const Event& event);
  void grow(const Event& event, const TradeExecuted& trade);
  void on_position(const Event& event);
  void on_reduced(const Event& event);
  void on_ledger(const Event& event, std::span<const std::byte> text);
  void on_withdrawal(const Event& event, std::span<const std::byte> text);
  void on_account(const Event& event);
  void on_charge(const Event& event, const LedgerPosted& posted);
  void on_day(const Event& event);
  void on_group_terms(const Event& event, std::span<const std::byte> text);
  void on_options(const Event& event, std::span<const std::byte> text);
  void on_group(const Event& event, std::span<const std::byte> text);
  void on_switch(const KillSwitchChanged& changed);
  [[nodiscard]] bool is_swap_free(const Account& account) const;
  [[nodiscard]] SwapSpec swap_of(GroupId group, SymbolId symbol) const;
  void check_profit(const Position& position, const TradeExecuted& trade) const;
  void remember(AccountId account, Use use, std::span<const std::byte> text, std::uint64_t id,
                TimeNs now);

  std::size_t client_ids_max_;
  std::uint64_t remembered_ = 0;
  std::uint64_t dealt_ = 0;  // order that was filled last
  Price limit_;              // its limit
  bool is_close_ = false;    // it does nothing but close a position
  std::map<std::pair<std::uint16_t, std::uint16_t>, SwapSpec> group_swaps_;  ///< group, symbol
  std::map<std::uint16_t, bool> group_swap_free_;  ///< of groups that say so or not
  TradeSwap swap_;                                 ///< of the trade that is told next
  Sequence placed_by_;                             // record of the newest order
  std::set<std::uint64_t> sent_;                   // orders of which something was asked of a venue
  std::map<std::tuple<std::uint32_t, Use, std::string>, Done> by_key_;
  std::map<std::string, std::vector<Done>, std::less<>> by_intent_;  ///< never empty ones
  std::map<std::uint32_t, std::vector<Due>> due_;
};

}  // namespace tribook::sim
