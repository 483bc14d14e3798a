#include <algorithm>
#include <charconv>

#include "gateway/api/render.h"
#include "gateway/json/time_text.h"
#include "gateway/rest/client_api.h"
#include "gateway/rest/lists.h"

// Candles and ticks. The newest are in memory, complete from some point on; what is older, and what
// was filled in from a venue's history, comes from the store.

namespace tribook::gateway::rest {
namespace {

constexpr std::size_t kItems = 500;  // when the request names no limit
constexpr std::int64_t kMsMax = INT64_MAX / 1'000'000;

struct Window {
  const Instrument* instrument = nullptr;
  PageRequest page;
  TimeNs from{0};
  TimeNs until{INT64_MAX};
};

std::optional<TimeNs> time_from(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc{} || end != text.data() + text.size()) return json::parse_time(text);
  if (ms < 0 || ms > kMsMax) return std::nullopt;
  return TimeNs::from_ms(ms);
}

// A moment, if one is given; answers and returns false when it is none.
bool read_moment(const Call& call, std::string_view name, TimeNs& out) {
  const auto text = call.request.param(name);
  if (!text) return true;
  const auto time = time_from(*text);
  if (time) {
    out = *time;
    return true;
  }
  std::string detail(name);
  call.refuse(RejectCode::Validation, detail += " must be RFC 3339 or milliseconds since 1970");
  return false;
}

// Answers and returns nothing when something is missing or no good.
std::optional<Window> read_window(const Call& call) {
  Window window;
  const auto symbol = call.request.param("symbol");
  if (!symbol) {
    call.refuse(RejectCode::Validation, "symbol is required");
    return std::nullopt;
  }
  window.instrument = call.context.mirror.find(*symbol);
  if (window.instrument == nullptr) {
    call.refuse(RejectCode::SymbolUnknown);
    return std::nullopt;
  }
  const auto page = read_page(call, kItems);
  if (!page || !read_moment(call, "from", window.from) || !read_moment(call, "to", window.until)) {
    return std::nullopt;
  }
  window.page = *page;
  return window;
}

// A symbol that the views do not show yet has nothing.
bool is_readable(const Call& call, views::ReadStatus status) {
  if (status != views::ReadStatus::Busy) return true;
  call.refuse(RejectCode::Busy);
  return false;
}

/// Each candle of either side, oldest first. Of a candle's live part that is the better one which
/// has more of it: both begin with its first tick.
std::vector<Candle> merge(const std::vector<persistence::CandleRow>& rows,
                          const std::vector<Candle>& live) {
  std::vector<Candle> merged;
  merged.reserve(rows.size() + live.size());
  auto newer = live.begin();
  for (const persistence::CandleRow& row : rows) {
    const TimeNs start = row.history.is_empty() ? row.live.start : row.history.start;
    for (; newer != live.end() && newer->start < start; ++newer) merged.push_back(*newer);
    const bool is_in_both = newer != live.end() && newer->start == start;
    const bool is_in_memory = is_in_both && newer->ticks >= row.live.ticks;
    Candle& candle = merged.emplace_back(row.history);
    candle.merge(is_in_memory ? *newer : row.live);
    if (is_in_both) ++newer;
  }
  merged.insert(merged.end(), newer, live.end());
  return merged;
}

/// How candles are told, apart from the request they answer.
struct CandleAnswer {
  std::string symbol;
  Timeframe timeframe = Timeframe::M1;
  std::size_t limit = 0;
  int digits = 0;

  /// `candles`: oldest first, more than the limit when there are older ones.
  [[nodiscard]] http::HttpResponse response(const std::vector<Candle>& candles) const {
    const bool is_more = candles.size() > limit;
    const std::size_t first = is_more ? candles.size() - limit : 0;
    std::string body;
    json::Writer writer(body);
    writer.begin_object().field("symbol", symbol).field("timeframe", name_of(timeframe));
    writer.begin_array("items");
    for (std::size_t i = first; i < candles.size(); ++i) {
      writer.begin_object().field("time", candles[i].start);
      write_candle(writer, candles[i], digits);
      writer.end_object();
    }
    writer.end_array();
    if (is_more) writer.field("nextCursor", std::to_string(candles[first].start.ms()));
    writer.end_object();
    return json_response(200, std::move(body));
  }
};

struct TickAnswer {
  std::string symbol;
  std::size_t limit = 0;
  int digits = 0;

