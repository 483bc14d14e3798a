#include "app/progress_watch.h"

#include <utility>

namespace tribook::app {

void ProgressWatch::add(std::string name, Rounds rounds) {
  Watched& one = watched_.emplace_back();
  one.name = std::move(name);
  one.rounds = std::move(rounds);
}

std::vector<ProgressWatch::Change> ProgressWatch::look(Time now) {
  std::vector<Change> changes;
  const bool has_slept = now - last_look_ > longest_ / 2;
  last_look_ = now;
  for (Watched& one : watched_) {
    const std::uint64_t rounds = one.rounds();
    const bool has_moved = rounds != one.seen;
    if (has_moved || has_slept) one.moved = now;
    const bool was_still = one.stands_still.load();
    const bool still = !has_moved && (was_still || now - one.moved >= longest_);
    one.seen = rounds;
    if (still == was_still) continue;
    one.stands_still.store(still);
    changes.push_back({one.name, still});
  }
  return changes;
}

std::vector<ProgressWatch::State> ProgressWatch::states() const {
  std::vector<State> states;
  for (const Watched& one : watched_) states.push_back({one.name, one.stands_still.load()});
  return states;
}

std::string_view ProgressWatch::standing_still() const {
  for (const Watched& one : watched_) {
    if (one.stands_still.load()) return one.name;
  }
  return {};
}

}  // namespace tribook::app
