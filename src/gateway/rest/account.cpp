#include "gateway/api/render.h"
#include "gateway/rest/client_api.h"

// The account's own records: summary, positions, orders, trades, ledger.

namespace tribook::gateway::rest {
namespace {

using views::ReadStatus;

// False, answered, when the views have no such account or are too busy.
bool is_found(const Call& call, ReadStatus status) {
  if (status == ReadStatus::Found) return true;
  call.refuse(status == ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  return false;
}

std::optional<Currency> currency_of(const Call& call) {
  views::AccountView account;
  if (!is_found(call, call.context.views.account(call.account, account))) return std::nullopt;
  return account.currency;
}

// {"items":[...],"nextCursor"?}
template <typename Item, typename Write>
void reply_list(const Call& call, const std::vector<Item>& items, std::uint64_t next, Write write) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  for (const Item& item : items) write(writer, item);
  writer.end_array();
  if (next != 0) writer.field("nextCursor", std::to_string(next));
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

// The part of a list, newest first, that lies before the cursor.
std::uint64_t cut_page(std::vector<views::PositionView>& positions, const PageRequest& page) {
  if (page.cursor != 0) {
    std::erase_if(positions, [&](const auto& p) { return p.id.value >= page.cursor; });
  }
  if (positions.size() <= page.limit) return 0;
  positions.resize(page.limit);
  return positions.back().id.value;
}

void get_open_positions(const Call& call, const PageRequest& page) {
  views::AccountSnapshot snapshot;
  if (!is_found(call, call.context.views.snapshot(call.account, snapshot))) return;
  const std::uint64_t next = cut_page(snapshot.positions, page);
  reply_list(call, snapshot.positions, next, [&](json::Writer& writer, const auto& position) {
    write_position(writer, call.context, position, snapshot.account.currency, false);
  });
}

void get_closed_positions(const Call& call, const PageRequest& page) {
  const auto currency = currency_of(call);
  if (!currency) return;
  const auto found =
      call.context.views.closed_positions(call.account, PositionId{page.cursor}, page.limit);
  if (!is_found(call, found.status)) return;
  reply_list(call, found.items, found.next, [&](json::Writer& writer, const auto& position) {
    write_closed_position(writer, call.context, position, *currency);
  });
}

}  // namespace

void get_summary(const Call& call) {
  views::AccountSnapshot snapshot;
  if (!is_found(call, call.context.views.snapshot(call.account, snapshot))) return;
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_summary(writer, snapshot.account, call.context.mirror.value(snapshot), true);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

void get_positions(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const std::string status = call.request.param("status").value_or("open");
  if (status == "open") return get_open_positions(call, *page);
  if (status == "closed") return get_closed_positions(call, *page);
  call.refuse(RejectCode::Validation, "status must be open or closed");
}

void get_orders(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const std::string status = call.request.param("status").value_or("open");
  if (status != "open" && status != "all") {
    return call.refuse(RejectCode::Validation, "status must be open or all");
  }
  const auto filter = status == "open" ? views::OrderFilter::Open : views::OrderFilter::All;
  const auto found =
      call.context.views.orders(call.account, filter, OrderId{page->cursor}, page->limit);
  if (!is_found(call, found.status)) return;
  reply_list(call, found.items, found.next, [&](json::Writer& writer, const auto& order) {
    write_order(writer, call.context, order, false);
  });
}

void get_trades(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto currency = currency_of(call);
  if (!currency) return;
  const auto found = call.context.views.trades(call.account, TradeId{page->cursor}, page->limit);
  if (!is_found(call, found.status)) return;
  reply_list(call, found.items, found.next, [&](json::Writer& writer, const auto& trade) {
    write_trade(writer, call.context, trade, *currency);
  });
}

void get_ledger(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto currency = currency_of(call);
  if (!currency) return;
  const auto found = call.context.views.ledger(call.account, LedgerId{page->cursor}, page->limit);
  if (!is_found(call, found.status)) return;
  reply_list(call, found.items, found.next, [&](json::Writer& writer, const auto& entry) {
    write_ledger_entry(writer, entry, *currency);
  });
}

}  // namespace tribook::gateway::rest
