#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "journal/batch_check.h"
#include "journal/segment_file.h"
#include "tribook/journal/reader.h"

namespace tribook::journal {

class Reader::Impl {
 public:
  Impl(Disk& disk, ReaderOptions options) : disk_(disk), options_(std::move(options)) {
    waits_ = ended_ = has_come_up();
    if (!ended_) begin();
  }

  Step next();
  void go_on(std::uint64_t until_sequence);

  RecordView record_;
  BatchEnd batch_;
  End end_;
  std::vector<std::uint64_t> ids_;  // begun segments
  std::size_t index_ = 0;           // of the current one

 private:
  // Each of these returns false once reading has ended and end_ says why.
  void begin() { ended_ = !(list_segments() && choose_start()); }
  bool list_segments();
  bool choose_start();
  bool find_next_segment();
  bool enter_segment(bool first);
  bool leave_segment();
  bool load_batch();
  bool judge(std::uint64_t offset, const std::string& what);
  bool torn(std::uint64_t offset, const std::string& what);
  bool ends_early();
  bool finish(EndKind kind, std::uint64_t offset, std::string message);
  bool unreadable(std::uint64_t offset, DiskStatus status);
  bool cannot_open(const FileResult& opened);
  bool begins_late(const SegmentHeader& header);
  bool header_is_wrong(const SegmentHeader& header, bool first);

  FileWindow::View look(BatchCheck& check);
  bool take_record();
  void accept(const BatchCheck& check);
  bool attach(std::uint64_t segment_id);
  bool read_header(std::uint64_t segment_id, std::optional<SegmentHeader>& header);
  bool check_names();
  [[nodiscard]] std::string path_of(std::uint64_t segment_id) const {
    return join_path(options_.directory, segment_name(segment_id));
  }
  [[nodiscard]] bool last_segment() const { return index_ + 1 == ids_.size(); }
  [[nodiscard]] bool is_beside_writer() const { return options_.until_sequence.has_value(); }
  [[nodiscard]] bool has_come_up() const {
    return is_beside_writer() && state_.sequence >= *options_.until_sequence;
  }

  Disk& disk_;
  ReaderOptions options_;
  std::unique_ptr<File> file_;
  FileWindow window_;
  ChainState state_;
  std::span<const std::byte> batch_bytes_;
  std::uint64_t batch_offset_ = 0;
  std::uint64_t cursor_ = 0;            // in the batch, of the next record
  std::uint64_t batch_end_offset_ = 0;  // in the batch, of the footer
  bool footer_waits_ = false;
  bool ended_ = false;
  bool waits_ = false;  // ended, and go_on() will change that
  // Batches of this segment that no footer has called durable: last sequence, offset.
  std::deque<std::pair<std::uint64_t, std::uint64_t>> unproven_;
};

}  // namespace tribook::journal
