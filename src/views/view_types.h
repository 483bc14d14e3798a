#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/group.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/lifecycle.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/text.h"
#include "views/risk_types.h"

// What readers get: plain copies, nothing in them points into the views.

namespace tribook::views {

/// How much is kept; all of it is allocated at construction (but users and symbols, which are
/// cold): about 270 MB by these defaults, of which an order takes 400 bytes, a position 450, others
/// 200. A symbol takes 400 KB more when it appears, for its candles and ticks. Accounts, open
/// positions, open orders, symbols and users must not be fewer than the engine admits: one more is
/// not shown, and counted in Figures::overflows. Of the histories the newest are kept.
struct ViewLimits {
  std::size_t accounts = 65'536;
  std::size_t users = 65'536;
  std::size_t symbols = 4'096;
  std::size_t open_positions = 131'072;
  std::size_t open_orders = 16'384;  ///< not final, and late ones that left `orders` before
  std::size_t orders = 131'072;      ///< history: orders of all accounts together, by creation
  std::size_t trades = 131'072;
  std::size_t ledger = 262'144;
  std::size_t closed_positions = 65'536;
  std::size_t days = 65'536;  ///< of all accounts together
  std::size_t alerts = 16'384;
  std::size_t withdrawals = 8'192;      ///< that were decided; those that wait besides
  std::size_t text_bytes = 33'554'432;  ///< comments, metadata, notes, references together
  std::size_t candles = 512;            ///< of each symbol and timeframe
  std::size_t ticks = 2'048;            ///< of each symbol
};

/// Busy: the writer left no gap long enough to copy in some 100,000 tries. Answer BUSY.
enum class ReadStatus : std::uint8_t { Found, NotFound, Busy };

/// A part of a list, newest first.
template <typename View>
struct Page {
  /// Busy: items are to be ignored. NotFound: no such account.
  ReadStatus status = ReadStatus::Found;
  std::vector<View> items;
  std::uint64_t next = 0;  ///< id to give as `before` (accounts, users: `after`); 0 = that was all
  /// Older ones fell off their ring: behind the first `whole` items some are missing, or all. A
  /// store that has the record `lost` has them.
  bool is_cut = false;
  std::size_t whole = 0;
  Sequence lost;
};
inline constexpr std::size_t kPageMax = 1'000;  ///< more is cut to it

struct AccountView {
  Money balance;
  Money credit;
  Money used_margin;
  Money reserved_margin;  ///< for what is on its way at venues
  Money day_base;         ///< equity at the last rollover, and what was paid in since
  Money peak;             ///< the highest equity that was seen, moved by payments
  Currency currency;
  TimeNs created{};
  /// Of which it takes those of from_group from its group, if that sets them.
  OptionValues own{};
  Ratio stop_out_level;  ///< percent
  MarginCallLevels margin_call_levels{};
  SwapFreeSpec swap_free{};
  FixedText<32> group{};  ///< its name; empty = none
  AccountId id;
  UserId user;
  std::uint32_t leverage = 0;
  std::uint32_t open_positions = 0;
  std::uint32_t open_orders = 0;
  std::uint32_t crossed = 0;  ///< limits that are (see bit_of in limit.h)
  std::uint32_t near = 0;     ///< limits of which most is used
  GroupId group_id;
  std::uint8_t from_group = 0;
  AccountKind kind = AccountKind::Demo;
  PositionMode mode = PositionMode::Hedging;
  Closing closing = Closing::Any;
  AccountState state = AccountState::Active;
  StopOutOrder stop_out_order = StopOutOrder::LargestLoss;
  bool negative_balance_protection = true;

  /// What the account is worth without its open positions.
  [[nodiscard]] Money balance_and_credit() const { return balance + credit; }
};

/// An open position.
struct PositionView {
  Cost open_cost;    ///< of the volume still open
  Money commission;  ///< booked so far, negative or 0
  Money swap;
  Money realized_pnl;  ///< of the parts closed so far
  PositionId id;
  Volume volume;
  Volume closed_volume;
  Price stop_loss;    ///< 0 = none
  Price take_profit;  ///< 0 = none
  Price highest;      ///< mark since it was opened
  Price lowest;
  TimeNs open_time{};
  TimeNs updated{};
  PipDistance trailing_distance;  ///< 0 = its stop-loss stands still
  PipDistance trailing_step;
  PipDistance break_even_offset;
  std::uint64_t mark = 0;  ///< its number among those whose marks are followed
  AccountId account;
  SymbolId symbol;
  GroupId group;  ///< at whose prices it is marked
  Side side = Side::Buy;
  Book book = Book::None;
  bool waits_for_break_even = false;
  bool is_closing = false;  ///< a close of it is on its way at its venue

