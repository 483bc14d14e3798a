#include "sim/numbers.h"

#include <algorithm>
#include <charconv>

namespace tribook::sim {
namespace {

bool parse_one(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0;
}

}  // namespace

std::optional<Numbers> Numbers::parse(std::string_view text) {
  Numbers numbers;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto dots = part.find("..");
    Range range;
    if (!parse_one(part.substr(0, dots), range.first)) return std::nullopt;
    range.last = range.first;
    if (dots != std::string_view::npos && !parse_one(part.substr(dots + 2), range.last)) {
      return std::nullopt;
    }
    if (range.last < range.first) return std::nullopt;
    numbers.add(range.first, range.last);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return numbers;
}

std::string Numbers::text() const {
  std::string text;
  for (const Range& range : ranges_) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.last != range.first) text += ".." + std::to_string(range.last);
  }
  return text;
}

bool Numbers::has(std::uint64_t number) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), number,
                       [](std::uint64_t value, const Range& range) { return value < range.first; });
  return after != ranges_.begin() && std::prev(after)->last >= number;
}

std::uint64_t Numbers::missing_of(std::uint64_t first, std::uint64_t last) const {
  std::uint64_t missing = last + 1 - first;
  for (const Range& range : ranges_) {
    const std::uint64_t low = std::max(first, range.first);
    const std::uint64_t high = std::min(last, range.last);
    if (low <= high) missing -= high + 1 - low;
  }
  return missing;
}

void Numbers::add(std::uint64_t first, std::uint64_t last) {
  std::vector<Range> merged;
  Range added{first, last};
  for (const Range& range : ranges_) {
    if (range.last + 1 < added.first || range.first > added.last + 1) {
      merged.push_back(range);
      continue;
    }
    added = {std::min(added.first, range.first), std::max(added.last, range.last)};
  }
  merged.insert(std::find_if(merged.begin(), merged.end(),
                             [&](const Range& range) { return range.first > added.last; }),
                added);
  ranges_ = std::move(merged);
}

}  // namespace tribook::sim
