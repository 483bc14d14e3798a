#include "gateway/api/volatility.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "gateway/api/render.h"
#include "gateway/json/writer.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/volatility.h"

namespace tribook::gateway {
namespace {

constexpr std::size_t kWindow = 60;  // returns, when the request names no window
constexpr std::size_t kWindowMax = 500;
constexpr std::int64_t kDayNs = 86'400'000'000'000;

// Answers and returns nothing when it is no good.
std::optional<std::size_t> read_window(const Call& call) {
  const auto text = call.request.param("window");
  if (!text) return kWindow;
  std::size_t window = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), window);
  if (error == std::errc{} && end == text->data() + text->size() && window >= 2 &&
      window <= kWindowMax)
    return window;
  call.refuse(RejectCode::Validation, "window must be 2 to 500");
  return std::nullopt;
}

}  // namespace

void get_volatility(const Call& call) {
  const auto symbol = call.request.param("symbol");
  if (!symbol) return call.refuse(RejectCode::Validation, "symbol is required");
  const Instrument* instrument = call.context.mirror.find(*symbol);
  if (instrument == nullptr) return call.refuse(RejectCode::SymbolUnknown);
  const auto timeframe = timeframe_from(call.request.param("timeframe").value_or("1m"));
  if (!timeframe)
    return call.refuse(RejectCode::Validation, "timeframe must be one of 1m 5m 15m 30m 1h 4h 1d");
  const auto window = read_window(call);
  if (!window) return;
  // One close more than returns, and the candle that is not whole yet.
  const auto page = call.context.views.candles(instrument->id, *timeframe, TimeNs{0},
                                               TimeNs{INT64_MAX}, *window + 2);
  if (page.status == views::ReadStatus::Busy) return call.refuse(RejectCode::Busy);
  std::vector<Price> closes;
  for (const Candle& candle : page.items) closes.push_back(candle.close);
  if (!closes.empty()) closes.pop_back();
  if (closes.size() > *window + 1) closes.erase(closes.begin());
  const auto many = static_cast<std::uint32_t>(kDayNs / length_ns(*timeframe));
  const auto result = volatility(closes, many);
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("symbol", instrument->name.view())
      .field("timeframe", name_of(*timeframe))
      .field("window", *window)
      .field("returns", result ? result->returns : std::size_t{0});
  if (result) {
    writer.field("volatility", result->per_step).field("perDay", result->per_many);
  } else {
    writer.null("volatility").null("perDay");
  }
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway
