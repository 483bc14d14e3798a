#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tribook/base/hash.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/base/time.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/group.h"
#include "tribook/domain/rate_book.h"
#include "tribook/domain/risk_rules.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/risk/risk.h"

// What risk knows of the house, fed by the engine's events alone.
//
// Positions are kept as what each adds to its exposure, so that a change takes the old part out and
// puts the new one in. The engine keeps the volume of a side within 10^10 lots, so its sums fit.

namespace tribook::risk {

/// What an account holds of a symbol.
struct Exposure {
  MarginSide buys;
  MarginSide sells;
  AccountId account;
  std::uint32_t positions = 0;
  std::uint32_t next = 0;  // in the account's list
  std::uint32_t previous = 0;
  SymbolId symbol;

  MarginSide& side(Side of) { return of == Side::Buy ? buys : sells; }
};

struct Account {
  Money balance;
  Money credit;
  Money used_margin;      // as the engine last told
  Money reserved_margin;  // for what is on its way at venues
  Currency currency;
  std::uint32_t leverage = 0;
  std::uint32_t first_exposure = 0;
  std::uint32_t positions = 0;
  std::uint32_t day_orders = 0;  // new ones since the last rollover
  GroupId group;
  AccountState state = AccountState::Active;
  PositionMode mode = PositionMode::Hedging;
  Closing own_closing = Closing::Any;  // unless it is the group's (see from_group)
  std::uint8_t from_group = 0;
  bool closes_first = false;  // an opposite order closes before it opens
  bool exists = false;
};

struct Symbol {
  Instrument instrument;
  BidAsk venue_prices;  // before any markup; 0 = never quoted
  bool exists = false;
  bool is_session_open = false;
};

/// By which an exposure is found.
constexpr std::uint64_t exposure_key(AccountId account, SymbolId symbol) {
  return std::uint64_t{account.value} << 16 | symbol.value;
}

class Replica {
 public:
  Replica(const RiskLimits& limits, const Slab& slab);

  /// True when it tells of an order that is new and no close.
  bool apply(const Event& event);

  /// See Risk::prefetch.
  void prefetch(std::span<const Command* const> next) const;

  /// Null when there is none.
  [[nodiscard]] const Account* account(AccountId id) const;
  [[nodiscard]] const Symbol* symbol(SymbolId id) const;
  /// Index of an account's exposure; 0 for none. The account's others follow by `next`.
  [[nodiscard]] const Exposure& exposure(std::uint32_t index) const { return exposures_[index]; }
  /// What the account holds of the symbol; nothing for none.
  [[nodiscard]] Exposure held(AccountId account, SymbolId symbol) const;
  [[nodiscard]] const RateBook& rates() const { return rates_; }
  [[nodiscard]] const GroupBook& groups() const { return groups_; }
  [[nodiscard]] const RiskRules& rules() const { return rules_; }
  /// The quote at which the account deals: its group's price. REQUIRES: the symbol exists.
  [[nodiscard]] Quote quote_for(const Account& account, SymbolId symbol) const;
  [[nodiscard]] std::uint32_t leverage_for(const Account& account, SymbolId symbol) const {
    return groups_.leverage(account.group, symbol, account.leverage);
  }
  [[nodiscard]] TimeNs time() const { return time_; }

  [[nodiscard]] std::uint64_t digest() const;

 private:
  // What a position adds to its exposure.
  struct Share {
    Cost cost;
    Money basis;
    PositionId id;
    Volume volume;
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
  };

  void apply_known(const Event& event);
  bool apply_order(AccountId account, const OrderUpdated& update);
  void apply_limits(TextRef text, const LimitsUpdated& update);
  void apply_kill_switch(TextRef text, const KillSwitchChanged& change);
  void apply_symbol(TextRef text, const SymbolUpdated& update);
  void apply_quote(TimeNs time, const QuoteApplied& quote);
  void apply_group(TextRef text, const GroupUpdated& update);
  void apply_terms(TextRef text, const GroupTermsUpdated& update);
  void apply_account_created(const EventHeader& header);
  void apply_account(AccountId id, const AccountUpdated& update);
  void apply_options(const EventHeader& header);
  void take_closing(Account& account) const;
  void apply_position(AccountId account, const PositionUpdated& update);
  void apply_carried(const PositionCarried& carried);
  [[nodiscard]] Money basis_after(const Share& before, const Share& after) const;
  void add(const Share& share);
  void remove(const Share& share);
  std::uint32_t open_exposure(AccountId account, SymbolId symbol);
  void close_exposure(std::uint32_t index);
  [[nodiscard]] Account& known_account(AccountId id);
  [[nodiscard]] Symbol& known_symbol(SymbolId id);

  const Slab& slab_;
  RateBook rates_;
  GroupBook groups_;
  RiskRules rules_;
  std::vector<Symbol> symbols_;    // by id; [0] is none
  std::vector<Account> accounts_;  // by id; [0] is none
  base::Pool<Exposure> exposures_;
  base::IndexMap exposure_index_;
  base::Pool<Share> shares_;
  base::IndexMap share_index_;
  OrderId last_order_;  // that was told of; no part of the digest, since orders that ended are not
  TimeNs time_{};
};

}  // namespace tribook::risk
