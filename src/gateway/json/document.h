#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// JSON as the edge takes it. A body is read whole, and refused whole: bad UTF-8, a key twice in one
// object, junk after the end, too deep, too many values. What is left is a flat list of values in
// the order of the text, over which callers iterate; numbers stay the text they were.

namespace tribook::json {

inline constexpr std::size_t kBodyMax = std::size_t{1} << 20;
inline constexpr std::size_t kDepthMax = 24;
inline constexpr std::size_t kValuesMax = 200'000;

enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

/// "a number", for sentences.
std::string_view describe(Kind kind);

class Document;

/// One value of a document; as long-lived as the document's next parse.
class Value {
 public:
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::Null; }
  /// Name of a member, unescaped; empty for elements.
  [[nodiscard]] std::string_view key() const;
  /// Of a String the unescaped text, of a Number its token.
  [[nodiscard]] std::string_view text() const;
  /// REQUIRES: Boolean.
  [[nodiscard]] bool boolean() const;
  /// The value as it stands in the body.
  [[nodiscard]] std::string_view raw() const;

  class Iterator;
  /// Members or elements, in order; none for scalars.
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  friend class Document;
  Value(const Document& document, std::uint32_t index) : document_(&document), index_(index) {}

  const Document* document_;
  std::uint32_t index_;
};

/// Reads one body after another into the same memory. One thread.
class Document {
 public:
  Document();
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// False when the body is refused; problem() then says why. An array or an object is wanted.
  bool parse(std::string_view body);
  [[nodiscard]] std::string_view problem() const { return problem_; }

  /// REQUIRES: the last parse was good.
  [[nodiscard]] Value root() const { return {*this, 0}; }

 private:
  friend class Value;
  class Walker;
  struct Node {
    std::string_view key;
    std::string_view text;
    std::string_view raw;
    std::uint32_t next = 0;  ///< index after this value and all inside it
    Kind kind = Kind::Null;
    bool flag = false;
  };
  struct Core;

  std::unique_ptr<Core> core_;
  std::vector<Node> nodes_;
  std::string problem_;
};

class Value::Iterator {
 public:
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  using pointer = const Value*;
  using reference = Value;
  using iterator_category = std::input_iterator_tag;

  Value operator*() const { return {*document_, index_}; }
  Iterator& operator++() {
    index_ = document_->nodes_[index_].next;
    return *this;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

 private:
  friend class Value;
  Iterator(const Document* document, std::uint32_t index) : document_(document), index_(index) {}

  const Document* document_;
  std::uint32_t index_;
};

inline Kind Value::kind() const { return document_->nodes_[index_].kind; }
inline std::string_view Value::key() const { return document_->nodes_[index_].key; }
inline std::string_view Value::text() const { return document_->nodes_[index_].text; }
inline bool Value::boolean() const { return document_->nodes_[index_].flag; }
inline std::string_view Value::raw() const { return document_->nodes_[index_].raw; }
inline Value::Iterator Value::begin() const { return {document_, index_ + 1}; }
inline Value::Iterator Value::end() const { return {document_, document_->nodes_[index_].next}; }

}  // namespace tribook::json
