#pragma once

#include <cstdint>

#include "sim/simulator.h"

namespace tribook::sim {

struct Shrunk {
  Options options;  ///< of the smallest run found that breaks the same invariant
  Outcome outcome;
  std::uint64_t runs = 0;  ///< that it took
};

/// Runs the options in a process of their own, so that an assertion of the house, or a crash, is an
/// outcome like another: the invariant "no abort". `seconds`: after so long it is "an end".
Outcome run_apart(const Options& options, unsigned seconds = 120);

/// Takes out of a failing run what it does not need to fail: later steps, faults, kinds of
/// commands, steps and single commands; at most `runs_max` runs.
Shrunk shrink(const Options& failing, const Outcome& outcome, std::uint64_t runs_max);

}  // namespace tribook::sim
