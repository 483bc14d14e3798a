#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::auth {

// The JSON of a token: one object of strings and integers, nothing nested, no key twice. Anything
// else is not ours and is refused rather than interpreted.

struct FlatMember {
  std::string key;
  bool is_string = false;
  std::string text;
  std::int64_t number = 0;
};

class FlatObject {
 public:
  static constexpr std::size_t kMaxMembers = 32;

  /// Nothing if `json` is not such an object, has bytes behind it, or is not plain UTF-8 without
  /// control characters.
  static std::optional<FlatObject> parse(std::string_view json);

  /// Null if absent or of the other type.
  [[nodiscard]] const std::string* text(std::string_view key) const;
  [[nodiscard]] const std::int64_t* number(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

 private:
  [[nodiscard]] const FlatMember* find(std::string_view key) const;

  std::vector<FlatMember> members_;
};

/// Appends `text` as a JSON string.
void append_json_string(std::string_view text, std::string& out);

}  // namespace tribook::auth
