#pragma once

#include <variant>

#include "reference/limits.h"
#include "reference/settings.h"

namespace tribook::reference {

enum class OrderType { Market, Limit, Stop, StopLimit, TrailingStop };
enum class TimeInForce { Gtc, Day, Ioc, Fok, Gtd };
enum class Book { B, A, C };

struct Trailing {
  Rational distance_pips = 0;
  Rational step_pips = 0;  ///< 0: every tick
};

struct PutSymbol {
  Symbol symbol;
};
struct PutGroup {
  Group group;
};
struct CreateAccount {
  AccountSettings settings;
};
/// Changes everything but the currency.
struct ChangeAccount {
  Id account = 0;
  AccountSettings settings;
};

enum class MoneyKind { Deposit, Bonus, Adjustment, Credit };
struct MoveMoney {
  Id account = 0;
  MoneyKind kind = MoneyKind::Deposit;
  Rational amount = 0;
};
struct RequestWithdrawal {
  Id account = 0;
  Rational amount = 0;
};
struct DecideWithdrawal {
  Id withdrawal = 0;
  bool approve = true;
};

struct Quote {
  std::string symbol;
  Rational bid = 0;
  Rational ask = 0;
};

struct PlaceOrder {
  Id account = 0;
  std::string symbol;
  OrderType type = OrderType::Market;
  Side side = Side::Buy;
  Rational volume = 0;
  Rational price = 0;    ///< of a limit or stop-limit
  Rational trigger = 0;  ///< of a stop or stop-limit
  std::optional<Rational> sl;
  std::optional<Rational> tp;
  std::optional<Trailing> trailing;  ///< of the position; of the order itself for TrailingStop
  std::optional<Rational> max_slippage_pips;
  std::optional<Rational> expected_price;  ///< what slippage counts from; the price of now if none
  TimeInForce time_in_force = TimeInForce::Gtc;
  Time expires_at = 0;
  Book book = Book::B;       ///< the router's decision, taken as given
  Rational hedge_ratio = 0;  ///< of C
};
struct PlaceOco {
  PlaceOrder first;
  PlaceOrder second;
};
struct ModifyOrder {
  Id order = 0;
  std::optional<Rational> volume;
  std::optional<Rational> price;
  std::optional<Rational> trigger;
  std::optional<Rational> sl;  ///< 0 removes it
  std::optional<Rational> tp;
  std::optional<Time> expires_at;
};
struct CancelOrder {
  Id order = 0;
};

struct ClosePosition {
  Id position = 0;
  std::optional<Rational> volume;  ///< none: all of it
  bool by_admin = false;
};
struct CloseBy {
  Id position = 0;
  Id other = 0;
};
struct CloseAll {
  Id account = 0;
  std::string symbol;  ///< empty: every symbol
};
struct ModifyPosition {
  Id position = 0;
  std::optional<Rational> sl;  ///< 0 removes it
  std::optional<Rational> tp;
  std::optional<Trailing> trailing;  ///< distance 0 removes it
  std::optional<Rational> break_even_pips;
};

/// What the scope sets from now on; what it does not set is set no more.
struct PutLimits {
  Scope scope;
  LimitSet limits;
};
/// With KillAction::None it goes off.
struct SetKillSwitch {
  Scope scope;
  KillAction action = KillAction::None;
};

/// What a venue tells of a request that the engine sent.
struct VenueReport {
  enum class Kind { Fill, Reject, Timeout };
  Id request = 0;
  Kind kind = Kind::Fill;
  Rational volume = 0;
  Rational price = 0;
};

/// Runs all timers up to then, in order. Never backwards.
struct AdvanceTime {
  Time now = 0;
};

using Command = std::variant<PutSymbol, PutGroup, CreateAccount, ChangeAccount, MoveMoney,
                             RequestWithdrawal, DecideWithdrawal, Quote, PlaceOrder, PlaceOco,
                             ModifyOrder, CancelOrder, ClosePosition, CloseBy, CloseAll,
                             ModifyPosition, PutLimits, SetKillSwitch, VenueReport, AdvanceTime>;

/// It never rests.
bool at_once(const PlaceOrder& request);
bool has_limit(OrderType type);
bool has_trigger(OrderType type);
/// What its position will trail at. A trailing stop order keeps its distance for itself.
std::optional<Rational> trailing_pips(const PlaceOrder& request);

}  // namespace tribook::reference
