#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/forming_candles.h"
#include "core/house.h"
#include "snapshot/snapshot.h"
#include "tribook/journal/reader.h"

namespace tribook::core {

/// The house as it is. REQUIRES: the journal's batches end with its last record at `position`; the
/// candles have all its ticks.
snapshot::Snapshot snapshot_of(const House& house, const FormingCandles& candles,
                               const journal::EndPosition& position);

struct HouseResult {
  std::unique_ptr<House> house;
  std::string problem;       ///< why there is none
  FormingCandles candles{};  ///< as they were in it
};
/// The house that a snapshot holds, with tables for `limits`; refused unless it is of one of the
/// `rules` and has the hash that the snapshot says, and its candles can be. Outlived by the slab.
HouseResult house_of(const snapshot::Snapshot& snapshot, const engine::EngineLimits& limits,
                     const Slab& slab,
                     std::span<const std::uint32_t> rules = engine::kRulesTakenOver);

}  // namespace tribook::core
