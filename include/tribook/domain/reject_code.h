#pragma once

#include <cstdint>
#include <string_view>

// Why something was refused. Numbered in blocks by the stage that decides, in the order in which it
// looks, so that the lowest code of a block is the one told. Codes are stable: the same name in
// REST, WebSocket and FIX text, the same number in journals.

namespace tribook {

enum class RejectCode : std::uint16_t {
  None = 0,

  // 100: the edge. Never journaled.
  Validation = 100,
  Unauthenticated = 101,
  Forbidden = 102,
  RateLimited = 103,
  Busy = 104,
  PayloadTooLarge = 105,
  Unavailable = 106,
  StorageFull = 107,  ///< told by the engine's thread, before the command is sequenced

  // 200: risk, in the order of its checks.
  KillSwitch = 200,
  AccountDisabled = 201,
  AccountCloseOnly = 202,
  SymbolUnknown = 210,
  SymbolDisabled = 211,
  SymbolCloseOnly = 212,
  MarketClosed = 213,
  VolumeOutOfRange = 220,
  VolumeStep = 221,
  StaleQuote = 230,
  PriceInvalid = 231,
  NoConversion = 240,
  InsufficientMargin = 241,
  OrdersPerSecond = 250,  ///< never journaled, like all of the edge
  OrdersPerMinute = 251,
  OrdersPerDay = 252,

  // 300: router.
  NoRoute = 300,

  // 400: engine.
  Duplicate = 400,
  NotFound = 401,
  Slippage = 402,
  ValueOverflow = 403,
  LimitReached = 404,
  InUse = 405,
  ClockBackwards = 406,
  FillOrKill = 410,       ///< it could not be filled whole
  OrderNotWorking = 411,  ///< on its way to be executed
  OneCancelsOther = 412,  ///< its partner was filled
  StoppedOut = 413,       ///< with its account
  SelfTrade = 414,        ///< it met an order of its own account
  ClosingOrder = 420,
  NotOpposite = 421,
  BooksDiffer = 422,
  InsufficientFunds = 450,
  NotPending = 451,
  GroupUnknown = 452,
  VenueRejected = 460,
  VenueTimedOut = 461,
  ClosingAtVenue = 462,  ///< a part of the position is on its way

  // 500: limits of risk, by the engine, in the order of its checks; see limit.h.
  OrderTooSmall = 500,
  OrderTooLarge = 501,
  OrderValue = 502,
  PriceDistance = 503,
  StopDistance = 504,
  StopLossRequired = 505,
  RewardRisk = 506,
  PendingOrders = 507,
  DuplicateOrder = 508,
  PositionSize = 520,
  OpenPositions = 521,
  ExposureTotal = 522,
  ExposureSymbol = 523,
  ExposureCurrency = 524,
  Concentration = 525,
  DayVolume = 526,
  RiskPerTrade = 527,
  LossPerTrade = 528,
  DailyLoss = 529,
  DailyLossPercent = 530,
  Drawdown = 531,
  LeverageReached = 532,
};

/// The stable name, "INSUFFICIENT_MARGIN"; empty for None.
std::string_view name_of(RejectCode code);

/// One sentence for people, without a full stop.
std::string_view describe(RejectCode code);

/// All codes but None, in rising order.
struct RejectCodeRange {
  const RejectCode* first;
  const RejectCode* last;
  [[nodiscard]] const RejectCode* begin() const { return first; }
  [[nodiscard]] const RejectCode* end() const { return last; }
};
RejectCodeRange all_reject_codes();

}  // namespace tribook
