#include "app/state_start.h"

#include <algorithm>
#include <utility>

#include "app/journal_end.h"
#include "core/house_snapshot.h"
#include "core/replica.h"

namespace tribook::app {
namespace {

constexpr std::uint64_t kRecordsOfOneReport = 4'096;

bool is_good(const journal::End& end) {
  return end.kind == journal::EndKind::Clean || end.kind == journal::EndKind::TornTail;
}

}  // namespace

StateStart::StateStart(StateStartOptions options, Ports ports, journal::Disk& disk, Slab& slab)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      disk_(disk),
      slab_(slab),
      shelf_(disk, options_.snapshot_directory, 1) {}

StateStart::Result StateStart::run() {
  if (!options_.snapshot_directory.empty()) {
    for (const Sequence sequence : shelf_.list()) {
      if (begin_with(sequence) || is_over_) return std::move(result_);
    }
  }
  begin_with_journal();
  return std::move(result_);
}

bool StateStart::pass_over(Sequence sequence, const std::string& why) {
  result_.passed_over.push_back(shelf_.path_of(sequence) + " is passed over: " + why);
  return false;
}

core::JournalTail StateStart::read_tail(Sequence after) {
  return core::read_tail(disk_, options_.journal_directory, after,
                         [this](std::uint64_t done, std::uint64_t total) {
                           if (options_.on_progress) options_.on_progress({false, done, total});
                         });
}

// What is damaged behind a snapshot is damaged behind an older one, too.
bool StateStart::is_readable(const core::JournalTail& tail) {
  if (is_good(tail.end)) return true;
  result_.problem = describe(tail.end);
  is_over_ = true;
  return false;
}

bool StateStart::begin_with(Sequence sequence) {
  const snapshot::DecodeResult read = shelf_.get(sequence);
  if (!read.snapshot) return pass_over(sequence, read.problem);
  const core::JournalTail tail = read_tail(sequence);
  return is_readable(tail) && begin_with(*read.snapshot, tail);
}

// Empty when it fits the journal.
std::string StateStart::why_not(const snapshot::Snapshot& snapshot,
                                const core::JournalTail& tail) const {
  const Sequence end{tail.end.position.last_sequence};
  if (snapshot.about.sequence > end) {
    return "the journal goes no further than record " + std::to_string(end.value);
  }
  if (tail.other_rules != 0) {
    return "the journal behind it is of rules version " + std::to_string(tail.other_rules) +
           ", this program has " + std::to_string(engine::kRulesVersion);
  }
  const bool is_first_of_rules = !tail.events_digest;
  if (snapshot.about.rules_version != engine::kRulesVersion && is_first_of_rules &&
      options_.why_no_take_over) {
    const std::string why = options_.why_no_take_over(snapshot.about.sequence);
    if (!why.empty()) return why;
  }
  if (tail.chain && *tail.chain != snapshot.about.chain) {
    return "the journal has had other records up to there";
  }
  return {};
}

bool StateStart::begin_with(const snapshot::Snapshot& snapshot, const core::JournalTail& tail) {
  const Sequence sequence = snapshot.about.sequence;
  if (const std::string why = why_not(snapshot, tail); !why.empty()) {
    return pass_over(sequence, why);
  }
  result_.capacity =
      engine::largest_of(engine::largest_of(options_.limits, snapshot.about.room), tail.limits);
  core::HouseResult loaded =
      core::house_of(snapshot, result_.capacity, slab_, options_.rules_taken_over);
  if (!loaded.house) return pass_over(sequence, loaded.problem);
  if (tail.events_digest && *tail.events_digest != loaded.house->events_digest()) {
    return pass_over(sequence, "the journal has had other events up to there");
  }
  ports_.on_begin(result_.capacity);
  loaded.house->retell(slab_, ports_.on_event);
  ports_.on_told(sequence, loaded.candles);
  if (!replay(std::move(loaded.house), tail)) {
    return is_over_ ? false : pass_over(sequence, std::exchange(result_.problem, {}));
  }
  result_.snapshot = sequence;
  return true;
}

void StateStart::begin_with_journal() {
  const core::JournalTail tail = read_tail({});
  if (!is_readable(tail)) return;
  result_.capacity = engine::largest_of(options_.limits, tail.limits);
  ports_.on_begin(result_.capacity);
  if (replay(std::make_unique<core::House>(result_.capacity, slab_), tail)) return;
  const auto& rules = options_.rules_taken_over;
  if (std::find(rules.begin(), rules.end(), tail.other_rules) == rules.end()) return;
  result_.problem +=
      ". This one goes on from a snapshot at the journal's end, which a proper stop of that "
      "release "
      "leaves when its store has caught up";
}

// Nothing behind it: then there is nothing to be replayed, whatever rules the journal has up to
// there.
bool StateStart::replay(std::unique_ptr<core::House> house, const core::JournalTail& tail) {
  const std::uint64_t first = house->engine().last_sequence().value;
  const std::uint64_t last = tail.end.position.last_sequence;
  if (first == last) {
    result_.end = tail.end;
    result_.house = std::move(house);
    return true;
  }
  core::Replica replica(std::move(house), result_.capacity, slab_);
  const auto on_record = [&](const Record& record) {
    const std::uint64_t done = record.sequence.value - first;
    if (done % kRecordsOfOneReport != 0 || !options_.on_progress) return;
    options_.on_progress({true, done, last - first});
  };
  const core::ReplayResult replayed =
      replica.replay(disk_, options_.journal_directory, {}, ports_.on_event, on_record);
  result_.records = replayed.records;
  result_.end = replayed.end;
  if (replayed.is_good) {
    result_.house = replica.take_house();
    return true;
  }
  result_.problem = problem_of(replayed);
  return false;
}

}  // namespace tribook::app
