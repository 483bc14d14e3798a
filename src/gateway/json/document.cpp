#include "gateway/json/document.h"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

#include "tribook/domain/decimal.h"

// simdjson's on-demand parser finds the tokens; walking over every one of them here is what makes
// the check complete, since it looks closely only at what it is asked for.

namespace tribook::json {
namespace {

namespace od = simdjson::ondemand;

constexpr std::size_t kFewKeys = 24;  // below it, comparing all pairs is quicker than sorting

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' ||
                           text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "true or false";
    case Kind::Number:
      return "a number";
    case Kind::String:
      return "a string";
    case Kind::Array:
      return "an array";
    case Kind::Object:
      return "an object";
  }
  return {};
}

struct Document::Core {
  od::parser parser;
  std::vector<char> padded;
  std::vector<std::string_view> keys;
};

Document::Document() : core_(std::make_unique<Core>()) {}
Document::~Document() = default;

class Document::Walker {
 public:
  Walker(Document& target, od::document& source) : target_(target), source_(source) {}

  bool root() {
    od::json_type type{};
    if (source_.type().get(type) != simdjson::SUCCESS) return malformed();
    const std::uint32_t index = open(kind_of(type), {});
    if (type == od::json_type::object) {
      od::object object;
      if (source_.get_object().get(object) != simdjson::SUCCESS) return malformed();
      if (!members(object, index, 1)) return false;
    } else if (type == od::json_type::array) {
      od::array array;
      if (source_.get_array().get(array) != simdjson::SUCCESS) return malformed();
      if (!elements(array, 1)) return false;
    } else {
      return refuse("the body must be a JSON object or array");
    }
    close(index);
    const char* rest = nullptr;
    const bool at_end = source_.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
    return at_end || refuse("the body goes on after its JSON value");
  }

 private:
  static Kind kind_of(od::json_type type) {
    switch (type) {
      case od::json_type::array:
        return Kind::Array;
      case od::json_type::object:
        return Kind::Object;
      case od::json_type::number:
        return Kind::Number;
      case od::json_type::string:
        return Kind::String;
      case od::json_type::boolean:
        return Kind::Boolean;
      case od::json_type::null:
        return Kind::Null;
    }
    return Kind::Null;
  }

  bool refuse(std::string_view why) {
    target_.problem_ = why;
    return false;
  }
  bool malformed() { return refuse("the body is not well-formed JSON"); }

  std::uint32_t open(Kind kind, std::string_view key) {
    Node node;
    node.kind = kind;
    node.key = key;
    target_.nodes_.push_back(node);
    return static_cast<std::uint32_t>(target_.nodes_.size() - 1);
  }
  void close(std::uint32_t index) {
    target_.nodes_[index].next = static_cast<std::uint32_t>(target_.nodes_.size());
  }

  bool value(od::value& value, std::string_view key, std::size_t depth) {
    if (target_.nodes_.size() == kValuesMax) return refuse("the body has too many values");
    od::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return malformed();
    const std::string_view token = trim(value.raw_json_token());
    const std::uint32_t index = open(kind_of(type), key);
    if (type != od::json_type::object && type != od::json_type::array) {
      target_.nodes_[index].raw = token;
      close(index);
      return scalar(value, type, target_.nodes_[index]);
    }
    if (depth == kDepthMax) return refuse("the body is nested too deeply");
    if (!composite(value, type, index, depth + 1)) return false;
    // What was read ends before the next token; there is one, since the root is open.
    const char* end = nullptr;
    if (source_.current_location().get(end) != simdjson::SUCCESS) return malformed();
    target_.nodes_[index].raw = trim({token.data(), static_cast<std::size_t>(end - token.data())});
    close(index);
    return true;
  }

  bool composite(od::value& value, od::json_type type, std::uint32_t index, std::size_t depth) {
    if (type == od::json_type::object) {
      od::object object;
      return value.get_object().get(object) == simdjson::SUCCESS ? members(object, index, depth)
                                                                 : malformed();
    }
    od::array array;
    return value.get_array().get(array) == simdjson::SUCCESS ? elements(array, depth) : malformed();
  }

  bool scalar(od::value& value, od::json_type type, Node& node) {
    switch (type) {
      case od::json_type::string:
        return value.get_string().get(node.text) == simdjson::SUCCESS || malformed();
      case od::json_type::boolean:
        return value.get_bool().get(node.flag) == simdjson::SUCCESS || malformed();
      case od::json_type::null: {
        bool null = false;
        return (value.is_null().get(null) == simdjson::SUCCESS && null) || malformed();
      }
      case od::json_type::number:
        // Left unread: the iteration steps over it, and its value as a double is of no interest.
        node.text = node.raw;
        return parse_decimal(node.text).error != DecimalError::Syntax || malformed();
      case od::json_type::array:
      case od::json_type::object:
        break;
    }
    return malformed();
  }

  bool elements(od::array& array, std::size_t depth) {
    for (auto element : array) {
      od::value inner;
      if (std::move(element).get(inner) != simdjson::SUCCESS) return malformed();
      if (!value(inner, {}, depth)) return false;
    }
    return true;
  }

  bool members(od::object& object, std::uint32_t index, std::size_t depth) {
    for (auto result : object) {
      od::field field;
      std::string_view key;
      if (std::move(result).get(field) != simdjson::SUCCESS) return malformed();
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return malformed();
      if (!value(field.value(), key, depth)) return false;
    }
    close(index);
    return keys_differ(index);
  }

  bool keys_differ(std::uint32_t index) {
    auto& keys = target_.core_->keys;
    keys.clear();
    for (const Value member : Value(target_, index)) keys.push_back(member.key());
    if (keys.size() > kFewKeys) {
      std::sort(keys.begin(), keys.end());
      const auto twice = std::adjacent_find(keys.begin(), keys.end());
      return twice == keys.end() || duplicate(*twice);
    }
    for (std::size_t i = 1; i < keys.size(); ++i) {
      if (std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
          keys.begin() + static_cast<std::ptrdiff_t>(i)) {
        return duplicate(keys[i]);
      }
    }
    return true;
  }

  bool duplicate(std::string_view key) {
    constexpr std::size_t shown_max = 64;
    target_.problem_ = "the key \"";
    target_.problem_ += key.substr(0, shown_max);
    target_.problem_ += "\" stands twice in one object";
    return false;
  }

  Document& target_;
  od::document& source_;
};

bool Document::parse(std::string_view body) {
  nodes_.clear();
  problem_.clear();
  if (body.size() > kBodyMax) {
    problem_ = "the body is larger than allowed";
    return false;
  }
  auto& padded = core_->padded;
  if (padded.size() < body.size() + simdjson::SIMDJSON_PADDING) {
    padded.resize(body.size() + simdjson::SIMDJSON_PADDING);
  }
  if (!body.empty()) std::memcpy(padded.data(), body.data(), body.size());
  std::memset(padded.data() + body.size(), 0, simdjson::SIMDJSON_PADDING);
  od::document source;
  const auto error = core_->parser.iterate(padded.data(), body.size(), padded.size()).get(source);
  if (error == simdjson::SUCCESS) return Walker(*this, source).root();
  problem_ = error == simdjson::EMPTY        ? "the body is empty"
             : error == simdjson::UTF8_ERROR ? "the body is not valid UTF-8"
                                             : "the body is not well-formed JSON";
  return false;
}

}  // namespace tribook::json
