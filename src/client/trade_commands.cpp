#include <cstdio>
#include <vector>

#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/key.h"
#include "client/lists.h"
#include "client/text_width.h"
#include "gateway/json/writer.h"

namespace tribook::client {
namespace {

std::string read_side(const std::string& word) {
  if (word == "buy" || word == "BUY") return "BUY";
  if (word == "sell" || word == "SELL") return "SELL";
  throw UsageMistake("say buy or sell, not " + word);
}

void add_number(const Context& context, json::Writer& writer, const char* option,
                const char* field) {
  const auto text = context.option(option);
  if (text) writer.field(field, Context::number(option, *text));
}

std::string order_body(const Context& context, const std::string& id) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("symbol", context.word(1))
      .field("side", read_side(context.word(0)))
      .field("volume", Context::number("VOLUME", context.word(2)));
  add_number(context, writer, "--sl", "sl");
  add_number(context, writer, "--tp", "tp");
  add_number(context, writer, "--max-slippage", "maxSlippagePips");
  writer.field("clientOrderId", id);
  if (const auto comment = context.option("--comment")) writer.field("comment", *comment);
  writer.end_object();
  return body;
}

std::string order_text(const Context& context, const std::string& answer) {
  json::Document document;
  read_answer(document, answer);
  const json::Value order = document.root();
  std::string text = "order " + member_text(order, "orderId") + " " + member_text(order, "status");
  const std::string price = member_text(order, "filledPrice");
  if (price.empty()) {
    text += ": " + context.word(2) + " " + context.word(1) + ", id " +
            member_text(order, "clientOrderId");
  } else {
    text += ": " + read_side(context.word(0)) + " " + member_text(order, "filledVolume") + " " +
            context.word(1) + " at " + price + ", position " + member_text(order, "positionId");
  }
  return printable(text) + "\n";
}

std::string close_text(const std::string& answer) {
  json::Document document;
  read_answer(document, answer);
  const json::Value closed = document.root();
  const std::string price = member_text(closed, "closePrice");
  if (price.empty()) {
    return "position " + member_text(closed, "positionId") + ": not closed yet, order " +
           member_text(closed, "orderId") + " is under way\n";
  }
  return "position " + member_text(closed, "positionId") + ": closed " +
         member_text(closed, "closedVolume") + " at " + price + ", realized " +
         member_text(closed, "realizedPnL") + "\n";
}

std::string close_one(Context& context, const std::string& position, const std::string& volume) {
  Call call;
  call.method = "POST";
  call.target = "/api/positions/" + position + (volume.empty() ? "/close" : "/close-partial");
  if (!volume.empty()) json::Writer(call.body).begin_object().field("volume", volume).end_object();
  call.if_lost = "it may be closed all the same: see `tribook client positions`";
  return context.api().send(std::move(call));
}

std::vector<std::string> open_positions(Context& context) {
  const auto symbol = context.option("--symbol");
  std::vector<std::string> ids;
  visit_items(context, {"/api/account/positions", {}, {}}, [&](json::Value position) {
    if (!symbol || member_text(position, "symbol") == *symbol) {
      ids.push_back(member_text(position, "id"));
    }
  });
  return ids;
}

// One after the other: a refusal does not keep the others from being closed.
void close_all(Context& context) {
  const std::vector<std::string> positions = open_positions(context);
  std::string answers;
  std::size_t refusals = 0;
  for (const std::string& position : positions) {
    try {
      const std::string answer = close_one(context, position, "");
      if (!context.wants_json()) Context::print(close_text(answer));
      if (!answers.empty()) answers += ',';
      answers += answer;
    } catch (const Refused& refused) {
      std::fprintf(stderr, "position %s: %s\n", position.c_str(), refused.what());
      ++refusals;
    }
  }
  if (context.wants_json()) Context::print("{\"items\":[" + answers + "]}\n");
  if (positions.empty() && !context.wants_json()) Context::print("no open positions\n");
  if (refusals != 0) {
    throw Failure(std::to_string(refusals) + " of " + std::to_string(positions.size()) +
                  " positions were not closed");
  }
}

// A price, or null for "none".
void add_level(const Context& context, json::Writer& writer, const char* option,
               const char* field) {
  const auto text = context.option(option);
  if (!text) return;
  if (*text == "none") {
    writer.null(field);
  } else {
    writer.field(field, Context::number(option, *text));
  }
}

std::string level_text(json::Value position, std::string_view name) {
  const std::string level = member_text(position, name);
  return std::string(name) + " " + (level.empty() ? "none" : level);
}

}  // namespace

void place_order(Context& context) {
  const std::string id = context.option("--id").value_or(make_key("cli-"));
  if (id.empty()) throw UsageMistake("--id must not be empty");
  Call call;
  call.method = "POST";
  call.target = "/api/orders/market";
  call.body = order_body(context, id);
  call.may_repeat = true;  // the server places one order for an id
  call.if_lost = "the order may have been placed all the same: give the same command with --id " +
                 id + " to be told; an order of that id is never placed twice";
  const std::string answer = context.api().send(std::move(call));
  context.print_answer(answer, context.wants_json() ? "" : order_text(context, answer));
}

void close_positions(Context& context) {
  const bool wants_all = context.has("--all");
  if (wants_all == (context.word_count() != 0)) {
    throw UsageMistake("name a position, or give --all");
  }
  if (!wants_all && context.option("--symbol")) throw UsageMistake("--symbol goes with --all");
  if (wants_all) return close_all(context);
  const std::string position = Context::whole_number("POSITION", context.word(0));
  const std::string volume =
      context.word_count() > 1 ? Context::number("VOLUME", context.word(1)) : std::string();
  const std::string answer = close_one(context, position, volume);
  context.print_answer(answer, context.wants_json() ? "" : close_text(answer));
}

void modify_position(Context& context) {
  if (!context.option("--sl") && !context.option("--tp")) {
    throw UsageMistake("give --sl, --tp or both");
  }
  Call call;
  call.method = "PUT";
  const std::string position = Context::whole_number("POSITION", context.word(0));
  call.target = "/api/positions/" + position + "/modify";
  json::Writer writer(call.body);
  writer.begin_object();
  add_level(context, writer, "--sl", "sl");
  add_level(context, writer, "--tp", "tp");
  writer.end_object();
  call.may_repeat = true;  // twice the same levels are the same levels
  call.if_lost = "it may be changed all the same: see `tribook client positions`";
  const std::string answer = context.api().send(std::move(call));
  if (context.wants_json()) return Context::print(answer + "\n");
  json::Document document;
  read_answer(document, answer);
  Context::print("position " + position + ": " + level_text(document.root(), "sl") + ", " +
                 level_text(document.root(), "tp") + "\n");
}

}  // namespace tribook::client
