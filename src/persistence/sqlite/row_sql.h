#pragma once

#include <string_view>

// How RowWriter changes the tables. Rows of the past are replaced, not added twice, whoever wrote
// them before.

namespace tribook::persistence::sqlite::sql {

inline constexpr std::string_view kOrder = R"(
INSERT INTO orders (id, sequence, account, symbol, position, side, type, time_in_force, status,
                    book, reason, code, origin, routing_rule, volume, filled_volume, filled_price,
                    limit_price, stop_loss, take_profit, required_margin, free_margin, updated,
                    created, client_order_id, strategy, comment, metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?23, ?24, ?25, ?26, ?27)
ON CONFLICT (id) DO UPDATE SET
  sequence = ?2, account = ?3, symbol = ?4, position = ?5, side = ?6, type = ?7, time_in_force = ?8,
  status = ?9, book = ?10, reason = ?11, code = ?12, origin = ?13, routing_rule = ?14, volume = ?15,
  filled_volume = ?16, filled_price = ?17, limit_price = ?18, stop_loss = ?19, take_profit = ?20,
  required_margin = ?21, free_margin = ?22, updated = ?23)";

inline constexpr std::string_view kOrderTerms = R"(
UPDATE orders SET
  sequence = ?2, trigger_price = ?3, expires = ?4, partner = ?5, triggered_bid = ?6,
  triggered_ask = ?7, trailing_distance = ?8, trailing_step = ?9, updated = ?10
WHERE id = ?1)";

inline constexpr std::string_view kTrade = R"(
INSERT OR REPLACE INTO trades (id, sequence, account, order_id, position, symbol, side, book,
                               reason, volume, price, realized_pnl, commission, time, swap)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))";

inline constexpr std::string_view kPosition = R"(
INSERT INTO positions (id, sequence, account, symbol, side, book, volume, open_cost, open_price,
                       stop_loss, take_profit, commission, swap, open_time, updated, highest,
                       lowest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (id) DO UPDATE SET
  sequence = ?2, account = ?3, symbol = ?4, side = ?5, book = ?6, volume = ?7, open_cost = ?8,
  open_price = ?9, stop_loss = ?10, take_profit = ?11, commission = ?12, swap = ?13,
  open_time = ?14, updated = ?15)";

inline constexpr std::string_view kPositionClosed = R"(
UPDATE positions SET
  sequence = ?2, closed_sequence = ?2, closed_number = ?3, close_time = ?4, updated = ?4,
  commission = ?5, swap = ?6, volume = 0, open_cost = '0'
WHERE id = ?1 AND closed_sequence IS NULL)";

inline constexpr std::string_view kReducedSoFar =
    "SELECT closed_volume, close_cost FROM positions WHERE id = ?1 AND closed_sequence IS NULL";

inline constexpr std::string_view kPositionReduced = R"(
UPDATE positions SET
  sequence = ?2, closed_volume = ?3, close_cost = ?4, close_price = ?5, realized_pnl = ?6,
  reason = ?7, updated = ?8, highest = ?9, lowest = ?10
WHERE id = ?1)";

inline constexpr std::string_view kLedger = R"(
INSERT OR REPLACE INTO ledger (id, sequence, account, type, house, method, amount, balance_after,
                               reference_id, reference_is_position, payment_reference, note, time,
                               is_of_credit, adjustment)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))";

inline constexpr std::string_view kWithdrawalAsked = R"(
INSERT OR REPLACE INTO withdrawals (id, sequence, account, amount, method, status, entry, requested,
                                    requested_by, payment_reference, note, address)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12))";

inline constexpr std::string_view kWithdrawalDecided = R"(
UPDATE withdrawals SET sequence = ?2, status = ?3, decided = ?4, decided_by = ?5, decision_note = ?6
WHERE id = ?1)";

inline constexpr std::string_view kGroup = R"(
INSERT OR REPLACE INTO groups (id, sequence, name, stop_out_level, margin_call_levels,
                               negative_balance_protection, closing, swap_free, swap_free_days,
                               swap_free_fee, stop_out_order)
VALUES (?1, ?2, ?3, CASE WHEN ?4 THEN ?5 END, CASE WHEN ?6 THEN ?7 END, CASE WHEN ?8 THEN ?9 END,
        CASE WHEN ?10 THEN ?11 END, CASE WHEN ?12 THEN ?13 END, CASE WHEN ?12 THEN ?14 END,
        CASE WHEN ?12 THEN ?15 END, CASE WHEN ?16 THEN ?17 END))";

