#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tribook/base/int128.h"
#include "tribook/domain/decimal.h"

namespace tribook::scenario {

/// Builds one JSON object without spaces. Texts hold nothing that needs escaping.
class JsonLine {
 public:
  JsonLine& text(std::string_view key, std::string_view value) {
    start(key);
    line_.append(1, '"').append(value).append(1, '"');
    return *this;
  }
  JsonLine& number(std::string_view key, std::uint64_t value) {
    start(key);
    line_.append(std::to_string(value));
    return *this;
  }
  /// A number at 10^-8, as text.
  JsonLine& decimal(std::string_view key, int128 raw) {
    char digits[kDecimalTextMax];
    const char* const end = format_decimal(digits, raw);
    return text(key, {digits, static_cast<std::size_t>(end - digits)});
  }
  JsonLine& null(std::string_view key) {
    start(key);
    line_.append("null");
    return *this;
  }
  /// Zero stands for absent.
  JsonLine& decimal_or_null(std::string_view key, int128 raw) {
    return raw == 0 ? null(key) : decimal(key, raw);
  }
  JsonLine& object(std::string_view key, const JsonLine& value) {
    start(key);
    line_.append(value.finish());
    return *this;
  }
  [[nodiscard]] std::string finish() const { return line_ + "}"; }

 private:
  void start(std::string_view key) {
    line_.append(line_.size() == 1 ? "\"" : ",\"").append(key).append("\":");
  }

  std::string line_ = "{";
};

}  // namespace tribook::scenario
