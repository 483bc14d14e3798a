#include "venue/replay/tick_file_reader.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace tribook::venue::replay {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr unsigned kCompressedBytes = 64 * 1024;
constexpr std::int64_t kMinuteNs = 60'000'000'000;

}  // namespace

void TickFileReader::Closer::operator()(gzFile_s* file) const { gzclose(file); }

TickFileReader::TickFileReader(std::string path, int clock_offset_minutes)
    : path_(std::move(path)),
      clock_offset_ns_(clock_offset_minutes * kMinuteNs),
      buffer_(kBufferBytes) {
  if (clock_offset_minutes < -kClockOffsetMaxMinutes ||
      clock_offset_minutes > kClockOffsetMaxMinutes) {
    throw std::invalid_argument(path_ + ": the clock's offset must be within 1440 minutes of UTC");
  }
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) {
    throw std::runtime_error(
        path_ + ": cannot be opened: " + (errno == 0 ? "out of memory" : std::strerror(errno)));
  }
  gzbuffer(file_.get(), kCompressedBytes);
  // The first read tells gzip from anything else, which zlib would hand through as it is.
  fill();
  if (!error_.empty() && end_ == 0) throw std::runtime_error(error_);
  if (gzdirect(file_.get()) != 0) throw std::runtime_error(path_ + ": is not a gzip file");
}

TickFileReader::Result TickFileReader::next() {
  std::string_view line;
  do {
    if (!next_line(line)) return error_.empty() ? Result::End : Result::Failed;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  } while (line.empty());
  const TickRow row = parse_tick_row(line);
  row_error_ = row.error;
  if (row.error != TickRowError::None) return Result::Malformed;
  tick_ = row.tick;
  tick_.time.ns -= clock_offset_ns_;
  return Result::Tick;
}

// A line is handed out when its end is seen or when it is too long already; the rest of such a one
// is read past. The last line needs no end, unless the file broke off there: half a row may look
// whole.
bool TickFileReader::next_line(std::string_view& line) {
  while (true) {
    const std::string_view unread(buffer_.data() + begin_, end_ - begin_);
    const std::size_t feed = unread.find('\n');
    if (feed != std::string_view::npos) {
      begin_ += feed + 1;
      if (std::exchange(is_in_long_line_, false)) continue;
      return hand_out(unread.substr(0, feed), line);
    }
    const bool is_long = unread.size() > kTickRowMax + 1;  // one for a CR
    if (is_long || is_in_long_line_) begin_ = end_;
    if (is_long && !std::exchange(is_in_long_line_, true)) return hand_out(unread, line);
    if (fill()) continue;
    if (begin_ == end_ || !error_.empty()) return false;
    const std::string_view last(buffer_.data() + begin_, end_ - begin_);  // fill() moved it
    begin_ = end_;
    return hand_out(last, line);
  }
}

bool TickFileReader::hand_out(std::string_view text, std::string_view& line) {
  ++line_;
  line = text;
  return true;
}

bool TickFileReader::fill() {
  if (is_at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t room = buffer_.size() - end_;
  const int got = gzread(file_.get(), buffer_.data() + end_, static_cast<unsigned>(room));
  if (got > 0) end_ += static_cast<std::size_t>(got);
  if (got < 0 || static_cast<std::size_t>(got) < room) end_of_file();
  return got > 0;
}

// zlib tells of a file that breaks off by its last error alone, not by what it read.
void TickFileReader::end_of_file() {
  is_at_end_ = true;
  int code = Z_OK;
  gzerror(file_.get(), &code);
  switch (code) {
    case Z_OK:
    case Z_STREAM_END:
      return;
    case Z_BUF_ERROR:
      error_ = path_ + ": the gzip file is truncated";
      return;
    case Z_DATA_ERROR:
      error_ = path_ + ": the gzip file is corrupt";
      return;
    case Z_ERRNO:
      error_ = path_ + ": cannot be read: " + std::strerror(errno);
      return;
    default:
      error_ = path_ + ": cannot be read: zlib error " + std::to_string(code);
      return;
  }
}

}  // namespace tribook::venue::replay
