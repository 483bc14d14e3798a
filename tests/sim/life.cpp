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

// One mood a cut: most disks lose all or nothing, some lose anything, in any order.
Fate fate_of(Random& random, std::uint64_t mood, const journal::MemoryDisk::Change& change) {
  if (mood == 0) return {Fate::Kind::Keep, 0};
  if (mood == 1) return {Fate::Kind::Drop, 0};
  switch (random.below(4)) {
    case 0:
      return {Fate::Kind::Keep, 0};
    case 1:
      return {Fate::Kind::Drop, 0};
    case 2:
      return {Fate::Kind::Scatter, 0, random.bits()};
    default:
      return {Fate::Kind::Tear, change.bytes == 0 ? 0 : random.below(change.bytes)};
  }
}

}  // namespace

World::World(const Options& run_options)
    : options(run_options),
      plan_random(run_options.seed),
      schedule_random(plan_random.fork()),
      client_random(plan_random.fork()),
      market_random(plan_random.fork()),
      fault_random(plan_random.fork()),
      strike_random(0),
      store_random(0),
      plan(draw_plan(plan_random.fork())),
      reference(plan.settings.limits.client_ids) {
  static const bool zones_are_loaded = (calendar::load_time_zones(), true);
  static_cast<void>(zones_are_loaded);
  store_random = plan_random.fork();
  broken_disk = make_broken_disk(options.canary, memory);
  reading_disk = std::make_unique<archive::ReadingDisk>(
      disk_beneath(), plan.archiver.folders.journal, plan.archiver.folders.archive);
  if (options.canary == Canary::BatchNeverSyncs) plan.settings.sync_every *= 20;
  plan.settings.start = clock.now();
  plan.settings.store_ahead = [this](Sequence last) {
    const bool is_ahead = database.stored > last;
    return is_ahead ? std::optional<app::Ahead>{{"database", database.stored}} : std::nullopt;
  };
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
  if (disk_calls_until_cut != 0 && --disk_calls_until_cut == 0) {
    throw PowerCut{is_cut_a_kill};
  }
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
  has_journal_failed = has_disk_erred = has_been_full = false;
  plan.settings.begins_with_snapshot = fault_random.one_in(2);
  pipeline = std::make_unique<app::Pipeline>(plan.settings, clock, disk());
  recovery = pipeline->start([this](const std::string&) { has_journal_failed = true; });
  if (recovery.is_good) return true;
  demand(has_disk_erred, "a good journal starts", recovery.problem);
  is_disk_full = are_files_refused = false;
  pipeline.reset();
  return false;
}

// A database that has more than the journal, as a power cut without sync leaves it, is made anew.
void World::drop_what_is_ahead() {
  const bool is_ahead = database.stored > house().engine().last_sequence();
  demand(is_ahead == recovery.store_ahead.has_value(), "a start knows whether the store is ahead",
         std::to_string(database.stored.value) + " is stored");
  if (!is_ahead) return;
  demand(may_have_lost, "the store is never ahead of the disk",
         std::to_string(database.stored.value) + " is stored");
  ++figures.store_remakes;
  database = {};
}

void World::boot() {
  for (;;) {
    try {
      if (try_start()) break;
    } catch (const PowerCut& cut) {
      ++figures.deaths_in_starts;
      die(cut);
    }
  }
  drop_what_is_ahead();
  if (recovery.snapshot) ++figures.house_snapshot_starts;
  say("started: " + std::to_string(recovery.records) + " records behind " +
      std::to_string(recovery.snapshot.value) +
      (recovery.tail_was_cut ? ", a torn tail was cut" : ""));
  store = std::make_unique<Store>(*this);
  follower = make_follower(*this);
  follower->add_sink(*store);
  make_archiver();
  make_dealer();
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
  strangers_before = reference.strangers.size() - pipeline->views().figures().overflows;
  for (Edge& edge : edges) edge.log_seen = log.size();
  for (std::size_t i = 0; !unanswered.empty(); ++i) {
    edges[i % edges.size()].to_send.push_back(std::move(unanswered.front()));
    unanswered.pop_front();
  }
  engine_time = house().engine().now();
  pipeline->sequencer().on_start();
}

