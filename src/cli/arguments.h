#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::cli {

/// The words of a subcommand taken apart: options with a value, flags, and the rest in order.
class Arguments {
 public:
  /// `valued` and `flags` are the options that the subcommand knows, with their dashes.
  Arguments(const std::vector<std::string>& words, std::initializer_list<std::string_view> valued,
            std::initializer_list<std::string_view> flags);
  Arguments(const std::vector<std::string>& words, std::span<const std::string_view> valued,
            std::span<const std::string_view> flags);

  /// What is wrong with the words; empty when nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const std::vector<std::string>& plain() const { return plain_; }
  /// The last value given.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
  [[nodiscard]] bool has(std::string_view flag) const;

 private:
  std::vector<std::string> plain_;
  std::multimap<std::string, std::string, std::less<>> options_;
  std::string problem_;
};

}  // namespace tribook::cli
