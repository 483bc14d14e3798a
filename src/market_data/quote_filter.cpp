#include "market_data/quote_filter.h"

#include "tribook/base/assert.h"
#include "tribook/base/int128.h"

namespace tribook::market_data {
namespace {

// One thread writes: no locked instruction needed.
void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

QuoteFilter::QuoteFilter(const QuoteFilterSettings& settings)
    : settings_(settings), states_(settings.symbols_max + 1) {
  TB_ASSERT(settings.jump_percent.raw >= 0);
  TB_ASSERT(settings.jump_percent.raw <= kMaxFixedRaw);
  TB_ASSERT(settings.persistence >= 1);
}

QuoteRefusal QuoteFilter::check(const QuoteCommand& quote) {
  TB_ASSERT(quote.symbol.value >= 1);
  TB_ASSERT(quote.symbol.value < states_.size());
  State& state = states_[quote.symbol.value];
  const QuoteRefusal refusal = judge(state, quote);
  if (refusal == QuoteRefusal::None) {
    state.is_quoted = true;
    state.mid = quote.bid.raw + quote.ask.raw;
    state.time = quote.venue_time;
    state.jump_count = 0;
  } else if (refusal == QuoteRefusal::Jump) {
    note_jump(state, quote.bid.raw + quote.ask.raw);
  }
  bump(counters_[static_cast<std::size_t>(refusal)]);
  bump(state.counters[static_cast<std::size_t>(refusal)]);
  return refusal;
}

QuoteRefusal QuoteFilter::judge(const State& state, const QuoteCommand& quote) const {
  if (quote.bid.raw <= 0 || quote.ask.raw <= 0) return QuoteRefusal::NonPositive;
  if (quote.bid.raw > kMaxFixedRaw || quote.ask.raw > kMaxFixedRaw) return QuoteRefusal::OffRange;
  if (quote.bid > quote.ask) return QuoteRefusal::Crossed;
  if (!state.is_quoted) return QuoteRefusal::None;
  if (quote.venue_time < state.time) return QuoteRefusal::OutOfOrder;
  if (!is_near(quote.bid.raw + quote.ask.raw, state.mid)) return QuoteRefusal::Jump;
  return QuoteRefusal::None;
}

// |mid - level| / level <= percent / 100, without a division: below 2 * 10^36, it fits.
bool QuoteFilter::is_near(std::int64_t mid, std::int64_t level) const {
  if (settings_.jump_percent.is_zero()) return true;
  const std::int64_t move = mid < level ? level - mid : mid - level;
  return static_cast<int128>(move) * (100 * kFixedOne) <=
         static_cast<int128>(settings_.jump_percent.raw) * level;
}

void QuoteFilter::note_jump(State& state, std::int64_t mid) const {
  if (state.jump_count == 0 || !is_near(mid, state.jump_mid)) {
    state.jump_mid = mid;
    state.jump_count = 0;
  }
  if (++state.jump_count < settings_.persistence) return;
  state.mid = mid;
  state.jump_count = 0;
}

const QuoteFilter::State& QuoteFilter::state_of(SymbolId symbol) const {
  TB_ASSERT(symbol.value >= 1);
  TB_ASSERT(symbol.value < states_.size());
  return states_[symbol.value];
}

std::uint64_t QuoteFilter::refused(QuoteRefusal reason) const {
  return counters_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
}

std::uint64_t QuoteFilter::accepted(SymbolId symbol) const {
  return refused(symbol, QuoteRefusal::None);
}

std::uint64_t QuoteFilter::refused(SymbolId symbol, QuoteRefusal reason) const {
  return state_of(symbol).counters[static_cast<std::size_t>(reason)].load(
      std::memory_order_relaxed);
}

}  // namespace tribook::market_data
