#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/lists.h"
#include "client/password.h"
#include "client/text_width.h"
#include "gateway/json/writer.h"

namespace tribook::client::admin {
namespace {

void print_record(const Context& context, const std::string& answer) {
  if (context.wants_json()) return Context::print(answer + "\n");
  Context::print(record_text(answer, context.has_colour()));
}

Call post(const std::string& target) {
  Call call;
  call.method = "POST";
  call.target = target;
  return call;
}

std::string symbol_target(const std::string& symbol) {
  if (symbol.empty()) throw UsageMistake("the symbol's name must not be empty");
  return "/admin/symbols/" + percent_encode(symbol);
}

void set_enabled(Context& context, const char* how) {
  Call call = post(symbol_target(context.word(0)) + "/" + how);
  call.may_repeat = true;  // twice is the same as once
  const std::string answer = context.api().send(std::move(call));
  if (context.wants_json()) return Context::print(answer + "\n");
  json::Document document;
  read_answer(document, answer);
  Context::print(printable(context.word(0) + ": enabled " +
                           member_text(document.root(), "enabled") + ", state " +
                           member_text(document.root(), "state")) +
                 "\n");
}

// A deposit or a withdrawal. The key makes it safe to send it again.
void move_money(Context& context, const char* target, const char* what) {
  const std::string key = context.option("--key").value_or(make_key("cli-"));
  if (key.empty()) throw UsageMistake("--key must not be empty");
  if (key != printable(key) || key.find(' ') != std::string::npos) {
    throw UsageMistake("--key must be of printable characters, without spaces");
  }
  Call call = post(target);
  json::Writer writer(call.body);
  writer.begin_object()
      .raw("accountId", Context::whole_number("ACCOUNT", context.word(0)))
      .field("amount", Context::number("AMOUNT", context.word(1)));
  if (const auto note = context.option("--note")) writer.field("note", *note);
  writer.end_object();
  call.fields.emplace_back("Idempotency-Key", key);
  call.may_repeat = true;
  call.if_lost = "it may have been booked all the same: give the same command with --key " + key +
                 " to be told; what has that key is never booked twice";
  const std::string answer = context.api().send(std::move(call));
  if (context.wants_json()) return Context::print(answer + "\n");
  json::Document document;
  read_answer(document, answer);
  const json::Value booked = document.root();
  const std::string ledger = member_text(booked, "ledgerId");
  Context::print(std::string(what) + " of " + context.word(1) +
                 (ledger.empty()
                      ? ": not booked yet, key " + key
                      : ": account " + member_text(booked, "accountId") + " has " +
                            member_text(booked, "balance") + ", ledger entry " + ledger) +
                 "\n");
}

// What needs no login goes to --url, else where the login is, else to the usual place.
std::string get_public(Context& context, const std::string& target) {
  Session session;
  session.door = Door::Admin;
  std::string problem;
  const auto given = context.option("--url");
  if (!given) {
    if (const auto kept = read_session(context.session_file(), Door::Admin))
      session.url = kept->url;
  }
  if (given || session.url.host.empty()) {
    const auto url = parse_url(given.value_or(std::string(usual_url(Door::Admin))), problem);
    if (!url) throw UsageMistake("--url: " + problem);
    session.url = *url;
  }
  return Api(session, "", context.timeout()).get(target);
}

void add_account_query(const Context& context, List& list) {
  const auto account = context.option("--account");
  if (account) list.query.emplace_back("accountId", *account);
}

}  // namespace

void show_accounts(Context& context) {
  show_list(context,
            {"/admin/accounts",
             {},
             {"id", "accountNumber", "username", "accountType", "currency", "leverage", "status",
              "balance", "equity", "margin", "freeMargin", "marginLevel", "openPositions"}});
}

void show_account(Context& context) {
  const std::string id = Context::whole_number("ID", context.word(0));
  print_record(context, context.api().get("/admin/accounts/" + id));
}

void create_account(Context& context) {
  Call call = post("/admin/accounts");
  json::Writer writer(call.body);
  writer.begin_object().field("username", context.word(0));
  if (const auto currency = context.option("--currency")) writer.field("currency", *currency);
  if (const auto type = context.option("--type")) writer.field("accountType", *type);
  if (const auto deposit = context.option("--deposit")) {
    const bool is_nothing = *deposit == "0";
    writer.field("initialDeposit", is_nothing ? "0" : Context::number("--deposit", *deposit));
  }
  if (const auto leverage = context.option("--leverage")) {
    writer.raw("leverage", Context::whole_number("--leverage", *leverage));
  }
  if (const auto file = context.option("--password-file")) {
    writer.field("password", read_password_file(*file));
  }
  writer.end_object();
  call.if_lost = "it may have been made all the same: see `tribook client admin accounts`";
  print_record(context, context.api().send(std::move(call)));
}

void deposit(Context& context) { move_money(context, "/admin/deposit", "deposit"); }
void withdraw(Context& context) { move_money(context, "/admin/withdraw", "withdrawal"); }

void show_symbols(Context& context) {
  show_list(context,
            {"/admin/symbols",
             {},
             {"symbol", "category", "enabled", "state", "baseCurrency", "quoteCurrency", "digits",
              "contractSize", "minVolume", "maxVolume", "volumeStep", "spreadMarkup"}});
}

void show_symbol(Context& context) {
  print_record(context, context.api().get(symbol_target(context.word(0))));
}

void enable_symbol(Context& context) { set_enabled(context, "enable"); }
void disable_symbol(Context& context) { set_enabled(context, "disable"); }

void set_quote(Context& context) {
  Call call = post("/admin/quotes");
  json::Writer quote(call.body);
  quote.begin_object()
      .field("symbol", context.word(0))
      .field("bid", Context::number("BID", context.word(1)))
      .field("ask", Context::number("ASK", context.word(2)))
      .end_object();
  call.body = "[" + call.body + "]";
  const std::string answer = context.api().send(std::move(call));
  context.print_answer(answer, printable(context.word(0)) + ": bid " + context.word(1) + ", ask " +
                                   context.word(2) + "\n");
}

void set_clock(Context& context) {
  Call call = post("/admin/clock");
  json::Writer(call.body).begin_object().field("now", context.word(0)).end_object();
  call.may_repeat = true;  // the clock stands where it stands
  print_record(context, context.api().send(std::move(call)));
}

void show_positions(Context& context) {
  List list{"/admin/positions",
            {},
            {"accountId", "id", "symbol", "side", "volume", "openPrice", "currentPrice", "sl", "tp",
             "unrealizedPnL", "openTime"}};
  add_account_query(context, list);
  show_list(context, list);
}

void show_orders(Context& context) {
  List list{"/admin/orders",
            {},
            {"accountId", "orderId", "symbol", "type", "side", "volume", "filledPrice", "status",
             "positionId", "rejectCode", "clientOrderId", "createdAt"}};
  if (context.has("--all")) list.query.emplace_back("status", "all");
  add_account_query(context, list);
  show_list(context, list);
}

void show_health(Context& context) { print_record(context, get_public(context, "/readyz")); }
void show_metrics(Context& context) { Context::print(get_public(context, "/metrics")); }

}  // namespace tribook::client::admin
