#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "sim/reference.h"
#include "tribook/domain/kill_switch.h"
#include "tribook/domain/limit.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// Kill switches, and limits that can be counted from events alone, held against each fill that
/// opens. What a venue fills was asked for before. Made of events in the order in which the records
/// gave them.
class NaiveRules {
 public:
  /// `before` has taken in all events but this one.
  void apply(const Event& event, std::span<const std::byte> text, const Reference& before);

  /// The first thing that is not so; empty when all is right.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Key = std::pair<ScopeLevel, std::uint32_t>;
  struct Position {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    std::int64_t volume = 0;
  };

  void on_trade(const Event& event, const TradeExecuted& trade, const Reference& before);
  void on_opening(AccountId account, const TradeExecuted& trade, bool is_new);
  void on_swept(const KillSwept& swept, const Reference& before);
  [[nodiscard]] bool may_only_close(const Reference::Order& order) const;
  [[nodiscard]] bool is_killed(AccountId account, SymbolId symbol) const;
  [[nodiscard]] bool is_in(const RiskScope& scope, AccountId account, SymbolId symbol) const;
  [[nodiscard]] std::int64_t most(Limit limit, AccountId account, SymbolId symbol) const;
  void demand(bool is_so, const std::string& what);

  std::map<Key, KillAction> switches_;
  std::map<Key, LimitSet> limits_;
  std::map<std::uint32_t, GroupId> groups_;           // by account
  std::map<std::uint32_t, std::int64_t> day_volume_;  // likewise, since the last rollover
  std::map<std::uint64_t, Position> positions_;
  Sequence root_;
  std::string problem_;
};

}  // namespace tribook::sim
