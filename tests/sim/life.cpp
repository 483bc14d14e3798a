#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "calendar/time_zone.h"
#include "sim/canaries.h"
#include "sim/commands.h"
#include "sim/invariants.h"
#include "sim/violation.h"
#include "sim/world.h"
#include "tribook/message/text.h"

// How the house starts, dies in all the ways it can, and comes to rest.

namespace tribook::sim {
namespace {

constexpr std::size_t kRoundsMax = 200'000;  // without rest by then it will not come

using Fate = journal::MemoryDisk::Fate;

// One mood a cut: most disks lose all or nothing, some lose anything.
Fate fate_of(Random& random, std::uint64_t mood, const journal::MemoryDisk::Change& change) {
  if (mood == 0) return {Fate::Kind::Keep, 0};
  if (mood == 1) return {Fate::Kind::Drop, 0};
  switch (random.below(3)) {
    case 0:
      return {Fate::Kind::Keep, 0};
    case 1:
      return {Fate::Kind::Drop, 0};
    default:
      return {Fate::Kind::Tear, change.bytes == 0 ? 0 : random.below(change.bytes)};
  }
}

}  // namespace

void Figures::add(const Figures& other) {
  steps += other.steps;
  records += other.records;
  events += other.events;
  commands += other.commands;
  busy += other.busy;
  repeats += other.repeats;
  storage_refusals += other.storage_refusals;
  fills += other.fills;
  kills += other.kills;
  power_cuts += other.power_cuts;
  stops += other.stops;
  disk_errors += other.disk_errors;
  store_commits += other.store_commits;
  store_failures += other.store_failures;
  snapshots += other.snapshots;
  snapshot_starts += other.snapshot_starts;
  house_snapshot_starts += other.house_snapshot_starts;
  archived += other.archived;
  archive_failures += other.archive_failures;
  settled += other.settled;
  simulated_ms += other.simulated_ms;
}

World::World(const Options& run_options)
    : options(run_options),
      plan_random(run_options.seed),
      schedule_random(plan_random.fork()),
      client_random(plan_random.fork()),
      market_random(plan_random.fork()),
      fault_random(plan_random.fork()),
      store_random(0),
      plan(draw_plan(plan_random.fork())),
      reference(plan.settings.limits.client_ids) {
  static const bool zones_are_loaded = (calendar::load_time_zones(), true);
  static_cast<void>(zones_are_loaded);
  store_random = plan_random.fork();
  broken_disk = make_broken_disk(options.canary, memory);
  reading_disk = std::make_unique<archive::ReadingDisk>(
      disk_beneath(), plan.archiver.folders.journal, plan.archiver.folders.archive);
  plan.settings.start = clock.now();
  memory.set_fault_hook([this](journal::MemoryDisk::Operation operation, const std::string&) {
    return on_disk_call(operation);
  });
}

World::~World() = default;

void World::say(const std::string& what) const {
  if (options.is_verbose)
    std::printf("step %llu: %s\n", static_cast<unsigned long long>(step), what.c_str());
}

journal::DiskStatus World::on_disk_call(journal::MemoryDisk::Operation operation) {
  using Operation = journal::MemoryDisk::Operation;
  if (disk_calls_until_cut != 0 && --disk_calls_until_cut == 0) throw PowerCut{};
  const bool fails = (operation == Operation::Sync && std::exchange(fail_next_sync, false)) ||
                     (operation == Operation::Write && std::exchange(fail_next_write, false));
  const bool is_growth = operation == Operation::Write || operation == Operation::Create ||
                         operation == Operation::Allocate;
  const bool is_refused =
      (is_disk_full && is_growth) || (are_files_refused && operation == Operation::Create);
  if (!fails && !is_refused) return journal::DiskStatus::Ok;
  has_disk_erred = true;
  ++figures.disk_errors;
  return fails ? journal::DiskStatus::IoError : journal::DiskStatus::NoSpace;
}

void World::advance_clock(std::int64_t ns) {
  if (ns > 0) figures.simulated_ms += static_cast<std::uint64_t>(ns / 1'000'000);
  clock.set(TimeNs{clock.now().ns + ns});
}

// False when a fault that was armed came in the way: to be tried again.
bool World::try_start() {
  if (options.canary == Canary::LastBatchForgotten) {
    forget_last_batch(memory, plan.settings.journal_directory);
  }
  has_journal_failed = has_disk_erred = false;
  plan.settings.begins_with_snapshot = fault_random.one_in(2);
  pipeline = std::make_unique<app::Pipeline>(plan.settings, clock, disk());
  recovery = pipeline->start([this](const std::string&) { has_journal_failed = true; });
  if (recovery.is_good) return true;
  demand(has_disk_erred, "a good journal starts", recovery.problem);
  is_disk_full = are_files_refused = false;
  pipeline.reset();
  return false;
}

void World::boot() {
  for (;;) {
    try {
      if (try_start()) break;
    } catch (const PowerCut&) {
      cut_power();
    }
  }
  if (recovery.snapshot) ++figures.house_snapshot_starts;
  say("started: " + std::to_string(recovery.records) + " records behind " +
      std::to_string(recovery.snapshot.value) +
      (recovery.tail_was_cut ? ", a torn tail was cut" : ""));
  store = std::make_unique<Store>(*this);
  follower = make_follower(*this);
  follower->add_sink(*store);
  make_archiver();
  begin_with_snapshot();
  edges.clear();
  for (std::uint32_t g = 0; g < plan.settings.gateways; ++g) {
    Edge& edge = edges.emplace_back();
    edge.index = static_cast<std::uint8_t>(g);
    edge.port = pipeline->gateway(g);
  }
  // A stranger reads the disk while nothing disturbs it.
  const std::uint64_t cut = std::exchange(disk_calls_until_cut, 0);
  audit(false);
  disk_calls_until_cut = cut;
  strangers_before = reference.strangers - pipeline->views().figures().overflows;
  for (Edge& edge : edges) edge.log_seen = log.size();
  for (std::size_t i = 0; !unanswered.empty(); ++i) {
    edges[i % edges.size()].to_send.push_back(std::move(unanswered.front()));
    unanswered.pop_front();
  }
  pipeline->sequencer().on_start();
}

void World::lose_connections() {
  if (!pipeline) return;
  for (Edge& edge : edges) {
    for (auto& [request, asked] : edge.outstanding) {
      if (asked.draft.is_repeatable()) unanswered.push_back(std::move(asked.draft));
    }
    std::move(edge.to_send.begin(), edge.to_send.end(), std::back_inserter(unanswered));
  }
  edges.clear();
  archiver.reset();
  follower.reset();
  store.reset();
  if (recovery.is_good) {
    figures.records += house().engine().last_sequence().value - recovery.last.value;
  }
  recovery = {};
  pipeline.reset();
}

void World::lift_faults() {
  is_disk_full = are_files_refused = fail_next_sync = fail_next_write = false;
  disk_calls_until_cut = 0;
  store_fails_until = store_waits_until = 0;
}

void World::kill() {
  say("killed");
  ++figures.kills;
  lose_connections();
  lift_faults();
}

void World::cut_power() {
  say("power cut");
  ++figures.power_cuts;
  lose_connections();
  lift_faults();
  // Another cut may come while it recovers.
  disk_calls_until_cut = fault_random.percent(25) ? 1 + fault_random.below(40) : 0;
  const std::uint64_t mood = fault_random.below(4);
  memory.crash([&](const journal::MemoryDisk::Change& change) {
    return fate_of(fault_random, mood, change);
  });
  database.lose_newest(fault_random.one_in(2) ? 0 : 8, fault_random);
}

void World::stop() {
  say("stopped");
  ++figures.stops;
  pipeline->journal_stage().on_close();
  follower->on_close();
  demand(!has_journal_failed, "a proper stop", "the journal was not closed");
  audit(true);
  lose_connections();
}

std::size_t World::run_stages_once() {
  const TimeNs now = clock.now();
  std::size_t work = pipeline->risk_stage().do_work(now);
  work += pipeline->router_stage().do_work(now);
  work += pipeline->sequencer().do_work(now);
  work += pipeline->journal_stage().do_work(now);
  work += pipeline->segment_stage().do_work(now);
  work += pipeline->egress_stage().do_work(now);
  work += follower->do_work(now);
  work += archive_a_piece();
  for (Edge& edge : edges) work += drain(edge, 1'000);
  return work;
}

// Faults are off, wishes that were not answered are sent, everybody reads.
void World::settle() {
  lift_faults();
  // By then the next segment is tried for once more.
  if (pipeline->journal_stage().storage().level() != core::StorageLevel::Ample) {
    advance_clock(1'000'000'001);
  }
  std::size_t idle = 0;
  for (std::size_t round = 0; idle < 4; ++round) {
    demand(round < kRoundsMax, "everything settles",
           "stages still find work, or wait for each other");
    bool has_sent = false;
    for (Edge& edge : edges) {
      if (edge.to_send.empty() || !submit(edge, edge.to_send.front())) continue;
      edge.to_send.pop_front();
      has_sent = true;
    }
    const bool has_worked = run_stages_once() != 0;
    idle = has_sent || has_worked ? 0 : idle + 1;
  }
  ++figures.settled;
  for (const Edge& edge : edges) {
    demand(edge.to_send.empty(), "everything settles", "a command never found room");
  }
  check_step(*this);
  check_quiet(*this);
}

void World::found() {
  const auto take = [this](const Draft& draft) {
    while (!submit(edges[0], draft)) run_stages_once();
  };
  for (const Instrument& instrument : base_symbols(client_random)) {
    Draft draft;
    draft.command = Command::make(CreateSymbol{});
    draft.spec = bytes_of(instrument);
    take(draft);
  }
  constexpr std::string_view currencies[] = {"USD", "USD", "EUR", "JPY"};
  for (const std::string_view currency : currencies) {
    Draft draft;
    draft.command = Command::make(CreateAccount{});
    draft.spec = bytes_of(new_account(client_random, ++names, currency));
    take(draft);
  }
  settle();
}

}  // namespace tribook::sim
