#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/context.h"
#include "gateway/json/writer.h"

// What operators' lists take beside limit and cursor: `q`, filters and `withTotal`.

namespace tribook::gateway::admin {

/// So many accounts, and so many records of them, one request looks at. A page that ends there is
/// not full and leads on; a total beyond it is null.
inline constexpr std::size_t kLooksMax = 100'000;

struct Search {
  std::string text;    ///< of `q`, in small letters; empty: anything
  std::string symbol;  ///< of `symbol`; empty: any
  bool with_total = false;

  [[nodiscard]] bool is_any() const { return text.empty() && symbol.empty(); }
  /// Whether `q` is found in it, small letters like capitals.
  [[nodiscard]] bool finds(std::string_view in) const;
};

/// Answers and returns nothing when they are no good.
std::optional<Search> read_search(const Call& call);
/// False, answered, when `q` or `withTotal` is given to a list that does not take it.
bool takes_no_search(const Call& call);

/// `q` is in the account's number, user name, e-mail or group.
bool finds_account(const Context& context, const Search& search, const views::AccountView& account);

/// "total", null when there are more than were looked at.
void write_total(json::Writer& writer, std::optional<std::uint64_t> total);

}  // namespace tribook::gateway::admin
