#include "config/key_types.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"
#include "tribook/domain/decimal.h"

namespace tribook::config {
namespace {

std::string cut(std::string_view text) {
  constexpr std::size_t shown = 40;
  return text.size() <= shown ? std::string(text) : std::string(text.substr(0, shown)) + "...";
}

std::string must_be(const std::string& words, const Value& value) {
  return "must be " + words + ", is " + describe(value);
}

// The value as a text key takes it: what is given without quotes is a text, whatever it looks like.
const std::string* text_of(const Value& value) {
  if (value.is(ValueKind::Text)) return &value.text;
  return value.is_given ? &value.given : nullptr;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

// Numbers of fixed point, written as a number or as a text.
bool read_decimal(const Reading& at, const Value& value, Range range, const std::string& words,
                  int128& out) {
  const bool is_number = value.is(ValueKind::Integer) || value.is(ValueKind::Decimal);
  if (!is_number && !value.is(ValueKind::Text)) return at.refuse(value, must_be(words, value));
  const DecimalResult result = parse_decimal(value.text);
  if (result.error == DecimalError::TooPrecise) {
    return at.refuse(value, "has more than 8 decimals: " + cut(value.text));
  }
  if (result.error != DecimalError::None || result.raw < int128{range.least} * kFixedOne ||
      result.raw > int128{range.most} * kFixedOne) {
    return at.refuse(value, must_be(words, value));
  }
  out = result.raw;
  return true;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  if (text.empty() || text.size() > 5) return false;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

bool parse_host(std::string_view text, std::string& host) {
  std::array<unsigned char, 16> address{};
  const bool is_v6 = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  host = is_v6 ? text.substr(1, text.size() - 2) : text;
  if (is_v6) return inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
  return host == "localhost" || inet_pton(AF_INET, host.c_str(), address.data()) == 1;
}

std::string decimal_text(int128 raw) {
  std::array<char, kDecimalTextMax> buffer{};
  std::string text(buffer.data(), format_decimal(buffer.data(), raw));
  // A whole number that TOML's 64 bits do not hold stands as a text.
  constexpr std::size_t digits_max = 18;
  if (text.size() > digits_max && text.find('.') == std::string::npos) text = '"' + text + '"';
  return text;
}

}  // namespace

std::string describe(const Value& value) {
  switch (value.kind) {
    case ValueKind::Table:
      return "a table";
    case ValueKind::List:
      return "a list";
    case ValueKind::Text:
      return '"' + cut(value.text) + '"';
    default:
      return cut(value.text);
  }
}

bool Reading::refuse(const Value& value, const std::string& what) const {
  problems.report(value.location, key, what);
  return false;
}

bool read_value(const Reading& at, const Value& value, Range range, bool& out) {
  if (!value.is(ValueKind::Boolean)) return at.refuse(value, must_be(words_of<bool>(range), value));
  out = value.text == "true";
  return true;
}

// Texts may be secrets: what is wrong does not show them.
bool read_value(const Reading& at, const Value& value, Range range, std::string& out) {
  const std::string* text = text_of(value);
  if (text == nullptr)
    return at.refuse(value, "must be " + words_of<std::string>(range) + ", in quotes");
  if (text->size() < static_cast<std::size_t>(range.least) ||
      text->size() > static_cast<std::size_t>(range.most)) {
    return at.refuse(
        value, "must be " + words_of<std::string>(range) + ", has " + std::to_string(text->size()));
  }
  if (has_control(*text)) return at.refuse(value, "must not have control characters");
  out = *text;
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, std::vector<std::string>& out) {
  std::vector<std::string> texts;
  if (value.is(ValueKind::List)) {
    for (const Value& item : value.items) {
      if (!read_value(at, item, {1, 256}, texts.emplace_back())) return false;
    }
  } else if (value.is_given) {
    std::string_view rest = *text_of(value);
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      texts.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  } else {
    return at.refuse(value, must_be("a list of texts", value));
  }
  if (texts.size() > static_cast<std::size_t>(range.most)) {
    return at.refuse(value, "must be " + words_of<std::vector<std::string>>(range));
  }
  out = std::move(texts);
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, HostPort& out) {
  const std::string* text = text_of(value);
  const std::size_t colon = text == nullptr ? std::string::npos : text->rfind(':');
  HostPort found;
  if (colon == std::string::npos || !parse_host(text->substr(0, colon), found.host) ||
      !parse_port(text->substr(colon + 1), found.port)) {
    return at.refuse(value, must_be(words_of<HostPort>(range), value));
  }
  out = found;
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, Ratio& out) {
  int128 raw = 0;
  if (!read_decimal(at, value, range, words_of<Ratio>(range), raw)) return false;
  out = Ratio::from_raw(static_cast<std::int64_t>(raw));
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, std::optional<Ratio>& out) {
  Ratio found;
  if (!read_value(at, value, range, found)) return false;
  out = found;
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, Money& out) {
  return read_decimal(at, value, range, words_of<Money>(range), out.raw);
}

bool read_value(const Reading& at, const Value& value, Range range, Currency& out) {
  const std::string* text = text_of(value);
  const auto currency = text == nullptr ? std::nullopt : Currency::parse(*text);
  if (!currency) return at.refuse(value, must_be(words_of<Currency>(range), value));
  out = *currency;
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, std::optional<TimeNs>& out) {
  const bool has_text = value.is(ValueKind::Time) || value.is(ValueKind::Text);
  const auto time = has_text ? json::parse_time(value.text) : std::nullopt;
  if (!time || time->ns % 1'000'000 != 0) {
    return at.refuse(value, must_be(words_of<std::optional<TimeNs>>(range), value));
  }
  out = time;
  return true;
}

bool read_value(const Reading& at, const Value& value, Range range, std::optional<TimeOfDay>& out) {
  const std::string& text = value.text;
  const auto number = [&text](std::size_t i) {
    const auto digit = [&](char c) { return c >= '0' && c <= '9' ? c - '0' : 100; };
    return digit(text[i]) * 10 + digit(text[i + 1]);
  };
  const bool is_time = value.is(ValueKind::Text) && text.size() == 5 && text[2] == ':' &&
                       number(0) < 24 && number(3) < 60;
  if (!is_time) return at.refuse(value, must_be(words_of<std::optional<TimeOfDay>>(range), value));
  out = TimeOfDay{std::chrono::hours{number(0)} + std::chrono::minutes{number(3)}};
  return true;
}

bool read_integer(const Reading& at, const Value& value, Range range, std::int64_t& out) {
  std::int64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  if (!value.is(ValueKind::Integer) ||
      std::from_chars(value.text.data(), end, number).ec != std::errc{} || number < range.least ||
      number > range.most) {
    return at.refuse(value, must_be(whole_number_words(range), value));
  }
  out = number;
  return true;
}

bool read_name(const Reading& at, const Value& value, const std::string_view* names,
               std::size_t count, std::size_t& out) {
  const std::string* text = text_of(value);
  const std::string_view* found =
      text == nullptr ? names + count : std::find(names, names + count, *text);
  if (found == names + count) return at.refuse(value, must_be(name_words(names, count), value));
  out = static_cast<std::size_t>(found - names);
  return true;
}

std::string toml_of(bool value) { return value ? "true" : "false"; }

std::string toml_of(const std::string& value) {
  std::string text;
  json::append_quoted(text, value);
  return text;
}

std::string toml_of(const std::vector<std::string>& value) {
  std::string text = "[";
  for (const std::string& item : value) text += (text.size() > 1 ? ", " : "") + toml_of(item);
  return text + "]";
}

std::string toml_of(const HostPort& value) { return '"' + value.text() + '"'; }
std::string toml_of(Ratio value) { return decimal_text(value.raw); }
std::string toml_of(const std::optional<Ratio>& value) {
  return value ? toml_of(*value) : std::string();
}
std::string toml_of(Money value) { return decimal_text(value.raw); }
std::string toml_of(Currency value) { return '"' + std::string(CurrencyText(value).view()) + '"'; }

std::string toml_of(const std::optional<TimeNs>& value) {
  std::string text;
  if (value) json::append_time(text, *value);
  return text;
}

std::string toml_of(const std::optional<TimeOfDay>& value) {
  if (!value) return {};
  const auto two = [](std::int64_t number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  const std::int64_t minutes = value->after_midnight.count();
  return '"' + two(minutes / 60) + ':' + two(minutes % 60) + '"';
}

std::string whole_number_words(Range range) {
  return "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string name_words(const std::string_view* names, std::size_t count) {
  std::string words;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) words += i + 1 == count ? " or " : ", ";
    words += '"' + std::string(names[i]) + '"';
  }
  return words;
}

}  // namespace tribook::config
