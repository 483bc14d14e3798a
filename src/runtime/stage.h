#pragma once

#include <cstddef>
#include <string_view>

#include "tribook/base/time.h"

namespace tribook::runtime {

/// A part of the pipeline with one owning thread. The same code runs pinned to a core, inline with
/// others, or step by step under the simulator's scheduler.
class Stage {
 public:
  virtual ~Stage() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// On the owning thread, before the first do_work.
  virtual void on_start() {}
  /// Does a bounded amount of work; how much was done, 0 when there was nothing. Never blocks (the
  /// journal, whose work is waiting for the disk, is the exception).
  virtual std::size_t do_work(TimeNs now) = 0;
  /// Work will be there in no more time than a sync of the disk takes: the thread does better to
  /// stay awake for it than to be woken.
  [[nodiscard]] virtual bool is_work_near() const { return false; }
  /// On the owning thread, after the last do_work.
  virtual void on_close() {}
};

}  // namespace tribook::runtime
