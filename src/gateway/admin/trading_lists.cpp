#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/search.h"
#include "gateway/api/render.h"
#include "gateway/rest/lists.h"

// Positions and orders of all accounts, account after account; within one the newest first. A
// cursor says the account and the place in it: "17.4711" is what comes after record 4711 of
// account 17.

namespace tribook::gateway::admin {
namespace {

struct Cursor {
  std::uint32_t account = 0;
  std::uint64_t before = 0;  ///< 0: the account from its newest
};

struct ListRequest {
  std::size_t limit = 100;
  Cursor from;
  AccountId only;  ///< this account alone
  Search search;
};

template <typename Integer>
bool read_number(std::string_view text, Integer& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_cursor(std::string_view text, Cursor& out) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && read_number(text.substr(0, dot), out.account) &&
         read_number(text.substr(dot + 1), out.before);
}

std::optional<ListRequest> read_list_request(const Call& call) {
  ListRequest list;
  if (const auto limit = call.request.param("limit")) {
    if (!read_number(*limit, list.limit) || list.limit == 0 || list.limit > views::kPageMax) {
      return call.refuse(RejectCode::Validation, "limit must be 1 to 1000"), std::nullopt;
    }
  }
  if (const auto cursor = call.request.param("cursor")) {
    if (!read_cursor(*cursor, list.from)) {
      call.refuse(RejectCode::Validation, "cursor must be a nextCursor of this list");
      return std::nullopt;
    }
  }
  if (const auto account = call.request.param("accountId")) {
    if (!read_number(*account, list.only.value) || !list.only) {
      return call.refuse(RejectCode::Validation, "accountId must be a number above 0"),
             std::nullopt;
    }
  }
  const auto search = read_search(call);
  if (!search) return std::nullopt;
  list.search = *search;
  return list;
}

// `q` is in the name of its symbol, or in what an account is found by.
bool is_wanted(const Context& context, const Search& search, SymbolId symbol, bool is_account) {
  const Instrument* instrument = context.mirror.find(symbol);
  const std::string_view name = instrument != nullptr ? instrument->name.view() : "";
  return (search.symbol.empty() || name == search.symbol) && (is_account || search.finds(name));
}

// Calls visit(account, before) for each account from the cursor on, until it returns false.
template <typename Visit>
bool visit_accounts(const views::Views& views, const ListRequest& list, Visit visit) {
  if (list.only) {
    views::AccountView account;
    const auto status = views.account(list.only, account);
    if (status == views::ReadStatus::Found) visit(account, list.from.before);
    return status != views::ReadStatus::Busy;
  }
  AccountId after{list.from.account == 0 ? 0 : list.from.account - 1};
  while (true) {
    const auto page = views.accounts(after, views::kPageMax);
    if (page.status == views::ReadStatus::Busy) return false;
    for (const views::AccountView& account : page.items) {
      const bool is_first = account.id.value == list.from.account;
      if (!visit(account, is_first ? list.from.before : 0)) return true;
    }
    if (page.next == 0) return true;
    after = AccountId{static_cast<std::uint32_t>(page.next)};
  }
}

/// {"items":[...],"nextCursor"?} as it grows.
class List {
 public:
  explicit List(std::size_t limit) : limit_(limit), writer_(body_) {
    writer_.begin_object().begin_array("items");
  }
  [[nodiscard]] bool is_full() const { return count_ == limit_; }
  json::Writer& next() {
    ++count_;
    return writer_;
  }
  /// More follows after this record.
  void more(AccountId account, std::uint64_t before) {
    cursor_ = std::to_string(account.value) + "." + std::to_string(before);
  }
  void count(std::optional<std::uint64_t> total) { total_ = {true, total}; }
  http::HttpResponse finish() {
    writer_.end_array();
    if (!cursor_.empty()) writer_.field("nextCursor", cursor_);
    if (total_.first) write_total(writer_, total_.second);
    writer_.end_object();
    return json_response(200, std::move(body_));
  }

