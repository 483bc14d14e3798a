#include "gateway/admin/admin_api.h"
#include "gateway/admin/search.h"
#include "gateway/api/render.h"
#include "gateway/rest/lists.h"

namespace tribook::gateway::admin {

// Those that wait, unless all are asked for; of all accounts, unless one is named.
void list_withdrawals(const Call& call) {
  const auto page = read_page(call);
  if (!page || !takes_no_search(call)) return;
  AccountId account;
  if (const auto named = call.request.param("accountId")) {
    const auto id = parse_id(*named);
    if (!id || *id > UINT32_MAX) {
      return call.refuse(RejectCode::Validation, "accountId must be a number above 0");
    }
    account = AccountId{static_cast<std::uint32_t>(*id)};
  }
  const std::string status = call.request.param("status").value_or("pending");
  if (status != "pending" && status != "all") {
    return call.refuse(RejectCode::Validation, "status must be pending or all");
  }
  const auto filter =
      status == "all" ? views::WithdrawalFilter::All : views::WithdrawalFilter::Pending;
  rest::reply_list(
      call,
      call.context.views.withdrawals(account, filter, WithdrawalId{page->cursor}, page->limit),
      *page,
      [account](persistence::HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.withdrawals(account, WithdrawalId{before}, limit);
      },
      [&context = call.context](json::Writer& writer, const auto& withdrawal) {
        write_withdrawal(writer, context, withdrawal, true);
      });
}

}  // namespace tribook::gateway::admin
