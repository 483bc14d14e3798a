#include "sim/simulator.h"

#include <exception>

#include "sim/commands.h"
#include "sim/faults.h"
#include "sim/invariants.h"
#include "sim/violation.h"

// The scheduler. Each step gives one actor its turn: a stage, a gateway that sends or reads, a
// venue, time. How often each comes to its turn changes now and then, so that rings fill and run
// dry.

namespace tribook::sim {
namespace {

enum class Turn : std::uint8_t {
  Risk,
  Router,
  Engine,
  Journal,
  Segments,
  Egress,
  Send,
  Read,
  Venue,
  Clock,
  Follower
};
constexpr std::size_t kTurns = 11;
constexpr std::uint64_t kShiftSteps = 400;  // on average between two changes of the weights
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
}

void read(World& world) {
  Edge& edge = any_edge(world);
  if (edge.stalled_until > world.step) return;
  world.drain(edge, 1 + world.schedule_random.below(64));
}

void tick(World& world) {
  Random& random = world.market_random;
  if (world.plan.settings.venues == 0 || world.reference.symbols.empty()) return;
  auto& ring = world.pipeline->venue(random.below(world.plan.settings.venues));
  for (std::uint64_t burst = 1 + random.below(6); burst > 0; --burst) {
    const auto symbol =
        std::next(world.reference.symbols.begin(),
                  static_cast<std::ptrdiff_t>(random.below(world.reference.symbols.size())));
    QuoteCommand quote = world.market.quote(random, SymbolId{symbol->first}, symbol->second);
    quote.venue_time = world.clock.now();
    quote.drives_clock = world.plan.is_driven ? 1 : 0;
    if (!ring.try_push(Command::make(quote))) return;  // conflated away
  }
}

void give_turn(World& world, Turn turn) {
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
      pipeline.journal_stage().do_work(now);
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
  if (random.one_in(kShiftSteps)) weights = draw_weights(random);
  give_turn(world, static_cast<Turn>(random.weighted(weights)));
  if (world.has_journal_failed) {
    world.kill();
    world.boot();
  }
  check_step(world);
  if (random.one_in(kSampleSteps)) note_state(world);
  if (world.plan.fault_one_in != 0 && world.fault_random.one_in(world.plan.fault_one_in)) {
    strike_fault(world);
  }
  if (random.one_in(world.plan.quiet_one_in)) world.settle();
}

void play(World& world) {
  world.boot();
  world.found();
  Weights weights = draw_weights(world.schedule_random);
  for (world.step = 1; world.step <= world.options.steps; ++world.step) {
    running().step = world.step;
    try {
      take_step(world, weights);
    } catch (const PowerCut&) {
      world.cut_power();
      world.boot();
    }
  }
  world.settle();
  note_state(world);
  world.digest.mix(world.house().state_hash());
  world.stop();
}

}  // namespace

Running& running() {
  static Running now;
  return now;
}

std::string reproduce(const Options& options) {
  std::string command = "reproduce: ./dev sim --seed " + std::to_string(options.seed);
  if (options.steps != Options{}.steps) command += " --steps " + std::to_string(options.steps);
  if (options.canary != Canary::None) {
    command += " --canary " + std::string(kCanaryNames[static_cast<std::size_t>(options.canary)]);
  }
  return command;
}

Outcome run(const Options& options) {
  running() = {&options, 0};
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
  world.figures.steps = world.step;
  world.figures.fills = world.reference.fills;
  outcome.digest = world.digest.value();
  outcome.figures = world.figures;
  running() = {};
  return outcome;
}

}  // namespace tribook::sim
