#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tribook::sim {

/// What happened in a run, counted.
struct Figures {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::uint64_t records = 0;  ///< sequenced, over all runs of the house
  std::uint64_t events = 0;   ///< that gateways got
  std::uint64_t commands = 0;
  std::uint64_t busy = 0;
  std::uint64_t repeats = 0;
  std::uint64_t storage_refusals = 0;
  std::uint64_t fills = 0;
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t lossy_cuts = 0;        ///< of these, with less than Durability::Sync
  std::uint64_t records_lost = 0;      ///< by these: acknowledged and gone, within the bounds
  std::uint64_t deaths_in_starts = 0;  ///< kills and cuts before the house was up
  std::uint64_t stops = 0;
  std::uint64_t disk_errors = 0;
  std::uint64_t flips_refused = 0;   ///< a start said what is damaged
  std::uint64_t ends_refused = 0;    ///< snapshots or the store were ahead, and that was said
  std::uint64_t ends_set_aside = 0;  ///< the same, where a power cut may leave that
  std::uint64_t flips_cut = 0;       ///< it was in what nothing proves durable
  std::uint64_t cuts_kept = 0;       ///< and whole batches behind it, which are kept
  std::uint64_t flips_harmless = 0;  ///< the same state came up
  std::uint64_t snapshots_damaged = 0;
  std::uint64_t store_commits = 0;
  std::uint64_t store_failures = 0;
  std::uint64_t store_remakes = 0;    ///< it was ahead of the journal
  std::uint64_t snapshots = 0;        ///< taken
  std::uint64_t snapshot_starts = 0;  ///< of the follower, from one of them
  std::uint64_t house_snapshot_starts = 0;
  std::uint64_t archived = 0;  ///< segments
  std::uint64_t archive_failures = 0;
  std::uint64_t settled = 0;          ///< times that everything was let settle
  std::uint64_t margins_checked = 0;  ///< accounts' used margin against the naive one
  std::uint64_t stories = 0;          ///< told after a life
  std::uint64_t formulas = 0;         ///< in them, that were compared with what was booked
  std::uint64_t simulated_ms = 0;
  std::map<std::string, std::uint64_t, std::less<>> faults;     ///< strikes by name
  std::map<std::string, std::uint64_t, std::less<>> asked_for;  ///< commands sent by name

  void add(const Figures& other);
  [[nodiscard]] std::uint64_t strikes() const;
  /// `seconds`: real time that it took.
  [[nodiscard]] std::string text(double seconds) const;
  [[nodiscard]] std::string json(double seconds) const;
};

}  // namespace tribook::sim
