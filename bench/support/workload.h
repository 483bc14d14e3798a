#pragma once

#include <cstdint>
#include <vector>

#include "tribook/message/command.h"
#include "tribook/message/slab.h"

namespace tribook::bench {

struct WorkloadShape {
  std::uint32_t symbols = 20;  ///< at most 26
  std::uint32_t accounts = 10'000;
  std::uint64_t held_positions = 20'000;  ///< opened before closes begin
};

/// Quotes and orders of a house in USD. Half of the orders open 0.1 lot on a random symbol for a
/// random account, half close the oldest open position. The same numbers every time.
class Workload {
 public:
  explicit Workload(const WorkloadShape& shape = {}) : shape_(shape) {}

  /// Commands that make symbols, accounts and first quotes; texts go into the slab.
  template <typename Submit>
  void set_up(Slab& slab, const Submit& submit) {
    for (std::uint32_t i = 0; i < shape_.symbols; ++i) submit(create_symbol(slab, i));
    for (std::uint32_t i = 0; i < shape_.accounts; ++i) submit(create_account(slab, i));
    for (std::uint32_t i = 0; i < shape_.symbols; ++i) submit(next_quote());
  }

  [[nodiscard]] Command next_quote();
  /// As a client's gateway sends it: addressed, numbered, for its own account. REQUIRES: the engine
  /// has filled every opening before (positions are numbered in the order of the openings).
  [[nodiscard]] Command next_order();
  [[nodiscard]] std::uint32_t last_request() const { return last_request_; }
  [[nodiscard]] const WorkloadShape& shape() const { return shape_; }

 private:
  [[nodiscard]] static Command create_symbol(Slab& slab, std::uint32_t index);
  [[nodiscard]] static Command create_account(Slab& slab, std::uint32_t index);
  std::uint64_t random();

  WorkloadShape shape_;
  std::uint64_t seed_ = 88'172'645'463'325'252ULL;
  std::vector<std::int64_t> mids_ = std::vector<std::int64_t>(shape_.symbols, 108'500'000);
  // Of each open position, by id modulo the size: the two counts below are never further apart.
  std::vector<AccountId> holders_ = std::vector<AccountId>(shape_.held_positions + 1);
  std::uint32_t next_symbol_ = 0;
  std::uint32_t last_request_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t closed_ = 0;
};

}  // namespace tribook::bench
