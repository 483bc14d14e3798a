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
#include "tribook/domain/instrument.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/slab.h"

// What travels towards the engine: 128 bytes, trivially copyable, one typed body per kind. The
// first 16 bytes are for the way (who waits for the answer) and end at the engine; the rest is what
// the journal keeps. Long texts travel beside the command in the slab.

namespace tribook {

/// Values stand in journals: never renumbered.
enum class CommandKind : std::uint8_t {
  None = 0,
  NewOrder = 1,
  ClosePosition = 2,
  ModifyPosition = 3,
  CancelOrder = 4,
  ModifyOrder = 5,
  NewOrderPair = 6,
  ExecuteOrder = 7,
  ExpireOrders = 8,
  CheckOrder = 9,
  Quote = 10,
  SessionChange = 11,
  SetClock = 12,
  CreateSymbol = 20,
  UpdateSymbol = 21,
  CreateAccount = 30,
  CreateUser = 31,
  Deposit = 32,
  Withdraw = 33,
  Started = 40,
  Rollover = 70,
  Funding = 71,
  VenueReport = 50,
  ExpireVenueRequests = 51,
  CloseBy = 60,
  CloseAll = 61,
  ChangeAccountState = 62,
};

/// `gateway` of a command that nobody waits for.
inline constexpr std::uint8_t kNoGateway = 0xFF;

struct CommandHeader {
  CommandKind kind = CommandKind::None;
  std::uint8_t gateway = kNoGateway;  ///< ring on which the answer goes back
  std::array<std::uint8_t, 2> reserved{};
  std::uint32_t request = 0;  ///< the gateway's own number, comes back in events
  TextRef text{};             ///< attachment, if any
  std::uint32_t reserved2 = 0;
  // From here on it is journaled.
  UserId actor;       ///< who asked; 0 for the house itself
  AccountId account;  ///< whom it is about, if anybody
};

/// An order. Texts: OrderText. Risk and router fill in the decision.
struct NewOrder {
  static constexpr CommandKind kKind = CommandKind::NewOrder;
  Volume volume;
  Price limit;              ///< 0 = none
  Price trigger;            ///< 0 = none
  Price stop_loss;          ///< 0 = none
  Price take_profit;        ///< 0 = none
  Ratio max_slippage_pips;  ///< negative = no limit
  Price worst_price;        ///< decided by risk: beyond it the order is refused; 0 = any
  TimeNs expires{};         ///< 0 = never; of DAY decided by the sequencer
  std::int64_t required_margin_raw = 0;  ///< Money at 10^-8 as risk saw it, saturated
  std::int64_t free_margin_raw = 0;      ///< after holds
  PipDistance trailing_distance;         ///< of the position's stop-loss; 0 = it stands still
  PipDistance trailing_step;             ///< 0 = every move
  SymbolId symbol;
  RejectCode decision = RejectCode::None;  ///< risk's or router's refusal
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Ioc;
  Book book = Book::None;  ///< decided by the router
  Origin origin = Origin::Internal;
  std::uint8_t reserved[5] = {};
};

/// Close all (volume 0) or part of a position at the market.
struct ClosePosition {
  static constexpr CommandKind kKind = CommandKind::ClosePosition;
  PositionId position;
  Volume volume;  ///< 0 = all
  CloseReason reason = CloseReason::Manual;
  Origin origin = Origin::Internal;
  std::uint8_t partial = 0;  ///< the client named a volume
  std::uint8_t reserved[5] = {};
};

struct ModifyPosition {
  static constexpr CommandKind kKind = CommandKind::ModifyPosition;
  PositionId position;
  Price stop_loss;                  ///< 0 = none
  Price take_profit;                ///< 0 = none
  std::uint8_t keep_stop_loss = 0;  ///< leave it as it is
  std::uint8_t keep_take_profit = 0;
  std::uint8_t set_trailing = 0;    ///< else it is left as it is
  std::uint8_t set_break_even = 0;  ///< 1: wait for it; 2: wait no more
  std::uint8_t reserved[4] = {};
  PipDistance trailing_distance;  ///< 0 = none
  PipDistance trailing_step;
  PipDistance break_even_offset;
  std::uint8_t reserved2[4] = {};
};

/// Ends an order that rests.
struct CancelOrder {
  static constexpr CommandKind kKind = CommandKind::CancelOrder;
  OrderId order;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

/// Changes an order that rests; what is not set stays.
struct ModifyOrder {
  static constexpr CommandKind kKind = CommandKind::ModifyOrder;
  OrderId order;
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;    ///< 0 = none
  Price take_profit;  ///< 0 = none
  TimeNs expires{};   ///< of DAY decided by the sequencer
  PipDistance trailing_distance;
  PipDistance trailing_step;
  std::uint8_t set_volume = 0;
  std::uint8_t set_limit = 0;
  std::uint8_t set_trigger = 0;
  std::uint8_t set_stop_loss = 0;
  std::uint8_t set_take_profit = 0;
  std::uint8_t set_time_in_force = 0;  ///< with `expires`
  std::uint8_t set_trailing = 0;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

struct OrderLeg {
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;
  Price take_profit;
};

/// Two orders of a symbol, of which the first that fills cancels the other. Both rest, or neither
/// is placed. Texts: OrderText, of both.
struct NewOrderPair {
  static constexpr CommandKind kKind = CommandKind::NewOrderPair;
  OrderLeg first;
  OrderLeg second;
  TimeNs expires{};
  SymbolId symbol;
  RejectCode decision = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side first_side = Side::Buy;
  Side second_side = Side::Buy;
  OrderType first_type = OrderType::Limit;
  OrderType second_type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Book book = Book::None;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[3] = {};
};

/// One of the two, as an order of its own.
constexpr NewOrder leg_of(const NewOrderPair& pair, bool is_second) {
  const OrderLeg& leg = is_second ? pair.second : pair.first;
  NewOrder order;
  order.volume = leg.volume;
  order.limit = leg.limit;
  order.trigger = leg.trigger;
  order.stop_loss = leg.stop_loss;
  order.take_profit = leg.take_profit;
  order.max_slippage_pips = Ratio{-1};
  order.expires = pair.expires;
  order.symbol = pair.symbol;
  order.decision = pair.decision;
  order.routing_rule = pair.routing_rule;
  order.side = is_second ? pair.second_side : pair.first_side;
  order.type = is_second ? pair.second_type : pair.first_type;
  order.time_in_force = pair.time_in_force;
  order.book = pair.book;
  order.origin = pair.origin;
  return order;
}

/// Would this order be taken? Answered by the sequencer; never journaled, and nothing changes.
struct CheckOrder {
  static constexpr CommandKind kKind = CommandKind::CheckOrder;
  NewOrder order;
};

/// A TRIGGERED order that comes back from risk and router. Made by the sequencer; of what it says,
/// the engine takes the decision, the rest is for who decides.
struct ExecuteOrder {
  static constexpr CommandKind kKind = CommandKind::ExecuteOrder;
  OrderId order;
  std::uint64_t place = 0;  ///< which time it was triggered
  Sequence cause;           ///< root of the record that triggered it
  Volume volume;
  Price limit;    ///< 0 = none
  Price trigger;  ///< 0 = none
  std::int64_t required_margin_raw = 0;
  std::int64_t free_margin_raw = 0;
  SymbolId symbol;
  RejectCode decision = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  Book book = Book::None;
  OrderType type = OrderType::Market;
  std::uint8_t reserved[7] = {};
};

/// Timer: orders whose time is over by then end.
struct ExpireOrders {
  static constexpr CommandKind kKind = CommandKind::ExpireOrders;
  TimeNs nominal{};  ///< when it was due
};

/// A validated quote: 0 < bid <= ask.
struct QuoteCommand {
  static constexpr CommandKind kKind = CommandKind::Quote;
  Price bid;
  Price ask;
  TimeNs venue_time{};  ///< as the venue stamped it
  SymbolId symbol;
  VenueId venue;
  std::uint8_t never_stale = 0;   ///< manual and replay venues
  std::uint8_t drives_clock = 0;  ///< engine time follows venue_time (replay)
  std::uint8_t is_reference = 0;  ///< the last price of a market that is closed, and no tick of it
  std::uint8_t reserved[1] = {};
};

/// Timer: a symbol's market opens or closes.
struct SessionChange {
  static constexpr CommandKind kKind = CommandKind::SessionChange;
  TimeNs nominal{};  ///< when it was due
  SymbolId symbol;
  std::uint8_t is_open = 0;
  std::uint8_t reserved[5] = {};
};

/// Timer: 17:00 in New York. Charges swap and ends the accounts' day, a slice of it in each record:
/// the same comes again until all is done (see Engine::timer_run).
struct Rollover {
  static constexpr CommandKind kKind = CommandKind::Rollover;
  TimeNs nominal{};      ///< when it was due
  std::int32_t day = 0;  ///< the date in New York, days since 1970-01-01
  std::uint8_t reserved[4] = {};
};

/// Timer: funding of every symbol whose interval ends. In slices like a rollover.
struct Funding {
  static constexpr CommandKind kKind = CommandKind::Funding;
  TimeNs nominal{};
};

/// Manual clock: engine time goes to `now` (never backwards).
struct SetClock {
  static constexpr CommandKind kKind = CommandKind::SetClock;
  TimeNs now{};
};

/// Attachment: Instrument; its id is given when the command is sequenced.
struct CreateSymbol {
  static constexpr CommandKind kKind = CommandKind::CreateSymbol;
  std::uint8_t reserved[8] = {};
};

/// Attachment: Instrument as it shall be (whole).
struct UpdateSymbol {
  static constexpr CommandKind kKind = CommandKind::UpdateSymbol;
  SymbolId symbol;
  std::uint8_t reserved[6] = {};
};

/// Attachment: AccountSpec. Makes a user and its first account.
struct CreateAccount {
  static constexpr CommandKind kKind = CommandKind::CreateAccount;
  UserId user;  ///< given by the directory when the command is sequenced
  std::uint8_t reserved[4] = {};
};

/// Attachment: UserSpec. A user without an account (admins).
struct CreateUser {
  static constexpr CommandKind kKind = CommandKind::CreateUser;
  UserId user;  ///< given by the directory when the command is sequenced
  std::uint8_t reserved[4] = {};
};

/// Attachment: PaymentText. Amount above 0.
struct Deposit {
  static constexpr CommandKind kKind = CommandKind::Deposit;
  std::int64_t amount_low = 0;   ///< see amount(): 128 bits in two words, so that records need
  std::int64_t amount_high = 0;  ///< no 16-byte alignment
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reserved[7] = {};
};

struct Withdraw {
  static constexpr CommandKind kKind = CommandKind::Withdraw;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reserved[7] = {};
};

/// Closes two opposite positions of one symbol against each other.
struct CloseBy {
  static constexpr CommandKind kKind = CommandKind::CloseBy;
  PositionId position;  ///< the profit is booked on this one
  PositionId other;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

/// Closes all positions of the account that can be closed now.
struct CloseAll {
  static constexpr CommandKind kKind = CommandKind::CloseAll;
  SymbolId symbol;  ///< 0 = of all symbols
  CloseReason reason = CloseReason::Manual;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[4] = {};
};

struct ChangeAccountState {
  static constexpr CommandKind kKind = CommandKind::ChangeAccountState;
  AccountState state = AccountState::Active;
  std::uint8_t reserved[7] = {};
};

/// A request's id: its record, and its place among those of that record.
inline constexpr int kRequestPlaceBits = 20;
constexpr VenueRequestId request_id(Sequence root, std::uint32_t place) {
  return VenueRequestId{root.value << kRequestPlaceBits | place};
}
constexpr Sequence root_of(VenueRequestId id) { return Sequence{id.value >> kRequestPlaceBits}; }
constexpr std::uint32_t place_of(VenueRequestId id) {
  return static_cast<std::uint32_t>(id.value & ((1ULL << kRequestPlaceBits) - 1));
}

/// What a venue says of a request: that it has it, dealt some or all of it, or does not deal. The
/// same report may come twice.
struct VenueReport {
  static constexpr CommandKind kKind = CommandKind::VenueReport;
  static constexpr std::size_t kExecutionMax = 32;

