#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::config {

/// Where a value stands: a source by its number in Problems, and the line there (0: it has none).
struct Location {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
};

enum class ValueKind : std::uint8_t { Boolean, Integer, Decimal, Text, Time, List, Table };

/// A value as a source gives it. Numbers stay the text that they were.
struct Value {
  ValueKind kind = ValueKind::Table;
  bool is_given = false;  ///< by the environment or --set, where a text may stand without quotes
  Location location;
  std::string text;   ///< of a scalar; numbers in JSON's syntax, but for "inf" and "nan"
  std::string given;  ///< is_given: the text as it was given
  std::vector<std::string> names;  ///< Table: of the items
  std::vector<Value> items;        ///< List and Table

  [[nodiscard]] bool is(ValueKind wanted) const { return kind == wanted; }
  [[nodiscard]] Value* find(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return &items[i];
    }
    return nullptr;
  }
  [[nodiscard]] const Value* find(std::string_view name) const {
    return const_cast<Value*>(this)->find(name);
  }
};

/// "a table", "the text \"abc\"", for sentences; long texts are cut.
std::string describe(const Value& value);

}  // namespace tribook::config
