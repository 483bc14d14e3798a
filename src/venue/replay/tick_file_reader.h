#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "venue/replay/tick_row.h"

struct gzFile_s;

namespace tribook::venue::replay {

/// Reads a tick file row by row in bounded memory, however long the file or a line of it is: gzip
/// CSV, a row as parse_tick_row() takes it, LF or CRLF, blank lines passed over.
class TickFileReader {
 public:
  enum class Result : std::uint8_t {
    Tick,       ///< tick()
    Malformed,  ///< row_error(); reading goes on with the next row
    End,        ///< of a file that is whole
    Failed,     ///< error(); the file is truncated, corrupt or unreadable, and that is its end
  };

  static constexpr int kClockOffsetMaxMinutes = 1440;

  /// `clock_offset_minutes`: what the file's clock is ahead of UTC (UTC-05 is -300).
  /// Throws std::runtime_error that names the file when it cannot be opened or is no gzip file, and
  /// std::invalid_argument for an offset beyond a day.
  explicit TickFileReader(std::string path, int clock_offset_minutes = 0);

  Result next();

  /// The tick of the last Result::Tick, in UTC.
  [[nodiscard]] const Tick& tick() const { return tick_; }
  [[nodiscard]] TickRowError row_error() const { return row_error_; }
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Of the row that next() told of last, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(gzFile_s* file) const;
  };

  bool next_line(std::string_view& line);
  bool hand_out(std::string_view text, std::string_view& line);
  bool fill();
  void end_of_file();

  std::string path_;
  std::int64_t clock_offset_ns_;
  std::unique_ptr<gzFile_s, Closer> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // what of the buffer is not read yet
  std::size_t end_ = 0;
  bool is_at_end_ = false;
  bool is_in_long_line_ = false;
  Tick tick_{};
  TickRowError row_error_ = TickRowError::None;
  std::string error_;
  std::uint64_t line_ = 0;
};

}  // namespace tribook::venue::replay
