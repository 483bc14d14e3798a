#include "client/answer.h"

#include <optional>

#include "client/failure.h"
#include "client/text_width.h"

namespace tribook::client {
namespace {

using json::Kind;

constexpr int kNestingMax = 4;  // deeper values are shown as they are

std::optional<json::Value> member(json::Value object, std::string_view key) {
  for (const json::Value value : object) {
    if (value.key() == key) return value;
  }
  return std::nullopt;
}

void add_members(Table& table, json::Value object, const std::string& path, int depth) {
  for (const json::Value value : object) {
    const std::string name = path + std::string(value.key());
    if (value.kind() == Kind::Object && depth < kNestingMax) {
      add_members(table, value, name + ".", depth + 1);
      continue;
    }
    Cell cell = cell_of(value);
    cell.kind = cell.kind == Cell::Kind::Number ? Cell::Kind::Text : cell.kind;  // all to the left
    table.add_row({{name}, cell});
  }
}

}  // namespace

void read_answer(json::Document& document, std::string_view body) {
  if (body.size() > json::kBodyMax) {
    throw Failure("the answer is larger than 1 MiB: ask for less with --limit, or use --json");
  }
  if (!document.parse(body)) {
    throw Failure("the answer is not tribook's (" + std::string(document.problem()) +
                  "): check the address given at the login");
  }
}

std::string member_text(json::Value object, std::string_view key) {
  const auto value = member(object, key);
  if (!value || value->is_null()) return {};
  const bool is_text = value->kind() == Kind::String;
  return std::string(is_text ? value->text() : value->raw());
}

Cell cell_of(json::Value value) {
  switch (value.kind()) {
    case Kind::Null:
      return {"", Cell::Kind::Nothing};
    case Kind::Number:
      return {std::string(value.raw()), Cell::Kind::Number};
    case Kind::String:
      return {std::string(value.text()), Cell::Kind::Text};
    case Kind::Boolean:
    case Kind::Array:
    case Kind::Object:
      break;
  }
  return {std::string(value.raw()), Cell::Kind::Text};
}

Cell cell_of(json::Value object, std::string_view key) {
  const auto value = member(object, key);
  return value ? cell_of(*value) : Cell{"", Cell::Kind::Nothing};
}

std::string record_text(std::string_view body, bool has_colour) {
  json::Document document;
  read_answer(document, body);
  Table table({"", ""});
  add_members(table, document.root(), "", 0);
  const std::string text = table.text(has_colour);
  return text.substr(text.find('\n') + 1);  // without headers
}

std::string problem_sentence(std::string_view body, std::string& code) {
  json::Document document;
  if (!document.parse(body) || document.root().kind() != Kind::Object) return {};
  code = member_text(document.root(), "code");
  if (code.empty()) return {};
  std::string sentence = code + ": " + member_text(document.root(), "detail");
  const std::string order = member_text(document.root(), "orderId");
  if (!order.empty()) {
    sentence += " (order " + order + " " + member_text(document.root(), "orderStatus") + ")";
  }
  return printable(sentence);
}

}  // namespace tribook::client
