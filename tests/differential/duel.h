#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "differential/comparer.h"
#include "differential/engine_side.h"
#include "differential/generator.h"
#include "differential/reference_side.h"

namespace tribook::differential {

/// Both engines under one program.
class Duel {
 public:
  Duel();

  /// Does it to both and compares all that they answer and hold.
  std::optional<Difference> apply(const Operation& operation);
  /// What does not add up in one of them; empty when all is well.
  [[nodiscard]] std::string contradiction() const;
  [[nodiscard]] const ReferenceSide& reference() const { return reference_; }

 private:
  ReferenceSide reference_;
  EngineSide engine_;
};

struct Failure {
  Program program;  ///< the last operation is the one after which they differ
  Difference difference;
};

struct RunCounts {
  std::size_t operations = 0;
  std::size_t refused = 0;
  std::size_t fills = 0;
  std::size_t closed_by_level = 0;  ///< SL and TP
  std::size_t stop_outs = 0;
  std::size_t covers = 0;
  std::size_t limited = 0;      ///< orders that a limit ended
  std::size_t killed = 0;       ///< orders that a kill switch refused or cancelled
  std::size_t crossings = 0;    ///< deals between clients
  std::size_t venue_fills = 0;  ///< requests of which something was dealt
};

/// `operations` random ones of that seed.
std::optional<Failure> run(std::uint64_t seed, std::size_t operations, RunCounts& counts);

/// The first difference of a program, if there is one.
std::optional<Failure> run(const Program& program);

/// The smallest program found that ends in a difference of the same figure; `runs_max` programs are
/// tried at most.
Failure shrink(const Failure& failure, std::size_t runs_max);

/// What to read and what to type.
std::string report(std::uint64_t seed, const Failure& failure);

}  // namespace tribook::differential
