#include <algorithm>
#include <cstdint>
#include <span>

#include "core/forming_candles.h"
#include "tribook/base/archive.h"
#include "tribook/base/assert.h"

// Bytes that are no candles are refused; candles that were loaded are saved as the same bytes, and
// each is of one interval.

using namespace tribook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  core::FormingCandles candles;
  base::ArchiveReader reader(bytes);
  candles.load(reader, 8, TimeNs{2'000'000'000'000'000'000});
  if (!reader.ok() || reader.left() != 0) return 0;
  base::ArchiveWriter writer;
  candles.save(writer);
  TB_ASSERT(std::equal(writer.bytes().begin(), writer.bytes().end(), bytes.begin(), bytes.end()));
  candles.each([](SymbolId, const CandleSet& set) {
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      TB_ASSERT(set[i].first >= set[i].start &&
                set[i].last - set[i].start < std::chrono::nanoseconds(length_ns(timeframe_at(i))));
    }
  });
  return 0;
}
