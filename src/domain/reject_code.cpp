#include "tribook/domain/reject_code.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace tribook {
namespace {

struct Row {
  RejectCode code;
  std::string_view name;
  std::string_view text;
};

constexpr Row kRows[] = {
    {RejectCode::Validation, "VALIDATION", "The request is not well formed"},
    {RejectCode::Unauthenticated, "UNAUTHENTICATED",
     "Log in first: the token is missing, wrong or expired"},
    {RejectCode::Forbidden, "FORBIDDEN", "This user may not do that"},
    {RejectCode::RateLimited, "RATE_LIMITED", "Too many requests; try again later"},
    {RejectCode::Busy, "BUSY", "The engine's queue is full; nothing was done, try again"},
    {RejectCode::PayloadTooLarge, "PAYLOAD_TOO_LARGE", "The body is larger than allowed"},
    {RejectCode::Unavailable, "UNAVAILABLE", "The service is starting or stopping"},
    {RejectCode::StorageFull, "STORAGE_FULL",
     "The disk is full; nothing new was done, positions can still be closed"},
    {RejectCode::KillSwitch, "KILL_SWITCH", "Trading is stopped by the kill switch"},
    {RejectCode::AccountDisabled, "ACCOUNT_DISABLED", "The account is suspended or closed"},
    {RejectCode::AccountCloseOnly, "ACCOUNT_CLOSE_ONLY", "The account may only close positions"},
    {RejectCode::SymbolUnknown, "SYMBOL_UNKNOWN", "There is no such symbol"},
    {RejectCode::SymbolDisabled, "SYMBOL_DISABLED", "The symbol is disabled"},
    {RejectCode::SymbolCloseOnly, "SYMBOL_CLOSE_ONLY", "The symbol's positions may only be closed"},
    {RejectCode::MarketClosed, "MARKET_CLOSED", "The symbol's market is closed"},
    {RejectCode::VolumeOutOfRange, "VOLUME_OUT_OF_RANGE",
     "The volume is outside the symbol's range"},
    {RejectCode::VolumeStep, "VOLUME_STEP", "The volume is no multiple of the symbol's step"},
    {RejectCode::StaleQuote, "STALE_QUOTE", "The symbol has no fresh quote"},
    {RejectCode::PriceInvalid, "PRICE_INVALID",
     "A price is off the tick, on the wrong side or too close"},
    {RejectCode::NoConversion, "NO_CONVERSION",
     "No rate between the symbol's and the account's currency"},
    {RejectCode::InsufficientMargin, "INSUFFICIENT_MARGIN", "Free margin does not cover it"},
    {RejectCode::OrdersPerSecond, "ORDERS_PER_SECOND", "Too many orders in a second"},
    {RejectCode::OrdersPerMinute, "ORDERS_PER_MINUTE", "Too many orders in a minute"},
    {RejectCode::OrdersPerDay, "ORDERS_PER_DAY", "Too many orders in a day"},
    {RejectCode::NoRoute, "NO_ROUTE", "No book and no venue can take the order"},
    {RejectCode::Duplicate, "DUPLICATE", "That id is taken by something else"},
    {RejectCode::NotFound, "NOT_FOUND", "There is no such thing"},
    {RejectCode::Slippage, "SLIPPAGE", "The price moved further than the order allows"},
    {RejectCode::ValueOverflow, "VALUE_OVERFLOW",
     "An amount would leave the range that can be booked"},
    {RejectCode::LimitReached, "LIMIT_REACHED",
     "A configured limit on the number of things is reached"},
    {RejectCode::InUse, "IN_USE", "Something that is open depends on it"},
    {RejectCode::ClockBackwards, "CLOCK_BACKWARDS", "Time does not go backwards"},
    {RejectCode::FillOrKill, "FOK", "The order could not be filled whole at once"},
    {RejectCode::OrderNotWorking, "ORDER_NOT_WORKING",
     "The order does not rest: it was executed, or is just now"},
    {RejectCode::OneCancelsOther, "OCO", "The other order of the pair was filled"},
    {RejectCode::StoppedOut, "STOP_OUT", "The account was stopped out"},
    {RejectCode::SelfTrade, "SELF_TRADE", "The order met another one of the same account"},
    {RejectCode::ClosingOrder, "CLOSING_ORDER",
     "The account closes its positions in order, and this one is not the next"},
    {RejectCode::NotOpposite, "NOT_OPPOSITE",
     "The positions are not a buy and a sell of one symbol"},
    {RejectCode::BooksDiffer, "BOOKS_DIFFER", "The positions are held in different books"},
    {RejectCode::InsufficientFunds, "INSUFFICIENT_FUNDS",
     "Balance and free margin do not cover it; credit cannot leave"},
    {RejectCode::NotPending, "NOT_PENDING", "That was decided before"},
    {RejectCode::GroupUnknown, "GROUP_UNKNOWN", "There is no such group"},
    {RejectCode::VenueRejected, "VENUE_REJECTED", "The liquidity provider did not take it"},
    {RejectCode::VenueTimedOut, "TIMEOUT", "The liquidity provider did not answer in time"},
    {RejectCode::ClosingAtVenue, "CLOSING_AT_VENUE",
     "A close of the position is on its way to the liquidity provider"},
    {RejectCode::OrderTooSmall, "ORDER_TOO_SMALL", "The order is smaller than the limits allow"},
    {RejectCode::OrderTooLarge, "ORDER_TOO_LARGE", "The order is larger than the limits allow"},
    {RejectCode::OrderValue, "ORDER_VALUE", "The order is worth more than the limits allow"},
    {RejectCode::PriceDistance, "PRICE_DISTANCE", "A price is too far from the market"},
    {RejectCode::StopDistance, "STOP_DISTANCE", "The stop-loss is too close to the entry"},
    {RejectCode::StopLossRequired, "STOP_LOSS_REQUIRED",
     "The account opens nothing without a stop-loss"},
    {RejectCode::RewardRisk, "REWARD_RISK", "The take-profit is too near for the stop-loss"},
    {RejectCode::PendingOrders, "PENDING_ORDERS", "Too many orders rest in the symbol"},
    {RejectCode::DuplicateOrder, "DUPLICATE_ORDER", "The same order came a moment ago"},
    {RejectCode::PositionSize, "POSITION_SIZE",
     "The position would be larger than the limits allow"},
    {RejectCode::OpenPositions, "OPEN_POSITIONS", "Too many positions are open"},
    {RejectCode::ExposureTotal, "EXPOSURE", "The account's exposure would pass its limit"},
    {RejectCode::ExposureSymbol, "SYMBOL_EXPOSURE",
     "The exposure in the symbol would pass its limit"},
    {RejectCode::ExposureCurrency, "CURRENCY_EXPOSURE",
     "The exposure in a currency would pass its limit"},
    {RejectCode::Concentration, "CONCENTRATION", "Too much of the exposure would be in one symbol"},
    {RejectCode::DayVolume, "DAY_VOLUME", "The day's volume would pass its limit"},
    {RejectCode::RiskPerTrade, "RISK_PER_TRADE",
     "Too much of the equity would be lost at the stop-loss"},
    {RejectCode::LossPerTrade, "LOSS_PER_TRADE", "Too much would be lost at the stop-loss"},
    {RejectCode::DailyLoss, "DAILY_LOSS", "The day's loss has reached its limit"},
    {RejectCode::DailyLossPercent, "DAILY_LOSS_PERCENT",
     "The day's loss has reached its part of the equity"},
    {RejectCode::Drawdown, "DRAWDOWN", "Equity has fallen too far from its peak"},
    {RejectCode::LeverageReached, "LEVERAGE", "The exposure would be too many times the equity"},
};

constexpr auto kCodes = [] {
  std::array<RejectCode, std::size(kRows)> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = kRows[i].code;
  return codes;
}();
static_assert(std::is_sorted(kCodes.begin(), kCodes.end()));

const Row* find(RejectCode code) {
  const auto* row = std::lower_bound(std::begin(kRows), std::end(kRows), code,
                                     [](const Row& r, RejectCode c) { return r.code < c; });
  return row != std::end(kRows) && row->code == code ? row : nullptr;
}

}  // namespace

std::string_view name_of(RejectCode code) {
  const Row* row = find(code);
  return row != nullptr ? row->name : std::string_view{};
}

std::string_view describe(RejectCode code) {
  const Row* row = find(code);
  return row != nullptr ? row->text : std::string_view{};
}

RejectCodeRange all_reject_codes() { return {kCodes.data(), kCodes.data() + kCodes.size()}; }

}  // namespace tribook
