#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/event_sink.h"
#include "metrics/latency.h"
#include "persistence/sqlite/candle_history.h"
#include "persistence/sqlite/candle_writer.h"
#include "persistence/sqlite/row_writer.h"
#include "persistence/sqlite/store_file.h"
#include "tribook/message/slab.h"

namespace tribook::persistence::sqlite {

/// For metrics; any thread.
struct StoreFigures {
  std::atomic<std::uint64_t> rows{0};  ///< written, changed or removed by committed transactions
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> failures{0};
  metrics::LatencyHistogram commit_durations;
};

/// A projection of the journal into an SQLite file. One transaction holds the rows of whole records
/// and the number of the last one: whatever dies, the file has a whole beginning of the journal,
/// and what is given again is passed over.
///
/// Everything is for one thread at a time, but for stored() and figures(), which are for any:
/// history may be filled in by the thread that opened it, before a follower gives it events on its
/// own.
///
/// A failure (a full disk, a lock that does not go away) is thrown as std::runtime_error; the
/// transaction is undone then, and the store waits for everything after stored() to be given again.
class SqliteStore final : public core::EventSink {
 public:
  /// Opens or makes the file; see open_store_file. The slab has the texts of the events.
  SqliteStore(SqliteOptions options, const Slab& slab);
  /// Commits whole records that wait for it.
  ~SqliteStore() override;

  // What a follower calls.

  [[nodiscard]] Sequence stored() const override {
    return {stored_.load(std::memory_order_acquire)};
  }
  void apply(const Event& event) override;
  void commit(Sequence last, bool is_caught_up) override;

  // Filling in from history, not while events wait to be committed. One transaction from begin_fill
  // to end_fill; after a failure none of it counts, and begin_fill starts anew.

  void begin_fill();
  /// Shares no tick with what is filled in already, nor with live ones; a candle that is there
  /// takes in the other one.
  void fill(SymbolId symbol, Timeframe timeframe, std::span<const Candle> candles);
  /// `source` says what the candles are of.
  void end_fill(TimeNs filled_until, std::string_view source = {});
  /// Nothing when no fill has ended yet.
  [[nodiscard]] std::optional<TimeNs> filled_until();
  /// As the last fill told; nothing when no fill has ended yet.
  [[nodiscard]] std::optional<std::string> history_source();
  /// The newest candle filled in, of each timeframe that has one.
  [[nodiscard]] std::vector<HistoryTail> newest_history(SymbolId symbol);

  [[nodiscard]] const StoreFigures& figures() const { return figures_; }
  [[nodiscard]] const std::string& path() const { return options_.path; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void empty();
  void begin();
  [[nodiscard]] bool is_due(bool is_caught_up, SteadyTime now) const;
  void write(Sequence last);
  void prune_ticks();
  void abandon() noexcept;
  void refuse_pending() const;

  SqliteOptions options_;
  std::unique_ptr<Database> database_;
  RowWriter rows_;
  CandleWriter candles_;
  CandleHistory history_;
  Statement set_sequence_;
  Statement oldest_tick_;
  Statement prune_;

  std::atomic<std::uint64_t> stored_{0};
  std::size_t pending_ = 0;      // events in the transaction
  std::size_t committable_ = 0;  // so many of them are of records up to last_
  Sequence last_;
  SteadyTime begun_{};         // the transaction
  SteadyTime committed_;       // the last one
  std::uint64_t changes_ = 0;  // of the connection, at the last commit
  TimeNs now_{};               // engine time
  StoreFigures figures_;
};

}  // namespace tribook::persistence::sqlite
