#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/replica.h"
#include "sim/world.h"

// What must hold, and when it is looked at. The tables stand in invariants.cpp: a new capability
// adds its rows there.

namespace tribook::sim {

/// A journal read by itself, with nothing but what stands in it.
struct Audit {
  const World& world;
  core::Replica& replica;
  Slab& slab;
  bool is_sealed = false;  ///< the house was stopped properly before
  Reference reference;
  std::vector<LogEntry> log;
  std::vector<LogEntry> rows;                    ///< all events, with their texts
  std::map<std::uint16_t, QuoteApplied> quotes;  ///< the latest
  core::ReplayResult result;
  risk::Risk risk;  ///< and views that were told everything
  views::Views views;
};

/// Each event that a gateway gets, before it is noted down.
void check_event(const World& world, const Edge& edge, const Event& event);
/// After every step.
void check_step(const World& world);
/// When everything has settled.
void check_quiet(World& world);
/// Each event of a replay; the replica stands just after the record that gave it.
void check_replayed(const Audit& audit, const Event& event);
/// After a replay of what a crash or a stop left.
void check_survival(const Audit& audit);

}  // namespace tribook::sim
