#pragma once

#include <array>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tribook/domain/decimal.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"

#include <catch2/catch.hpp>

// Numbers in tests as text, so that a test reads like its rule; and how Catch prints them.

namespace tribook::test {

template <typename T>
T parsed(std::optional<T> value, std::string_view text) {
  if (!value) throw std::invalid_argument("no number: " + std::string(text));
  return *value;
}

inline Price price(std::string_view text) { return parsed(parse_price(text), text); }
inline Volume lots(std::string_view text) { return parsed(parse_volume(text), text); }
inline Quantity quantity(std::string_view text) { return parsed(parse_quantity(text), text); }
inline Ratio ratio(std::string_view text) { return parsed(parse_ratio(text), text); }
inline Money money(std::string_view text) { return parsed(parse_money(text), text); }

inline std::string text_of(int128 raw) {
  std::array<char, kDecimalTextMax> text{};
  return {text.data(), format_decimal(text.data(), raw)};
}

}  // namespace tribook::test

namespace Catch {

template <typename Tag>
struct StringMaker<tribook::Fixed64<Tag>> {
  static std::string convert(tribook::Fixed64<Tag> value) {
    return tribook::test::text_of(value.raw);
  }
};
template <>
struct StringMaker<tribook::Money> {
  static std::string convert(tribook::Money value) { return tribook::test::text_of(value.raw); }
};
template <>
struct StringMaker<tribook::Cost> {
  static std::string convert(tribook::Cost value) {
    return tribook::test::text_of(value.raw / tribook::kFixedOne) + " (cost)";
  }
};
template <typename Tag, typename Integer>
struct StringMaker<tribook::Id<Tag, Integer>> {
  static std::string convert(tribook::Id<Tag, Integer> id) {
    return "#" + std::to_string(id.value);
  }
};
template <>
struct StringMaker<tribook::RejectCode> {
  static std::string convert(tribook::RejectCode code) {
    return code == tribook::RejectCode::None ? "None" : std::string(tribook::name_of(code));
  }
};
template <typename T>
struct StringMaker<std::optional<T>> {
  static std::string convert(const std::optional<T>& value) {
    return value ? StringMaker<T>::convert(*value) : "nothing";
  }
};

}  // namespace Catch
