#include "client/command.h"

namespace tribook::client {
namespace {

constexpr std::size_t kColumnsMax = 80;

// The next word; brackets are words of their own.
std::string_view take_token(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const bool is_bracket = text.starts_with('[') || text.starts_with(']');
  const std::string_view token = text.substr(0, is_bracket ? 1 : text.find_first_of(" []"));
  text.remove_prefix(token.size());
  return token;
}

// The end of the piece that must stay on one line: a word, or a bracket with all in it.
std::size_t end_of_piece(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == ' ' && depth == 0) return i;
  }
  return text.size();
}

}  // namespace

Syntax parse_usage(std::string_view usage) {
  Syntax syntax;
  int depth = 0;
  std::string_view token = take_token(usage);
  while (!token.empty()) {
    std::string_view next = take_token(usage);
    if (token == "[") {
      ++depth;
    } else if (token == "]") {
      --depth;
    } else if (token.starts_with("--")) {
      const bool has_value = !next.empty() && next != "[" && next != "]" && !next.starts_with("--");
      (has_value ? syntax.valued : syntax.flags).push_back(token);
      if (has_value) next = take_token(usage);
    } else {
      if (depth == 0) syntax.required.push_back(token);
      syntax.words_max = token.ends_with("...") ? kWordsMax : syntax.words_max + 1;
    }
    token = next;
  }
  return syntax;
}

std::string whole_usage(const Command& command) {
  std::string usage(command.usage);
  const auto add = [&usage](std::string_view more) {
    if (!usage.empty()) usage += ' ';
    usage += more;
  };
  if ((command.also & kLists) != 0) add("[--limit N] [--cursor C] [--all-pages]");
  if ((command.also & kAccount) != 0) add("[--account ID]");
  if ((command.also & kPlain) == 0) add("[--json]");
  add("[--session FILE] [--timeout SECONDS]");
  return usage;
}

std::string usage_text(const Command& command) {
  std::string out = "usage: tribook client " + std::string(command.name);
  const std::string usage = whole_usage(command);
  std::string_view rest = usage;
  std::size_t column = out.size();
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, end_of_piece(rest));
    rest.remove_prefix(piece.size());
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    if (column + 1 + piece.size() > kColumnsMax) {
      out += "\n      ";
      column = 6;
    }
    out += ' ';
    out += piece;
    column += 1 + piece.size();
  }
  return out + "\n";
}

}  // namespace tribook::client