  VenueRequestId request;
  Volume volume;                          ///< Filled: of this fill
  Price price;                            ///< Filled
  FixedText<kExecutionMax> execution_id;  ///< the venue's own (ExecID); empty: it has none
  TimeNs venue_time{};
  SymbolId symbol;  ///< what was dealt, should the request be forgotten by then
  VenueId venue;
  Side side = Side::Buy;
  VenueReportKind kind = VenueReportKind::Accepted;
  std::uint8_t reserved[2] = {};
};

/// Timer: requests whose venue has not ended them by then are given up.
struct ExpireVenueRequests {
  static constexpr CommandKind kKind = CommandKind::ExpireVenueRequests;
  TimeNs nominal{};
};

template <typename Payment>
constexpr void set_amount(Payment& payment, Money amount) {
  payment.amount_low = static_cast<std::int64_t>(static_cast<std::uint64_t>(amount.raw));
  payment.amount_high = static_cast<std::int64_t>(amount.raw >> 64);
}
template <typename Payment>
constexpr Money amount_of(const Payment& payment) {
  return Money{(static_cast<int128>(payment.amount_high) << 64) |
               static_cast<std::uint64_t>(payment.amount_low)};
}

/// The daemon came up: first record of each run.
/// The limits are part of the rules: what they refused must be refused again in a replay.
struct Started {
  static constexpr CommandKind kKind = CommandKind::Started;
  std::uint64_t rules_version = 0;
  std::uint32_t accounts = 0;
  std::uint32_t positions = 0;
  std::uint32_t symbols = 0;
  std::uint32_t client_ids = 0;
  std::uint32_t orders = 0;
  std::uint32_t reserved = 0;
};

inline constexpr std::size_t kCommandBodySize = 104;

struct alignas(8) Command {
  CommandHeader header;
  std::byte body[kCommandBodySize] = {};

