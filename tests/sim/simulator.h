#pragma once

#include <cstdint>
#include <string>

#include "sim/plan.h"
#include "sim/world.h"

namespace tribook::sim {

/// How much happened in a run, after what was cut out of it.
struct Size {
  std::uint64_t steps = 0;
  std::uint64_t commands = 0;
  std::uint64_t faults = 0;
};

struct Outcome {
  std::uint64_t digest = 0;  ///< of everything that was sent and got, and of the last state
  std::string invariant;     ///< that does not hold; empty when all do
  std::string what;
  std::uint64_t step = 0;  ///< at which it did not
  Figures figures;
  Size size;
  std::uint64_t strikes_drawn = 0;  ///< those that were cut out too
  std::uint64_t commands_drawn = 0;

  [[nodiscard]] bool is_good() const { return invariant.empty(); }
};

/// One run: everything that happens in it follows from the options.
Outcome run(const Options& options);

/// The command that does it again.
std::string reproduce(const Options& options);

/// What is running, for whoever is told that the process was aborted.
struct Running {
  const Options* options = nullptr;
  std::uint64_t step = 0;
};
Running& running();

}  // namespace tribook::sim
