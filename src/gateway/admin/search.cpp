#include "gateway/admin/search.h"

#include <algorithm>

namespace tribook::gateway::admin {
namespace {

constexpr std::size_t kTextMax = 100;

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool Search::finds(std::string_view in) const {
  return std::search(in.begin(), in.end(), text.begin(), text.end(),
                     [](char a, char b) { return small(a) == b; }) != in.end() ||
         text.empty();
}

std::optional<Search> read_search(const Call& call) {
  Search search;
  search.text = call.request.param("q").value_or("");
  if (search.text.size() > kTextMax)
    return call.refuse(RejectCode::Validation, "q must have at most 100 bytes"), std::nullopt;
  std::transform(search.text.begin(), search.text.end(), search.text.begin(), small);
  search.symbol = call.request.param("symbol").value_or("");
  if (!search.symbol.empty() && call.context.mirror.find(search.symbol) == nullptr)
    return call.refuse(RejectCode::Validation, "symbol is not known"), std::nullopt;
  const std::string total = call.request.param("withTotal").value_or("false");
  if (total != "true" && total != "false")
    return call.refuse(RejectCode::Validation, "withTotal must be true or false"), std::nullopt;
  search.with_total = total == "true";
  return search;
}

bool takes_no_search(const Call& call) {
  for (const char* name : {"q", "withTotal"}) {
    if (!call.request.param(name)) continue;
    call.reply(not_supported(std::string(name) + " of this list"));
    return false;
  }
  return true;
}

bool finds_account(const Context& context, const Search& search,
                   const views::AccountView& account) {
  if (search.text.empty() || search.finds(context.account_number(account.id)) ||
      search.finds(account.group.view())) {
    return true;
  }
  const auto user = context.views.user(account.user);
  return user && (search.finds(user->username) || search.finds(user->email));
}

void write_total(json::Writer& writer, std::optional<std::uint64_t> total) {
  if (total) {
    writer.field("total", *total);
  } else {
    writer.null("total");
  }
}

}  // namespace tribook::gateway::admin
