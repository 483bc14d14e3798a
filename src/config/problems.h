#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.h"

namespace tribook::config {

/// What is wrong with a configuration, all of it; and the names of the sources it was read from.
class Problems {
 public:
  /// A source; later ones have the last word. Its number is for Location.
  std::uint32_t add_source(std::string name);

  void report(Location location, std::string_view key, std::string_view what);
  /// Was there a report about this key, or about one within it?
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] bool empty() const { return problems_.empty(); }

  /// "demo.toml:12".
  [[nodiscard]] std::string where(Location location) const;
  /// "demo.toml:12: listen.client: what is wrong", by source and line.
  [[nodiscard]] std::vector<std::string> texts() const;

 private:
  struct Problem {
    Location location;
    std::string key;
    std::string what;
  };

  std::vector<std::string> sources_;
  std::vector<Problem> problems_;
};

}  // namespace tribook::config
