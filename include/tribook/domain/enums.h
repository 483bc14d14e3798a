#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The field's enumerations and their names outside. Each enum counts from 0 and has its names in a
// table of the same length; values stand in journals, so new ones are added at the end only.

namespace tribook {

enum class Side : std::uint8_t { Buy, Sell };
constexpr Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }

enum class OrderType : std::uint8_t { Market, Limit, Stop, StopLimit };
enum class TimeInForce : std::uint8_t { Gtc, Day, Ioc, Fok, Gtd };
enum class Book : std::uint8_t { None, A, B, C };
enum class CloseReason : std::uint8_t {
  None,
  Manual,
  StopLoss,
  TakeProfit,
  StopOut,
  CloseBy,
  Expired,
  Admin
};
enum class AccountState : std::uint8_t { Active, CloseOnly, Suspended, Closed };
enum class AccountKind : std::uint8_t { Demo, Live };
enum class PositionMode : std::uint8_t { Hedging, Netting };
/// Which positions go first. But for Any, an opposite order closes before it opens, and nothing is
/// closed out of turn by its id.
enum class Closing : std::uint8_t { Any, Fifo, Lifo };
enum class LedgerType : std::uint8_t {
  Deposit,
  Withdrawal,
  Commission,
  Swap,
  Funding,
  RealizedPnl,
  Bonus,
  Adjustment,
  NegativeBalance,
  Conversion,
  Credit
};
/// Whether an entry is no result of trading: deposits, credit, covers and the like.
constexpr bool is_payment(LedgerType type) {
  return type != LedgerType::RealizedPnl && type != LedgerType::Commission &&
         type != LedgerType::Swap && type != LedgerType::Funding;
}
/// What stands against a client's entry in the same currency.
enum class HouseAccount : std::uint8_t {
  Payments,
  TradingPnl,
  Commission,
  Swap,
  LpSettlement,
  Bonus,
  NegativeBalanceCover,
  Rounding,
  Adjustment
};
enum class PaymentMethod : std::uint8_t { None, BankTransfer, Crypto, Card };
/// Why an operator changes a balance by hand; BONUS is a ledger type of its own.
enum class AdjustmentKind : std::uint8_t { Manual, Bonus, Correction };
enum class WithdrawalStatus : std::uint8_t { Pending, Approved, Rejected };
enum class Category : std::uint8_t { Forex, Metal, Index, Stock, Crypto, Cfd };
enum class SymbolState : std::uint8_t { Open, CloseOnly, Disabled };
enum class CommissionBasis : std::uint8_t { PerLot, PerMillion, Percent };
enum class MarginMode : std::uint8_t { Forex, Cfd, CfdLeverage, Futures };
enum class HedgedMargin : std::uint8_t { LargerLeg, Sum, Net, Percent };
/// What a margin tier's bound counts: a side's lots, or its notional in margin currency.
enum class TierBasis : std::uint8_t { Lots, Notional };
/// What happens instead of a deal when an order meets one of its own account in the clients' book.
enum class SelfTradePrevention : std::uint8_t {
  CancelNewest,  ///< the rest of the arriving order ends
  CancelOldest,  ///< the one at rest ends
  Decrement      ///< both lose the smaller volume of the two
};
enum class StopOutOrder : std::uint8_t { LargestLoss, LargestMargin, Smart };
/// Liquidation: what a stop-out closed.
/// Limit: one was crossed; KillSwitch: one went on or off.
enum class AlertKind : std::uint8_t { MarginCall, StopOut, Liquidation, Limit, KillSwitch };
enum class AlertSeverity : std::uint8_t { Info, Warning, Critical };
/// Whom a limit or a kill switch holds for, from the widest to the narrowest.
enum class ScopeLevel : std::uint8_t { House, Group, Account, Symbol };
enum class LimitMode : std::uint8_t { Off, Warn, Reject };
/// What a kill switch does, each what the one before does besides: nothing opens any more; orders
/// at rest are cancelled; positions are closed.
enum class KillAction : std::uint8_t { None, Block, Cancel, Flatten };
/// Why a kill switch went on: by hand, by an account's limit, by a burst of refused orders, by a
/// feed without quotes, by a journal that is behind, by a venue that fails.
enum class KillCause : std::uint8_t { Manual, Limit, Rejects, Feed, Journal, Venue };
enum class SwapMode : std::uint8_t { None, Points, Money, Percent };
/// What a swap in percent counts from.
enum class SwapPrice : std::uint8_t { Current, Open };
enum class Role : std::uint8_t { Client, Support, RiskManager, Admin, SuperAdmin };
/// What a venue is asked for: an order's opening part, the close of what stands there, or the
/// opposite of a fill that came too late to be anybody's.
enum class VenueRequestKind : std::uint8_t { Open, Close, HedgeBack };
enum class VenueReportKind : std::uint8_t { Accepted, Filled, Rejected, TimedOut };
/// What became of a report. Booked: the fill is the client's; HedgedBack: it is the house's until
/// its opposite is done.
enum class VenueOutcome : std::uint8_t { Noted, Booked, HedgedBack, Ended, Repeated };
/// What is done with a fill that comes after its request was given up.
enum class LateFill : std::uint8_t { GiveToClient, HedgeBack };
/// Where a command came from.
enum class Origin : std::uint8_t { Internal, Rest, WebSocket, Fix, Admin, Venue, Timer };

