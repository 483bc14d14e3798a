#include "sim/violation.h"
#include "sim/world.h"
#include "time_machine/explain.h"

// Some of what happened in a life, explained from its journal as `tribook replay --explain` does
// it: each formula has to give what was booked.

namespace tribook::sim {
namespace {

using time_machine::Story;
using time_machine::Subject;

constexpr std::uint64_t kStreamOfStories = 0x5354'4F52'4945'53ULL;
constexpr int kOrders = 24;
constexpr int kPositions = 16;
constexpr int kEntries = 4;
constexpr int kAlerts = 3;
constexpr int kAccounts = 4;

template <typename Id>
void draw(Random& random, Id highest, int count, Id Subject::*of, std::vector<Subject>& subjects) {
  for (int i = 0; i < count && highest; ++i) {
    Subject subject;
    subject.*of = Id{static_cast<decltype(highest.value)>(1 + random.below(highest.value))};
    subjects.push_back(subject);
  }
}

std::string text_of(const Story& story, const time_machine::Formula& formula) {
  return story.subject + ": " + time_machine::formula_text(formula);
}

void check(const Story& story, Figures& figures, std::string_view name) {
  demand(!time_machine::story_text(story).empty(), name, story.subject + " has no words");
  ++figures.stories;
  for (const time_machine::Section& section : story.sections) {
    for (const time_machine::Formula& formula : section.formulas) {
      if (formula.booked) ++figures.formulas;
      demand(formula.agrees(), name, section.kind + " of " + text_of(story, formula));
    }
    for (const time_machine::LedgerLine& line : section.ledger) {
      demand(line.before + line.amount == line.after, name,
             story.subject + " has an entry that does not add up");
    }
  }
}

}  // namespace

void World::note_told(const Event& event) {
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      told.order = std::max(told.order, event.get<OrderUpdated>().order);
      return;
    case EventKind::PositionUpdated:
      told.position = std::max(told.position, event.get<PositionUpdated>().position);
      return;
    case EventKind::LedgerPosted:
      told.entry = std::max(told.entry, event.get<LedgerPosted>().entry);
      return;
    case EventKind::MarginCall:
      told.alert = std::max(told.alert, event.get<MarginCallRaised>().alert);
      return;
    case EventKind::StopOut:
      told.alert = std::max(told.alert, event.get<StopOutStarted>().alert);
      return;
    case EventKind::AccountCreated:
      told.account = std::max(told.account, event.header.account);
      return;
    default:
      return;
  }
}

// A few of each, drawn from a stream of their own, so that a life stays as fast as it was.
void World::tell_stories() {
  constexpr std::string_view kName = "a story's formulas give what was booked";
  Random random(options.seed ^ kStreamOfStories);
  std::vector<Subject> subjects;
  draw(random, told.order, kOrders, &Subject::order, subjects);
  draw(random, told.position, kPositions, &Subject::position, subjects);
  draw(random, told.entry, kEntries, &Subject::entry, subjects);
  draw(random, told.alert, kAlerts, &Subject::alert, subjects);
  draw(random, told.account, kAccounts, &Subject::account, subjects);
  Slab texts(16);
  core::Replica replica(plan.settings.limits, texts);
  time_machine::Tellers tellers(subjects, plan.settings.limits.symbols, texts);
  std::uint64_t changes = 0;
  archive::ReadingDisk whole(memory, plan.archiver.folders.journal, plan.archiver.folders.archive);
  const core::ReplayResult result = replica.replay(
      whole, plan.settings.journal_directory, {},
      [&](const Event& event) {
        const bool is_change = event.header.kind == EventKind::PositionUpdated;
        if (is_change && options.canary == Canary::StoryDeaf && ++changes % 10 == 0) return;
        tellers.hear(event);
      },
      [&](const Record& record) { tellers.begin(record); });
  demand(result.is_good, kName, result.problem);
  tellers.finish(replica.house().engine());
  for (const time_machine::Teller& teller : tellers.all()) check(teller.story(), figures, kName);
}

}  // namespace tribook::sim
