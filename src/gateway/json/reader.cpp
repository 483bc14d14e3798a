#include "gateway/json/reader.h"

#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"

namespace tribook::json {

void Reader::fail(std::string_view field, std::string_view what) {
  if (!ok()) return;
  problem_ = path_;
  if (!problem_.empty() && !field.empty()) problem_ += '.';
  problem_ += field;
  if (problem_.empty()) problem_ = "the body";
  problem_ += ' ';
  problem_ += what;
}

void Reader::enter(std::string_view field) {
  marks_.push_back(path_.size());
  if (!path_.empty()) path_ += '.';
  path_ += field;
}

void Reader::enter(std::size_t index) {
  marks_.push_back(path_.size());
  path_ += '[';
  path_ += std::to_string(index);
  path_ += ']';
}

void Reader::leave() {
  TB_ASSERT(!marks_.empty());
  path_.resize(marks_.back());
  marks_.pop_back();
}

bool Reader::expect(Value value, Kind kind) {
  if (value.kind() == kind) return true;
  std::string what("must be ");
  what += describe(kind);
  fail(value, what);
  return false;
}

bool Reader::read_decimal(Value value, int128& raw, int128 limit) {
  if (!ok() || value.is_null()) return false;
  if (value.kind() != Kind::Number && value.kind() != Kind::String) {
    fail(value, "must be a number");
    return false;
  }
  const DecimalResult result = parse_decimal(value.text());
  switch (result.error) {
    case DecimalError::None:
      break;
    case DecimalError::Syntax:
      fail(value, "must be a number");
      return false;
    case DecimalError::TooPrecise:
      fail(value, "has more than 8 decimals");
      return false;
    case DecimalError::TooLarge:
      fail(value, "is out of range");
      return false;
  }
  if (magnitude(result.raw) > static_cast<uint128>(limit)) {
    fail(value, "is out of range");
    return false;
  }
  raw = result.raw;
  return true;
}

template <typename Fixed>
void Reader::fixed(Value value, Fixed& out) {
  int128 raw = 0;
  if (read_decimal(value, raw, kMaxFixedRaw)) out.raw = static_cast<std::int64_t>(raw);
}

void Reader::price(Value value, Price& out) { fixed(value, out); }
void Reader::volume(Value value, Volume& out) { fixed(value, out); }
void Reader::quantity(Value value, Quantity& out) { fixed(value, out); }
void Reader::ratio(Value value, Ratio& out) { fixed(value, out); }

void Reader::money(Value value, Money& out) {
  int128 raw = 0;
  if (read_decimal(value, raw, kMaxMoney.raw)) out.raw = raw;
}

bool Reader::read_integer(Value value, std::int64_t& out, std::int64_t low, std::int64_t high) {
  int128 raw = 0;
  if (!read_decimal(value, raw, kMaxMoney.raw)) return false;
  if (raw % kFixedOne != 0) {
    fail(value, "must be a whole number");
    return false;
  }
  const int128 whole = raw / kFixedOne;
  if (whole < low || whole > high) {
    fail(value, "must be " + std::to_string(low) + " to " + std::to_string(high));
    return false;
  }
  out = static_cast<std::int64_t>(whole);
  return true;
}

void Reader::boolean(Value value, bool& out) {
  if (!ok() || value.is_null()) return;
  if (expect(value, Kind::Boolean)) out = value.boolean();
}

bool Reader::read_text(Value value, std::string_view& out) {
  if (!ok() || value.is_null() || !expect(value, Kind::String)) return false;
  for (const char c : value.text()) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fail(value, "must not contain control characters");
      return false;
    }
  }
  out = value.text();
  return true;
}

void Reader::text(Value value, std::string_view& out, std::size_t bytes_max) {
  std::string_view text;
  if (!read_text(value, text)) return;
  if (text.size() > bytes_max) {
    fail(value, "is longer than " + std::to_string(bytes_max) + " bytes");
    return;
  }
  out = text;
}

void Reader::currency(Value value, Currency& out) {
  std::string_view text;
  if (!read_text(value, text)) return;
  if (const auto currency = Currency::parse(text)) {
    out = *currency;
  } else {
    fail(value, "must be a 2 to 8 letter code in capitals");
  }
}

void Reader::refuse_name(Value value, const std::string_view* names, std::size_t count) {
  std::string what("must be one of");
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i].empty()) continue;
    what += ' ';
    what += names[i];
  }
  fail(value, what);
}

}  // namespace tribook::json
