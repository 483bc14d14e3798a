#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/json/document.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::json {

/// Turns values into typed fields. Remembers the first mistake, with the field's path, and then
/// leaves everything as it is; the caller reads on and asks ok() once. A null leaves `out` alone.
/// Numbers may be JSON numbers or strings that look like one; more decimals than 8 are refused.
class Reader {
 public:
  [[nodiscard]] bool ok() const { return problem_.empty(); }
  /// "commission.amount must be a number".
  [[nodiscard]] const std::string& problem() const { return problem_; }

  void price(Value value, Price& out);
  void volume(Value value, Volume& out);
  void quantity(Value value, Quantity& out);
  void ratio(Value value, Ratio& out);
  void money(Value value, Money& out);
  void boolean(Value value, bool& out);
  void currency(Value value, Currency& out);
  /// A whole number from `low` to `high`.
  template <typename Integer>
  void integer(Value value, Integer& out, std::int64_t low, std::int64_t high) {
    std::int64_t number = 0;
    if (read_integer(value, number, low, high)) out = static_cast<Integer>(number);
  }
  /// At most `bytes_max` bytes, without control characters. The view lives in the document.
  void text(Value value, std::string_view& out, std::size_t bytes_max);
  template <typename E>
  void name(Value value, E& out) {
    std::string_view text;
    if (!read_text(value, text)) return;
    if (const auto found = enum_of<E>(text)) {
      out = *found;
    } else {
      refuse_name(value, EnumNames<E>::value.data(), EnumNames<E>::value.size());
    }
  }

  /// False, and a mistake, when the value is not of that kind.
  bool expect(Value value, Kind kind);
  /// Notes a mistake at the value, or at a field that is not there.
  void fail(Value value, std::string_view what) { fail(value.key(), what); }
  void fail(std::string_view field, std::string_view what);

  /// Goes into a member or element, for the paths of mistakes inside it.
  void enter(std::string_view field);
  void enter(std::size_t index);
  void leave();

 private:
  bool read_decimal(Value value, int128& raw, int128 limit);
  template <typename Fixed>
  void fixed(Value value, Fixed& out);
  bool read_integer(Value value, std::int64_t& out, std::int64_t low, std::int64_t high);
  bool read_text(Value value, std::string_view& out);
  void refuse_name(Value value, const std::string_view* names, std::size_t count);

  std::string problem_;
  std::string path_;
  std::vector<std::size_t> marks_;
};

}  // namespace tribook::json