  template <typename Body>
  static Command make(const Body& body) {
    Command command;
    command.header.kind = Body::kKind;
    command.set(body);
    return command;
  }

  /// REQUIRES: header.kind == Body::kKind.
  template <typename Body>
  [[nodiscard]] Body get() const {
    Body result;
    std::memcpy(&result, body, sizeof result);
    return result;
  }
  template <typename Body>
  void set(const Body& value) {
    static_assert(std::is_trivially_copyable_v<Body> && sizeof(Body) <= kCommandBodySize);
    std::memcpy(body, &value, sizeof value);
  }
};

static_assert(sizeof(CommandHeader) == 24);
static_assert(sizeof(Command) == 128 && std::is_trivially_copyable_v<Command>);
static_assert(sizeof(NewOrder) == 104 && std::has_unique_object_representations_v<NewOrder>);
static_assert(sizeof(ClosePosition) == 24 &&
              std::has_unique_object_representations_v<ClosePosition>);
static_assert(sizeof(ModifyPosition) == 48 &&
              std::has_unique_object_representations_v<ModifyPosition>);
static_assert(sizeof(CancelOrder) == 16 && std::has_unique_object_representations_v<CancelOrder>);
static_assert(sizeof(ModifyOrder) == 80 && std::has_unique_object_representations_v<ModifyOrder>);
static_assert(sizeof(NewOrderPair) == 104 &&
              std::has_unique_object_representations_v<NewOrderPair>);
static_assert(sizeof(CheckOrder) == sizeof(NewOrder));
static_assert(sizeof(ExecuteOrder) == 80 && std::has_unique_object_representations_v<ExecuteOrder>);
static_assert(sizeof(QuoteCommand) == 32 && std::has_unique_object_representations_v<QuoteCommand>);
static_assert(sizeof(SessionChange) == 16 &&
              std::has_unique_object_representations_v<SessionChange>);
static_assert(sizeof(Rollover) == 16 && std::has_unique_object_representations_v<Rollover>);
static_assert(sizeof(CloseBy) == 24 && std::has_unique_object_representations_v<CloseBy>);
static_assert(sizeof(CloseAll) == 8 && std::has_unique_object_representations_v<CloseAll>);
static_assert(sizeof(ChangeAccountState) == 8 &&
              std::has_unique_object_representations_v<ChangeAccountState>);
static_assert(sizeof(VenueReport) == 72 && std::has_unique_object_representations_v<VenueReport>);
static_assert(sizeof(Deposit) == 24 && std::has_unique_object_representations_v<Deposit>);

/// Bytes of a kind's body that the journal keeps; 0 for an unknown kind.
constexpr std::size_t body_size(CommandKind kind) {
  switch (kind) {
    case CommandKind::None:
    case CommandKind::CheckOrder:
      return 0;
    case CommandKind::NewOrder:
      return sizeof(NewOrder);
    case CommandKind::ClosePosition:
      return sizeof(ClosePosition);
    case CommandKind::ModifyPosition:
      return sizeof(ModifyPosition);
    case CommandKind::CancelOrder:
      return sizeof(CancelOrder);
    case CommandKind::ModifyOrder:
      return sizeof(ModifyOrder);
    case CommandKind::NewOrderPair:
      return sizeof(NewOrderPair);
    case CommandKind::ExecuteOrder:
      return sizeof(ExecuteOrder);
    case CommandKind::ExpireOrders:
      return sizeof(ExpireOrders);
    case CommandKind::Quote:
      return sizeof(QuoteCommand);
    case CommandKind::SessionChange:
      return sizeof(SessionChange);
    case CommandKind::SetClock:
      return sizeof(SetClock);
    case CommandKind::CreateSymbol:
      return sizeof(CreateSymbol);
    case CommandKind::UpdateSymbol:
      return sizeof(UpdateSymbol);
    case CommandKind::CreateAccount:
      return sizeof(CreateAccount);
    case CommandKind::CreateUser:
      return sizeof(CreateUser);
    case CommandKind::Deposit:
      return sizeof(Deposit);
    case CommandKind::Withdraw:
      return sizeof(Withdraw);
    case CommandKind::Started:
      return sizeof(Started);
    case CommandKind::Rollover:
      return sizeof(Rollover);
    case CommandKind::Funding:
      return sizeof(Funding);
    case CommandKind::VenueReport:
      return sizeof(VenueReport);
    case CommandKind::ExpireVenueRequests:
      return sizeof(ExpireVenueRequests);
    case CommandKind::CloseBy:
      return sizeof(CloseBy);
    case CommandKind::CloseAll:
      return sizeof(CloseAll);
    case CommandKind::ChangeAccountState:
      return sizeof(ChangeAccountState);
  }
  return 0;
}

/// Offset in a Command of what is journaled: actor, account, then the body.
inline constexpr std::size_t kJournaledOffset = 16;
constexpr std::size_t journaled_size(CommandKind kind) {
  return body_size(kind) == 0 ? 0 : sizeof(CommandHeader) - kJournaledOffset + body_size(kind);
}

/// A command that has its place: sequenced and stamped by the engine's thread.
struct Record {
  Sequence sequence;
  TimeNs time{};
  Command command;
};

}  // namespace tribook