inline constexpr std::string_view kGroupTerms = R"(
INSERT OR REPLACE INTO group_terms (account_group, symbol, sequence, markup_pips, leverage_cap,
                                    commission_basis, commission_amount, commission_minimum,
                                    commission_currency, swap_mode, swap_long, swap_short,
                                    swap_triple_day, swap_days_in_year, swap_price)
VALUES (?1, ?2, ?3, CASE WHEN ?4 THEN ?5 END, CASE WHEN ?6 THEN ?7 END,
        CASE WHEN ?8 THEN ?9 END, CASE WHEN ?8 THEN ?10 END, CASE WHEN ?8 THEN ?11 END,
        CASE WHEN ?8 THEN ?12 END, CASE WHEN ?13 THEN ?14 END, CASE WHEN ?13 THEN ?15 END,
        CASE WHEN ?13 THEN ?16 END, CASE WHEN ?13 THEN ?17 END, CASE WHEN ?13 THEN ?18 END,
        CASE WHEN ?13 THEN ?19 END))";

inline constexpr std::string_view kAccountCreated = R"(
INSERT OR REPLACE INTO accounts (id, sequence, user, currency, kind, mode, state, account_group,
                                 leverage, stop_out_level, margin_call_levels, stop_out_order,
                                 negative_balance_protection, created, updated, closing, from_group)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15, ?16))";

inline constexpr std::string_view kAccountUpdated = R"(
UPDATE accounts SET
  sequence = ?2, balance = ?3, credit = ?4, used_margin = ?5, leverage = ?6, state = ?7,
  updated = ?8, account_group = coalesce((SELECT name FROM groups WHERE groups.id = ?9), '')
WHERE id = ?1)";

// Where nothing is said of an option, it stays as it was.
inline constexpr std::string_view kAccountOptions = R"(
UPDATE accounts SET
  sequence = ?2, updated = ?3, from_group = (from_group & ~?4) | ?5,
  stop_out_level = CASE WHEN ?6 THEN ?7 ELSE stop_out_level END,
  margin_call_levels = CASE WHEN ?8 THEN ?9 ELSE margin_call_levels END,
  negative_balance_protection = CASE WHEN ?10 THEN ?11 ELSE negative_balance_protection END,
  closing = CASE WHEN ?12 THEN ?13 ELSE closing END,
  stop_out_order = CASE WHEN ?14 THEN ?15 ELSE stop_out_order END,
  mode = CASE WHEN ?16 THEN ?17 ELSE mode END
WHERE id = ?1)";

inline constexpr std::string_view kUser = R"(
INSERT OR REPLACE INTO users (id, sequence, username, email, role, created)
VALUES (?1, ?2, ?3, ?4, ?5, ?6))";

inline constexpr std::string_view kSymbol = R"(
INSERT INTO symbols (id, sequence, name, category, base, quote, margin_currency, digits, tick_size,
                     pip_size, contract_size, min_volume, max_volume, volume_step, state,
                     is_enabled)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (id) DO UPDATE SET
  sequence = ?2, name = ?3, category = ?4, base = ?5, quote = ?6, margin_currency = ?7, digits = ?8,
  tick_size = ?9, pip_size = ?10, contract_size = ?11, min_volume = ?12, max_volume = ?13,
  volume_step = ?14, state = ?15, is_enabled = ?16)";

inline constexpr std::string_view kIsOpen = "UPDATE symbols SET is_open = ?2 WHERE id = ?1";

inline constexpr std::string_view kTick =
    "INSERT OR REPLACE INTO ticks (sequence, symbol, time, bid, ask) VALUES (?1, ?2, ?3, ?4, ?5)";

inline constexpr std::string_view kAccountDay = R"(
INSERT OR REPLACE INTO account_days (account, day, sequence, balance, equity, pnl, realized_pnl,
                                     charges, volume, positions, time)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))";

inline constexpr std::string_view kAlert = R"(
INSERT OR REPLACE INTO margin_events (id, sequence, account, kind, equity, used_margin, threshold,
                                      level, symbol, bid, ask, venue, venue_time, quote_sequence,
                                      stop_out, position, order_id, volume, time)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19))";

}  // namespace tribook::persistence::sqlite::sql
