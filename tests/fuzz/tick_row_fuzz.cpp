#include <cstdint>
#include <string>
#include <string_view>

#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"
#include "venue/replay/tick_row.h"

// A row is refused with a reason or means what it says: written out again it gives the same tick,
// and each price and time is one that the quote filter may be given.

namespace {

using namespace tribook;
using namespace tribook::venue::replay;

constexpr std::int64_t kLastNs = 9'214'646'399'999'999'999;  // the end of 2261

std::string column(std::string_view row, int index) {
  for (; index > 0; --index) row.remove_prefix(row.find(',') + 1);
  return std::string(row.substr(0, row.find(',')));
}

std::string text_of(Price price) {
  char text[kDecimalTextMax];
  return {text, format_decimal(text, price.raw)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view row(reinterpret_cast<const char*>(data), size);
  const TickRow result = parse_tick_row(row);
  if (result.error != TickRowError::None) {
    TB_ASSERT(!name_of(result.error).empty());
    return 0;
  }
  TB_ASSERT(row.size() <= kTickRowMax);
  TB_ASSERT(result.tick.time.ns >= 0);
  TB_ASSERT(result.tick.time.ns <= kLastNs);
  TB_ASSERT(magnitude(result.tick.bid.raw) <= uint128{kMaxFixedRaw});
  TB_ASSERT(magnitude(result.tick.ask.raw) <= uint128{kMaxFixedRaw});
  const std::string again = column(row, 0) + "," + column(row, 1) + "," + text_of(result.tick.bid) +
                            "," + text_of(result.tick.ask);
  const TickRow same = parse_tick_row(again);
  TB_ASSERT(again.size() > kTickRowMax || same.error == TickRowError::None);
  if (same.error != TickRowError::None) return 0;
  TB_ASSERT(same.tick.time == result.tick.time);
  TB_ASSERT(same.tick.bid == result.tick.bid);
  TB_ASSERT(same.tick.ask == result.tick.ask);
  return 0;
}
