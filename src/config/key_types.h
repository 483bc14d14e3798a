#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/config.h"
#include "config/problems.h"
#include "config/value.h"
#include "tribook/domain/enums.h"

// The types that a key can have: for each how a value is read, how it is written as TOML, and what
// it takes, in words. A key is its type, its limits and its place in Config; see keys.cpp.

namespace tribook::config {

/// What a key takes beyond its type: for numbers the least and the most, for texts how many bytes.
struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// One key's reading: where it stands, and where to tell what is wrong or without effect.
struct Reading {
  std::string key;  ///< "venues.feed.speed"
  Problems& problems;
  std::vector<std::string>& without_effect;

  bool refuse(const Value& value, const std::string& what) const;
};

// read_value() leaves `out` alone and returns false when the value is refused.

bool read_value(const Reading& at, const Value& value, Range range, bool& out);
bool read_value(const Reading& at, const Value& value, Range range, std::string& out);
bool read_value(const Reading& at, const Value& value, Range range, std::vector<std::string>& out);
bool read_value(const Reading& at, const Value& value, Range range, HostPort& out);
bool read_value(const Reading& at, const Value& value, Range range, Ratio& out);
bool read_value(const Reading& at, const Value& value, Range range, std::optional<Ratio>& out);
bool read_value(const Reading& at, const Value& value, Range range, Money& out);
bool read_value(const Reading& at, const Value& value, Range range, Currency& out);
bool read_value(const Reading& at, const Value& value, Range range, std::optional<TimeNs>& out);
bool read_value(const Reading& at, const Value& value, Range range, std::optional<TimeOfDay>& out);
bool read_integer(const Reading& at, const Value& value, Range range, std::int64_t& out);
/// The number of the value's text among the names.
bool read_name(const Reading& at, const Value& value, const std::string_view* names,
               std::size_t count, std::size_t& out);

template <typename Integer>
requires(std::integral<Integer> &&
         !std::same_as<Integer, bool>) bool read_value(const Reading& at, const Value& value,
                                                       Range range, Integer& out) {
  std::int64_t number = 0;
  if (!read_integer(at, value, range, number)) return false;
  out = static_cast<Integer>(number);
  return true;
}

template <typename Period>
bool read_value(const Reading& at, const Value& value, Range range,
                std::chrono::duration<std::int64_t, Period>& out) {
  std::int64_t number = 0;
  if (!read_integer(at, value, range, number)) return false;
  out = std::chrono::duration<std::int64_t, Period>(number);
  return true;
}

template <typename E>
requires std::is_enum_v<E>
bool read_value(const Reading& at, const Value& value, Range, E& out) {
  std::size_t index = 0;
  constexpr auto& names = EnumNames<E>::value;
  if (!read_name(at, value, names.data(), names.size(), index)) return false;
  out = static_cast<E>(index);
  return true;
}

template <typename E>
requires std::is_enum_v<E>
bool read_value(const Reading& at, const Value& value, Range range, std::optional<E>& out) {
  E found{};
  if (!read_value(at, value, range, found)) return false;
  out = found;
  return true;
}

// toml_of(): the value as TOML; empty when it is not set.

std::string toml_of(bool value);
std::string toml_of(const std::string& value);
std::string toml_of(const std::vector<std::string>& value);
std::string toml_of(const HostPort& value);
std::string toml_of(Ratio value);
std::string toml_of(const std::optional<Ratio>& value);
std::string toml_of(Money value);
std::string toml_of(Currency value);
std::string toml_of(const std::optional<TimeNs>& value);
std::string toml_of(const std::optional<TimeOfDay>& value);

template <typename Integer>
requires(std::integral<Integer> && !std::same_as<Integer, bool>) std::string
    toml_of(Integer value) {
  return std::to_string(value);
}

template <typename Period>
std::string toml_of(std::chrono::duration<std::int64_t, Period> value) {
  return std::to_string(value.count());
}

template <typename E>
requires std::is_enum_v<E> std::string toml_of(E value) {
  return '"' + std::string(name_of(value)) + '"';
}

template <typename E>
requires std::is_enum_v<E> std::string toml_of(const std::optional<E>& value) {
  return value ? toml_of(*value) : std::string();
}

// words_of(): what a key of that type takes, for its explanation.

std::string whole_number_words(Range range);
std::string name_words(const std::string_view* names, std::size_t count);

template <typename T>
std::string words_of(Range range) {
  if constexpr (std::same_as<T, bool>) {
    return "true or false";
  } else if constexpr (std::same_as<T, std::string>) {
    return "a text of " + std::to_string(range.least) + " to " + std::to_string(range.most) +
           " bytes";
  } else if constexpr (std::same_as<T, std::vector<std::string>>) {
    return "a list of at most " + std::to_string(range.most) + " texts";
  } else if constexpr (std::same_as<T, HostPort>) {
    return "an address and a port, as \"127.0.0.1:8080\" or \"[::1]:8080\"";
  } else if constexpr (std::same_as<T, Ratio> || std::same_as<T, Money>) {
    return "a number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
  } else if constexpr (std::same_as<T, Currency>) {
    return "a currency's code of 2 to 8 capitals or digits";
  } else if constexpr (std::same_as<T, std::optional<TimeNs>>) {
    return "a time with Z or an offset, to the millisecond, as 2026-01-21T22:00:00Z";
  } else if constexpr (std::same_as<T, std::optional<TimeOfDay>>) {
    return "a time of day, as \"03:30\"";
  } else if constexpr (std::is_enum_v<T>) {
    return name_words(EnumNames<T>::value.data(), EnumNames<T>::value.size());
  } else if constexpr (requires { typename T::value_type; }) {
    return words_of<typename T::value_type>(range);  // optional
  } else {
    return whole_number_words(range);
  }
}

}  // namespace tribook::config