  /// `ticks`: newest first, one more than the limit when there are older ones.
  [[nodiscard]] http::HttpResponse response(const std::vector<views::TickView>& ticks) const {
    const bool is_more = ticks.size() > limit;
    const std::size_t count = std::min(ticks.size(), limit);
    std::string body;
    json::Writer writer(body);
    writer.begin_object().field("symbol", symbol).begin_array("items");
    for (std::size_t i = 0; i < count; ++i) {
      writer.begin_object()
          .field("sequence", ticks[i].sequence.value)
          .field("time", ticks[i].time)
          .field("bid", ticks[i].bid, digits)
          .field("ask", ticks[i].ask, digits)
          .end_object();
    }
    writer.end_array();
    if (is_more) writer.field("nextCursor", std::to_string(ticks[limit - 1].sequence.value));
    writer.end_object();
    return json_response(200, std::move(body));
  }
};

// Candles from memory and store. Memory is read first: what fell off it by then, the store must
// have; what it has, is complete.
void answer_candles(const Call& call, const Window& window, CandleAnswer answer) {
  const SymbolId id = window.instrument->id;
  const std::size_t wanted = answer.limit + 1;
  auto memory =
      call.context.views.live_candles(id, answer.timeframe, window.from, window.until, wanted);
  if (!is_readable(call, memory.status)) return;
  const bool reaches_back =
      memory.is_cut && memory.items.size() < wanted && window.from < memory.complete_from;
  const Sequence needed = reaches_back ? memory.lost : Sequence{};
  struct Parts {
    std::vector<Candle> live;
    std::vector<persistence::CandleRow> rows;
  };
  const auto parts = std::make_shared<Parts>(Parts{std::move(memory.items), {}});
  answer_from_store(
      call, needed,
      [parts, id, timeframe = answer.timeframe, from = window.from, until = window.until,
       wanted](persistence::HistoryReader& reader) {
        parts->rows = reader.candles(id, timeframe, from, until, wanted);
      },
      [parts, answer = std::move(answer)] {
        return answer.response(merge(parts->rows, parts->live));
      });
}

}  // namespace

void get_ohlc(const Call& call) {
  auto window = read_window(call);
  if (!window) return;
  const auto timeframe = timeframe_from(call.request.param("timeframe").value_or(""));
  if (!timeframe) {
    return call.refuse(RejectCode::Validation, "timeframe must be one of 1m 5m 15m 30m 1h 4h 1d");
  }
  const std::uint64_t cursor = window->page.cursor;
  if (cursor > static_cast<std::uint64_t>(kMsMax)) {
    return call.refuse(RejectCode::Validation, "cursor must be a nextCursor of this list");
  }
  if (cursor != 0) {
    window->until = std::min(window->until, TimeNs::from_ms(static_cast<std::int64_t>(cursor)));
  }
  const Instrument& instrument = *window->instrument;
  CandleAnswer answer{std::string(instrument.name.view()), *timeframe, window->page.limit,
                      instrument.digits};
  if (call.context.history != nullptr) return answer_candles(call, *window, std::move(answer));
  const auto memory = call.context.views.candles(instrument.id, *timeframe, window->from,
                                                 window->until, answer.limit + 1);
  if (is_readable(call, memory.status)) call.reply(answer.response(memory.items));
}

void get_ticks(const Call& call) {
  const auto window = read_window(call);
  if (!window) return;
  const Instrument& instrument = *window->instrument;
  const TickAnswer answer{std::string(instrument.name.view()), window->page.limit,
                          instrument.digits};
  const std::size_t wanted = answer.limit + 1;
  const Sequence cursor{window->page.cursor};
  auto memory =
      call.context.views.ticks(instrument.id, cursor, window->from, window->until, wanted);
  if (!is_readable(call, memory.status)) return;
  if (!memory.is_cut || call.context.history == nullptr) {
    return call.reply(answer.response(memory.items));
  }
  const bool is_below = cursor && cursor < memory.complete_from;
  const Sequence before = is_below || !memory.complete_from ? cursor : memory.complete_from;
  const std::size_t missing = wanted - memory.items.size();
  const auto ticks = std::make_shared<std::vector<views::TickView>>(std::move(memory.items));
  answer_from_store(
      call, memory.lost,
      [ticks, id = instrument.id, before, from = window->from, until = window->until,
       missing](persistence::HistoryReader& reader) {
        for (const persistence::TickRow& row : reader.ticks(id, before, from, until, missing)) {
          ticks->push_back({row.sequence, row.time, row.bid, row.ask});
        }
      },
      [ticks, answer] { return answer.response(*ticks); });
}

}  // namespace tribook::gateway::rest
