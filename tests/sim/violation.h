#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tribook::sim {

/// An invariant does not hold.
class Violation : public std::runtime_error {
 public:
  Violation(std::string_view invariant, const std::string& what)
      : std::runtime_error(what), invariant_(invariant) {}
  [[nodiscard]] const std::string& invariant() const { return invariant_; }

 private:
  std::string invariant_;
};

inline void demand(bool holds, std::string_view invariant, const std::string& what) {
  if (!holds) throw Violation(invariant, what);
}

/// The power went out in the middle of a disk operation, or the process was killed there.
struct PowerCut {
  bool is_kill = false;
};

}  // namespace tribook::sim
