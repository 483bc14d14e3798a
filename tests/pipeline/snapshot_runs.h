#pragma once

#include <catch2/catch.hpp>

#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"

// Houses that trade, end, and leave snapshots, for what may be done to their folders.

namespace tribook::test {

inline app::PipelineSettings settings(bool begins_with_snapshot) {
  app::PipelineSettings settings = small_settings();
  settings.limits.positions = 2'000;
  settings.views.open_positions = 2'000;
  settings.snapshot_directory = "snapshots";
  settings.begins_with_snapshot = begins_with_snapshot;
  return settings;
}

inline void copy(journal::MemoryDisk& from, journal::MemoryDisk& to, const std::string& directory) {
  for (const std::string& name : from.list(directory).names) {
    const std::string path = directory + "/" + name;
    to.put(path, from.get(path));
  }
}

inline void take_snapshot(journal::MemoryDisk& disk, const core::House& house) {
  const std::uint64_t last = house.engine().last_sequence().value;
  journal::Reader reader(disk, {"journal", std::nullopt, last, last});
  while (reader.next() != journal::Reader::Step::End) {
  }
  const journal::EndPosition position = reader.end().position;
  REQUIRE(position.last_sequence == last);
  Slab slab(16);
  core::Replica replica(core::journaled_limits(disk, "journal"), slab);
  core::FormingCandles candles;
  const auto replayed = replica.replay(disk, "journal", {Sequence{last}, {}},
                                       [&](const Event& event) { candles.apply(event); });
  REQUIRE(replayed.is_good);
  const auto taken = core::snapshot_of(house, candles, position);
  REQUIRE(snapshot::Shelf(disk, "snapshots", 9).put(taken).empty());
}

/// Runs of a house that trades and leaves a snapshot at its end, which is returned.
inline Sequence run(journal::MemoryDisk& disk, std::uint64_t seed, int steps,
                    bool leaves_snapshot = true, bool is_killed = false) {
  HouseRunner house(Layout::Stepped, disk, settings(false));
  Traffic traffic(house, Random(seed));
  for (int i = 0; i < steps; ++i) traffic.step();
  if (is_killed) {
    house.abandon();
    return {};
  }
  house.stop();
  const core::House& state = house.pipeline().sequencer().house();
  if (leaves_snapshot) take_snapshot(disk, state);
  return state.engine().last_sequence();
}

inline void flip(journal::MemoryDisk& disk, Sequence snapshot, std::size_t offset) {
  const std::string path = "snapshots/" + snapshot::file_name(snapshot);
  auto bytes = disk.get(path);
  REQUIRE(bytes.size() > offset);
  bytes[offset] ^= std::byte{0x10};
  disk.put(path, std::move(bytes));
}

}  // namespace tribook::test
