#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/lifecycle.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/event_kind.h"
#include "tribook/message/risk_events.h"
#include "tribook/message/slab.h"
#include "tribook/message/venue_events.h"

// What the engine says: 128 bytes, trivially copyable, one typed body per kind. Outputs are derived
// from the journal, never journaled. Each carries the sequence of the record that caused it (root)
// and who waits for it.

namespace tribook {

struct EventHeader {
  EventKind kind = EventKind::None;
  std::uint8_t gateway = 0xFF;
  std::array<std::uint8_t, 2> reserved{};
  std::uint32_t request = 0;
  Sequence root;
  TimeNs time{};
  AccountId account;
  TextRef text{};
};

/// An order's state after a change. The first one of an order carries its OrderText.
struct OrderUpdated {
  static constexpr EventKind kKind = EventKind::OrderUpdated;
  OrderId order;
  PositionId position;  ///< opened or closed by it
  Volume volume;
  Volume filled_volume;
  Price filled_price;  ///< average
  Price limit;
  Price stop_loss;
  Price take_profit;
  std::int64_t required_margin_raw = 0;
  std::int64_t free_margin_raw = 0;
  SymbolId symbol;
  RejectCode code = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Ioc;
  OrderStatus status = OrderStatus::Pending;
  Book book = Book::None;
  CloseReason reason = CloseReason::None;  ///< of a closing order
  std::uint8_t is_duplicate = 0;  ///< the answer to a repeated client order id: nothing changed
  Origin origin = Origin::Internal;
  std::uint8_t is_carried = 0;  ///< placed earlier; only a state that is told again says so
  std::uint8_t reserved[1] = {};
};

struct TradeExecuted {
  static constexpr EventKind kKind = EventKind::TradeExecuted;
  Money realized_pnl;  ///< price P&L alone, 0 for an opening
  Money commission;    ///< negative or 0
  TradeId trade;
  OrderId order;
  PositionId position;
  Volume volume;
  Price price;
  SymbolId symbol;
  Side side = Side::Buy;  ///< of the deal
  Book book = Book::None;
  CloseReason reason = CloseReason::None;
  std::uint8_t reserved[3] = {};
  Price highest;  ///< of the position's marks so far
  Price lowest;
};

/// Just before the trade that closes a position, when its swap over its whole life is not zero.
struct TradeSwap {
  static constexpr EventKind kKind = EventKind::TradeSwap;
  Money swap;
  TradeId trade;
  std::uint8_t reserved[72] = {};
};

/// Carried: it was opened earlier, and PositionCarried follows; only a state that is told again
/// says so.
enum class PositionAction : std::uint8_t { Opened, Modified, Closed, Carried };

/// A position's state after a change; Closed has volume 0.
struct PositionUpdated {
  static constexpr EventKind kKind = EventKind::PositionUpdated;
  Cost open_cost;
  Money commission;  ///< booked so far, negative or 0
  Money swap;
  PositionId position;
  Volume volume;
  Price stop_loss;
  Price take_profit;
  TimeNs open_time{};
  SymbolId symbol;
  Side side = Side::Buy;
  Book book = Book::None;
  PositionAction action = PositionAction::Opened;
  std::uint8_t is_closing = 0;  ///< a close of it is on its way at its venue
  std::uint8_t reserved[2] = {};
};

/// A close or part of one, and the tick that priced it.
struct PositionReduced {
  static constexpr EventKind kKind = EventKind::PositionReduced;
  Money realized_pnl;
  Money realized_total;  ///< over all closes of the position
  PositionId position;
  OrderId order;
  Volume closed_volume;
  Volume left_volume;
  Price price;
  Price bid;
  Price ask;
  CloseReason reason = CloseReason::None;
  std::uint8_t reserved[7] = {};
};

/// One client entry; it stands against `house` in the same currency.
struct LedgerPosted {
  static constexpr EventKind kKind = EventKind::LedgerPosted;
  Money amount;
  Money balance_after;
  LedgerId entry;
  std::uint64_t reference = 0;  ///< order or position; of type WITHDRAWAL the withdrawal
  LedgerType type = LedgerType::Deposit;
  HouseAccount house = HouseAccount::Payments;
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reference_is_position = 0;
  std::uint8_t is_duplicate = 0;  ///< the answer to a repeated idempotency key: nothing was booked
  std::uint8_t is_of_credit = 0;  ///< amount and balance_after are the credit's
  AdjustmentKind adjustment = AdjustmentKind::Manual;  ///< of ADJUSTMENT and BONUS
  std::uint8_t reserved[41] = {};
};

struct AccountUpdated {
  static constexpr EventKind kKind = EventKind::AccountUpdated;
  Money balance;
  Money credit;
  Money used_margin;
  Money reserved_margin;  ///< for what is on its way at venues
  std::uint32_t leverage = 0;
  GroupId group;  ///< 0 = none; which of its options hold follows from that and AccountSpec
  AccountState state = AccountState::Active;
  std::uint8_t reserved = 0;
  std::uint32_t day_orders = 0;  ///< new orders since the last rollover
  std::uint8_t reserved2[20] = {};
};

/// Text: AccountSpec. Follows UserCreated.
struct AccountCreated {
  static constexpr EventKind kKind = EventKind::AccountCreated;
  UserId user;
  std::uint8_t reserved[92] = {};
};

/// Text: UserSpec, or AccountSpec when it came with its first account (read_user_spec takes both).
struct UserCreated {
  static constexpr EventKind kKind = EventKind::UserCreated;
  UserId user;
  std::uint32_t password_changes = 0;  ///< since then; only a state that is told again says so
  std::uint8_t reserved[88] = {};
};

/// Text: PasswordSpec.
struct PasswordChanged {
  static constexpr EventKind kKind = EventKind::PasswordChanged;
  UserId user;
  std::uint8_t reserved[92] = {};
};

/// What the account has of its own was changed. Text: OptionsChange.
struct AccountOptionsUpdated {
  static constexpr EventKind kKind = EventKind::AccountOptionsUpdated;
  std::uint8_t reserved[96] = {};
};

/// Text: Instrument.
struct SymbolUpdated {
  static constexpr EventKind kKind = EventKind::SymbolUpdated;
  SymbolId symbol;
  std::uint8_t is_new = 0;
  std::uint8_t reserved[93] = {};
};

struct QuoteApplied {
  static constexpr EventKind kKind = EventKind::QuoteApplied;
  Price bid;
  Price ask;
  Price venue_bid;  ///< before any markup
  Price venue_ask;
  TimeNs venue_time{};
  Sequence priced_by;  ///< record that changed what is added to prices last; the sequencer's word
  SymbolId symbol;
  VenueId venue;
  std::uint8_t never_stale = 0;
  std::uint8_t is_reference = 0;  ///< no tick: a closed market's last price; not in candles
  std::uint8_t is_mark = 0;       ///< in session: counts for positions' highest and lowest
  std::uint8_t reserved[41] = {};
};

struct SessionChanged {
  static constexpr EventKind kKind = EventKind::SessionChanged;
  SymbolId symbol;
  std::uint8_t is_open = 0;
  std::uint8_t reserved[93] = {};
};

struct ClockMoved {
  static constexpr EventKind kKind = EventKind::ClockMoved;
  TimeNs now{};
  std::uint8_t reserved[88] = {};
};

/// The margin level fell below one of the account's levels; one event for each.
struct MarginCallRaised {
  static constexpr EventKind kKind = EventKind::MarginCall;
  Money equity;
  Money used_margin;
  Ratio threshold;  ///< percent
  Ratio level;      ///< percent, two decimals
  AlertId alert;
  Price bid;  ///< of the tick that caused it; 0 and no symbol when it was something else
  Price ask;
  TimeNs venue_time{};
  SymbolId symbol;
  VenueId venue;
  std::uint8_t reserved[12] = {};
};

struct StopOutStarted {
  static constexpr EventKind kKind = EventKind::StopOut;
  Money equity;
  Money used_margin;
  Ratio threshold;
  Ratio level;  ///< percent, two decimals; 0 without used margin
  Price bid;    ///< of the tick that caused it; its record is the event's root
  Price ask;
  AlertId alert;
  TimeNs venue_time{};
  SymbolId symbol;
  VenueId venue;
  StopOutOrder order = StopOutOrder::LargestLoss;
  std::uint8_t reserved[11] = {};
};

/// A command that was not an order, or never became one, was refused.
struct Refused {
  static constexpr EventKind kKind = EventKind::Refused;
  RejectCode code = RejectCode::None;
  std::uint8_t reserved[94] = {};
};

/// The command and all that followed from it is done: last event of its root.
struct Settled {
  static constexpr EventKind kKind = EventKind::Settled;
  std::uint8_t reserved[96] = {};
};

/// What an open position has behind it. Only a state that is told again says so, after the
/// position's PositionUpdated.
struct PositionCarried {
  static constexpr EventKind kKind = EventKind::PositionCarried;
  Cost closed_cost;  ///< of what was closed, at the prices of the closes
  Money realized_total;
  Money basis;  ///< margin before leverage, of what is open
  PositionId position;
  Volume closed_volume;
  Price highest;                           ///< of its marks so far
  Price lowest;                            ///<
  CloseReason reason = CloseReason::None;  ///< of the last close of a part
  std::uint8_t reserved[15] = {};
};

/// What the house has behind it: the last event of a state that is told again. Its header's time is
/// that of the last event that the house gave.
struct HouseCarried {
  static constexpr EventKind kKind = EventKind::HouseCarried;
  Volume day_volume;  ///< lots dealt on that day
  std::uint8_t reserved[88] = {};
};

/// An account's day as the rollover ended it, after its swaps. Accounts without positions to which
/// nothing happened are left out.
struct AccountDayEnded {
  static constexpr EventKind kKind = EventKind::AccountDayEnded;
  Money balance;
  Money equity;
  Money pnl;             ///< by which equity changed, but for payments, credit and covers
  Money realized_pnl;    ///< price P&L
  Money charges;         ///< commission, swap and funding; negative when the account paid
  Volume volume;         ///< lots dealt, openings and closes
  std::int32_t day = 0;  ///< the date in New York that ends, days since 1970-01-01
  std::uint32_t positions = 0;
};

/// What an order has besides, after its OrderUpdated: when it was placed, changed or triggered.
struct OrderTerms {
  static constexpr EventKind kKind = EventKind::OrderTerms;
  OrderId order;
  OrderId partner;  ///< that ends when this one fills; 0 = none
  Price trigger;
  TimeNs expires{};  ///< 0 = never
  Price bid;         ///< of the tick that triggered it; 0 = none did
  Price ask;
  PipDistance trailing_distance;
  PipDistance trailing_step;
  std::uint8_t reserved[40] = {};
};

/// How a position's stop-loss follows the price from now on.
struct PositionFollowed {
  static constexpr EventKind kKind = EventKind::PositionFollowed;
  PositionId position;
  PipDistance trailing_distance;  ///< 0 = it does not
  PipDistance trailing_step;
  PipDistance break_even_offset;
  std::uint8_t waits_for_break_even = 0;
  std::uint8_t reserved[75] = {};
};

/// A stop-out closed a position or a part of it; follows what the close itself says. The tick is
/// that of the position's own symbol: it priced the close. (What set it off may have been a tick of
/// another symbol: see the StopOut of the same root.)
struct PositionLiquidated {
  static constexpr EventKind kKind = EventKind::PositionLiquidated;
  AlertId alert;
  AlertId stop_out;  ///< to which it belongs
  Ratio level;       ///< percent, just before the close; 0 without used margin
  Ratio threshold;
  Price bid;
  Price ask;
  TimeNs venue_time{};
  Sequence quote;  ///< the tick's record
  PositionId position;
  OrderId order;
  Volume volume;
  SymbolId symbol;
  VenueId venue;
  std::uint8_t reserved[4] = {};
};

/// A withdrawal's state after a change. Text: PaymentText, of the request or of the decision.
struct WithdrawalUpdated {
  static constexpr EventKind kKind = EventKind::WithdrawalUpdated;
  Money amount;
  WithdrawalId withdrawal;
  LedgerId entry;  ///< that booked it, or reversed it; 0 = nothing was booked
  TimeNs requested{};
  UserId requested_by;
  UserId decided_by;
  PaymentMethod method = PaymentMethod::None;
  WithdrawalStatus status = WithdrawalStatus::Pending;
  std::uint8_t is_duplicate = 0;  ///< the answer to a repeated idempotency key: nothing changed
  std::uint8_t reserved[45] = {};
};

/// Text: GroupSpec.
struct GroupUpdated {
  static constexpr EventKind kKind = EventKind::GroupUpdated;
  GroupId group;
  std::uint8_t is_new = 0;
  std::uint8_t reserved[93] = {};
};

/// Text: GroupTerms. Symbol 0: of all symbols.
struct GroupTermsUpdated {
  static constexpr EventKind kKind = EventKind::GroupTermsUpdated;
  GroupId group;
  SymbolId symbol;
  std::uint8_t reserved[92] = {};
};

/// Two clients dealt with each other: public, whoever they are.
struct BookPrinted {
  static constexpr EventKind kKind = EventKind::BookPrinted;
  TradeId trade;  ///< the taker's
  Volume volume;
  Price price;
  SymbolId symbol;
  Side taker_side = Side::Buy;
  std::uint8_t reserved[69] = {};
};

/// What rests in the clients' book at a price after a record that changed it.
struct DepthChanged {
  static constexpr EventKind kKind = EventKind::DepthChanged;
  Volume volume;  ///< of all orders; 0 = nothing rests there any more
  Price price;
  std::uint32_t orders = 0;
  SymbolId symbol;
  Side side = Side::Buy;
  std::uint8_t reserved[73] = {};
};

inline constexpr std::size_t kEventBodySize = 96;

struct alignas(16) Event {
  EventHeader header;
  alignas(16) std::byte body[kEventBodySize] = {};

  template <typename Body>
  [[nodiscard]] Body get() const {
    static_assert(sizeof(Body) == kEventBodySize && std::is_trivially_copyable_v<Body>);
    Body result;
    std::memcpy(static_cast<void*>(&result), body, sizeof result);
    return result;
  }
  template <typename Body>
  void set(const Body& value) {
    static_assert(sizeof(Body) == kEventBodySize && std::has_unique_object_representations_v<Body>);
    header.kind = Body::kKind;
    std::memcpy(body, &value, sizeof value);
  }
};

static_assert(sizeof(EventHeader) == 32);
static_assert(sizeof(Event) == 128 && std::is_trivially_copyable_v<Event>);

}  // namespace tribook
