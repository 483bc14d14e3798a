#pragma once

#include <cstdint>

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
  Adjust = 34,
  ChangeCredit = 35,
  DecideWithdrawal = 36,
  ChangeAccount = 37,
  ChangePassword = 38,
  Started = 40,
  CloseBy = 60,
  CloseAll = 61,
  Rollover = 70,
  Funding = 71,
  VenueReport = 50,
  ExpireVenueRequests = 51,
  PutGroup = 80,
  PutGroupTerms = 81,
  PutLimits = 82,
  SetKillSwitch = 83,
  KillSweep = 84,
};

/// `gateway` of a command that nobody waits for.
inline constexpr std::uint8_t kNoGateway = 0xFF;

}  // namespace tribook
