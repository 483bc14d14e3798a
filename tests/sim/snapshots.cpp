#include <utility>

#include "core/house_snapshot.h"
#include "sim/canaries.h"
#include "sim/violation.h"
#include "sim/world.h"

// The follower takes snapshots, and begins from one at the next start. Whatever happened to the
// disk, what lies there under a snapshot's name is whole, of this journal, and what it says.

namespace tribook::sim {
namespace {

constexpr std::string_view kName = "a snapshot is whole and of this journal";

}  // namespace

std::uint64_t World::digest_of(std::span<const std::byte> bytes) {
  base::Digest digest;
  digest.mix_bytes(bytes.data(), bytes.size());
  return digest.value();
}

snapshot::Shelf World::shelf(journal::Disk& of) const {
  return {of, plan.settings.snapshot_directory, plan.snapshots_kept};
}

void World::keep_snapshot(const core::House& house, const core::FormingCandles& candles,
                          const journal::EndPosition& position) {
  snapshot::Snapshot taken = core::snapshot_of(house, candles, position);
  if (options.canary == Canary::SnapshotForgets) forget_field(taken);
  const std::string problem = shelf(disk()).put(taken);
  if (!problem.empty()) return say("no snapshot: " + problem);
  note_snapshots();
  ++figures.snapshots;
  say("snapshot of record " + std::to_string(position.last_sequence));
}

// One with a flipped bit is noticed and passed over.
bool World::is_damaged(Sequence sequence, const snapshot::DecodeResult& read) const {
  const auto damaged = damaged_snapshots.find(sequence.value);
  if (damaged == damaged_snapshots.end()) return false;
  // It may have been written again, or a power cut brought the older file back.
  const auto bytes =
      memory.get(plan.settings.snapshot_directory + "/" + snapshot::file_name(sequence));
  if (damaged->second != digest_of(bytes)) return false;
  demand(!read.snapshot, "a damaged snapshot is passed over",
         std::to_string(sequence.value) + " was loaded");
  return true;
}

std::map<std::uint64_t, World::SnapshotTaken> World::snapshots_taken() {
  std::map<std::uint64_t, SnapshotTaken> found;
  for (const Sequence sequence : shelf(memory).list()) {
    const auto read = shelf(memory).get(sequence);
    if (is_damaged(sequence, read)) continue;
    demand(read.snapshot.has_value(), kName, std::to_string(sequence.value) + ": " + read.problem);
    found[sequence.value] = {read.snapshot->about.state_hash, read.snapshot->candles};
  }
  return found;
}

void World::begin_with_snapshot() {
  const std::uint64_t cut = std::exchange(disk_calls_until_cut, 0);
  for (const Sequence sequence : shelf(disk()).list()) {
    demand(sequence <= house().engine().last_sequence(), kName,
           "record " + std::to_string(sequence.value) + " is not in the journal");
    if (sequence > follower->least_stored()) continue;
    const auto read = shelf(disk()).get(sequence);
    if (is_damaged(sequence, read)) continue;
    demand(read.snapshot.has_value(), kName, read.problem);
    auto loaded = core::house_of(*read.snapshot, plan.follower.limits, follower->slab());
    demand(loaded.house != nullptr, kName, loaded.problem);
    follower->begin_with(std::move(loaded.house), std::move(loaded.candles));
    note_snapshots();
    ++figures.snapshot_starts;
    say("the follower begins with the snapshot of record " + std::to_string(sequence.value));
    break;
  }
  disk_calls_until_cut = cut;
}

}  // namespace tribook::sim
