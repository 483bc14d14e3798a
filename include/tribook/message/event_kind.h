#pragma once

#include <cstdint>

namespace tribook {

enum class EventKind : std::uint8_t {
  None,
  OrderUpdated,
  TradeExecuted,
  PositionUpdated,
  PositionReduced,
  LedgerPosted,
  AccountUpdated,
  AccountCreated,
  UserCreated,
  SymbolUpdated,
  QuoteApplied,
  SessionChanged,
  ClockMoved,
  MarginCall,
  StopOut,
  Refused,
  Settled,
  PositionCarried,
  HouseCarried,
  AccountDayEnded,
  OrderTerms,
  PositionFollowed,
  TradeSwap,
  PositionLiquidated,
  WithdrawalUpdated,
  GroupUpdated,
  GroupTermsUpdated,
  BookPrinted,
  DepthChanged,
  VenueRequested,
  VenueReported,
  VenueSettled,
  AccountOptionsUpdated,
  PasswordChanged,
  VenueExposureCarried,
  LimitsUpdated,
  KillSwitchChanged,
  KillSwept,
  OrderWarned,
  RiskAlert,
  AccountWatched,
};

}  // namespace tribook
