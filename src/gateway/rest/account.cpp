#include "gateway/api/render.h"
#include "gateway/rest/client_api.h"
#include "gateway/rest/lists.h"

// The account's own records: summary, positions, orders, trades, ledger, days.

namespace tribook::gateway::rest {
namespace {

using persistence::HistoryReader;

std::optional<Currency> currency_of(const Call& call) {
  views::AccountView account;
  if (!is_found(call, call.context.views.account(call.account, account))) return std::nullopt;
  return account.currency;
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
  const auto write = [&](json::Writer& writer, const views::PositionView& position) {
    write_position(writer, call.context, position, owner_of(snapshot.account), false);
  };
  call.reply(list_response(snapshot.positions, next, write));
}

void get_closed_positions(const Call& call, const PageRequest& page) {
  const auto currency = currency_of(call);
  if (!currency) return;
  reply_list(
      call, call.context.views.closed_positions(call.account, PositionId{page.cursor}, page.limit),
      page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.closed_positions(account, PositionId{before}, limit);
      },
      [&context = call.context, currency = *currency](json::Writer& writer, const auto& position) {
        write_closed_position(writer, context, position, currency);
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
  reply_list(
      call, call.context.views.orders(call.account, filter, OrderId{page->cursor}, page->limit),
      *page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.orders(account, OrderId{before}, limit);
      },
      [&context = call.context](json::Writer& writer, const auto& order) {
        write_order(writer, context, order, false);
      });
}

void get_trades(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto currency = currency_of(call);
  if (!currency) return;
  reply_list(
      call, call.context.views.trades(call.account, TradeId{page->cursor}, page->limit), *page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.trades(account, TradeId{before}, limit);
      },
      [&context = call.context, currency = *currency](json::Writer& writer, const auto& trade) {
        write_trade(writer, context, trade, currency);
      });
}

void get_withdrawals(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  reply_list(
      call,
      call.context.views.withdrawals(call.account, views::WithdrawalFilter::All,
                                     WithdrawalId{page->cursor}, page->limit),
      *page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.withdrawals(account, WithdrawalId{before}, limit);
      },
      [&context = call.context](json::Writer& writer, const auto& withdrawal) {
        write_withdrawal(writer, context, withdrawal, false);
      });
}

void get_ledger(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto currency = currency_of(call);
  if (!currency) return;
  reply_list(
      call, call.context.views.ledger(call.account, LedgerId{page->cursor}, page->limit), *page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.ledger(account, LedgerId{before}, limit);
      },
      [currency = *currency](json::Writer& writer, const auto& entry) {
        write_ledger_entry(writer, entry, currency);
      });
}

void get_days(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto currency = currency_of(call);
  if (!currency) return;
  reply_list(
      call, call.context.views.days(call.account, views::DayId{page->cursor}, page->limit), *page,
      [account = call.account](HistoryReader& reader, std::uint64_t before, std::size_t limit) {
        return reader.days(account, views::DayId{before}, limit);
      },
      [currency = *currency](json::Writer& writer, const auto& day) {
        write_day(writer, day, currency);
      });
}

}  // namespace tribook::gateway::rest
