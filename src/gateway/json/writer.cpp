#include "gateway/json/writer.h"

#include "gateway/json/time_text.h"
#include "tribook/domain/decimal.h"

namespace tribook::json {
namespace {

// 10^(8 - digits): what a number with that many decimals is a multiple of.
bool has_at_most(int128 raw, int digits) {
  int128 unit = 1;
  for (; digits < kFixedDigits; ++digits) unit *= 10;
  return raw % unit == 0;
}

void append(std::string& out, int128 raw, int digits) {
  char text[kDecimalTextMax];
  const bool exact = digits >= 0 && has_at_most(raw, digits);
  const char* end = exact ? format_decimal(text, raw, digits) : format_decimal(text, raw);
  out.append(text, static_cast<std::size_t>(end - text));
}

}  // namespace

void append_decimal(std::string& out, int128 raw) { append(out, raw, -1); }

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void Writer::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

void Writer::key(std::string_view key) {
  separate();
  out_ += '"';
  out_ += key;
  out_ += "\":";
}

Writer& Writer::begin_object() {
  separate();
  out_ += '{';
  first_ = true;
  return *this;
}

Writer& Writer::begin_object(std::string_view name) {
  key(name);
  out_ += '{';
  first_ = true;
  return *this;
}

Writer& Writer::end_object() {
  out_ += '}';
  first_ = false;
  return *this;
}

Writer& Writer::begin_array() {
  separate();
  out_ += '[';
  first_ = true;
  return *this;
}

Writer& Writer::begin_array(std::string_view name) {
  key(name);
  out_ += '[';
  first_ = true;
  return *this;
}

Writer& Writer::end_array() {
  out_ += ']';
  first_ = false;
  return *this;
}

Writer& Writer::field(std::string_view name, std::string_view text) {
  key(name);
  append_quoted(out_, text);
  return *this;
}

Writer& Writer::field(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::decimal(std::string_view name, int128 raw, int digits) {
  key(name);
  append(out_, raw, digits);
  return *this;
}

Writer& Writer::field(std::string_view name, Money value, int digits) {
  return decimal(name, value.raw, digits);
}

Writer& Writer::field(std::string_view name, Price value, int digits) {
  return decimal(name, value.raw, digits);
}

Writer& Writer::field(std::string_view name, TimeNs time) {
  key(name);
  out_ += '"';
  append_time(out_, time);
  out_ += '"';
  return *this;
}

Writer& Writer::null(std::string_view name) {
  key(name);
  out_ += "null";
  return *this;
}

Writer& Writer::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
  return *this;
}

Writer& Writer::price_or_null(std::string_view name, Price value) {
  return value.is_zero() ? null(name) : field(name, value);
}

Writer& Writer::text_or_null(std::string_view name, std::string_view text) {
  return text.empty() ? null(name) : field(name, text);
}

Writer& Writer::element(std::string_view text) {
  separate();
  append_quoted(out_, text);
  return *this;
}

Writer& Writer::element_integer(std::int64_t value) {
  separate();
  append(out_, static_cast<int128>(value) * kFixedOne, 0);
  return *this;
}

Writer& Writer::element(Ratio value) {
  separate();
  append(out_, value.raw, kAsNeeded);
  return *this;
}

}  // namespace tribook::json