  /// Average, rounded to 10^-8.
  [[nodiscard]] Price open_price() const;
};

struct AccountSnapshot {
  AccountView account;
  std::vector<PositionView> positions;  ///< newest first
};

/// A position that is gone.
struct ClosedPositionView {
  Money realized_pnl;  ///< over all its closes
  Money commission;
  Money swap;
  PositionId id;
  Volume volume;      ///< closed in all
  Price open_price;   ///< as it was before the last close
  Price close_price;  ///< average of the closes, by volume
  Price highest;      ///< mark while it was open
  Price lowest;
  TimeNs open_time{};
  TimeNs close_time{};
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Book book = Book::None;
  CloseReason reason = CloseReason::None;  ///< of the last close
};

/// What is kept of an order in place; see OrderView.
struct OrderFields {
  OrderId id;
  PositionId position;
  Volume volume;
  Volume filled_volume;
  Price filled_price;  ///< average, 0 = nothing filled
  Price limit;         ///< 0 = none
  Price trigger;       ///< 0 = none
  Price stop_loss;
  Price take_profit;
  Price triggered_bid;  ///< of the tick that triggered it; 0 = none did
  Price triggered_ask;
  OrderId partner;   ///< OCO; 0 = none (any more)
  TimeNs expires{};  ///< 0 = never
  PipDistance trailing_distance;
  PipDistance trailing_step;
  std::int64_t required_margin_raw = 0;
  std::int64_t free_margin_raw = 0;
  TimeNs created{};
  TimeNs updated{};
  FixedText<kClientIdMax> client_order_id{};
  FixedText<kStrategyMax> strategy{};
  AccountId account;
  SymbolId symbol;
  RejectCode code = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Ioc;
  OrderStatus status = OrderStatus::Pending;
  Book book = Book::None;
  CloseReason reason = CloseReason::None;  ///< of a closing order
  Origin origin = Origin::Internal;
};

/// An order in its latest state.
struct OrderView : OrderFields {
  std::string comment;
  std::string metadata;     ///< JSON as it came in; empty = none
  bool texts_lost = false;  ///< comment and metadata were too old to be kept
};

enum class OrderFilter : std::uint8_t { Open, All };

struct TradeView {
  Money realized_pnl;  ///< price P&L alone, 0 for an opening
  Money commission;
  Money swap;  ///< of the position's whole life, with the trade that closed it
  TradeId id;
  OrderId order;
  PositionId position;
  Volume volume;
  Price price;
  TimeNs time{};
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;  ///< of the deal
  Book book = Book::None;
  CloseReason reason = CloseReason::None;
};

/// What is kept of a ledger entry in place; see LedgerView.
struct LedgerFields {
  Money amount;
  Money balance_after;
  LedgerId id;
  std::uint64_t reference_id = 0;  ///< order, position or payment
  TimeNs time{};
  AccountId account;
  LedgerType type = LedgerType::Deposit;
  HouseAccount house = HouseAccount::Payments;
  PaymentMethod method = PaymentMethod::None;
  AdjustmentKind adjustment = AdjustmentKind::Manual;  ///< of ADJUSTMENT and BONUS
  bool reference_is_position = false;
  bool is_of_credit = false;  ///< amount and balance are the credit's

  [[nodiscard]] Money balance_before() const { return balance_after - amount; }
};

struct LedgerView : LedgerFields {
  std::string payment_reference;
  std::string note;
  bool texts_lost = false;
};

/// Of a day and account: rises with the day.
using DayId = Id<struct DayIdTag, std::uint64_t>;
constexpr DayId day_id(AccountId account, std::int32_t day) {
  return {static_cast<std::uint64_t>(day) << 32 | account.value};
}
constexpr std::int32_t date_of(DayId id) { return static_cast<std::int32_t>(id.value >> 32); }

/// An account's day as the rollover ended it.
struct AccountDayView {
  Money balance;
  Money equity;
  Money pnl;           ///< by which equity changed, but for payments, credit and covers
  Money realized_pnl;  ///< price P&L
  Money charges;       ///< commission, swap and funding
  DayId id;
  Volume volume;  ///< lots dealt
  TimeNs time{};
  AccountId account;
  std::uint32_t positions = 0;
};

enum class WithdrawalFilter : std::uint8_t { Pending, All };

struct WithdrawalView {
  Money amount;
  WithdrawalId id;
  LedgerId entry;  ///< that booked it
  TimeNs requested{};
  TimeNs decided{};  ///< 0 = it waits
  AccountId account;
  UserId requested_by;
  UserId decided_by;
  PaymentMethod method = PaymentMethod::None;
  WithdrawalStatus status = WithdrawalStatus::Pending;
  std::string reference;
  std::string note;
  std::string address;
  std::string decision_note;
};

/// The latest quote of a symbol.
struct QuoteView {
  Price bid;
  Price ask;
  Price venue_bid;  ///< before any markup
  Price venue_ask;
  TimeNs venue_time{};
  TimeNs time{};            ///< the engine's
  std::uint64_t ticks = 0;  ///< since the views were made
  SymbolId symbol;
  VenueId venue;
  bool never_stale = false;

