#include "gateway/auth/flat_json.h"

#include <charconv>

namespace tribook::auth {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool at_end() {
    skip_space();
    return rest_.empty();
  }

  bool value(FlatMember& member) {
    skip_space();
    member.is_string = !rest_.empty() && rest_.front() == '"';
    return member.is_string ? string(member.text) : integer(member.number);
  }

  bool string(std::string& out) {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out.push_back(c);
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' ||
                              rest_.front() == '\n' || rest_.front() == '\r')) {
      rest_.remove_prefix(1);
    }
  }

  bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out.push_back(c);
        return true;
      case 'b':
        out.push_back('\b');
        return true;
      case 'f':
        out.push_back('\f');
        return true;
      case 'n':
        out.push_back('\n');
        return true;
      case 'r':
        out.push_back('\r');
        return true;
      case 't':
        out.push_back('\t');
        return true;
      case 'u':
        return unicode(out);
      default:
        return false;
    }
  }

  /// ASCII only: we write nothing else this way.
  bool unicode(std::string& out) {
    unsigned value = 0;
    if (rest_.size() < 4) return false;
    const auto result = std::from_chars(rest_.data(), rest_.data() + 4, value, 16);
    if (result.ptr != rest_.data() + 4 || value == 0 || value > 0x7F) return false;
    rest_.remove_prefix(4);
    out.push_back(static_cast<char>(value));
    return true;
  }

  bool integer(std::int64_t& out) {
    const std::string_view digits = rest_.starts_with('-') ? rest_.substr(1) : rest_;
    if (digits.empty() || digits.front() < '0' || digits.front() > '9') return false;
    if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
    const auto result = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (result.ec != std::errc{}) return false;
    rest_.remove_prefix(static_cast<std::size_t>(result.ptr - rest_.data()));
    return true;  // a fraction or exponent that follows is no ',' and no '}'
  }

  std::string_view rest_;
};

}  // namespace

std::optional<FlatObject> FlatObject::parse(std::string_view json) {
  FlatObject object;
  Reader reader(json);
  if (!reader.take('{')) return std::nullopt;
  if (reader.take('}')) return reader.at_end() ? std::optional(object) : std::nullopt;
  do {
    FlatMember member;
    if (object.members_.size() == kMaxMembers) return std::nullopt;
    if (!reader.string(member.key) || !reader.take(':') || !reader.value(member)) {
      return std::nullopt;
    }
    if (object.has(member.key)) return std::nullopt;
    object.members_.push_back(std::move(member));
  } while (reader.take(','));
  if (!reader.take('}') || !reader.at_end()) return std::nullopt;
  return object;
}

const FlatMember* FlatObject::find(std::string_view key) const {
  for (const FlatMember& member : members_) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

const std::string* FlatObject::text(std::string_view key) const {
  const FlatMember* member = find(key);
  return member != nullptr && member->is_string ? &member->text : nullptr;
}

const std::int64_t* FlatObject::number(std::string_view key) const {
  const FlatMember* member = find(key);
  return member != nullptr && !member->is_string ? &member->number : nullptr;
}

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace tribook::auth
