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
#include "tribook/message/account_commands.h"
#include "tribook/message/command_kind.h"
#include "tribook/message/order_commands.h"
#include "tribook/message/risk_commands.h"
#include "tribook/message/slab.h"
#include "tribook/message/venue_commands.h"

// What travels towards the engine: 128 bytes, trivially copyable, one typed body per kind. The
// first 16 bytes are for the way (who waits for the answer) and end at the engine; the rest is what
// the journal keeps. Long texts travel beside the command in the slab.

namespace tribook {

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
static_assert(sizeof(VenueReport) == 72 && std::has_unique_object_representations_v<VenueReport>);
static_assert(sizeof(Deposit) == 24 && std::has_unique_object_representations_v<Deposit>);
static_assert(sizeof(Adjust) == 24 && std::has_unique_object_representations_v<Adjust>);
static_assert(sizeof(ChangeCredit) == 16 && std::has_unique_object_representations_v<ChangeCredit>);
static_assert(sizeof(DecideWithdrawal) == 16 &&
              std::has_unique_object_representations_v<DecideWithdrawal>);
static_assert(sizeof(ChangeAccount) == 8 &&
              std::has_unique_object_representations_v<ChangeAccount>);
static_assert(sizeof(ChangePassword) == 8 &&
              std::has_unique_object_representations_v<ChangePassword>);
static_assert(sizeof(PutGroupTerms) == 8 &&
              std::has_unique_object_representations_v<PutGroupTerms>);
static_assert(sizeof(PutLimits) == 8 && std::has_unique_object_representations_v<PutLimits>);
static_assert(sizeof(SetKillSwitch) == 32 &&
              std::has_unique_object_representations_v<SetKillSwitch>);

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
    case CommandKind::Adjust:
      return sizeof(Adjust);
    case CommandKind::ChangeCredit:
      return sizeof(ChangeCredit);
    case CommandKind::DecideWithdrawal:
      return sizeof(DecideWithdrawal);
    case CommandKind::ChangeAccount:
      return sizeof(ChangeAccount);
    case CommandKind::ChangePassword:
      return sizeof(ChangePassword);
    case CommandKind::PutGroup:
      return sizeof(PutGroup);
    case CommandKind::PutGroupTerms:
      return sizeof(PutGroupTerms);
    case CommandKind::PutLimits:
      return sizeof(PutLimits);
    case CommandKind::SetKillSwitch:
      return sizeof(SetKillSwitch);
    case CommandKind::KillSweep:
      return sizeof(KillSweep);
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