template <typename E>
struct EnumNames;  // static constexpr std::array<std::string_view, N> value

// clang-format off
template <> struct EnumNames<Side> { static constexpr std::array<std::string_view, 2> value{"BUY", "SELL"}; };
template <> struct EnumNames<OrderType> { static constexpr std::array<std::string_view, 4> value{"MARKET", "LIMIT", "STOP", "STOP_LIMIT"}; };
template <> struct EnumNames<TimeInForce> { static constexpr std::array<std::string_view, 5> value{"GTC", "DAY", "IOC", "FOK", "GTD"}; };
template <> struct EnumNames<Book> { static constexpr std::array<std::string_view, 4> value{"", "ABOOK", "BBOOK", "CBOOK"}; };
template <> struct EnumNames<CloseReason> { static constexpr std::array<std::string_view, 8> value{"", "MANUAL", "SL_HIT", "TP_HIT", "STOP_OUT", "CLOSE_BY", "EXPIRED", "ADMIN"}; };
template <> struct EnumNames<AccountState> { static constexpr std::array<std::string_view, 4> value{"ACTIVE", "CLOSE_ONLY", "SUSPENDED", "CLOSED"}; };
template <> struct EnumNames<AccountKind> { static constexpr std::array<std::string_view, 2> value{"DEMO", "LIVE"}; };
template <> struct EnumNames<PositionMode> { static constexpr std::array<std::string_view, 2> value{"HEDGING", "NETTING"}; };
template <> struct EnumNames<Closing> { static constexpr std::array<std::string_view, 3> value{"ANY", "FIFO", "LIFO"}; };
template <> struct EnumNames<LedgerType> { static constexpr std::array<std::string_view, 11> value{"DEPOSIT", "WITHDRAWAL", "COMMISSION", "SWAP", "FUNDING", "REALIZED_PNL", "BONUS", "ADJUSTMENT", "NEGATIVE_BALANCE", "CONVERSION", "CREDIT"}; };
template <> struct EnumNames<HouseAccount> { static constexpr std::array<std::string_view, 9> value{"PAYMENTS", "TRADING_PNL", "COMMISSION", "SWAP", "LP_SETTLEMENT", "BONUS", "NEGATIVE_BALANCE_COVER", "ROUNDING", "ADJUSTMENT"}; };
template <> struct EnumNames<PaymentMethod> { static constexpr std::array<std::string_view, 4> value{"", "BANK_TRANSFER", "CRYPTO", "CARD"}; };
template <> struct EnumNames<AdjustmentKind> { static constexpr std::array<std::string_view, 3> value{"MANUAL", "BONUS", "CORRECTION"}; };
template <> struct EnumNames<WithdrawalStatus> { static constexpr std::array<std::string_view, 3> value{"PENDING", "APPROVED", "REJECTED"}; };
template <> struct EnumNames<Category> { static constexpr std::array<std::string_view, 6> value{"FOREX", "METAL", "INDEX", "STOCK", "CRYPTO", "CFD"}; };
template <> struct EnumNames<SymbolState> { static constexpr std::array<std::string_view, 3> value{"OPEN", "CLOSE_ONLY", "DISABLED"}; };
template <> struct EnumNames<CommissionBasis> { static constexpr std::array<std::string_view, 3> value{"PER_LOT", "PER_MILLION", "PERCENT"}; };
template <> struct EnumNames<MarginMode> { static constexpr std::array<std::string_view, 4> value{"FOREX", "CFD", "CFD_LEVERAGE", "FUTURES"}; };
template <> struct EnumNames<HedgedMargin> { static constexpr std::array<std::string_view, 4> value{"LARGER_LEG", "SUM", "NET", "PERCENT"}; };
template <> struct EnumNames<TierBasis> { static constexpr std::array<std::string_view, 2> value{"VOLUME", "NOTIONAL"}; };
template <> struct EnumNames<SelfTradePrevention> { static constexpr std::array<std::string_view, 3> value{"CANCEL_NEWEST", "CANCEL_OLDEST", "DECREMENT"}; };
template <> struct EnumNames<StopOutOrder> { static constexpr std::array<std::string_view, 3> value{"LARGEST_LOSS", "LARGEST_MARGIN", "SMART"}; };
template <> struct EnumNames<AlertKind> { static constexpr std::array<std::string_view, 5> value{"MARGIN_CALL", "STOP_OUT", "LIQUIDATION", "LIMIT", "KILL_SWITCH"}; };
template <> struct EnumNames<AlertSeverity> { static constexpr std::array<std::string_view, 3> value{"INFO", "WARNING", "CRITICAL"}; };
template <> struct EnumNames<ScopeLevel> { static constexpr std::array<std::string_view, 4> value{"HOUSE", "GROUP", "ACCOUNT", "SYMBOL"}; };
template <> struct EnumNames<LimitMode> { static constexpr std::array<std::string_view, 3> value{"OFF", "WARN", "REJECT"}; };
template <> struct EnumNames<KillAction> { static constexpr std::array<std::string_view, 4> value{"NONE", "BLOCK", "CANCEL", "FLATTEN"}; };
template <> struct EnumNames<KillCause> { static constexpr std::array<std::string_view, 6> value{"MANUAL", "LIMIT", "REJECTS", "FEED", "JOURNAL", "VENUE"}; };
template <> struct EnumNames<SwapMode> { static constexpr std::array<std::string_view, 4> value{"NONE", "POINTS", "MONEY", "PERCENT"}; };
template <> struct EnumNames<SwapPrice> { static constexpr std::array<std::string_view, 2> value{"CURRENT", "OPEN"}; };
template <> struct EnumNames<VenueRequestKind> { static constexpr std::array<std::string_view, 3> value{"OPEN", "CLOSE", "HEDGE_BACK"}; };
template <> struct EnumNames<VenueReportKind> { static constexpr std::array<std::string_view, 4> value{"ACCEPTED", "FILLED", "REJECTED", "TIMED_OUT"}; };
template <> struct EnumNames<VenueOutcome> { static constexpr std::array<std::string_view, 5> value{"NOTED", "BOOKED", "HEDGED_BACK", "ENDED", "REPEATED"}; };
template <> struct EnumNames<LateFill> { static constexpr std::array<std::string_view, 2> value{"GIVE_TO_CLIENT", "HEDGE_BACK"}; };
template <> struct EnumNames<Role> { static constexpr std::array<std::string_view, 5> value{"CLIENT", "SUPPORT", "RISK_MANAGER", "ADMIN", "SUPER_ADMIN"}; };
template <> struct EnumNames<Origin> { static constexpr std::array<std::string_view, 7> value{"INTERNAL", "REST", "WEBSOCKET", "FIX", "ADMIN", "VENUE", "TIMER"}; };
// clang-format on

template <typename E>
constexpr std::string_view name_of(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < EnumNames<E>::value.size() ? EnumNames<E>::value[index] : std::string_view{};
}

/// The value with that name; empty names name nothing.
template <typename E>
constexpr std::optional<E> enum_of(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t i = 0; i < EnumNames<E>::value.size(); ++i) {
    if (EnumNames<E>::value[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// True when the byte (from a journal, say) is one of the enum's values.
template <typename E>
constexpr bool is_valid(E value) {
  return static_cast<std::size_t>(value) < EnumNames<E>::value.size();
}

}  // namespace tribook
