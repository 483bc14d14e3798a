#include "app/snapshot_check.h"

#include <map>
#include <utility>

#include "app/settings.h"
#include "app/state_start.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"
#include "tribook/base/archive.h"

namespace tribook::app {
namespace {

constexpr std::uint32_t kTexts = 64;

class Check {
 public:
  Check(journal::Disk& disk, const std::string& data, SnapshotCheck& found)
      : disk_(disk), shelf_(disk, snapshot_directory(data), 1), found_(found) {
    for (const Sequence sequence : shelf_.list()) {
      const snapshot::DecodeResult read = shelf_.get(sequence);
      core::HouseResult loaded{nullptr, read.problem};
      if (read.snapshot) loaded = core::house_of(*read.snapshot, read.snapshot->about.room, slab_);
      if (!loaded.house) {
        if (!is_gone(sequence)) unreadable_[sequence] = loaded.problem;
        continue;
      }
      const snapshot::Description& about = read.snapshot->about;
      taken_[sequence] = {about.state_hash, about.segment_id, read.snapshot->candles};
    }
  }

  void see(const Event& event) { candles_.apply(event); }
  /// The replay has come to this record.
  void compare(Sequence at, const core::House& house) {
    const auto taken = taken_.find(at);
    if (taken == taken_.end()) return;
    if (taken->second.hash != house.state_hash()) {
      complain(at, "it is not the state that the journal gives");
    } else if (taken->second.candles != saved_candles()) {
      complain(at, "its candles are not those that the journal gives");
    } else {
      ++found_.snapshots;
    }
    taken_.erase(taken);
  }
  /// The journal ends with this record.
  void finish(Sequence last) {
    for (const auto& [sequence, taken] : taken_) {
      found_.ahead.push_back({shelf_.path_of(sequence), sequence, taken.segment_id});
    }
    for (const auto& [sequence, problem] : unreadable_) {
      if (sequence <= last) {
        complain(sequence, problem);
      } else {
        found_.problems.push_back(shelf_.path_of(sequence) + ": " + problem +
                                  ", and the journal does not go as far as its name says; keep it "
                                  "until it is known why");
      }
    }
  }

 private:
  struct Taken {
    std::uint64_t hash = 0;
    std::uint64_t segment_id = 0;  // where its record stood
    std::vector<std::byte> candles;
  };

  [[nodiscard]] std::vector<std::byte> saved_candles() const {
    base::ArchiveWriter archive;
    candles_.save(archive);
    return archive.take();
  }
  [[nodiscard]] bool is_gone(Sequence sequence) const {
    return disk_.open(shelf_.path_of(sequence), journal::Access::Read).status ==
           journal::DiskStatus::NotFound;
  }
  void complain(Sequence sequence, const std::string& what) {
    found_.problems.push_back(shelf_.path_of(sequence) + ": " + what +
                              "; the journal does without it, delete it");
  }

  journal::Disk& disk_;
  snapshot::Shelf shelf_;
  SnapshotCheck& found_;
  Slab slab_{1};
  core::FormingCandles candles_;
  std::map<Sequence, Taken> taken_;
  std::map<Sequence, std::string> unreadable_;  // and why
};

}  // namespace

SnapshotCheck check_snapshots(journal::Disk& disk, const std::string& data_directory) {
  SnapshotCheck found;
  Check check(disk, data_directory, found);
  const std::string directory = journal_directory(data_directory);
  Slab slab(kTexts);
  core::Replica replica(core::journaled_limits(disk, directory), slab);
  found.replay = replica.replay(
      disk, directory, {}, [&](const Event& event) { check.see(event); },
      [&](const Record& record) {
        check.compare(Sequence{record.sequence.value - 1}, replica.house());
      });
  check.compare(replica.house().engine().last_sequence(), replica.house());
  if (found.replay.is_good) check.finish(replica.house().engine().last_sequence());
  found.is_balanced = replica.house().engine().is_ledger_balanced();
  found.state_hash = replica.house().state_hash();
  return found;
}

SnapshotCheck check_start(journal::Disk& disk, const std::string& data_directory) {
  StateStartOptions options;
  options.journal_directory = journal_directory(data_directory);
  options.snapshot_directory = snapshot_directory(data_directory);
  options.limits = engine::EngineLimits{0, 0, 0, 0, 0};
  StateStart::Ports ports;
  ports.on_begin = [](const engine::EngineLimits&) {};
  ports.on_event = [](const Event&) {};
  ports.on_told = [](Sequence, const core::FormingCandles&) {};
  Slab slab(kTexts);
  const StateStart::Result start =
      StateStart(std::move(options), std::move(ports), disk, slab).run();
  SnapshotCheck found;
  found.problems = start.passed_over;
  found.replay.is_good = start.house != nullptr;
  found.replay.problem = start.problem;
  if (!found.replay.is_good) return found;
  found.begins_with = start.snapshot;
  found.snapshots = start.snapshot ? 1 : 0;
  found.is_balanced = start.house->engine().is_ledger_balanced();
  found.state_hash = start.house->state_hash();
  return found;
}

std::string what_a_start_says(const journal::End& end, const std::string& data_directory,
                              const std::vector<Ahead>& ahead) {
  constexpr const char* kKeep =
      ". Delete none of them: they may be all that is left to tell of a loss";
  const std::string directory = journal_directory(data_directory);
  const auto least = journal::Durability::None;
  if (!proofs_of_loss(ahead, least, end).empty()) {
    return why_ahead_is_refused(end, directory, ahead, least) + kKeep;
  }
  return why_ahead_is_refused(end, directory, ahead, journal::Durability::Sync) +
         ". With \"batch\" or \"none\" a power cut may leave that: a start renames them, .ahead "
         "behind the name, says so, and goes on without those records" +
         kKeep;
}

}  // namespace tribook::app
