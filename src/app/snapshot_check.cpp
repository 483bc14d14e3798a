#include "app/snapshot_check.h"

#include <map>

#include "app/settings.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"

namespace tribook::app {
namespace {

constexpr std::uint32_t kTexts = 64;

class Check {
 public:
  Check(journal::Disk& disk, const std::string& data, SnapshotCheck& found)
      : shelf_(disk, snapshot_directory(data), 1), found_(found) {
    for (const Sequence sequence : shelf_.list()) {
      const snapshot::DecodeResult read = shelf_.get(sequence);
      core::HouseResult loaded{nullptr, read.problem};
      if (read.snapshot) loaded = core::house_of(*read.snapshot, read.snapshot->about.room, slab_);
      if (!loaded.house) {
        complain(sequence, loaded.problem);
        continue;
      }
      hashes_[sequence] = read.snapshot->about.state_hash;
    }
  }

  /// The replay has come to this record.
  void compare(Sequence at, const core::House& house) {
    const auto taken = hashes_.find(at);
    if (taken == hashes_.end()) return;
    if (taken->second == house.state_hash()) {
      ++found_.snapshots;
    } else {
      complain(at, "it is not the state that the journal gives");
    }
    hashes_.erase(taken);
  }
  void finish() {
    for (const auto& [sequence, hash] : hashes_) {
      complain(sequence,
               "the journal does not go as far: records were lost, or it is an older copy");
    }
  }

 private:
  void complain(Sequence sequence, const std::string& what) {
    found_.problems.push_back(shelf_.path_of(sequence) + ": " + what +
                              "; the journal does without it, delete it");
  }

  snapshot::Shelf shelf_;
  SnapshotCheck& found_;
  Slab slab_{1};
  std::map<Sequence, std::uint64_t> hashes_;
};

}  // namespace

SnapshotCheck check_snapshots(journal::Disk& disk, const std::string& data_directory) {
  SnapshotCheck found;
  Check check(disk, data_directory, found);
  const std::string directory = journal_directory(data_directory);
  Slab slab(kTexts);
  core::Replica replica(core::journaled_limits(disk, directory), slab);
  found.replay = replica.replay(disk, directory, {}, {}, [&](const Record& record) {
    check.compare(Sequence{record.sequence.value - 1}, replica.house());
  });
  check.compare(replica.house().engine().last_sequence(), replica.house());
  check.finish();
  found.is_balanced = replica.house().engine().is_ledger_balanced();
  found.state_hash = replica.house().state_hash();
  return found;
}

}  // namespace tribook::app
