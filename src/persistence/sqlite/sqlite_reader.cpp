#include "persistence/sqlite/sqlite_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

#include "persistence/sqlite/candle_rows.h"
#include "persistence/sqlite/decimal_text.h"
#include "persistence/sqlite/query_sql.h"
#include "persistence/sqlite/schema.h"

namespace tribook::persistence::sqlite {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

// A name that this program does not know would be a newer schema's.
template <typename E>
E read_enum(std::string_view name) {
  if (name == name_of(E{})) return E{};  // also those whose first name is empty
  if (const auto value = enum_of<E>(name)) return *value;
  throw std::runtime_error("the store has an unknown name: " + std::string(name));
}

RejectCode read_code(std::string_view name) {
  if (name.empty()) return RejectCode::None;
  for (const RejectCode code : all_reject_codes()) {
    if (name_of(code) == name) return code;
  }
  throw std::runtime_error("the store has an unknown code: " + std::string(name));
}

/// Reads a row's columns from the left to the right.
class Columns {
 public:
  explicit Columns(const Rows& rows) : rows_(rows) {}

  template <typename Tag, typename Integer>
  Columns& operator>>(Id<Tag, Integer>& out) {
    out.value = static_cast<Integer>(rows_.integer(column_++));
    return *this;
  }
  template <typename Tag>
  Columns& operator>>(Fixed64<Tag>& out) {
    out.raw = rows_.integer(column_++);
    return *this;
  }
  Columns& operator>>(TimeNs& out) {
    out.ns = rows_.integer(column_++);
    return *this;
  }
  Columns& operator>>(Money& out) {
    out = money_of(rows_.text(column_++));
    return *this;
  }
  template <std::integral T>
  Columns& operator>>(T& out) {
    out = static_cast<T>(rows_.integer(column_++));
    return *this;
  }
  template <typename E>
  requires std::is_enum_v<E> Columns& operator>>(E& out) {
    const std::string_view name = rows_.text(column_++);
    if constexpr (std::is_same_v<E, RejectCode>) {
      out = read_code(name);
    } else {
      out = read_enum<E>(name);
    }
    return *this;
  }
  template <std::size_t N>
  Columns& operator>>(FixedText<N>& out) {
    out = FixedText<N>::of(rows_.text(column_++));
    return *this;
  }
  Columns& operator>>(std::string& out) {
    out = rows_.text(column_++);
    return *this;
  }

 private:
  const Rows& rows_;
  int column_ = 0;
};

std::int64_t before_or_end(std::uint64_t before) {
  return before == 0 || before > static_cast<std::uint64_t>(kEnd)
             ? kEnd
             : static_cast<std::int64_t>(before);
}

std::int64_t bounded(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, 1'000'000));
}

views::OrderView order_of(const Rows& rows) {
  views::OrderView order;
  Money required;
  Money free;
  Columns(rows) >> order.id >> order.account >> order.symbol >> order.position >> order.side >>
      order.type >> order.time_in_force >> order.status >> order.book >> order.reason >>
      order.code >> order.origin >> order.routing_rule >> order.volume >> order.filled_volume >>
      order.filled_price >> order.limit >> order.stop_loss >> order.take_profit >> required >>
      free >> order.updated >> order.created >> order.client_order_id >> order.strategy >>
      order.comment >> order.metadata >> order.trigger >> order.expires >> order.partner >>
      order.triggered_bid >> order.triggered_ask >> order.trailing_distance.hundredths >>
      order.trailing_step.hundredths;
  order.required_margin_raw = static_cast<std::int64_t>(required.raw);
  order.free_margin_raw = static_cast<std::int64_t>(free.raw);
  return order;
}

views::TradeView trade_of(const Rows& rows) {
  views::TradeView trade;
  Columns(rows) >> trade.id >> trade.account >> trade.order >> trade.position >> trade.symbol >>
      trade.side >> trade.book >> trade.reason >> trade.volume >> trade.price >>
      trade.realized_pnl >> trade.commission >> trade.swap >> trade.time;
  return trade;
}

views::LedgerView entry_of(const Rows& rows) {
  views::LedgerView entry;
  Columns(rows) >> entry.id >> entry.account >> entry.type >> entry.house >> entry.method >>
      entry.amount >> entry.balance_after >> entry.reference_id >> entry.reference_is_position >>
      entry.payment_reference >> entry.note >> entry.time >> entry.is_of_credit >> entry.adjustment;
  return entry;
}

