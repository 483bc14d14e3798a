#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::json {

/// Appends one JSON text to a string; commas come by themselves. Numbers are written exactly,
/// without exponent. A key must be plain ASCII without quotes; values are escaped.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object();
  Writer& begin_object(std::string_view key);
  Writer& end_object();
  Writer& begin_array();
  Writer& begin_array(std::string_view key);
  Writer& end_array();

  Writer& field(std::string_view key, std::string_view text);
  Writer& field(std::string_view key, const char* text) {
    return field(key, std::string_view(text));
  }
  Writer& field(std::string_view key, bool value);
  template <typename Integer>
  requires(std::is_integral_v<Integer> &&
           !std::is_same_v<Integer, bool>) Writer& field(std::string_view key, Integer value) {
    return decimal(key, static_cast<int128>(value) * kFixedOne, 0);
  }
  template <typename Tag>
  Writer& field(std::string_view key, Fixed64<Tag> value) {
    return decimal(key, value.raw, kAsNeeded);
  }
  Writer& field(std::string_view key, Currency currency) {
    return field(key, CurrencyText(currency).view());
  }
  template <typename E>
  requires std::is_enum_v<E> Writer& field(std::string_view key, E value) {
    return field(key, name_of(value));
  }
  /// With exactly `digits` decimals where the rest is zero, else with as many as there are.
  Writer& field(std::string_view key, Money value, int digits);
  Writer& field(std::string_view key, Price value, int digits);
  /// RFC 3339 UTC with milliseconds.
  Writer& field(std::string_view key, TimeNs time);
  Writer& null(std::string_view key);
  /// Well-formed JSON as it is.
  Writer& raw(std::string_view key, std::string_view json);

  /// Null for zero, which is no price.
  Writer& price_or_null(std::string_view key, Price value);
  /// Null for an empty text.
  Writer& text_or_null(std::string_view key, std::string_view text);

  /// Elements of an array.
  Writer& element(std::string_view text);
  Writer& element_integer(std::int64_t value);
  Writer& element(Ratio value);

 private:
  static constexpr int kAsNeeded = -1;

  void separate();
  void key(std::string_view key);
  void append_decimal(int128 raw, int digits);
  Writer& decimal(std::string_view key, int128 raw, int digits);

  std::string& out_;
  bool first_ = true;
};

/// Appends the text in quotes.
void append_quoted(std::string& out, std::string_view text);

/// Appends a decimal without trailing zeros.
void append_decimal(std::string& out, int128 raw);

}  // namespace tribook::json
