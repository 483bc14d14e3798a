#include "views/candles.h"

#include <algorithm>

#include "tribook/base/assert.h"

namespace tribook::views {
namespace {

// Puts the part that history has of a candle among the live ones, which are in order of time.
void merge_tail(const Candle& tail, std::vector<Candle>& candles) {
  const auto place =
      std::lower_bound(candles.begin(), candles.end(), tail.start,
                       [](const Candle& candle, TimeNs start) { return candle.start < start; });
  if (place == candles.end() || place->start != tail.start) {
    candles.insert(place, tail);
    return;
  }
  Candle whole = tail;
  whole.merge(*place);
  *place = whole;
}

}  // namespace

Candles::Symbol::Symbol(const ViewLimits& limits) : ticks(limits.ticks) {
  for (auto& one : series) one = std::make_unique<Series>(limits.candles);
}

Candles::Candles(const ViewLimits& limits)
    : limits_(limits), symbol_(new std::atomic<Symbol*>[limits.symbols + 1]()) {}

Candles::Symbol* Candles::find(SymbolId id) const {
  if (!id || id.value > limits_.symbols) return nullptr;
  return symbol_[id.value].load(std::memory_order_acquire);
}

Candles::Series* Candles::find(SymbolId id, Timeframe timeframe) const {
  Symbol* symbol = find(id);
  return symbol == nullptr ? nullptr : symbol->series[static_cast<std::size_t>(timeframe)].get();
}

void Candles::add_symbol(SymbolId id) {
  if (find(id) != nullptr) return;
  owned_.push_back(std::make_unique<Symbol>(limits_));
  symbol_[id.value].store(owned_.back().get(), std::memory_order_release);
}

void Candles::resume(SymbolId id, const CandleSet& forming, Sequence last) {
  add_symbol(id);
  Symbol& symbol = *find(id);
  if (!symbol.ticks.is_begun_behind()) symbol.ticks.begin_behind(last);
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    Series& series = *symbol.series[i];
    TB_ASSERT(series.newest.is_empty() && !forming[i].is_empty());
    if (!series.live.is_begun_behind()) series.live.begin_behind(last);
    series.newest = forming[i];
    series.live.append(series.newest, last);
  }
}

// Engine time never falls, so a tick belongs to the newest candle or opens the next.
void Candles::apply(const EventHeader& header, const QuoteApplied& event) {
  add_symbol(event.symbol);  // quotes do not wait for the disk, as the symbol does
  if (event.is_reference != 0) return;
  Symbol& symbol = *find(event.symbol);
  symbol.ticks.append({header.root, header.time, event.bid, event.ask, event.is_mark != 0,
                       event.venue_bid, event.venue_ask},
                      header.root);
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    Series& series = *symbol.series[i];
    if (series.newest.follow(timeframe_at(i), event.bid, header.time)) {
      series.live.append(series.newest, header.root);
    } else {
      series.live.update(series.newest, header.root);
    }
  }
}

void Candles::begin_behind(Sequence last) {
  for (const auto& symbol : owned_) {
    symbol->ticks.begin_behind(last);
    for (const auto& series : symbol->series) series->live.begin_behind(last);
  }
}

bool Candles::set_history_tail(SymbolId id, Timeframe timeframe, const Candle& tail) {
  Series* series = find(id, timeframe);
  if (series == nullptr) return false;
  series->tail.store(tail);
  return true;
}

ReadStatus Candles::forming(SymbolId id, Timeframe timeframe, Candle& out) const {
  const Series* series = find(id, timeframe);
  if (series == nullptr) return ReadStatus::NotFound;
  Candle tail;
  if (!series->tail.load(tail)) return ReadStatus::Busy;
  const ReadStatus status = series->live.newest(out);
  if (status == ReadStatus::Busy || tail.is_empty()) return status;
  if (status == ReadStatus::NotFound || out.start < tail.start) {
    out = tail;
  } else if (out.start == tail.start) {
    tail.merge(out);
    out = tail;
  }
  return ReadStatus::Found;
}

CandlePage Candles::live(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                         std::size_t limit) const {
  CandlePage page;
  const Series* series = find(id, timeframe);
  if (series == nullptr) return page;
  TimeNs oldest{INT64_MAX};
  page.status = series->live.walk(
      [&](const Candle& candle) {
        oldest = candle.start;
        const bool is_wanted = candle.start >= from && candle.start < until;
        if (is_wanted && page.items.size() < limit) page.items.push_back(candle);
        return true;
      },
      page.is_cut);
  if (page.status != ReadStatus::Found) page.items.clear();
  std::reverse(page.items.begin(), page.items.end());
  if (!page.is_cut) return page;
  page.complete_from = oldest;
  page.lost = series->live.lost();
  return page;
}

CandlePage Candles::all(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                        std::size_t limit) const {
  CandlePage page = live(id, timeframe, from, until, limit);
  const Series* series = find(id, timeframe);
  if (page.status != ReadStatus::Found || series == nullptr) return page;
  Candle tail;
  if (!series->tail.load(tail)) {
    page.status = ReadStatus::Busy;
    page.items.clear();
    return page;
  }
  const bool is_in_reach = tail.start >= page.complete_from;  // else there is a gap between
  if (tail.is_empty() || tail.start < from || tail.start >= until || !is_in_reach) return page;
  merge_tail(tail, page.items);
  if (page.items.size() > limit) page.items.erase(page.items.begin());
  return page;
}

namespace {

void widen(BidAsk& highest, BidAsk& lowest, const BidAsk& prices) {
  highest = {std::max(highest.bid, prices.bid), std::max(highest.ask, prices.ask)};
  lowest = {std::min(lowest.bid, prices.bid), std::min(lowest.ask, prices.ask)};
}

}  // namespace

TickRange Candles::marks_after(SymbolId id, Sequence record) const {
  TickRange range;
  const Symbol* symbol = find(id);
  if (symbol == nullptr) return range;
  bool is_cut = false;
  const ReadStatus status = symbol->ticks.walk(
      [&](const TickView& tick) {
        if (tick.sequence <= record) return false;
        if (!tick.is_mark) return true;
        const BidAsk own{tick.bid, tick.ask};
        const BidAsk venue{tick.venue_bid, tick.venue_ask};
        if (range.count++ == 0) {
          range.highest = range.lowest = own;
          range.venue_highest = range.venue_lowest = venue;
        }
        widen(range.highest, range.lowest, own);
        widen(range.venue_highest, range.venue_lowest, venue);
        return true;
      },
      is_cut);
  TB_ASSERT(status == ReadStatus::Found);  // nobody else writes
  return range;
}

TickPage Candles::ticks(SymbolId id, Sequence before, TimeNs from, TimeNs until,
                        std::size_t limit) const {
  TickPage page;
  const Symbol* symbol = find(id);
  if (symbol == nullptr) return page;
  page.status = symbol->ticks.walk(
      [&](const TickView& tick) {
        if (tick.time < from) return false;
        page.complete_from = tick.sequence;
        const bool is_wanted = (!before || tick.sequence < before) && tick.time < until;
        if (is_wanted) page.items.push_back(tick);
        return page.items.size() < limit;
      },
      page.is_cut);
  if (page.status != ReadStatus::Found) page.items.clear();
  if (page.is_cut) page.lost = symbol->ticks.lost();
  return page;
}

}  // namespace tribook::views
