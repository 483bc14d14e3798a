#include "gateway/site/negotiation.h"

#include <algorithm>
#include <optional>

namespace tribook::site {
namespace {

constexpr unsigned kMost = 1000;
/// What is not spoken of is taken when nothing else is wanted.
constexpr unsigned kLeast = 1;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Takes the text before the first `separator` off the front.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return trim(part);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// `name` is in lower case.
bool is_named(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// "0.25" -> 250: a digit, and at most three after the point.
std::optional<unsigned> read_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned weight = text[0] == '1' ? kMost : 0;
  unsigned place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    weight += static_cast<unsigned>(digit - '0') * place;
    place /= 10;
  }
  if (weight > kMost) return std::nullopt;
  return weight;
}

/// The weight among an element's parameters, 1 if there is none.
std::optional<unsigned> find_weight(std::string_view parameters) {
  std::optional<unsigned> weight = kMost;
  while (!parameters.empty()) {
    std::string_view value = take(parameters, ';');
    if (is_named(take(value, '='), "q")) weight = read_weight(trim(value));
  }
  return weight;
}

}  // namespace

Preferences read_accept_encoding(std::string_view accept_encoding) {
  std::optional<unsigned> identity;
  std::optional<unsigned> gzip;
  std::optional<unsigned> brotli;
  std::optional<unsigned> others;
  while (!accept_encoding.empty()) {
    std::string_view element = take(accept_encoding, ',');
    const std::string_view coding = take(element, ';');
    const std::optional<unsigned> weight = find_weight(element);
    if (!weight) continue;
    if (is_named(coding, "identity")) identity = weight;
    if (is_named(coding, "gzip") || is_named(coding, "x-gzip")) gzip = weight;
    if (is_named(coding, "br")) brotli = weight;
    if (coding == "*") others = weight;
  }
  Preferences preferences;
  preferences.identity = identity.value_or(others.value_or(kLeast));
  preferences.gzip = gzip.value_or(others.value_or(0));
  preferences.brotli = brotli.value_or(others.value_or(0));
  return preferences;
}

bool has_copy(std::string_view if_none_match, std::string_view entity_tag) {
  std::string_view rest = trim(if_none_match);
  if (rest == "*") return true;
  while (!rest.empty()) {
    // Weak or strong: the comparison of If-None-Match is the weak one.
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    if (!rest.starts_with('"')) return false;
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (rest.substr(0, end + 1) == entity_tag) return true;
    rest = trim(rest.substr(end + 1));
    if (!rest.empty() && rest[0] != ',') return false;
    while (!rest.empty() && rest[0] == ',') rest = trim(rest.substr(1));
  }
  return false;
}

}  // namespace tribook::site
