#include "sim/store.h"

#include <algorithm>
#include <stdexcept>

#include "sim/world.h"

namespace tribook::sim {
namespace {

constexpr std::size_t kCommitsKept = 64;

}  // namespace

LogEntry row_of(const Event& event, const Slab& slab) {
  const LogEntry entry = World::entry_of(event);
  const auto text = slab.get(event.header.text);
  base::Digest digest;
  digest.mix(entry.digest);
  digest.mix_bytes(text.data(), text.size());
  return {entry.root, digest.value()};
}

void Database::commit(const std::vector<LogEntry>& more, Sequence last) {
  rows.insert(rows.end(), more.begin(), more.end());
  stored = last;
  if (commits.size() == kCommitsKept) commits.erase(commits.begin());
  commits.push_back({stored, rows.size()});
}

void Database::lose_newest(std::size_t most, Random& random) {
  for (std::size_t left = random.below(most + 1); left > 0 && commits.size() > 1; --left) {
    commits.pop_back();
    stored = commits.back().stored;
    rows.resize(commits.back().rows);
  }
}

Store::Store(World& world)
    : world_(world),
      stored_(world.options.canary == Canary::StoreForgets ? Sequence{} : world.database.stored) {}

// Nothing is thrown here: the follower would take it for a failure of the store.
void Store::apply(const Event& event) {
  const Sequence last = open_.empty() ? stored_ : Sequence{open_.back().root};
  if (event.header.root < last || event.header.root <= stored_) {
    complaint_ = "record " + std::to_string(event.header.root.value) + " was given after " +
                 std::to_string(last.value);
  }
  open_.push_back(row_of(event, world_.follower->slab()));
}

void Store::commit(Sequence last, bool is_caught_up) {
  if (world_.store_fails_until > world_.step) {
    open_.clear();
    ++world_.figures.store_failures;
    throw std::runtime_error("the database refuses");
  }
  if (world_.store_waits_until > world_.step) return;
  if (!is_caught_up && world_.store_random.one_in(2)) return;
  world_.database.commit(open_, last);
  stored_ = last;
  open_.clear();
  ++world_.figures.store_commits;
}

std::unique_ptr<core::Follower> make_follower(World& world) {
  app::Pipeline& pipeline = *world.pipeline;
  const bool reads_ahead = world.options.canary == Canary::FollowerReadsAhead;
  core::Follower::Ports ports;
  ports.written = [&pipeline, reads_ahead] {
    return reads_ahead ? pipeline.sequencer().last_sequence() : pipeline.journal_stage().written();
  };
  ports.on_stop = [&world](Sequence, const std::string& what) { world.follower_problem = what; };
  ports.on_sink_failure = [&world](const std::string& what) { world.say(what); };
  ports.on_snapshot = [&world](const core::House& house, const core::FormingCandles& candles,
                               const journal::EndPosition& position) {
    world.keep_snapshot(house, candles, position);
    return true;
  };
  return std::make_unique<core::Follower>(world.plan.follower, std::move(ports), world.disk());
}

}  // namespace tribook::sim