 private:
  std::size_t limit_;
  std::size_t count_ = 0;
  std::string body_;
  std::string cursor_;
  std::pair<bool, std::optional<std::uint64_t>> total_{};  // whether it is told, and what
  json::Writer writer_;
};

}  // namespace

namespace {

/// What one request has looked at: accounts and records.
struct Looks {
  std::size_t count = 0;
  AccountId stopped;  ///< at which it was too much; 0: it was not
};

// Calls visit(account, position) for those that are wanted, until it returns false. False when the
// views are too busy.
template <typename Visit>
bool visit_positions(const Context& context, const ListRequest& list, Looks& looks, Visit visit) {
  return visit_accounts(context.views, list, [&](const auto& account, std::uint64_t before) {
    if (++looks.count > kLooksMax) return looks.stopped = account.id, false;
    if (account.open_positions == 0) return true;
    std::vector<views::PositionView> positions;
    if (context.views.positions(account.id, positions) != views::ReadStatus::Found) return true;
    const bool is_account = finds_account(context, list.search, account);
    looks.count += positions.size();
    for (const views::PositionView& position : positions) {
      if (before != 0 && position.id.value >= before) continue;
      if (!is_wanted(context, list.search, position.symbol, is_account)) continue;
      if (!visit(account, position)) return false;
    }
    return true;
  });
}

// All that are wanted, wherever the page is; nothing when there is too much to look at.
std::optional<std::uint64_t> count_positions(const Context& context, ListRequest list) {
  if (list.search.is_any() && !list.only) return context.views.figures().open_positions;
  list.from = {};
  std::uint64_t count = 0;
  Looks looks;
  const bool good = visit_positions(context, list, looks, [&](const auto&, const auto&) {
    ++count;
    return true;
  });
  if (!good || looks.stopped) return std::nullopt;
  return count;
}

}  // namespace

void list_positions(const Call& call) {
  const auto request = read_list_request(call);
  if (!request) return;
  const Context& context = call.context;
  List list(request->limit);
  Looks looks;
  const bool good =
      visit_positions(context, *request, looks,
                      [&](const views::AccountView& account, const views::PositionView& position) {
                        if (list.is_full())
                          return list.more(account.id, position.id.value + 1), false;
                        write_position(list.next(), context, position, owner_of(account), true);
                        return true;
                      });
  if (!good) return call.refuse(RejectCode::Busy);
  if (looks.stopped) list.more(looks.stopped, 0);
  if (request->search.with_total) list.count(count_positions(context, *request));
  call.reply(list.finish());
}

namespace {

struct Orders {
  std::vector<views::OrderView> items;
  Cursor more;      ///< where they go on; no account: nowhere
  Sequence needed;  ///< the record that a store must have, to complete them
  bool is_busy = false;
};

// Behind what is in memory, what the store has; the id to go on from, or 0.
std::uint64_t complete(views::Page<views::OrderView>& page, AccountId account, OrderId before,
                       std::size_t limit, persistence::HistoryReader& reader) {
  if (page.whole >= limit) return page.items.back().id.value;
  const OrderId from = page.whole == 0 ? before : page.items[page.whole - 1].id;
  return rest::join(page, reader.orders(account, from, limit - page.whole + 1), limit);
}

// Any thread. Without a reader, what is in memory.
Orders gather(const views::Views& views, const ListRequest& list, views::OrderFilter filter,
              persistence::HistoryReader* reader) {
  Orders orders;
  const auto take = [&](const views::AccountView& account, std::uint64_t before) {
    if (filter == views::OrderFilter::Open && account.open_orders == 0) return true;
    orders.more = {account.id.value, 0};
    const std::size_t room = list.limit - orders.items.size();
    if (room == 0) return false;
    auto page = views.orders(account.id, filter, OrderId{before}, room);
    if (page.is_cut) orders.needed = std::max(orders.needed, page.lost);
    std::uint64_t next = page.next;
    if (page.is_cut && reader != nullptr) {
      next = complete(page, account.id, OrderId{before}, room, *reader);
    }
    std::move(page.items.begin(), page.items.end(), std::back_inserter(orders.items));
    orders.more = next == 0 ? Cursor{} : Cursor{account.id.value, next};
    return next == 0;
  };
  orders.is_busy = !visit_accounts(views, list, take);
  if (reader != nullptr && reader->stored() < orders.needed) orders.is_busy = true;
  return orders;
}

http::HttpResponse response_of(const Context& context, const Orders& orders, std::size_t limit) {
  if (orders.is_busy) return problem(RejectCode::Busy);
  List list(limit);
  for (const views::OrderView& order : orders.items) write_order(list.next(), context, order, true);
  if (orders.more.account != 0) list.more(AccountId{orders.more.account}, orders.more.before);
  return list.finish();
}

}  // namespace

namespace {

// Open orders that are wanted: all of them are in memory.
template <typename Visit>
bool visit_open_orders(const Context& context, const ListRequest& list, Looks& looks, Visit visit) {
  return visit_accounts(context.views, list, [&](const auto& account, std::uint64_t before) {
    if (++looks.count > kLooksMax) return looks.stopped = account.id, false;
    if (account.open_orders == 0) return true;
    const bool is_account = finds_account(context, list.search, account);
    for (OrderId from{before};;) {
      const auto page =
          context.views.orders(account.id, views::OrderFilter::Open, from, views::kPageMax);
      looks.count += page.items.size();
      for (const views::OrderView& order : page.items) {
        if (!is_wanted(context, list.search, order.symbol, is_account)) continue;
        if (!visit(account, order)) return false;
      }
      if (page.next == 0) return true;
      from = OrderId{page.next};
    }
  });
}

std::optional<std::uint64_t> count_open_orders(const Context& context, ListRequest list) {
  list.from = {};
  std::uint64_t count = 0;
  Looks looks;
  const bool good = visit_open_orders(context, list, looks, [&](const auto&, const auto&) {
    ++count;
    return true;
  });
  if (!good || looks.stopped) return std::nullopt;
  return count;
}

void list_open_orders(const Call& call, const ListRequest& request) {
  const Context& context = call.context;
  List list(request.limit);
  Looks looks;
  const bool good =
      visit_open_orders(context, request, looks,
                        [&](const views::AccountView& account, const views::OrderView& order) {
                          if (list.is_full())
                            return list.more(account.id, order.id.value + 1), false;
                          write_order(list.next(), context, order, true);
                          return true;
                        });
  if (!good) return call.refuse(RejectCode::Busy);
  if (looks.stopped) list.more(looks.stopped, 0);
  if (request.search.with_total) list.count(count_open_orders(context, request));
  call.reply(list.finish());
}

}  // namespace

void list_orders(const Call& call) {
  const auto request = read_list_request(call);
  if (!request) return;
  const std::string status = call.request.param("status").value_or("open");
  if (status != "open" && status != "all") {
    return call.refuse(RejectCode::Validation, "status must be open or all");
  }
  const bool searches = !request->search.is_any() || request->search.with_total;
  if (searches && status == "open") return list_open_orders(call, *request);
  // A part of these is in the store alone.
  if (searches) return call.reply(not_supported("q, symbol and withTotal with status=all"));
  const auto filter = status == "open" ? views::OrderFilter::Open : views::OrderFilter::All;
  const Context& context = call.context;
  const auto orders = std::make_shared<Orders>(gather(context.views, *request, filter, nullptr));
  if (orders->is_busy || !orders->needed || context.history == nullptr) {
    return call.reply(response_of(context, *orders, request->limit));
  }
  rest::answer_from_store(
      call, orders->needed,
      [orders, &views = context.views, list = *request, filter](
          persistence::HistoryReader& reader) { *orders = gather(views, list, filter, &reader); },
      [orders, &context, limit = request->limit] { return response_of(context, *orders, limit); });
}

}  // namespace tribook::gateway::admin
