#include "sim/simulator.h"

#include <algorithm>
#include <exception>

#include "sim/canaries.h"
#include "sim/commands.h"
#include "sim/faults.h"
#include "sim/invariants.h"
#include "sim/violation.h"

// The scheduler. Each step gives one actor its turn: a stage, a gateway that sends or reads, a
// venue, time. How often each comes to its turn changes now and then, so that rings fill and run
// dry.

namespace tribook::sim {
namespace {

constexpr std::uint64_t kShiftSteps = 400;  // on average between two changes of the weights
constexpr std::uint64_t kFloodSends = 500;  // on average between two floods
constexpr std::uint64_t kSampleSteps = 64;  // on average between two noted state hashes

struct Weight {
  std::uint64_t weight = 1;
};
using Weights = std::array<Weight, kTurns>;

Weights draw_weights(Random& random) {
  Weights weights;
  for (Weight& weight : weights) weight.weight = std::uint64_t{1} << random.below(6);
  return weights;
}

Edge& any_edge(World& world) {
  return world.edges[world.schedule_random.below(world.edges.size())];
}

void send(World& world) {
  Edge& edge = any_edge(world);
  for (std::uint64_t burst = 1 + world.client_random.below(4); burst > 0; --burst) {
    if (!edge.to_send.empty()) {
      if (!world.submit(edge, edge.to_send.front())) return;
      edge.to_send.pop_front();
      continue;
    }
    Draft draft;
    if (draw_command(world, draft)) world.submit(edge, draft);
  }
  // Now and then somebody sends without end, whoever reads.
  if (!world.client_random.one_in(kFloodSends)) return;
  ++world.figures.asked_for["(floods)"];
  for (std::size_t left = 2 * world.plan.settings.ring + 64; left > 0; --left) {
    Draft draft;
    if (draw_command(world, draft)) world.submit(edge, draft);
  }
}

void read(World& world) {
  Edge& edge = any_edge(world);
  if (edge.stalled_until > world.step) return;
  world.drain(edge, 1 + world.schedule_random.below(64));
}

void tick(World& world) {
  Random& random = world.market_random;
  if (world.plan.quoting_venues == 0 || world.reference.symbols.empty()) return;
  if (world.venues_silent_until > world.step) return;
  auto& ring = world.pipeline->venue(random.below(world.plan.quoting_venues));
  for (std::uint64_t burst = 1 + random.below(6); burst > 0; --burst) {
    const auto symbol =
        std::next(world.reference.symbols.begin(),
                  static_cast<std::ptrdiff_t>(random.below(world.reference.symbols.size())));
    QuoteCommand quote = world.market.quote(random, SymbolId{symbol->first}, symbol->second);
    quote.venue_time = world.clock.now();
    if (random.one_in(40)) world.market.spoil(random, quote);
    quote.drives_clock = world.plan.is_driven ? 1 : 0;
    if (!ring.try_push(Command::make(quote))) return;  // conflated away
  }
}

// Since when the oldest record waits that a power cut could take.
void note_commits(World& world) {
  journal::Writer& writer = world.pipeline->journal_stage().writer();
  auto& unsynced = world.unsynced;
  while (!unsynced.empty() && unsynced.front().first <= writer.durable_sequence()) {
    unsynced.pop_front();
  }
  const std::uint64_t written = writer.committed_sequence();
  const std::uint64_t noted = unsynced.empty() ? writer.durable_sequence() : unsynced.back().first;
  if (written > noted) unsynced.emplace_back(written, world.clock.now());
}

void give_turn(World& world, Turn turn) {
  if (world.starved_until[static_cast<std::size_t>(turn)] > world.step) return;
  const TimeNs now = world.clock.now();
  app::Pipeline& pipeline = *world.pipeline;
  switch (turn) {
    case Turn::Risk:
      pipeline.risk_stage().do_work(now);
      return;
    case Turn::Router:
      pipeline.router_stage().do_work(now);
      return;
    case Turn::Engine:
      pipeline.sequencer().do_work(now);
      return;
    case Turn::Journal:
      world.run_journal(now);
      note_commits(world);
      check_bound_of_loss(world);
      return;
    case Turn::Segments:
      pipeline.segment_stage().do_work(now);
      world.archive_a_piece();
      return;
    case Turn::Egress:
      pipeline.egress_stage().do_work(now);
      return;
    case Turn::Send:
      return send(world);
    case Turn::Read:
      return read(world);
    case Turn::Venue:
      world.dealer->do_work(now);
      return tick(world);
    case Turn::Clock:
      return world.advance_clock(world.schedule_random.between(0, 200'000'000));
    case Turn::Follower:
      world.follower->do_work(now);
      return;
  }
}

void note_state(World& world) {
  const engine::Engine& engine = world.house().engine();
  world.hashes[engine.last_sequence().value] = world.house().state_hash();
}

void take_step(World& world, Weights& weights) {
  Random& random = world.schedule_random;
  if (world.reference.accounts.empty()) world.found();  // the power took all there was
  if (random.one_in(kShiftSteps)) weights = draw_weights(random);
  const auto turn = static_cast<Turn>(random.weighted(weights));
  const bool is_cut = world.options.cut.steps.has(world.step);
  if (!is_cut) give_turn(world, turn);
  if (world.has_journal_failed) {
    world.kill();
    world.boot();
  }
  check_step(world);
  world.engine_time = world.house().engine().now();
  if (random.one_in(kSampleSteps)) note_state(world);
  if (world.plan.fault_one_in != 0 && world.fault_random.one_in(world.plan.fault_one_in)) {
    strike_fault(world);
  }
  if (random.one_in(world.plan.quiet_one_in) && !is_cut) world.settle();
}

void play(World& world) {
  world.boot();
  world.found();
  Weights weights = draw_weights(world.schedule_random);
  for (world.step = 1; world.step <= world.options.steps; ++world.step) {
    running().step = world.step;
    try {
      take_step(world, weights);
    } catch (const PowerCut& cut) {
      world.die(cut);
      world.boot();
    }
  }
  world.settle();
  note_state(world);
  world.digest.mix(world.house().state_hash());
  world.stop();
  world.tell_stories();
}

}  // namespace

Running& running() {
  static Running now;
  return now;
}

std::string reproduce(const Options& options) {
  std::string command = "reproduce: ./dev sim --seed " + std::to_string(options.seed);
  const auto add = [&](std::string_view name, const std::string& value) {
    command += " --" + std::string(name) + " " + value;
  };
  if (options.steps != Options{}.steps) add("steps", std::to_string(options.steps));
  if (options.canary != Canary::None) {
    add("canary", std::string(kCanaryNames[static_cast<std::size_t>(options.canary)]));
  }
  const Cut& cut = options.cut;
  std::string without;
  for (const std::string& name : cut.without) without += (without.empty() ? "" : ",") + name;
  if (!without.empty()) add("without", '"' + without + '"');
  if (cut.faults) add("faults", cut.faults->is_empty() ? "none" : cut.faults->text());
  if (!cut.steps.is_empty()) add("skip-steps", cut.steps.text());
  if (!cut.commands.is_empty()) add("skip-commands", cut.commands.text());
  return command;
}

Outcome run(const Options& options) {
  running() = {&options, 0};
  Breaking breaking(options.canary);
  World world(options);
  Outcome outcome;
  try {
    play(world);
  } catch (const Violation& violation) {
    outcome.invariant = violation.invariant();
    outcome.what = violation.what();
    outcome.step = world.step;
  } catch (const std::exception& error) {
    outcome.invariant = "no exception";
    outcome.what = error.what();
    outcome.step = world.step;
  }
  outcome.size = {world.options.cut.steps.missing_of(1, std::min(world.step, options.steps)),
                  world.figures.commands, world.figures.strikes()};
  outcome.strikes_drawn = world.strikes_drawn;
  outcome.commands_drawn = world.commands_drawn;
  world.figures.seeds = 1;
  world.figures.steps = world.step;
  world.figures.fills = world.reference.fills;
  outcome.digest = world.digest.value();
  outcome.figures = world.figures;
  running() = {};
  return outcome;
}

}  // namespace tribook::sim
