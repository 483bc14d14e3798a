#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenario/stream.h"
#include "tribook/engine/engine.h"
#include "tribook/message/event.h"

namespace tribook::scenario {

/// What the engine says, in the words of the oracle (its README, "Results").
class ResultLines {
 public:
  explicit ResultLines(const Stream& stream) : stream_(stream) {}

  /// An event that followed from operation `number`, which is `cause`.
  void add(std::size_t number, const Operation& cause, const Event& event);
  /// The accounts and positions in the end.
  void add_figures(const engine::Engine& engine);

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  const Stream& stream_;
  std::vector<std::string> lines_;
};

}  // namespace tribook::scenario
