#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <shared_mutex>

#include "tribook/message/event.h"
#include "tribook/message/text.h"
#include "views/view_types.h"

namespace tribook::views {

/// Withdrawals: all that wait, and of those that were decided the newest. Cold: behind a lock.
class Withdrawals {
 public:
  explicit Withdrawals(std::size_t decided_max) : decided_max_(decided_max) {}

  // The writer.

  void apply(const EventHeader& header, const WithdrawalUpdated& event, const Texts& texts);
  /// Those decided up to `last` were never told here.
  void begin_behind(Sequence last);

  // Anybody.

  [[nodiscard]] ReadStatus find(WithdrawalId id, WithdrawalView& out) const;
  /// Newest first, from the one before `before` (0 = from the newest), of one account or of all;
  /// `limit` and one more, if there is one.
  [[nodiscard]] Page<WithdrawalView> page(AccountId account, WithdrawalFilter filter,
                                          WithdrawalId before, std::size_t limit) const;

 private:
  struct Kept {
    WithdrawalView view;
    Sequence changed;
  };
  void drop_oldest_decided();
  [[nodiscard]] bool is_gap_below(std::uint64_t id) const { return id <= missing_to_; }

  std::size_t decided_max_;
  mutable std::shared_mutex mutex_;
  std::map<std::uint64_t, Kept> all_;  // by id
  std::size_t decided_ = 0;
  std::uint64_t missing_to_ = 0;  // decided ones up to this id may be missing
  bool is_begun_behind_ = false;  // and no id has been told since
  Sequence lost_;                 // the last change of all that are missing
};

}  // namespace tribook::views
