#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenario/driver.h"
#include "scenario/result_lines.h"
#include "scenario/stream.h"

namespace tribook::scenario {

/// Plays a stream's operations on a driver and keeps what came of them. The ledger must balance
/// after each of them that books something, and regularly besides.
class Player {
 public:
  /// Both must live as long as the player.
  Player(const Stream& stream, Driver& driver)
      : stream_(stream), driver_(driver), results_(stream) {}

  /// The operation that follows the last one. Gives what the driver gave. Throws std::runtime_error
  /// when the ledger is out of balance, or a symbol or account could not be made.
  std::span<const Event> play(const Operation& operation);
  /// After the last operation.
  void finish() { results_.add_figures(driver_.engine()); }

  [[nodiscard]] const std::vector<std::string>& lines() const { return results_.lines(); }

 private:
  std::span<const Event> submit(const Operation& operation);
  void check() const;

  const Stream& stream_;
  Driver& driver_;
  ResultLines results_;
  std::size_t number_ = 0;
};

}  // namespace tribook::scenario
