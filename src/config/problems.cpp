#include "config/problems.h"

#include <algorithm>
#include <tuple>

namespace tribook::config {

std::uint32_t Problems::add_source(std::string name) {
  sources_.push_back(std::move(name));
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

void Problems::report(Location location, std::string_view key, std::string_view what) {
  problems_.push_back({location, std::string(key), std::string(what)});
}

bool Problems::has(std::string_view key) const {
  return std::any_of(problems_.begin(), problems_.end(), [key](const Problem& problem) {
    const std::string_view other = problem.key;
    if (!other.starts_with(key)) return false;
    return other.size() == key.size() || other[key.size()] == '.' || other[key.size()] == '[';
  });
}

std::string Problems::where(Location location) const {
  if (location.source >= sources_.size()) return {};
  std::string text = sources_[location.source];
  if (location.line != 0) text += ":" + std::to_string(location.line);
  return text;
}

std::vector<std::string> Problems::texts() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.location.source, a.location.line) <
           std::tie(b.location.source, b.location.line);
  });
  std::vector<std::string> texts;
  for (const Problem& problem : sorted) {
    std::string text = where(problem.location);
    for (const std::string& part : {problem.key, problem.what}) {
      if (!text.empty() && !part.empty()) text += ": ";
      text += part;
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace tribook::config
