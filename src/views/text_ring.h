#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tribook::views {

/// Where two texts lie in a TextRing.
struct TextPlace {
  std::uint64_t begin = 0;  ///< in words since the beginning of time
  std::array<std::uint16_t, 2> size{};
  std::array<std::uint16_t, 2> reserved{};
};

/// The newest texts, in one ring of words: what is written overwrites the oldest. The writer
/// announces how far it will write before it does; a reader who then finds his text within reach of
/// that was overtaken. One writer.
class TextRing {
 public:
  static constexpr std::size_t kTextMax = 1'024;  ///< bytes of one text; the rest is cut

  explicit TextRing(std::size_t bytes);

  TextPlace put(std::string_view first, std::string_view second);

  /// False when they were overwritten; the strings are then empty.
  bool read(const TextPlace& place, std::string& first, std::string& second) const;

 private:
  void put_part(std::string_view text, std::uint64_t begin);
  void read_part(std::uint64_t begin, std::size_t size, std::string& out) const;

  std::size_t capacity_;  // in words
  std::unique_ptr<std::atomic<std::uint64_t>[]> word_;
  std::atomic<std::uint64_t> end_{0};
};

}  // namespace tribook::views
