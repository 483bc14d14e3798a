#pragma once

#include <set>

#include "reference/commands.h"

namespace tribook::reference {

enum class OrderStatus {
  Pending,
  Accepted,
  Working,
  Triggered,
  Filling,
  PartiallyFilled,
  Filled,
  Cancelled,
  Rejected,
  Expired
};
enum class CloseReason { Manual, StopLoss, TakeProfit, StopOut, CloseBy, Admin };
enum class EntryType {
  Deposit,
  Withdrawal,
  Commission,
  Swap,
  Funding,
  RealizedPnl,
  Bonus,
  Adjustment,
  NegativeBalance,
  Credit
};

struct Order {
  Id id = 0;
  PlaceOrder request;
  OrderStatus status = OrderStatus::Pending;
  Rational filled = 0;
  Rational filled_cost = 0;  ///< sum of price x volume
  std::string reject_code;
  Id position = 0;  ///< the one it opened or last changed
  Id closes = 0;    ///< set on an order that closes this position
  Rational closing_left = 0;
  CloseReason close_reason = CloseReason::Manual;
  Id partner = 0;                 ///< of an OCO pair
  Id sequence = 0;                ///< time priority among resting orders
  bool is_limit_now = false;      ///< a stop-limit after its trigger
  Rational trigger = 0;           ///< of now: a trailing stop moves it
  Time expires = 0;               ///< 0: never
  int requests_open = 0;          ///< at venues
  std::string venue_code;         ///< why a part of it failed there
  Rational deferred = 0;          ///< opening volume that waits for a venue's close
  bool stays_with_house = false;  ///< it opens what waited so: no other clients are looked for
  Rational commission_raw = 0;    ///< so far, in the commission's currency
  bool was_charged = false;       ///< the minimum is paid
  Rational opened = 0;            ///< volume that it opened
  Rational opened_cost = 0;       ///< sum of price x volume of that
};

struct Position {
  Id id = 0;
  Id account = 0;
  std::string symbol;
  Side side = Side::Buy;
  Rational volume = 0;        ///< lots; volume = house part + venue_volume
  Rational cost = 0;          ///< sum of price x volume
  Rational basis = 0;         ///< unlevered margin in account currency
  Rational venue_volume = 0;  ///< the part that stands at the provider
  Rational venue_cost = 0;    ///< at the provider's prices
  Rational closing = 0;       ///< part of venue_volume whose close is on its way
  std::optional<Rational> sl;
  std::optional<Rational> tp;
  std::optional<Trailing> trailing;
  std::optional<Rational> break_even_pips;
  Rational highest = 0;
  Rational lowest = 0;
  Rational swap = 0;
  Rational commission = 0;
  Rational realized = 0;
  Time opened = 0;
  bool open = true;
  Id opened_by = 0;  ///< order
  Time closed_at = 0;
  Rational close_price = 0;
  CloseReason close_reason = CloseReason::Manual;
};

struct Account {
  Id id = 0;
  AccountSettings settings;
  Rational balance = 0;
  Rational credit = 0;
  std::set<Rational> calls;  ///< margin-call levels that it is below
  Rational day_base = 0;     ///< equity at the last rollover, and what was paid in since
  Rational day_volume = 0;   ///< dealt since
  Rational peak = 0;         ///< the highest equity after a command, moved by payments
};

struct LedgerEntry {
  Id id = 0;
  Id account = 0;     ///< 0 for a house account
  std::string house;  ///< "TRADING_PNL", ...
  std::string currency;
  EntryType type = EntryType::Deposit;
  bool of_credit = false;  ///< moves the credit, not the balance
  Rational amount = 0;
  Rational before = 0;
  Rational after = 0;
  Id reference = 0;
  Time time = 0;
};

struct Withdrawal {
  Id id = 0;
  Id account = 0;
  Rational amount = 0;
  bool pending = true;
  bool approved = false;
};

struct VenueRequest {
  enum class Kind { Open, Close, HedgeBack };
  Id id = 0;
  Kind kind = Kind::Open;
  Id order = 0;
  Id position = 0;  ///< of a close; 0 when a late fill of another request closed it
  std::string symbol;
  Side side = Side::Buy;
  Rational volume = 0;
  Rational left = 0;
  std::optional<Rational> limit;  ///< worst price, without our markup
  std::optional<Rational> worst;  ///< with it, as the client had it when it was asked
  Rational reserved = 0;          ///< margin, for what is left of an opening
  Rational undone_price = 0;      ///< of the fill that a HedgeBack undoes
  bool done = false;
};

struct Rate {
  Rational bid = 0;
  Rational ask = 0;
  Time time = 0;
};

/// Two clients met.
struct Print {
  std::string symbol;
  Rational volume = 0;
  Rational price = 0;
  Side taker = Side::Buy;
  Time time = 0;
};

/// What happened, one line each, in order.
struct Event {
  enum class Kind {
    OrderStatus,
    Fill,
    PositionOpened,
    PositionChanged,
    PositionClosed,
    Ledger,
    Triggered,
    MarginCall,
    StopOut,
    VenueRequest
  };
  Kind kind = Kind::OrderStatus;
  Id account = 0;
  Id order = 0;
  Id position = 0;
  OrderStatus status = OrderStatus::Pending;
  std::string code;  ///< reject code, ledger type, request kind, "SL_HIT", ...
  Rational volume = 0;
  Rational price = 0;
  Rational amount = 0;
};

struct Result {
  std::string code;  ///< empty: accepted
  Id id = 0;         ///< of the account, order, position or withdrawal made
  Id second_id = 0;
  std::vector<Event> events;
  std::map<Id, std::set<Limit>> warned;  ///< limits that an order passes, set to warn
};

/// Margin figures of an account as they are now.
struct Figures {
  Rational balance = 0;
  Rational credit = 0;
  Rational unrealized = 0;
  Rational equity = 0;
  Rational margin = 0;
  Rational free_margin = 0;
  std::optional<Rational> level;  ///< percent, two decimals
};

std::string name_of(OrderStatus status);
std::string name_of(CloseReason reason);
std::string name_of(EntryType type);
std::string text_of(const Event& event);

/// Where the book's rules round: open cost, margin basis, printed open price.
constexpr int kCostDigits = 16;
constexpr int kBasisDigits = 8;
constexpr int kPriceDigits = 8;

inline Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }
inline Rational sign_of(Side side) { return side == Side::Buy ? Rational(1) : Rational(-1); }

/// How an amount is converted: what a client gains, what he loses, or a margin.
enum class Crossing { Gain, Loss, Mid };

}  // namespace tribook::reference
