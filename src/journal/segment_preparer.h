#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "tribook/journal/disk.h"

namespace tribook::journal {

/// Makes the next segment's file: filled with zeros, durable, under its final name; of a spare if
/// there is one of the right size. One slot is handed from whoever prepares to the writer; `state_`
/// orders the hand-over.
class SegmentPreparer {
 public:
  SegmentPreparer(Disk& disk, std::string directory, std::uint64_t segment_bytes);

  /// Before any thread shares this: the id to prepare, and its file if it is there already.
  void start(std::uint64_t segment_id, std::unique_ptr<File> ready);

  [[nodiscard]] bool needed() const {
    return state_.load(std::memory_order_acquire) == State::Empty;
  }
  [[nodiscard]] bool is_ready() const {
    return state_.load(std::memory_order_acquire) == State::Ready;
  }
  /// Ok at once if there is no need or another thread is at it.
  [[nodiscard]] DiskStatus prepare();

  struct Taken {
    DiskStatus status = DiskStatus::Ok;
    std::unique_ptr<File> file;
    std::uint64_t segment_id = 0;
    bool late = false;  ///< it had to be prepared, or waited for, here
  };
  /// The writer takes the segment, prepares it itself if nobody has, and asks for the one after.
  [[nodiscard]] Taken take();

 private:
  enum class State : std::uint32_t { Empty, Working, Ready };

  [[nodiscard]] FileResult make_file() const;
  [[nodiscard]] FileResult recycle(const std::string& path) const;
  [[nodiscard]] DiskStatus use_spare(const std::string& spare, File& file,
                                     const std::string& path) const;
  [[nodiscard]] DiskStatus fill(File& file) const;

  Disk& disk_;
  const std::string directory_;
  const std::uint64_t segment_bytes_;
  std::atomic<State> state_{State::Empty};
  // Owned by the preparing thread while Working, by the writer's otherwise.
  std::uint64_t segment_id_ = 1;
  std::unique_ptr<File> ready_;
};

}  // namespace tribook::journal
