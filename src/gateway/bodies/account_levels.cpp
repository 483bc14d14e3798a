#include "gateway/bodies/account_levels.h"

#include <algorithm>
#include <functional>

namespace tribook::gateway {

using json::Kind;
using json::Reader;
using json::Value;

void read_account_level(Value value, Reader& reader, Ratio& out) {
  reader.ratio(value, out);
  if (out.raw < 0 || out > kMarginLevelMax) reader.fail(value, "must be 0 to 10,000 percent");
}

void read_call_levels(Value value, Reader& reader, MarginCallLevels& out) {
  if (value.is_null() || !reader.expect(value, Kind::Array)) return;
  MarginCallLevels levels{{}, 0};
  std::size_t count = 0;
  reader.enter(value.key());
  for (const Value level : value) {
    reader.enter(count++);
    if (count > MarginCallLevels::kMax) {
      reader.fail("", "is one too many: at most 8");
    } else {
      read_account_level(level, reader, levels.level[levels.count++]);
    }
    reader.leave();
    if (!reader.ok()) break;
  }
  const auto end = levels.level.begin() + levels.count;
  std::sort(levels.level.begin(), end, std::greater{});
  if (std::adjacent_find(levels.level.begin(), end) != end) {
    reader.fail("", "has a level twice");
  }
  reader.leave();
  out = levels;
}

void read_swap_free(Value value, Reader& reader, SwapFreeSpec& out) {
  const std::string_view key = value.key();
  if (key == "swapFree") {
    bool is_on = out.is_on != 0;
    reader.boolean(value, is_on);
    out.is_on = is_on ? 1 : 0;
  } else if (key == "swapFreeDays") {
    reader.integer(value, out.free_rollovers, 0, SwapFreeSpec::kFreeRolloversMax);
  } else if (key == "swapFreeFee") {
    reader.ratio(value, out.fee);
    if (out.fee.raw < 0 || out.fee.raw > kMaxFixedRaw) reader.fail(value, "must not be negative");
  }
}

}  // namespace tribook::gateway