views::AlertView alert_of(const Rows& rows) {
  views::AlertView alert;
  Columns(rows) >> alert.id >> alert.sequence >> alert.account >> alert.kind >> alert.equity >>
      alert.used_margin >> alert.threshold >> alert.level >> alert.symbol >> alert.bid >>
      alert.ask >> alert.venue >> alert.venue_time >> alert.quote >> alert.stop_out >>
      alert.position >> alert.order >> alert.volume >> alert.time;
  return alert;
}

views::WithdrawalView withdrawal_of(const Rows& rows) {
  views::WithdrawalView withdrawal;
  Columns(rows) >> withdrawal.id >> withdrawal.account >> withdrawal.amount >> withdrawal.method >>
      withdrawal.status >> withdrawal.entry >> withdrawal.requested >> withdrawal.requested_by >>
      withdrawal.decided >> withdrawal.decided_by >> withdrawal.reference >> withdrawal.note >>
      withdrawal.address >> withdrawal.decision_note;
  return withdrawal;
}

views::ClosedPositionView closed_of(const Rows& rows) {
  views::ClosedPositionView closed;
  Columns(rows) >> closed.id >> closed.account >> closed.symbol >> closed.side >> closed.book >>
      closed.volume >> closed.open_price >> closed.close_price >> closed.commission >>
      closed.swap >> closed.realized_pnl >> closed.open_time >> closed.close_time >>
      closed.reason >> closed.highest >> closed.lowest;
  return closed;
}

views::AccountDayView day_of_row(const Rows& rows) {
  views::AccountDayView view;
  std::int32_t day = 0;
  Columns(rows) >> view.account >> day >> view.balance >> view.equity >> view.pnl >>
      view.realized_pnl >> view.charges >> view.volume >> view.positions >> view.time;
  view.id = views::day_id(view.account, day);
  return view;
}

/// Statements in its scope see one moment.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database_.execute("BEGIN"); }
  ~Snapshot() { database_.roll_back(); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

template <typename View, typename... Values>
std::vector<View> list(Statement& statement, View (*view_of)(const Rows&), Values... values) {
  std::vector<View> views;
  Rows rows = statement.rows(values...);
  while (rows.next()) views.push_back(view_of(rows));
  return views;
}

}  // namespace

SqliteReader::SqliteReader(const std::string& path, std::chrono::milliseconds patience)
    : database_(path, Database::Access::ReadOnly, patience),
      stored_(database_, sql::kStored),
      orders_(database_, sql::kOrders),
      trades_(database_, sql::kTrades),
      ledger_(database_, sql::kLedgerEntries),
      withdrawals_(database_, sql::kWithdrawals),
      all_withdrawals_(database_, sql::kAllWithdrawals),
      closed_(database_, sql::kClosed),
      closing_(database_, sql::kClosing),
      newest_position_(database_, sql::kNewestPosition),
      days_(database_, sql::kDays),
      alerts_(database_, sql::kAlerts),
      alerts_of_(database_, sql::kAlertsOf),
      candles_live_(database_, sql::kCandlesLive),
      candles_history_(database_, sql::kCandlesHistory),
      candle_forming_(database_, sql::kCandleForming),
      tick_before_(database_, sql::kTickBefore),
      ticks_(database_, sql::kTicks) {
  if (database_.integer("PRAGMA user_version") != newest_schema()) {
    throw std::runtime_error("store " + path + ": not of this version");
  }
}

Sequence SqliteReader::stored() {
  Rows rows = stored_.rows();
  return {rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0};
}

std::vector<views::OrderView> SqliteReader::orders(AccountId account, OrderId before,
                                                   std::size_t limit) {
  return list(orders_, order_of, account.value, before_or_end(before.value), bounded(limit));
}

std::vector<views::TradeView> SqliteReader::trades(AccountId account, TradeId before,
                                                   std::size_t limit) {
  return list(trades_, trade_of, account.value, before_or_end(before.value), bounded(limit));
}

std::vector<views::LedgerView> SqliteReader::ledger(AccountId account, LedgerId before,
                                                    std::size_t limit) {
  return list(ledger_, entry_of, account.value, before_or_end(before.value), bounded(limit));
}

std::vector<views::AccountDayView> SqliteReader::days(AccountId account, views::DayId before,
                                                      std::size_t limit) {
  const std::int64_t end = before ? views::date_of(before) : kEnd;
  return list(days_, day_of_row, account.value, end, bounded(limit));
}

