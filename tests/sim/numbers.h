#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::sim {

/// A set of numbers from 1 on, as it stands in a command line: "1..40,57,90..95".
class Numbers {
 public:
  struct Range {
    std::uint64_t first = 1;
    std::uint64_t last = 0;
  };

  /// Empty when the text is none.
  static std::optional<Numbers> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool has(std::uint64_t number) const;
  [[nodiscard]] bool is_empty() const { return ranges_.empty(); }
  /// How many of first .. last are not in it.
  [[nodiscard]] std::uint64_t missing_of(std::uint64_t first, std::uint64_t last) const;
  void add(std::uint64_t first, std::uint64_t last);

 private:
  std::vector<Range> ranges_;  // rising, with gaps between them
};

}  // namespace tribook::sim
