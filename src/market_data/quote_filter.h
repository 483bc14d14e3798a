#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/command.h"

// What a streaming venue quotes is looked at once, before it becomes a command: past this point a
// quote is 0 < bid <= ask, in order and near the last one, and everything that trades on it may
// rely on that.
//
// A jump guards against the single wild tick that would stop clients out. A gap in the market looks
// the same at first, so a refused level that persists is believed: after `persistence` refused
// quotes in a row that agree with each other (each within the jump of the first), their level is
// the one that the next quote is measured against. Quotes refused for other reasons neither help
// nor break the row.

namespace tribook::market_data {

/// Why a quote was refused, in the order of the checks: the first that applies is told.
enum class QuoteRefusal : std::uint8_t {
  None,
  NonPositive,  ///< bid or ask is zero or negative
  OffRange,     ///< bid or ask above the largest price that is taken in
  Crossed,      ///< bid > ask; equal is good
  OutOfOrder,   ///< venue time before that of the last accepted quote of the symbol
  Jump,         ///< mid too far from that of the last accepted quote of the symbol
};
inline constexpr std::size_t kQuoteRefusals = 6;

struct QuoteFilterSettings {
  Ratio jump_percent =
      Ratio::from_whole(10);       ///< a move beyond it is refused; 0 = any move is good
  std::uint32_t persistence = 5;   ///< refused quotes that make a level; at least 1
  std::size_t symbols_max = 1024;  ///< symbol ids are 1 .. symbols_max
};

/// One for each stream of quotes (a venue), owned by one thread; the counters may be read by any.
class QuoteFilter {
 public:
  /// REQUIRES: 0 <= jump_percent <= kMaxFixedRaw, persistence >= 1.
  explicit QuoteFilter(const QuoteFilterSettings& settings);

  /// None: the quote is good, and the next one of its symbol is measured against it.
  /// REQUIRES: 1 <= quote.symbol <= symbols_max.
  QuoteRefusal check(const QuoteCommand& quote);

  [[nodiscard]] std::uint64_t accepted() const { return refused(QuoteRefusal::None); }
  [[nodiscard]] std::uint64_t refused(QuoteRefusal reason) const;
  /// The same of one symbol. REQUIRES: as check().
  [[nodiscard]] std::uint64_t accepted(SymbolId symbol) const;
  [[nodiscard]] std::uint64_t refused(SymbolId symbol, QuoteRefusal reason) const;

 private:
  using Counters = std::array<std::atomic<std::uint64_t>, kQuoteRefusals>;

  // Mids are kept doubled (bid + ask), so that nothing is rounded. 0 = none yet.
  struct State {
    std::int64_t mid = 0;       // level that the next quote is measured against
    std::int64_t jump_mid = 0;  // first of the refused quotes in a row
    std::uint32_t jump_count = 0;
    bool is_quoted = false;
    TimeNs time{};  // of the last accepted
    Counters counters{};
  };

  [[nodiscard]] QuoteRefusal judge(const State& state, const QuoteCommand& quote) const;
  [[nodiscard]] bool is_near(std::int64_t mid, std::int64_t level) const;
  void note_jump(State& state, std::int64_t mid) const;
  [[nodiscard]] const State& state_of(SymbolId symbol) const;

  QuoteFilterSettings settings_;
  std::vector<State> states_;  // by symbol id, [0] is unused
  Counters counters_{};
};

}  // namespace tribook::market_data

namespace tribook {

/// Label values of the metrics.
template <>
struct EnumNames<market_data::QuoteRefusal> {
  static constexpr std::array<std::string_view, market_data::kQuoteRefusals> value{
      "", "non_positive", "off_range", "crossed", "out_of_order", "jump"};
};

}  // namespace tribook