// It is asked again after each start, and says the same again.
void World::make_dealer() {
  venue::test::TestVenueSettings settings;
  settings.answers = plan.dealing;
  if (plan.is_driven) settings.engine_time = [this] { return pipeline->sequencer().engine_time(); };
  settings.lot_step = [this](SymbolId symbol) {
    return house().engine().instrument(symbol)->venue.step;
  };
  dealer = std::make_unique<venue::test::TestVenue>(settings, pipeline->venue_requests(),
                                                    pipeline->venue(pipeline->venues() - 1));
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
  dealer.reset();
  follower.reset();
  store.reset();
  if (recovery.is_good) {
    figures.records += house().engine().last_sequence().value - recovery.last.value;
    durable = pipeline->journal_stage().writer().durable_sequence();
  }
  recovery = {};
  pipeline.reset();
  unsynced.clear();
}

void World::lift_faults() {
  is_disk_full = are_files_refused = fail_next_sync = fail_next_write = false;
  disk_calls_until_cut = 0;
  venues_silent_until = 0;
  starved_until = {};
}

void World::lift_store_faults() { store_fails_until = store_waits_until = 0; }

// The next one comes while it recovers, or soon after.
void World::arm_another_death() {
  if (!strike_random.percent(25)) return;
  disk_calls_until_cut = 1 + strike_random.below(40);
  is_cut_a_kill = !plan.can_lose_power || strike_random.one_in(2);
}

void World::die(const PowerCut& cut) {
  if (cut.is_kill) {
    kill();
  } else {
    cut_power();
  }
}

void World::kill() {
  say("killed");
  ++figures.kills;
  lose_connections();
  lift_faults();
  lift_store_faults();
  arm_another_death();
}

void World::cut_power() {
  say("power cut");
  ++figures.power_cuts;
  may_have_lost = may_have_lost || plan.settings.durability != journal::Durability::Sync;
  if (may_have_lost) ++figures.lossy_cuts;
  lose_connections();
  lift_faults();
  lift_store_faults();
  arm_another_death();
  const std::uint64_t mood = strike_random.below(4);
  memory.crash([&](const journal::MemoryDisk::Change& change) {
    return fate_of(strike_random, mood, change);
  });
  database.lose_newest(strike_random.one_in(2) ? 0 : 8, strike_random);
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

std::size_t World::run_journal(TimeNs now) {
  core::JournalStage& stage = pipeline->journal_stage();
  const std::size_t work = stage.do_work(now);
  has_been_full = has_been_full || stage.storage().level() == core::StorageLevel::Full;
  return work;
}

std::size_t World::run_stages_once() {
  const TimeNs now = clock.now();
  std::size_t work = pipeline->risk_stage().do_work(now);
  work += pipeline->router_stage().do_work(now);
  work += dealer->do_work(now);
  work += pipeline->sequencer().do_work(now);
  work += run_journal(now);
  work += pipeline->segment_stage().do_work(now);
  work += pipeline->egress_stage().do_work(now);
  work += follower->do_work(now);
  work += archive_a_piece();
  for (Edge& edge : edges) work += drain(edge, 1'000);
  return work;
}

// Who sent an order waits until its venue is done with it, or its time is over.
bool World::wait_for_venue() {
  const auto deadline = house().engine().next_venue_deadline();
  if (!deadline) return false;
  if (plan.is_driven) {
    SetClock clock_of_engine;
    clock_of_engine.now = *deadline;
    return pipeline->venue(pipeline->venues() - 1).try_push(Command::make(clock_of_engine));
  }
  advance_clock(std::max<std::int64_t>(deadline->ns - clock.now().ns, 1));
  return true;
}

void World::come_to_rest() {
  // By then the next segment is tried for once more; where the clock was set back, a second later.
  for (int tries = 0; tries < 2; ++tries) {
    if (pipeline->journal_stage().storage().level() == core::StorageLevel::Ample) break;
    advance_clock(1'000'000'001);
    pipeline->segment_stage().do_work(clock.now());
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
    if (idle == 4 && wait_for_venue()) idle = 0;
  }
  ++figures.settled;
  for (const Edge& edge : edges) {
    demand(edge.to_send.empty(), "everything settles", "a command never found room");
  }
  check_step(*this);
}

// Faults are off, wishes that were not answered are sent, everybody reads.
void World::settle() {
  lift_faults();
  lift_store_faults();
  come_to_rest();
  check_quiet(*this, Absent::Nobody);
}

// Whatever the database does, the house goes on: the journal is its queue.
void World::settle_without_store() {
  lift_faults();
  constexpr std::uint64_t kForEver = ~std::uint64_t{0};
  (strike_random.one_in(2) ? store_fails_until : store_waits_until) = kForEver;
  come_to_rest();
  check_quiet(*this, Absent::Store);
  lift_store_faults();
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
