#include "persistence/sqlite/sqlite_store.h"

#include <stdexcept>
#include <utility>

namespace tribook::persistence::sqlite {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t kDayNs = 86'400'000'000'000;
// Enough to keep pace with events of which each is a tick, little enough not to be noticed.
constexpr std::int64_t kPruneAtOnce = 10'000;

constexpr const char* kTables[] = {"users",        "accounts", "symbols", "orders",
                                   "positions",    "trades",   "ledger",  "margin_events",
                                   "account_days", "candles",  "ticks",   "candles_forming"};

constexpr std::string_view kPrune = R"(
DELETE FROM ticks WHERE sequence IN (
  SELECT sequence FROM (SELECT sequence, time FROM ticks ORDER BY sequence LIMIT ?2)
  WHERE time < ?1))";

template <typename T>
void bump(std::atomic<T>& counter, T by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace

SqliteStore::SqliteStore(SqliteOptions options, const Slab& slab)
    : options_(std::move(options)),
      database_(open_store_file(options_)),
      rows_(*database_, slab),
      candles_(*database_),
      history_(*database_),
      set_sequence_(*database_, "INSERT OR REPLACE INTO meta VALUES ('sequence', ?1)"),
      oldest_tick_(*database_, "SELECT time FROM ticks ORDER BY sequence LIMIT 1"),
      prune_(*database_, kPrune),
      committed_(SteadyClock::now() - options_.commit_interval) {
  const std::string journal = database_->text("SELECT value FROM meta WHERE name = 'journal'");
  if (!options_.journal.empty() && journal != options_.journal) {
    // The numbers of symbols are a journal's own, so history goes as well.
    empty();
  }
  stored_ = static_cast<std::uint64_t>(
      database_->integer("SELECT value FROM meta WHERE name = 'sequence'"));
  changes_ = database_->changes();
}

// A clean stop leaves nothing out. What fails is given again at the next start.
SqliteStore::~SqliteStore() {
  try {
    if (pending_ > 0 && pending_ == committable_) write(last_);
  } catch (const std::runtime_error&) {
    bump(figures_.failures);
  }
  database_->roll_back();
}

void SqliteStore::empty() {
  Transaction transaction(*database_);
  for (const char* table : kTables) database_->execute(std::string("DELETE FROM ") + table);
  database_->execute("DELETE FROM candle_history");
  database_->execute("DELETE FROM meta");
  Statement name(*database_, "INSERT OR REPLACE INTO meta VALUES ('journal', ?1)");
  name.run(options_.journal);
  transaction.commit();
}

void SqliteStore::begin() {
  if (database_->is_in_transaction()) return;
  database_->execute("BEGIN IMMEDIATE");
  begun_ = SteadyClock::now();
}

void SqliteStore::apply(const Event& event) {
  if (event.header.root <= stored()) return;
  try {
    begin();
    rows_.apply(event);
    if (event.header.kind == EventKind::QuoteApplied) {
      const auto quote = event.get<QuoteApplied>();
      const bool is_tick = quote.is_reference == 0;
      if (is_tick) candles_.add(quote.symbol, quote.bid, event.header.time);
    }
  } catch (const std::runtime_error&) {
    bump(figures_.failures);
    abandon();
    throw;
  }
  now_ = event.header.time;
  ++pending_;
}

bool SqliteStore::is_due(bool is_caught_up, SteadyTime now) const {
  if (pending_ >= options_.commit_events) return true;
  if (is_caught_up && now - committed_ >= options_.commit_interval) return true;
  return database_->is_in_transaction() && now - begun_ >= options_.commit_interval;
}

void SqliteStore::commit(Sequence last, bool is_caught_up) {
  if (last <= stored()) return;
  last_ = last;
  committable_ = pending_;
  const SteadyTime now = SteadyClock::now();
  if (!is_due(is_caught_up, now)) return;
  try {
    begin();
    write(last);
  } catch (const std::runtime_error&) {
    bump(figures_.failures);
    abandon();
    throw;
  }
  pending_ = 0;
  committed_ = SteadyClock::now();
  stored_.store(last.value, std::memory_order_release);
  const std::uint64_t changes = database_->changes();
  bump(figures_.rows, changes - std::exchange(changes_, changes));
  bump(figures_.commits);
  figures_.commit_durations.observe(committed_ - now);
}

void SqliteStore::write(Sequence last) {
  candles_.flush();
  prune_ticks();
  set_sequence_.run(last.value);
  database_->execute("COMMIT");
}

void SqliteStore::prune_ticks() {
  if (options_.tick_days <= 0) return;
  const std::int64_t keep_from = now_.ns - options_.tick_days * kDayNs;
  {
    Rows oldest = oldest_tick_.rows();
    if (!oldest.next() || oldest.integer(0) >= keep_from) return;
  }
  prune_.run(keep_from, kPruneAtOnce);
}

// The file is as it was at the last commit; what is in memory must be no further.
void SqliteStore::abandon() noexcept {
  database_->roll_back();
  rows_.forget_record();
  candles_.forget();
  pending_ = 0;
  changes_ = database_->changes();
}

void SqliteStore::refuse_pending() const {
  if (pending_ == 0) return;
  throw std::logic_error("the store cannot take history while events wait to be committed");
}

void SqliteStore::begin_fill() {
  refuse_pending();
  history_.roll_back();
  history_.begin();
}

void SqliteStore::fill(SymbolId symbol, Timeframe timeframe, std::span<const Candle> candles) {
  if (!database_->is_in_transaction()) throw std::runtime_error("the store is not being filled");
  try {
    history_.add(symbol, timeframe, candles);
  } catch (const std::runtime_error&) {
    history_.roll_back();
    throw;
  }
}

void SqliteStore::end_fill(TimeNs filled_until, std::string_view source) {
  if (!database_->is_in_transaction()) throw std::runtime_error("the store is not being filled");
  try {
    history_.end(filled_until, source);
  } catch (const std::runtime_error&) {
    history_.roll_back();
    throw;
  }
}

std::optional<std::string> SqliteStore::history_source() { return history_.source(); }

std::optional<TimeNs> SqliteStore::filled_until() { return history_.filled_until(); }

std::vector<HistoryTail> SqliteStore::newest_history(SymbolId symbol) {
  return history_.newest(symbol);
}

}  // namespace tribook::persistence::sqlite
