#include "differential/duel.h"

#include <algorithm>

namespace tribook::differential {

namespace {

reference::EngineSettings settings() {
  reference::EngineSettings settings;
  settings.any_quote_stops_out = !of_engine().has(Capability::MarginAtOnce);
  settings.clients_meet = of_engine().has(Capability::Crossing);
  settings.venues_reserve = true;
  settings.orders_go_round = !of_engine().has(Capability::OrdersInQuote);
  return settings;
}

}  // namespace

Duel::Duel() : reference_(settings()) {}

std::optional<Difference> Duel::apply(const Operation& operation) {
  if (!reference_.knows(operation)) return std::nullopt;
  const Told by_reference = reference_.apply(operation);
  const Told by_engine = engine_.apply(operation);
  if (const auto found = compare(by_engine, by_reference)) return found;
  return compare(engine_.held(), reference_.held());
}

std::string Duel::contradiction() const {
  const std::string own = engine_.contradiction();
  return own.empty() ? reference_.engine().contradiction() : own;
}

namespace {

bool is_of_limit(const std::string& code) {
  for (int i = 0; i < reference::kLimits; ++i) {
    if (code == reference::code_of(reference::Limit(i))) return true;
  }
  return false;
}

void count(const Duel& duel, RunCounts& counts) {
  for (const auto& [id, order] : duel.reference().engine().orders()) {
    if (order.filled > 0) ++counts.fills;
    if (order.reject_code == "KILL_SWITCH") ++counts.killed;
    if (is_of_limit(order.reject_code)) ++counts.limited;
    if (order.closes == 0) continue;
    const reference::CloseReason reason = order.close_reason;
    if (reason == reference::CloseReason::StopOut) ++counts.stop_outs;
    const bool by_level =
        reason == reference::CloseReason::StopLoss || reason == reference::CloseReason::TakeProfit;
    if (by_level) ++counts.closed_by_level;
  }
  for (const reference::LedgerEntry& entry : duel.reference().engine().ledger()) {
    const bool covers = entry.type == reference::EntryType::NegativeBalance && entry.account != 0;
    if (covers) ++counts.covers;
  }
  counts.crossings += duel.reference().engine().tape().size();
  for (const auto& [id, request] : duel.reference().engine().venue_requests()) {
    if (request.left < request.volume) ++counts.venue_fills;
  }
}

}  // namespace

std::optional<Failure> run(std::uint64_t seed, std::size_t operations, RunCounts& counts) {
  Duel duel;
  Generator generator(seed, of_engine());
  Program program;
  for (std::size_t i = 0; i < operations; ++i) {
    program.push_back(generator.next(duel.reference()));
    ++counts.operations;
    if (const auto found = duel.apply(program.back())) return Failure{program, *found};
  }
  count(duel, counts);
  const std::string wrong = duel.contradiction();
  if (!wrong.empty()) return Failure{program, {"contradiction", wrong}};
  return std::nullopt;
}

std::optional<Failure> run(const Program& program) {
  Duel duel;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (const auto found = duel.apply(program[i])) {
      const auto end = program.begin() + static_cast<std::ptrdiff_t>(i + 1);
      return Failure{{program.begin(), end}, *found};
    }
  }
  return std::nullopt;
}

// Takes out pieces, smaller and smaller ones, as long as the same figure differs.
Failure shrink(const Failure& failure, std::size_t runs_max) {
  Failure best = failure;
  std::size_t runs = 0;
  std::size_t piece = std::max<std::size_t>(best.program.size() / 2, 1);
  for (bool went = false; runs < runs_max;) {
    for (std::size_t end = best.program.size(); end > 0 && runs < runs_max; ++runs) {
      const std::size_t begin = end > piece ? end - piece : 0;
      Program fewer(best.program.begin(),
                    best.program.begin() + static_cast<std::ptrdiff_t>(begin));
      fewer.insert(fewer.end(), best.program.begin() + static_cast<std::ptrdiff_t>(end),
                   best.program.end());
      const auto found = run(fewer);
      end = begin;
      if (!found || found->difference.what != failure.difference.what) continue;
      best = *found;
      end = std::min(end, best.program.size());
      went = true;
    }
    if (piece == 1 && !went) break;
    piece = std::max<std::size_t>(piece / 2, 1);
    if (piece == 1 && went) went = false;
  }
  return best;
}

std::string report(std::uint64_t seed, const Failure& failure) {
  std::string text = "the engines differ: " + failure.difference.words + "\nafter\n";
  for (const Operation& operation : failure.program) text += "  " + text_of(operation) + "\n";
  return text + "reproduce: TRIBOOK_TEST_SEED=" + std::to_string(seed) +
         " build/release/bin/differential_differential \"one seed\"";
}

}  // namespace tribook::differential
