#include "sim/faults.h"

#include <algorithm>
#include <string>

namespace tribook::sim {
namespace {

void process_dies(World& world) {
  world.kill();
  world.boot();
}

void power_fails(World& world) {
  if (!world.plan.can_lose_power) return process_dies(world);
  world.cut_power();
  world.boot();
}

// Somewhere within the disk operations to come.
void power_fails_soon(World& world) {
  world.disk_calls_until_cut = 1 + world.strike_random.below(12);
  world.is_cut_a_kill = !world.plan.can_lose_power;
}

void process_dies_soon(World& world) {
  world.disk_calls_until_cut = 1 + world.strike_random.below(12);
  world.is_cut_a_kill = true;
}

// One after the other, the second while the first is recovered from or soon after.
void process_dies_twice(World& world) {
  world.kill();
  world.disk_calls_until_cut = 1 + world.strike_random.below(60);
  world.is_cut_a_kill = !world.plan.can_lose_power || world.strike_random.one_in(2);
  world.boot();
}

void goes_down(World& world) {
  if (world.strike_random.one_in(2)) return world.kill();
  world.settle();
  world.stop();
}

void bits_flip_in_journal(World& world) {
  goes_down(world);
  world.flip_in_journal();
  world.cut_journal();
  world.boot();
}

void bits_flip_in_snapshots(World& world) {
  goes_down(world);
  world.flip_in_snapshots();
  world.boot();
}

void sync_fails(World& world) { world.fail_next_sync = true; }
void write_fails(World& world) { world.fail_next_write = true; }
void disk_fills(World& world) { world.is_disk_full = true; }

// What is there can be written; nothing new can be made.
void files_are_refused(World& world) { world.are_files_refused = true; }

// And the segment that was prepared is gone: an outside hand took it to make room.
void starts_without_room(World& world) {
  world.kill();
  const std::string folder = world.plan.settings.journal_directory;
  for (const std::string& name : world.memory.list(folder).names) {
    const auto bytes = world.memory.get(folder + "/" + name);
    const bool is_segment = name.starts_with("segment-");
    if (is_segment &&
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; })) {
      static_cast<void>(world.memory.remove(folder + "/" + name));
    }
  }
  static_cast<void>(world.memory.sync_directory(folder));
  world.are_files_refused = true;
  world.boot();
}

void stops_properly(World& world) {
  world.settle();
  world.stop();
  world.boot();
}

// A gateway stops taking events, so that its ring fills and everything behind it waits.
void gateway_stalls(World& world) {
  Edge& edge = world.edges[world.strike_random.below(world.edges.size())];
  edge.stalled_until = world.step + world.strike_random.below(600);
}

// The clients' connections are gone, and with them the answers; the house lives on.
void answers_are_lost(World& world) {
  for (Edge& edge : world.edges) {
    for (const auto& [request, asked] : edge.outstanding) {
      if (asked.draft.is_repeatable()) edge.to_send.push_back(asked.draft);
    }
  }
}

void clock_leaps(World& world) {
  constexpr std::int64_t leaps_s[] = {1, 61, 3'600, 90'000, 200'000, 2'000'000};
  world.advance_clock(world.strike_random.one_of(leaps_s) * 1'000'000'000);
}

// The system's clock was set back; engine time must not follow.
void clock_falls(World& world) {
  constexpr std::int64_t falls_ns[] = {1'000'000, 5'000'000'000, 5'000'000'000, 90'000'000'000'000};
  world.advance_clock(-world.strike_random.between(1, world.strike_random.one_of(falls_ns)));
}

// No quote comes, and time goes on: what is there grows old.
void venues_fall_silent(World& world) {
  world.venues_silent_until = world.step + world.strike_random.below(1'500);
}

// One part gets no turn: a thread that the system does not run.
void part_starves(World& world) {
  world.starved_until[world.strike_random.below(kTurns)] =
      world.step + world.strike_random.below(1'200);
}

void database_refuses(World& world) {
  world.store_fails_until = world.step + world.strike_random.below(800);
}

// Takes events and writes none of them, even when nothing more comes.
void database_hangs(World& world) {
  world.store_waits_until = world.step + world.strike_random.below(800);
}

void database_is_away(World& world) {
  (world.strike_random.one_in(2) ? world.store_fails_until : world.store_waits_until) =
      world.step + 2'000 + world.strike_random.below(4'000);
}

void house_settles_without_database(World& world) { world.settle_without_store(); }

// Another took its place that lacks the last transactions; the daemon is started anew.
void database_forgets(World& world) {
  world.kill();
  world.database.lose_newest(20, world.strike_random);
  world.boot();
}

constexpr FaultRow kFaults[] = {
    {"the process dies", 10, process_dies},
    {"power fails", 10, power_fails},
    {"power fails within a disk operation", 12, power_fails_soon},
    {"a sync fails", 4, sync_fails},
    {"a write fails", 4, write_fails},
    {"the disk fills", 3, disk_fills},
    {"new files are refused", 4, files_are_refused},
    {"a start without room", 4, starts_without_room},
    {"a proper stop", 4, stops_properly},
    {"a gateway stalls", 12, gateway_stalls},
    {"answers are lost", 8, answers_are_lost},
    {"the clock leaps", 6, clock_leaps},
    {"the clock falls", 3, clock_falls},
    {"the database refuses", 8, database_refuses},
    {"the database hangs", 8, database_hangs},
    {"the database is away for long", 3, database_is_away},
    {"all settles without the database", 4, house_settles_without_database},
    {"the database forgets", 3, database_forgets},
    {"the process dies within a disk operation", 8, process_dies_soon},
    {"a second death within the start", 5, process_dies_twice},
    {"bits flip in the journal", 4, bits_flip_in_journal},
    {"bits flip in snapshots", 4, bits_flip_in_snapshots},
    {"venues fall silent", 4, venues_fall_silent},
    {"a part starves", 12, part_starves},
};

}  // namespace

void strike_fault(World& world) {
  const FaultRow& row = kFaults[world.fault_random.weighted(kFaults)];
  world.strike_random = world.fault_random.fork();
  ++world.strikes_drawn;
  const Cut& cut = world.options.cut;
  if (cut.leaves_out(row.name) || (cut.faults && !cut.faults->has(world.strikes_drawn))) return;
  world.say("fault " + std::to_string(world.strikes_drawn) + ": " + std::string(row.name));
  ++world.figures.faults[std::string(row.name)];
  row.strike(world);
}

std::vector<std::string> fault_names() {
  std::vector<std::string> names;
  for (const FaultRow& row : kFaults) names.emplace_back(row.name);
  return names;
}

}  // namespace tribook::sim
