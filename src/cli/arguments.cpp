#include "cli/arguments.h"

#include <algorithm>

namespace tribook::cli {

Arguments::Arguments(const std::vector<std::string>& words,
                     std::initializer_list<std::string_view> valued,
                     std::initializer_list<std::string_view> flags)
    : Arguments(words, std::span<const std::string_view>(valued.begin(), valued.size()),
                std::span<const std::string_view>(flags.begin(), flags.size())) {}

Arguments::Arguments(const std::vector<std::string>& words,
                     std::span<const std::string_view> valued,
                     std::span<const std::string_view> flags) {
  const auto is_in = [](std::span<const std::string_view> list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (word.rfind("--", 0) != 0) {
      plain_.push_back(word);
    } else if (is_in(valued, name) && equals != std::string::npos) {
      options_.emplace(name, word.substr(equals + 1));
    } else if (is_in(valued, word)) {
      if (i + 1 == words.size()) {
        problem_ = word + " needs a value";
        return;
      }
      options_.emplace(word, words[++i]);
    } else if (is_in(flags, word)) {
      options_.emplace(word, "");
    } else {
      problem_ = "unknown option " + word;
      return;
    }
  }
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto all = values(option);
  if (all.empty()) return std::nullopt;
  return all.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  std::vector<std::string> found;
  const auto [begin, end] = options_.equal_range(option);
  for (auto it = begin; it != end; ++it) found.push_back(it->second);
  return found;
}

bool Arguments::has(std::string_view flag) const { return options_.contains(flag); }

}  // namespace tribook::cli
