#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/admin/account_json.h"
#include "gateway/admin/admin_api.h"
#include "gateway/admin/search.h"
#include "gateway/api/render.h"
#include "gateway/bodies/account_options.h"
#include "gateway/bodies/account_request.h"

namespace tribook::gateway::admin {

void write_account(json::Writer& writer, const Context& context,
                   const views::AccountSnapshot& snapshot) {
  const views::AccountView& account = snapshot.account;
  const auto user = context.views.user(account.user);
  writer.begin_object()
      .field("id", account.id.value)
      .field("accountNumber", context.account_number(account.id))
      .field("userId", account.user.value)
      .field("username", user ? std::string_view(user->username) : std::string_view())
      .text_or_null("email", user ? std::string_view(user->email) : std::string_view())
      .field("accountType", account.kind)
      .field("currency", account.currency)
      .field("leverage", account.leverage)
      .field("marginMode", account.mode)
      .field("closing", account.closing)
      .field("status", account.state)
      .text_or_null("group", account.group.view())
      .field("stopOutLevel", account.stop_out_level)
      .field("stopOutOrder", account.stop_out_order)
      .begin_array("marginCallLevels");
  const MarginCallLevels& levels = account.margin_call_levels;
  for (std::size_t i = 0; i < levels.count; ++i) writer.element(levels.level[i]);
  writer.end_array()
      .field("negativeBalanceProtection", account.negative_balance_protection)
      .field("swapFree", account.swap_free.is_on != 0)
      .field("swapFreeDays", account.swap_free.free_rollovers)
      .field("swapFreeFee", account.swap_free.fee);
  write_own_options(writer, account.from_group);
  write_summary(writer, account, context.mirror.value(snapshot), false);
  writer.field("credit", account.credit, minor_digits(account.currency))
      .field("openPositions", account.open_positions)
      .field("openOrders", account.open_orders)
      .field("createdAt", account.created)
      .end_object();
}

void add_password(std::string& body, std::string_view generated) {
  if (generated.empty()) return;
  body.pop_back();
  body += ",\"password\":";
  json::append_quoted(body, generated);
  body += '}';
}

namespace {

// A new account may be answered before anything else is known of it than its own events.
http::HttpResponse created_response(const Context& context, const Outcome& outcome,
                                    const std::string& generated) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  views::AccountSnapshot snapshot;
  if (!outcome.account ||
      context.views.snapshot(outcome.account, snapshot) != views::ReadStatus::Found) {
    return json_response(202, R"({"status":"PENDING"})");
  }
  std::string body;
  json::Writer writer(body);
  write_account(writer, context, snapshot);
  add_password(body, generated);
  return json_response(201, std::move(body));
}

void send_account(Context& context, const http::ReplyHandle& handle, UserId actor,
                  const AccountSpec& spec, const std::string& generated) {
  Command command = Command::make(CreateAccount{});
  command.header.actor = actor;
  if (!context.attach_spec(command, spec)) {
    return context.network.reply(handle, problem(RejectCode::Busy));
  }
  const auto sent =
      context.submit(command, kOperatorWait, [&context, handle, generated](const Outcome& outcome) {
        context.network.reply(handle, created_response(context, outcome, generated));
      });
  if (sent != RejectCode::None) context.network.reply(handle, problem(sent));
}

}  // namespace

void create_account(const Call& call) {
  if (!call.read_body()) return;
  Context& context = call.context;
  json::Reader reader;
  const AccountRequest request =
      read_account_request(context.document.root(), context.options.account_defaults, reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!request.unsupported.empty()) return call.reply(not_supported(request.unsupported));
  const GroupBook& groups = context.mirror.groups();
  const InstrumentProblem wrong = check(groups.options(
      groups.find(request.spec.group.view()), own_options(request.spec), request.spec.from_group));
  if (wrong.code != RejectCode::None)
    return call.refuse(wrong.code, std::string(wrong.field) + " " + std::string(wrong.what));
  if (context.views.find_user(request.spec.user.username.view())) {
    return call.refuse(RejectCode::Duplicate, "There is a user of that name");
  }
  const std::string generated =
      request.password.empty() ? context.passwords.generate() : std::string();
  std::string password = request.password.empty() ? generated : std::string(request.password);
  const bool taken = context.passwords.hash(
      std::move(password), [&context, handle = call.handle, actor = call.who.user,
                            spec = request.spec, generated](const std::string& hash) {
        AccountSpec whole = spec;
        if (hash.empty() || !decltype(whole.user.password_hash)::fits(hash)) {
          return context.network.reply(handle, problem(RejectCode::Unavailable));
        }
        whole.user.password_hash = decltype(whole.user.password_hash)::of(hash);
        send_account(context, handle, actor, whole, generated);
      });
  if (!taken) call.refuse(RejectCode::Busy);
}

