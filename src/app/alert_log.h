#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tribook/domain/enums.h"
#include "tribook/domain/ids.h"
#include "views/views.h"

namespace tribook::app {

/// Writes new alerts into the log and counts them. Of a great many at once the first few are
/// written, and how many more there were.
class AlertLog {
 public:
  static constexpr std::size_t kLinesOfLook = 50;
  static constexpr std::size_t kKinds = EnumNames<AlertKind>::value.size();

  /// What the views show already is of an earlier run.
  explicit AlertLog(const views::Views& views);

  /// Often; one thread.
  void look();

  /// Since the daemon came up. Any thread.
  [[nodiscard]] std::uint64_t count(AlertKind kind) const {
    return counts_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
  }

 private:
  const views::Views& views_;
  AlertId last_;
  std::array<std::atomic<std::uint64_t>, kKinds> counts_{};
};

/// "alert 12: CRITICAL LIMIT of account 5: maxDailyLoss, 101.5 of 100".
std::string text_of(const views::AlertView& alert);

}  // namespace tribook::app
