#include "config/symbol_text.h"

#include <algorithm>
#include <cctype>

#include "gateway/json/writer.h"

namespace tribook::config {
namespace {

bool append_items(const Reading& at, const Value& value, std::string& json) {
  const bool is_table = value.is(ValueKind::Table);
  json += is_table ? '{' : '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i != 0) json += ',';
    if (is_table) {
      json::append_quoted(json, value.names[i]);
      json += ':';
    }
    const std::string name = is_table ? "." + value.names[i] : "[" + std::to_string(i) + "]";
    const Reading inside{at.key + name, at.problems, at.without_effect};
    if (!append_json(inside, value.items[i], json)) return false;
  }
  json += is_table ? '}' : ']';
  return true;
}

// Goes over JSON token by token.
class Scanner {
 public:
  explicit Scanner(std::string_view json) : rest_(json) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::string_view next() {
    std::size_t size = 1;
    if (rest_.front() == '"') {
      while (rest_[size] != '"') size += rest_[size] == '\\' ? 2U : 1U;
      ++size;
    } else if (kPunctuation.find(rest_.front()) == std::string_view::npos) {
      size = std::min(rest_.find_first_of(kPunctuation), rest_.size());
    }
    const std::string_view token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }

 private:
  static constexpr std::string_view kPunctuation = "{}[]:,";
  std::string_view rest_;
};

// A JSON text is a TOML text but for one character.
std::string text_token(std::string_view token) {
  std::string text;
  for (const char c : token) {
    if (c == '\x7F') {
      text += "\\u007f";
    } else {
      text += c;
    }
  }
  return text;
}

// A key without its quotes where TOML needs none.
std::string bare(const std::string& token) {
  const std::string name = token.substr(1, token.size() - 2);
  const bool is_bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  return is_bare ? name : token;
}

}  // namespace

bool append_json(const Reading& at, const Value& value, std::string& json) {
  switch (value.kind) {
    case ValueKind::List:
    case ValueKind::Table:
      return append_items(at, value, json);
    case ValueKind::Text:
    case ValueKind::Time:
      json::append_quoted(json, value.text);
      return true;
    case ValueKind::Decimal:
      if (value.text == "nan" || value.text == "inf") return at.refuse(value, "must be a number");
      break;
    default:
      break;
  }
  json += value.text;
  return true;
}

std::string toml_of_json(std::string_view json) {
  std::string toml;
  std::string last;  // a text, which may turn out to be a key
  int depth = 0;
  for (Scanner scanner(json); !scanner.at_end();) {
    const std::string_view token = scanner.next();
    if (token == ":") {
      toml += bare(last) + " = ";
      last.clear();
      continue;
    }
    toml += last;
    last.clear();
    const char c = token.front();
    if (c == '}' || c == ']') --depth;
    if (c == '"') {
      last = text_token(token);
    } else if (c == ',') {
      toml += depth == 1 ? "\n" : ", ";
    } else if (depth > 0) {
      toml += token;
    }
    if (c == '{' || c == '[') ++depth;
  }
  return toml + last + "\n";
}

}  // namespace tribook::config
