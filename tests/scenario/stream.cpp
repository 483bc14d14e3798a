#include "scenario/stream.h"

#include <fstream>
#include <stdexcept>

#include "scenario/json_line.h"

namespace tribook::scenario {
namespace {

std::string_view name_of_symbol(const Stream& stream, SymbolId symbol) {
  return symbol ? stream.instrument(symbol).name.view() : "NOSUCH";
}

std::string code_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

std::string write(const Stream& stream, const AddSymbol& add) {
  const Instrument& i = stream.instrument(add.symbol);
  JsonLine line;
  line.text("op", "symbol").text("symbol", i.name.view()).text("category", name_of(i.category));
  line.text("baseCurrency", code_of(i.base)).text("quoteCurrency", code_of(i.quote));
  line.text("marginCurrency", code_of(i.margin_currency)).number("digits", i.digits);
  line.decimal("tickSize", i.tick_size.raw).decimal("pipSize", i.pip_size.raw);
  line.decimal("contractSize", i.contract_size.raw).decimal("minVolume", i.min_volume.raw);
  line.decimal("maxVolume", i.max_volume.raw).decimal("volumeStep", i.volume_step.raw);
  line.decimal("stopsLevelPips", i.stops_level_pips.raw);
  const CommissionSpec& charge = i.commission;
  if (!charge.amount.is_zero() || !charge.minimum.is_zero()) {
    JsonLine commission;
    commission.text("basis", name_of(charge.basis)).decimal("amount", charge.amount.raw);
    commission.text("currency", code_of(charge.currency)).decimal("minimum", charge.minimum.raw);
    line.object("commission", commission);
  }
  JsonLine margin;
  margin.text("mode", name_of(i.margin.mode)).decimal("percent", i.margin.percent.raw);
  margin.decimal("initialPerLot", i.margin.initial_per_lot.raw);
  margin.text("hedged", name_of(i.margin.hedged))
      .decimal("hedgedPercent", i.margin.hedged_percent.raw);
  return line.object("margin", margin).finish();
}

std::string write(const Stream& /*stream*/, const AddAccount& add) {
  JsonLine line;
  line.text("op", "account").number("account", add.account.value);
  line.text("currency", code_of(add.currency)).number("leverage", add.leverage);
  line.decimal("stopOutLevel", add.stop_out_level.raw);
  return line.decimal("marginCallLevel", add.margin_call_level.raw).finish();
}

std::string write(const Stream& /*stream*/, const Payment& payment) {
  JsonLine line;
  line.text("op", payment.is_withdrawal ? "withdraw" : "deposit");
  line.number("account", payment.account.value);
  return line.decimal("amount", payment.amount.raw).finish();
}

std::string write(const Stream& stream, const SymbolQuote& quote) {
  JsonLine line;
  line.text("op", "quote").text("symbol", name_of_symbol(stream, quote.symbol));
  line.decimal("bid", quote.bid.raw).decimal("ask", quote.ask.raw);
  return line.number("time", static_cast<std::uint64_t>(quote.time.ms())).finish();
}

std::string write(const Stream& stream, const MarketOrder& order) {
  JsonLine line;
  line.text("op", "order").number("account", order.account.value);
  line.text("symbol", name_of_symbol(stream, order.symbol)).text("side", name_of(order.side));
  line.decimal("volume", order.volume.raw);
  if (!order.stop_loss.is_zero()) line.decimal("sl", order.stop_loss.raw);
  if (!order.take_profit.is_zero()) line.decimal("tp", order.take_profit.raw);
  return line.finish();
}

std::string write(const Stream& /*stream*/, const Close& close) {
  JsonLine line;
  line.text("op", close.part ? "close_partial" : "close");
  line.number("account", close.account.value).number("position", close.position.value);
  if (close.part) line.decimal("volume", close.part->raw);
  return line.finish();
}

std::string write(const Stream& /*stream*/, const Modify& modify) {
  JsonLine line;
  line.text("op", "modify").number("account", modify.account.value);
  line.number("position", modify.position.value).decimal_or_null("sl", modify.stop_loss.raw);
  return line.decimal_or_null("tp", modify.take_profit.raw).finish();
}

}  // namespace

std::string to_json(const Stream& stream, const Operation& operation) {
  return std::visit([&](const auto& body) { return write(stream, body); }, operation);
}

void write_file(const Stream& stream, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const Operation& operation : stream.operations) file << to_json(stream, operation) << '\n';
  file << "{\"op\":\"end\"}\n";
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace tribook::scenario
