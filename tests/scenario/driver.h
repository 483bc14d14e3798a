#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tribook/engine/engine.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

namespace tribook::scenario {

/// Takes commands one after another, each to its very end before the next: lock-step. Engine time
/// follows the quotes (`drives_clock`).
class Driver {
 public:
  virtual ~Driver() = default;
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Where the texts of commands go; submit() takes the reference over.
  virtual Slab& slab() = 0;
  /// The events that followed, in order, until the next call; none of them carries a text.
  virtual std::span<const Event> submit(const Command& command) = 0;
  /// To be looked at between commands only.
  [[nodiscard]] virtual const engine::Engine& engine() const = 0;
  /// Of everything that the journal's records make, not of the engine alone.
  [[nodiscard]] virtual std::uint64_t state_hash() const = 0;
};

struct DriverKind {
  std::string name;
  std::string hash_group;  ///< kinds of one group give the same state hash for the same stream
  std::function<std::unique_ptr<Driver>()> make;
};

/// Every way of driving that a scenario is to be played on.
const std::vector<DriverKind>& driver_kinds();

}  // namespace tribook::scenario
