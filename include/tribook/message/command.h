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
  Quote = 10,
  SessionChange = 11,
  SetClock = 12,
  CreateSymbol = 20,
  UpdateSymbol = 21,
  CreateAccount = 30,
  CreateUser = 31,
  Deposit = 32,
  Withdraw = 33,
  Adjust = 34,
  ChangeCredit = 35,
  DecideWithdrawal = 36,
  ChangeAccount = 37,
  Started = 40,
  PutGroup = 80,
  PutGroupTerms = 81,
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
  TimeNs expires{};
  std::int64_t required_margin_raw = 0;  ///< Money at 10^-8 as risk saw it, saturated
  std::int64_t free_margin_raw = 0;      ///< after holds
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
  std::uint8_t reserved[6] = {};
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

/// Asks for money: booked at once and PENDING until it is decided. Attachment: PaymentText. Amount
/// above 0.
struct Withdraw {
  static constexpr CommandKind kKind = CommandKind::Withdraw;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reserved[7] = {};
};

/// Attachment: PaymentText, its note the reason. The amount may be negative, but for a bonus.
struct Adjust {
  static constexpr CommandKind kKind = CommandKind::Adjust;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
  AdjustmentKind kind = AdjustmentKind::Manual;
  std::uint8_t reserved[7] = {};
};

/// Gives credit, or takes it (a negative amount). Attachment: PaymentText.
struct ChangeCredit {
  static constexpr CommandKind kKind = CommandKind::ChangeCredit;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
};

/// Attachment: PaymentText.
struct DecideWithdrawal {
  static constexpr CommandKind kKind = CommandKind::DecideWithdrawal;
  WithdrawalId withdrawal;
  std::uint8_t approve = 0;
  std::uint8_t reserved[7] = {};
};

/// What of an account is changed; the rest of ChangeAccount does not count.
enum class AccountChange : std::uint8_t { Leverage, State, Group };

struct ChangeAccount {
  static constexpr CommandKind kKind = CommandKind::ChangeAccount;
  std::uint32_t leverage = 0;
  GroupId group;  ///< 0 = none
  AccountState state = AccountState::Active;
  AccountChange what = AccountChange::Leverage;
};

/// Attachment: GroupSpec. Makes a group, or changes the one of that name.
struct PutGroup {
  static constexpr CommandKind kKind = CommandKind::PutGroup;
  std::uint8_t reserved[8] = {};
};

/// Attachment: GroupTerms, whole: what the group sets for a symbol, or for all (symbol 0).
struct PutGroupTerms {
  static constexpr CommandKind kKind = CommandKind::PutGroupTerms;
  GroupId group;
  SymbolId symbol;
  std::uint8_t reserved[4] = {};
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
static_assert(sizeof(NewOrder) == 96 && std::has_unique_object_representations_v<NewOrder>);
static_assert(sizeof(ClosePosition) == 24 &&
              std::has_unique_object_representations_v<ClosePosition>);
static_assert(sizeof(ModifyPosition) == 32 &&
              std::has_unique_object_representations_v<ModifyPosition>);
static_assert(sizeof(QuoteCommand) == 32 && std::has_unique_object_representations_v<QuoteCommand>);
static_assert(sizeof(SessionChange) == 16 &&
              std::has_unique_object_representations_v<SessionChange>);
static_assert(sizeof(Deposit) == 24 && std::has_unique_object_representations_v<Deposit>);
static_assert(sizeof(Adjust) == 24 && std::has_unique_object_representations_v<Adjust>);
static_assert(sizeof(ChangeCredit) == 16 && std::has_unique_object_representations_v<ChangeCredit>);
static_assert(sizeof(DecideWithdrawal) == 16 &&
              std::has_unique_object_representations_v<DecideWithdrawal>);
static_assert(sizeof(ChangeAccount) == 8 &&
              std::has_unique_object_representations_v<ChangeAccount>);
static_assert(sizeof(PutGroupTerms) == 8 &&
              std::has_unique_object_representations_v<PutGroupTerms>);

/// Bytes of a kind's body that the journal keeps; 0 for an unknown kind.
constexpr std::size_t body_size(CommandKind kind) {
  switch (kind) {
    case CommandKind::None:
      return 0;
    case CommandKind::NewOrder:
      return sizeof(NewOrder);
    case CommandKind::ClosePosition:
      return sizeof(ClosePosition);
    case CommandKind::ModifyPosition:
      return sizeof(ModifyPosition);
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
    case CommandKind::Adjust:
      return sizeof(Adjust);
    case CommandKind::ChangeCredit:
      return sizeof(ChangeCredit);
    case CommandKind::DecideWithdrawal:
      return sizeof(DecideWithdrawal);
    case CommandKind::ChangeAccount:
      return sizeof(ChangeAccount);
    case CommandKind::PutGroup:
      return sizeof(PutGroup);
    case CommandKind::PutGroupTerms:
      return sizeof(PutGroupTerms);
    case CommandKind::Started:
      return sizeof(Started);
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