std::vector<views::WithdrawalView> SqliteReader::withdrawals(AccountId account, WithdrawalId before,
                                                             std::size_t limit) {
  const std::int64_t end = before_or_end(before.value);
  if (!account) return list(all_withdrawals_, withdrawal_of, end, bounded(limit));
  return list(withdrawals_, withdrawal_of, account.value, end, bounded(limit));
}

SqliteReader::Closing SqliteReader::closing_of(AccountId account, PositionId before) {
  if (!before) return {kEnd, kEnd, true};
  {
    Rows rows = closing_.rows(before.value);
    if (rows.next()) {
      if (static_cast<std::uint64_t>(rows.integer(0)) != account.value) return {};
      if (rows.is_null(1)) return {kEnd, kEnd, true};  // the store has not seen it close
      return {rows.integer(1), rows.integer(2), true};
    }
  }
  Rows newest = newest_position_.rows();
  const std::uint64_t last =
      newest.next() ? static_cast<std::uint64_t>(newest.integer(0)) : std::uint64_t{0};
  if (before.value > last) return {kEnd, kEnd, true};  // nor open
  return {};
}

std::vector<views::ClosedPositionView> SqliteReader::closed_positions(AccountId account,
                                                                      PositionId before,
                                                                      std::size_t limit) {
  const Snapshot snapshot(database_);
  const Closing closing = closing_of(account, before);
  if (!closing.is_known) return {};
  return list(closed_, closed_of, account.value, closing.sequence, closing.number, bounded(limit));
}

std::vector<views::AlertView> SqliteReader::alerts(AccountId only, AlertId before,
                                                   std::size_t limit) {
  const std::int64_t end = before_or_end(before.value);
  if (!only) return list(alerts_, alert_of, end, bounded(limit));
  return list(alerts_of_, alert_of, only.value, end, bounded(limit));
}

std::vector<Candle> SqliteReader::parts(Statement& statement, SymbolId symbol, Timeframe timeframe,
                                        TimeNs from, TimeNs until, std::size_t limit) {
  return list(
      statement, +[](const Rows& rows) { return candle_of(rows, 0); }, symbol.value,
      minutes_of(timeframe), from.ns, until.ns, bounded(limit));
}

std::vector<CandleRow> SqliteReader::candles(SymbolId symbol, Timeframe timeframe, TimeNs from,
                                             TimeNs until, std::size_t limit) {
  if (limit == 0) return {};
  const Snapshot snapshot(database_);
  std::vector<Candle> live = parts(candle_forming_, symbol, timeframe, from, until, 1);
  const std::vector<Candle> finished = parts(candles_live_, symbol, timeframe, from, until, limit);
  live.insert(live.end(), finished.begin(), finished.end());
  const std::vector<Candle> history =
      parts(candles_history_, symbol, timeframe, from, until, limit);

  std::vector<CandleRow> rows;
  auto l = live.begin();
  auto h = history.begin();
  while (rows.size() < limit && (l != live.end() || h != history.end())) {  // newest first
    CandleRow& row = rows.emplace_back();
    const bool take_live = h == history.end() || (l != live.end() && l->start >= h->start);
    const bool take_history = l == live.end() || (h != history.end() && h->start >= l->start);
    if (take_live) row.live = *l++;
    if (take_history) row.history = *h++;
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

// Time never falls from one record to the next, so a place in time and sequence is a place in the
// index, and the tick before `before` (of whatever symbol) has it.
std::vector<TickRow> SqliteReader::ticks(SymbolId symbol, Sequence before, TimeNs from,
                                         TimeNs until, std::size_t limit) {
  if (until.ns <= from.ns) return {};
  const Snapshot snapshot(database_);
  std::int64_t time = until.ns - 1;
  std::int64_t sequence = kEnd;
  if (before) {
    Rows rows = tick_before_.rows(before_or_end(before.value));
    if (!rows.next()) return {};
    if (rows.integer(0) <= time) {
      time = rows.integer(0);
      sequence = rows.integer(1);
    }
  }
  const auto tick_of = +[](const Rows& rows) {
    TickRow tick;
    Columns(rows) >> tick.sequence >> tick.time >> tick.bid >> tick.ask;
    return tick;
  };
  return list(ticks_, tick_of, symbol.value, from.ns, time, sequence, bounded(limit));
}

}  // namespace tribook::persistence::sqlite
