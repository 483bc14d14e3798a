#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/replica.h"
#include "sim/naive_alerts.h"
#include "sim/naive_book.h"
#include "sim/naive_margin.h"
#include "sim/naive_marks.h"
#include "sim/naive_rules.h"
#include "sim/world.h"

// What must hold, and when it is looked at. The tables stand in invariants.cpp (of the live house)
// and invariants_of_replay.cpp (of its journal): a new capability adds its rows there.

namespace tribook::sim {

/// A journal read by itself, with nothing but what stands in it.
struct Audit {
  const World& world;
  core::Replica& replica;
  Slab& slab;
  bool is_sealed = false;  ///< the house was stopped properly before
  Reference reference;
  std::vector<LogEntry> log{};
  std::vector<LogEntry> rows{};                    ///< all events, with their texts
  std::map<std::uint16_t, QuoteApplied> quotes{};  ///< the latest
  std::map<std::uint16_t, TimeNs> quoted_at{};
  NaiveMargin margins;
  NaiveMarks marks{};
  NaiveBook book{};
  std::map<std::uint32_t, AccountState> states{};
  NaiveAlerts alerts{};
  NaiveRules rules{};
  core::ReplayResult result{};
  risk::Risk risk;  ///< and views that were told everything
  views::Views views;
};

/// A row of a table: its check throws Violation under its name.
template <typename... Arguments>
struct Row {
  std::string_view name;
  void (*check)(Arguments..., std::string_view name);
};

inline std::string number(std::uint64_t value) { return std::to_string(value); }

/// Balances, margins and positions as the events say.
void same_accounts(const Reference& reference, const engine::Engine& engine, std::string_view name);
void same_orders(const Reference& reference, const engine::Engine& engine, std::string_view name);
void same_positions(const Reference& reference, const engine::Engine& engine,
                    std::string_view name);

/// Each event that a gateway gets, before it is noted down.
void check_event(const World& world, const Edge& edge, const Event& event);
/// After every step.
void check_step(const World& world);
/// After a turn of the journal: what a power cut may take.
void check_bound_of_loss(const World& world);
/// Who need not have come to rest.
enum class Absent : std::uint8_t { Nobody, Store };
/// When everything has settled.
void check_quiet(World& world, Absent absent);
/// Each event of a replay; the replica stands just after the record that gave it.
void check_replayed(const Audit& audit, const Event& event);
/// After a replay of what a crash or a stop left.
void check_survival(const Audit& audit);

}  // namespace tribook::sim
