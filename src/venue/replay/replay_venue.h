#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "market_data/quote_filter.h"
#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/message/command.h"
#include "venue/replay/tick_file_reader.h"

// Plays recorded ticks into the engine, several files merged by time (ties: in the order of the
// files). Every tick that the filter lets through arrives, in order: what the ring has no room for
// waits here.
//
// Time is the caller's. At a speed, a tick is due when `now` has moved on far enough since the
// first one; the file's clock starts when all symbols are known, stands still while paused, and
// never runs backwards with the caller's. Without a speed a tick is due when the ring has room.

namespace tribook::venue::replay {

struct ReplayFile {
  std::string symbol;
  std::string path;
  int clock_offset_minutes = 0;  ///< what the file's clock is ahead of UTC; UTC-05 is -300
};

struct ReplaySettings {
  std::string name = "replay";
  VenueId venue;
  std::vector<ReplayFile> files;  ///< 1 to kReplayFilesMax
  std::uint32_t speed = 1;        ///< multiple of real time; 0 = as fast as the engine takes them
  bool start_paused = false;
  TimeNs played_until{};  ///< ticks up to this time were played by an earlier run: left out
  std::size_t rows_per_round_max = 256;
  market_data::QuoteFilterSettings filter{};
};

inline constexpr std::size_t kReplayFilesMax = 64;

enum class ReplayState : std::uint8_t {
  Waiting,  ///< for a symbol that does not exist yet
  Paused,
  Playing,
  Finished,  ///< every tick is in the ring
  Failed,    ///< a file turned out truncated or corrupt: error()
};

class ReplayVenue final : public runtime::Stage {
 public:
  /// The symbol of that name, none if it does not exist yet. Called on the venue's thread until it
  /// is.
  using SymbolResolver = std::function<SymbolId(std::string_view)>;
  /// Takes a sentence for the log, on the venue's thread. At most kReportsPerFile a file.
  using Reporter = std::function<void(std::string_view)>;
  static constexpr std::uint64_t kReportsPerFile = 10;

  /// Opens the files; throws as TickFileReader does, and std::invalid_argument for their number.
  ReplayVenue(ReplaySettings settings, runtime::Ring<Command>& to_engine, SymbolResolver resolver,
              Reporter reporter);

  [[nodiscard]] std::string_view name() const override { return settings_.name; }
  /// Reads rows_per_round_max rows at most; how many it read or sent. 0 as well when the ring is
  /// full.
  std::size_t do_work(TimeNs now) override;
  void on_close() override;
  /// Opens the files again and goes on behind the rows that it has taken. On its thread; throws
  /// like the constructor.
  void begin_anew();

  // From any thread.
  void pause() { is_paused_.store(true, std::memory_order_relaxed); }
  void resume() { is_paused_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] ReplayState state() const { return state_.load(std::memory_order_acquire); }
  [[nodiscard]] bool finished() const { return state() == ReplayState::Finished; }
  /// What is wrong. REQUIRES: state() is Failed.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Rows, malformed ones included. In the end read = malformed + accepted + refused by filter().
  [[nodiscard]] std::uint64_t rows_read() const {
    return rows_read_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t rows_malformed() const {
    return malformed_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t quotes_sent() const { return sent_.load(std::memory_order_relaxed); }
  [[nodiscard]] const market_data::QuoteFilter& filter() const { return filter_; }

 private:
  // A file and the next of its ticks, already read.
  struct Source {
    ReplayFile file;
    std::unique_ptr<TickFileReader> reader;  // none once it is at its end
    SymbolId symbol;
    Tick head{};
    bool has_head = false;
    std::uint64_t counted = 0;  // lines of the file, however often it is read
    std::uint64_t taken = 0;    // the line of the last tick that was taken
    std::uint64_t malformed = 0;
  };

  // Rows that this round may still read.
  struct Budget {
    std::size_t rows;
  };

  bool resolve_symbols();
  bool is_held(TimeNs now);
  std::size_t play();
  void advance_clock(TimeNs now);
  bool read_heads(Budget& budget);
  bool read_head(Source& source, Budget& budget);
  void note_malformed(Source& source);
  void fail(const TickFileReader& reader);
  Source* earliest();
  [[nodiscard]] bool is_due(TimeNs time) const;
  void take(Source& source);
  bool send();
  void set_state(ReplayState state) { state_.store(state, std::memory_order_release); }

  ReplaySettings settings_;
  runtime::Ring<Command>& to_engine_;
  SymbolResolver resolver_;
  Reporter reporter_;
  market_data::QuoteFilter filter_;
  std::vector<Source> sources_;
  std::size_t resolved_ = 0;  // sources_ before it have their symbol
  bool has_reported_wait_ = false;
  Command pending_{};  // accepted, not in the ring yet
  bool has_pending_ = false;
  bool has_started_ = false;  // first_time_ and last_now_ hold
  TimeNs first_time_{};       // of the earliest tick
  TimeNs last_now_{};
  std::int64_t played_ns_ = 0;  // of the file's time, since first_time_
  std::string error_;
  std::atomic<ReplayState> state_{ReplayState::Waiting};
  std::atomic<bool> is_paused_;
  std::atomic<std::uint64_t> rows_read_{0};
  std::atomic<std::uint64_t> malformed_{0};
  std::atomic<std::uint64_t> sent_{0};
};

}  // namespace tribook::venue::replay
