#pragma once

#include <array>
#include <string_view>

// What SqliteReader asks. Each is answered by an index alone: tests/persistence looks at the plans.

namespace tribook::persistence::sqlite::sql {

inline constexpr std::string_view kStored = "SELECT value FROM meta WHERE name = 'sequence'";

inline constexpr std::string_view kOrders = R"(
SELECT id, account, symbol, position, side, type, time_in_force, status, book, reason, code, origin,
       routing_rule, volume, filled_volume, filled_price, limit_price, stop_loss, take_profit,
       required_margin, free_margin, updated, created, client_order_id, strategy, comment, metadata,
       trigger_price, expires, partner, triggered_bid, triggered_ask, trailing_distance,
       trailing_step
FROM orders WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)";

inline constexpr std::string_view kTrades = R"(
SELECT id, account, order_id, position, symbol, side, book, reason, volume, price, realized_pnl,
       commission, swap, time
FROM trades WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)";

inline constexpr std::string_view kLedgerEntries = R"(
SELECT id, account, type, house, method, amount, balance_after, reference_id, reference_is_position,
       payment_reference, note, time, is_of_credit, adjustment
FROM ledger WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)";

inline constexpr std::string_view kAlerts = R"(
SELECT id, sequence, account, kind, equity, used_margin, threshold, level, symbol, bid, ask, venue,
       venue_time, quote_sequence, stop_out, position, order_id, volume, time
FROM margin_events WHERE id < ?1 ORDER BY id DESC LIMIT ?2)";

inline constexpr std::string_view kAlertsOf = R"(
SELECT id, sequence, account, kind, equity, used_margin, threshold, level, symbol, bid, ask, venue,
       venue_time, quote_sequence, stop_out, position, order_id, volume, time
FROM margin_events WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)";
inline constexpr std::string_view kWithdrawals = R"(
SELECT id, account, amount, method, status, entry, requested, requested_by, decided, decided_by,
       payment_reference, note, address, decision_note
FROM withdrawals WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)";

inline constexpr std::string_view kAllWithdrawals = R"(
SELECT id, account, amount, method, status, entry, requested, requested_by, decided, decided_by,
       payment_reference, note, address, decision_note
FROM withdrawals WHERE id < ?1 ORDER BY id DESC LIMIT ?2)";

inline constexpr std::string_view kClosed = R"(
SELECT id, account, symbol, side, book, closed_volume, open_price, close_price, commission, swap,
       realized_pnl, open_time, close_time, reason, highest, lowest
FROM positions
WHERE account = ?1 AND closed_sequence IS NOT NULL AND (closed_sequence, closed_number) < (?2, ?3)
ORDER BY closed_sequence DESC, closed_number DESC LIMIT ?4)";

inline constexpr std::string_view kClosing =
    "SELECT account, closed_sequence, closed_number FROM positions WHERE id = ?1";

inline constexpr std::string_view kNewestPosition = "SELECT max(id) FROM positions";

inline constexpr std::string_view kDays = R"(
SELECT account, day, balance, equity, pnl, realized_pnl, charges, volume, positions, time
FROM account_days WHERE account = ?1 AND day < ?2 ORDER BY day DESC LIMIT ?3)";

inline constexpr std::string_view kCandlesLive = R"(
SELECT start, open, high, low, close, ticks, first_time, last_time FROM candles
WHERE symbol = ?1 AND minutes = ?2 AND start >= ?3 AND start < ?4 ORDER BY start DESC LIMIT ?5)";

inline constexpr std::string_view kCandlesHistory = R"(
SELECT start, open, high, low, close, ticks, first_time, last_time FROM candle_history
WHERE symbol = ?1 AND minutes = ?2 AND start >= ?3 AND start < ?4 ORDER BY start DESC LIMIT ?5)";

inline constexpr std::string_view kCandleForming = R"(
SELECT start, open, high, low, close, ticks, first_time, last_time FROM candles_forming
WHERE symbol = ?1 AND minutes = ?2 AND start >= ?3 AND start < ?4 LIMIT ?5)";

inline constexpr std::string_view kTickBefore =
    "SELECT time, sequence FROM ticks WHERE sequence < ?1 ORDER BY sequence DESC LIMIT 1";

inline constexpr std::string_view kTicks = R"(
SELECT sequence, time, bid, ask FROM ticks
WHERE symbol = ?1 AND time >= ?2 AND (time, sequence) <= (?3, ?4)
ORDER BY time DESC, sequence DESC LIMIT ?5)";

inline constexpr std::array kQueries{
    kStored,     kOrders,  kTrades,         kLedgerEntries, kWithdrawals,    kAllWithdrawals,
    kClosed,     kClosing, kNewestPosition, kCandlesLive,   kCandlesHistory, kCandleForming,
    kTickBefore, kTicks,   kDays,           kAlerts,        kAlertsOf};

}  // namespace tribook::persistence::sqlite::sql
