#include <charconv>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/search.h"
#include "gateway/api/alert_json.h"
#include "gateway/rest/lists.h"

// Margin calls, stop-outs and what these closed, limits and kill switches, newest first.

namespace tribook::gateway::admin {
namespace {

void write_item(json::Writer& writer, const Context& context, const views::AlertView& alert) {
  views::AccountView account;
  static_cast<void>(context.views.account(alert.account, account));
  writer.begin_object();
  write_alert(writer, context, alert, account.currency, Audience::Admin);
  writer.field("timestamp", alert.time).field("createdAt", alert.time).end_object();
}

// False, answered, when the parameter is no account.
bool read_account(const Call& call, AccountId& out) {
  const auto text = call.request.param("accountId");
  if (!text) return true;
  const char* last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, out.value);
  if (error == std::errc{} && end == last && out) return true;
  call.refuse(RejectCode::Validation, "accountId must be a number above 0");
  return false;
}

}  // namespace

void list_alerts(const Call& call) {
  AccountId only;
  const auto page = read_page(call);
  if (!page || !takes_no_search(call) || !read_account(call, only)) return;
  rest::reply_list(
      call, call.context.views.alerts(only, AlertId{page->cursor}, page->limit), *page,
      [only](persistence::HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.alerts(only, AlertId{before}, limit);
      },
      [&context = call.context](json::Writer& writer, const views::AlertView& alert) {
        write_item(writer, context, alert);
      });
}

}  // namespace tribook::gateway::admin
