#include "config/toml_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <toml++/toml.h>

// A decimal number must come out as it went in, but the library hands it over as a double. So its
// characters are taken from the text, at the place the library tells; that they are this number is
// checked. Where they cannot be found, the shortest text that gives the same double stands in.

namespace tribook::config {
namespace {

std::string shortest_text(double number) {
  // Fixed notation of a double has at most 309 digits before the point, or 324 + 17 after it.
  std::array<char, 400> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return result.ec == std::errc{} ? std::string(buffer.data(), result.ptr) : std::string("inf");
}

// The text of a document by line and column, which counts characters and not bytes.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    lines_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n') lines_.push_back(i + 1);
    }
  }

  [[nodiscard]] std::string decimal(const toml::source_position& at, double number) const {
    if (!std::isfinite(number)) return std::isnan(number) ? "nan" : "inf";
    std::string text = number_at(at);
    double same = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), same);
    const bool is_same = result.ec == std::errc{} && result.ptr == text.data() + text.size() &&
                         !(same < number) && !(same > number);
    return is_same ? text : shortest_text(number);
  }

 private:
  // The number there without underscores and plus sign.
  [[nodiscard]] std::string number_at(const toml::source_position& at) const {
    if (at.line == 0 || at.line > lines_.size() || at.column == 0) return {};
    std::size_t offset = lines_[at.line - 1];
    for (auto column = at.column; column > 1 && offset < text_.size(); --column) {
      do {
        ++offset;
      } while (offset < text_.size() && (static_cast<unsigned char>(text_[offset]) & 0xC0) == 0x80);
    }
    std::string number;
    const std::size_t first = offset;
    for (; offset < text_.size(); ++offset) {
      const char c = text_[offset];
      if (c == '_' || (c == '+' && offset == first)) continue;
      if (std::string_view("0123456789+-.eE").find(c) == std::string_view::npos) break;
      number += c;
    }
    return number;
  }

  std::string_view text_;
  std::vector<std::size_t> lines_;
};

class Converter {
 public:
  Converter(std::string_view text, std::uint32_t source, Problems& problems)
      : text_(text), source_(source), problems_(problems) {}

  Value convert(const toml::node& node, int depth = 0) {
    Value value;
    value.location = {source_, line_of(node)};
    if (const auto* table = node.as_table()) {
      value.kind = ValueKind::Table;
      if (is_too_deep(value, depth)) return value;
      for (const auto& [name, item] : *table)
        add(value, std::string(name.str()), name, item, depth);
    } else if (const auto* list = node.as_array()) {
      value.kind = ValueKind::List;
      if (is_too_deep(value, depth)) return value;
      for (const auto& item : *list) value.items.push_back(convert(item, depth + 1));
    } else {
      scalar(node, value);
    }
    return value;
  }

 private:
  static std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

  void add(Value& table, std::string name, const toml::key& key, const toml::node& node,
           int depth) {
    Value item = convert(node, depth + 1);
    // A key's own line is the better one; that of a table may be the line of a table within it.
    if (key.source().begin.line != 0) item.location.line = key.source().begin.line;
    table.names.push_back(std::move(name));
    table.items.push_back(std::move(item));
  }

  bool is_too_deep(const Value& value, int depth) {
    if (depth < kDepthMax) return false;
    problems_.report(value.location, "", "tables and lists are nested too deep");
    return true;
  }

  void scalar(const toml::node& node, Value& value) const {
    if (const auto* text = node.as_string()) {
      value.kind = ValueKind::Text;
      value.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
      value.kind = ValueKind::Integer;
      value.text = std::to_string(integer->get());
    } else if (const auto* number = node.as_floating_point()) {
      value.kind = ValueKind::Decimal;
      value.text = text_.decimal(node.source().begin, number->get());
    } else if (const auto* boolean = node.as_boolean()) {
      value.kind = ValueKind::Boolean;
      value.text = boolean->get() ? "true" : "false";
    } else {
      std::ostringstream out;
      if (const auto* date = node.as_date()) out << date->get();
      if (const auto* time = node.as_time()) out << time->get();
      if (const auto* date_time = node.as_date_time()) out << date_time->get();
      value.kind = ValueKind::Time;
      value.text = out.str();
    }
  }

  Text text_;
  std::uint32_t source_;
  Problems& problems_;
};

}  // namespace

Value parse_toml(std::string_view text, std::uint32_t source, Problems& problems) {
  try {
    const toml::table table = toml::parse(text);
    return Converter(text, source, problems).convert(table);
  } catch (const toml::parse_error& error) {
    problems.report({source, error.source().begin.line}, "", error.description());
  }
  Value empty;
  empty.location.source = source;
  return empty;
}

Value parse_given(std::string_view text, std::uint32_t source, Problems& problems) {
  const std::string document = "value = " + std::string(text) + "\n";
  Value value;
  value.kind = ValueKind::Text;
  value.text = text;
  try {
    const toml::table table = toml::parse(document);
    const toml::node* node = table.get("value");
    if (table.size() == 1 && node != nullptr) {
      value = Converter(document, source, problems).convert(*node);
    }
  } catch (const toml::parse_error&) {
    // Not a TOML value: a text.
  }
  value.is_given = true;
  value.given = text;
  value.location = {source, 0};
  return value;
}

}  // namespace tribook::config