  [[nodiscard]] Price mid() const { return {bid.raw + (ask.raw - bid.raw) / 2}; }
};

/// A price of the clients' book and all that rests at it.
struct DepthLevel {
  Price price;
  Volume volume;
  std::uint32_t orders = 0;

  friend bool operator==(const DepthLevel&, const DepthLevel&) = default;
};

/// The best prices of the clients' book, the best first.
struct DepthView {
  using Levels = std::array<DepthLevel, 20>;
  Levels bids{};
  Levels asks{};
  std::uint32_t bid_count = 0;
  std::uint32_t ask_count = 0;

  friend bool operator==(const DepthView&, const DepthView&) = default;
};

/// A quote that was, as clients saw it.
struct TickView {
  Sequence sequence;  ///< of the quote's record
  TimeNs time{};      ///< the engine's
  Price bid;
  Price ask;
  bool is_mark = true;  ///< in session; a store does not know
  Price venue_bid{};    ///< before any markup; of one from the store 0
  Price venue_ask{};
};

/// Of some ticks.
struct TickRange {
  std::size_t count = 0;
  BidAsk highest;
  BidAsk lowest;
  BidAsk venue_highest;  ///< before any markup
  BidAsk venue_lowest;
};

/// Candles oldest first. NotFound: no such symbol.
struct CandlePage {
  ReadStatus status = ReadStatus::NotFound;
  std::vector<Candle> items;
  /// Older live candles were overwritten: only those that start at or after `complete_from` are all
  /// here, each with all its live ticks. A store that has the record `lost` has the others.
  bool is_cut = false;
  TimeNs complete_from{INT64_MIN};
  Sequence lost;
};

/// Ticks newest first. NotFound: no such symbol.
struct TickPage {
  ReadStatus status = ReadStatus::NotFound;
  std::vector<TickView> items;
  /// There may be more that were overwritten, all older than the one at `complete_from` (0 = all).
  /// A store that has the record `lost` has them.
  bool is_cut = false;
  Sequence complete_from;
  Sequence lost;
};

/// All symbols at one moment; never changes, so hold it as long as you like.
class SymbolTable {
 public:
  /// Null when there is none.
  [[nodiscard]] const Instrument* find(SymbolId id) const;
  [[nodiscard]] const Instrument* find(std::string_view name) const;
  /// By id; entries are not null.
  [[nodiscard]] const std::vector<std::shared_ptr<const Instrument>>& all() const { return all_; }

  /// This table with the instrument added or replaced (by id).
  [[nodiscard]] std::shared_ptr<const SymbolTable> with(const Instrument& instrument) const;

 private:
  std::vector<std::shared_ptr<const Instrument>> all_;      // by id
  std::vector<std::shared_ptr<const Instrument>> by_name_;  // by name
};

struct UserView {
  UserId id;
  std::string username;
  std::string password_hash;
  std::string email;
  Role role = Role::Client;
  TimeNs created{};
  std::uint32_t password_changes = 0;  ///< tokens given before the last one do not hold
  std::vector<AccountId> accounts;     ///< the first one is the default
};

/// For metrics.
struct Figures {
  std::uint64_t accounts = 0;
  std::uint64_t open_positions = 0;
  /// By OrderStatus: how many are in it now; final ones since the views were made.
  std::array<std::uint64_t, kOrderStatuses> orders{};
  std::int64_t day = 0;  ///< of daily_volume: UTC days since 1970-01-01, by the engine's time
  Volume daily_volume;   ///< lots dealt on that day, both openings and closes
  std::uint64_t events = 0;
  std::uint64_t overflows = 0;  ///< what a limit kept from being shown
};

}  // namespace tribook::views
