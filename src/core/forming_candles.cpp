#include "core/forming_candles.h"

#include <algorithm>
#include <cstdint>

#include "tribook/base/archive.h"

namespace tribook::core {
namespace {

constexpr std::uint32_t kVersion = 1;  // of save()'s bytes
constexpr std::size_t kBytesOfSymbol = 2 + 2 * 8 + kTimeframes * 5 * 8;
constexpr TimeNs kEarliest{INT64_MIN / 2};

// All of a symbol end with the same tick; where they start follows from their ticks.
template <typename Archive, typename Set>
void describe(Archive& archive, Set& candles) {
  archive(candles.front().close, candles.front().last);
  for (auto& candle : candles) {
    archive(candle.open, candle.high, candle.low, candle.ticks, candle.first);
  }
}

bool can_be(Timeframe timeframe, const Candle& candle) {
  if (candle.first < kEarliest || candle.first > candle.last || candle.is_empty()) return false;
  const auto [low, high] = std::minmax(candle.open, candle.close);
  if (candle.low > low || candle.high < high) return false;
  if (candle.ticks == 1 && (candle.low != candle.high || candle.first != candle.last)) return false;
  return candle_start(timeframe, candle.first) == candle_start(timeframe, candle.last);
}

// A longer candle has all ticks of a shorter one: each length is a multiple of the one before.
bool has_all_of(const Candle& longer, const Candle& shorter) {
  return longer.first <= shorter.first && longer.ticks >= shorter.ticks &&
         longer.high >= shorter.high && longer.low <= shorter.low;
}

bool can_be(const CandleSet& candles, TimeNs now) {
  if (candles.front().last > now) return false;
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    if (!can_be(timeframe_at(i), candles[i])) return false;
    if (i > 0 && !has_all_of(candles[i], candles[i - 1])) return false;
  }
  return true;
}

void read(base::ArchiveReader& archive, CandleSet& candles, TimeNs now) {
  describe(archive, candles);
  for (Candle& candle : candles) {
    candle.close = candles.front().close;
    candle.last = candles.front().last;
  }
  archive.demand(can_be(candles, now));
  if (!archive.ok()) return;
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    candles[i].start = candle_start(timeframe_at(i), candles[i].first);
  }
}

}  // namespace

void FormingCandles::apply(const Event& event) {
  if (event.header.kind != EventKind::QuoteApplied) return;
  const auto quote = event.get<QuoteApplied>();
  if (quote.is_reference != 0) return;
  const std::size_t id = quote.symbol.value;
  if (id >= by_symbol_.size()) by_symbol_.resize(id + 1);
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    by_symbol_[id][i].follow(timeframe_at(i), quote.bid, event.header.time);
  }
}

void FormingCandles::save(base::ArchiveWriter& archive) const {
  std::uint32_t symbols = 0;
  each([&](SymbolId, const CandleSet&) { ++symbols; });
  archive(kVersion, symbols);
  each([&](SymbolId id, const CandleSet& candles) {
    archive(id);
    describe(archive, candles);
  });
}

void FormingCandles::load(base::ArchiveReader& archive, std::size_t symbols_max, TimeNs now) {
  std::uint32_t version = 0;
  archive(version);
  archive.demand(version == kVersion);
  SymbolId before;
  for (auto left = archive.count(symbols_max, kBytesOfSymbol); left > 0; --left) {
    SymbolId id;
    archive(id);
    archive.demand(id > before && id.value <= symbols_max);
    if (!archive.ok()) return;
    by_symbol_.resize(id.value + std::size_t{1});
    read(archive, by_symbol_[id.value], now);
    before = id;
  }
}

}  // namespace tribook::core
