#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/lists.h"

namespace tribook::client {
namespace {

std::string read_side(const std::string& word) {
  if (word == "buy" || word == "BUY") return "BUY";
  if (word == "sell" || word == "SELL") return "SELL";
  throw UsageMistake("--side must be buy or sell");
}

void show_record(Context& context, const std::string& target) {
  const std::string answer = context.api().get(target);
  if (context.wants_json()) return Context::print(answer + "\n");
  Context::print(record_text(answer, context.has_colour()));
}

}  // namespace

void show_positions(Context& context) {
  if (context.has("--closed")) {
    return show_list(context,
                     {"/api/account/positions",
                      {{"status", "closed"}},
                      {"id", "symbol", "side", "volume", "openPrice", "closePrice", "closeReason",
                       "realizedPnL", "swap", "commission", "openTime", "closeTime"}});
  }
  show_list(context, {"/api/account/positions",
                      {},
                      {"id", "symbol", "side", "volume", "openPrice", "currentPrice", "sl", "tp",
                       "unrealizedPnL", "swap", "commission", "openTime"}});
}

void show_orders(Context& context) {
  List list{"/api/account/orders",
            {},
            {"orderId", "symbol", "type", "side", "volume", "price", "filledPrice", "status",
             "positionId", "rejectCode", "clientOrderId", "createdAt"}};
  if (context.has("--all")) list.query.emplace_back("status", "all");
  show_list(context, list);
}

void show_trades(Context& context) {
  show_list(context, {"/api/account/trades",
                      {},
                      {"id", "orderId", "positionId", "symbol", "side", "volume", "price",
                       "realizedPnL", "commission", "swap", "executedAt"}});
}

void show_ledger(Context& context) {
  show_list(context, {"/api/account/ledger",
                      {},
                      {"id", "type", "amount", "balanceBefore", "balanceAfter", "referenceType",
                       "referenceId", "note", "createdAt"}});
}

void show_summary(Context& context) { show_record(context, "/api/account/summary"); }

void show_symbols(Context& context) {
  show_list(context, {"/api/symbols",
                      {},
                      {"symbol", "category", "state", "marketOpen", "bid", "ask", "digits",
                       "contractSize", "minVolume", "maxVolume", "volumeStep"}});
}

void show_candles(Context& context) {
  show_list(context, {"/api/ohlc",
                      {{"symbol", context.word(0)}, {"timeframe", context.word(1)}},
                      {"time", "open", "high", "low", "close", "volume"},
                      true});
}

void show_margin(Context& context) {
  const auto side = context.option("--side");
  show_record(context, target_of("/api/risk/margin-preview",
                                 {{"symbol", context.word(0)},
                                  {"volume", Context::number("VOLUME", context.word(1))},
                                  {"side", read_side(side.value_or("buy"))}}));
}

}  // namespace tribook::client