void get_account(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  views::AccountSnapshot snapshot;
  if (*id > UINT32_MAX) return call.refuse(RejectCode::NotFound);
  const auto status =
      call.context.views.snapshot(AccountId{static_cast<std::uint32_t>(*id)}, snapshot);
  if (status != views::ReadStatus::Found) {
    return call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  }
  std::string body;
  json::Writer writer(body);
  write_account(writer, call.context, snapshot);
  call.reply(json_response(200, std::move(body)));
}

namespace {

struct AccountFilter {
  std::string group;
  std::optional<AccountState> state;
  std::optional<AccountKind> kind;

  [[nodiscard]] bool is_any() const { return group.empty() && !state && !kind; }
  [[nodiscard]] bool takes(const views::AccountView& account) const {
    return (group.empty() || account.group.view() == group) &&
           (!state || account.state == *state) && (!kind || account.kind == *kind);
  }
};

// One of an enumeration's names; answered, and false, when it is none.
template <typename E>
bool read_filter(const Call& call, const char* name, std::optional<E>& out) {
  const auto text = call.request.param(name);
  if (!text) return true;
  out = enum_of<E>(*text);
  if (!out) call.refuse(RejectCode::Validation, std::string(name) + " has no such value");
  return out.has_value();
}

struct FoundAccounts {
  std::vector<AccountId> items;
  std::uint64_t next = 0;
  std::optional<std::uint64_t> total;  ///< when it was asked for, and all were looked at
  bool is_busy = false;
};

// From the first one when they are to be counted, else from the cursor.
FoundAccounts find_accounts(const Context& context, const PageRequest& page, const Search& search,
                            const AccountFilter& filter) {
  FoundAccounts found;
  const bool counts = search.with_total && !(search.is_any() && filter.is_any());
  std::uint64_t total = 0;
  std::uint64_t after = counts ? 0 : page.cursor;
  for (std::size_t looks = 0; looks < kLooksMax; looks += views::kPageMax) {
    const auto some =
        context.views.accounts(AccountId{static_cast<std::uint32_t>(after)}, views::kPageMax);
    found.is_busy = some.status == views::ReadStatus::Busy;
    if (found.is_busy) return found;
    for (const views::AccountView& account : some.items) {
      if (!filter.takes(account) || !finds_account(context, search, account)) continue;
      ++total;
      if (account.id.value <= page.cursor || found.next != 0) continue;
      if (found.items.size() < page.limit) {
        found.items.push_back(account.id);
        continue;
      }
      found.next = found.items.back().value;
      if (!counts) break;
    }
    after = some.next;
    if (after == 0 || (found.next != 0 && !counts)) break;
  }
  if (after != 0 && found.next == 0) found.next = std::max(after, page.cursor);
  if (counts && after == 0) found.total = total;
  if (!counts && search.with_total) found.total = context.views.figures().accounts;
  return found;
}

}  // namespace

void list_accounts(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  if (page->cursor > UINT32_MAX) return call.refuse(RejectCode::Validation, "cursor is too large");
  const auto search = read_search(call);
  AccountFilter filter;
  if (!search || !read_filter(call, "status", filter.state) ||
      !read_filter(call, "accountType", filter.kind)) {
    return;
  }
  filter.group = call.request.param("group").value_or("");
  const FoundAccounts found = find_accounts(call.context, *page, *search, filter);
  if (found.is_busy) return call.refuse(RejectCode::Busy);
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  for (const AccountId account : found.items) {
    views::AccountSnapshot snapshot;
    if (call.context.views.snapshot(account, snapshot) != views::ReadStatus::Found) {
      return call.refuse(RejectCode::Busy);
    }
    write_account(writer, call.context, snapshot);
  }
  writer.end_array();
  if (found.next != 0) writer.field("nextCursor", std::to_string(found.next));
  if (search->with_total) write_total(writer, found.total);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway::admin
