#include "app/explain_keeper.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "app/dry_run.h"
#include "app/stand_back.h"
#include "core/house_snapshot.h"

namespace tribook::app {
namespace {

using Of = gateway::Question::Of;
using Part = gateway::Question::Part;

constexpr std::uint32_t kTexts = 64;
constexpr std::uint64_t kRecordsOfOneLook = 256;

time_machine::Subject subject_of(const gateway::Question& question) {
  time_machine::Subject subject;
  switch (question.of) {
    case Of::Order:
      subject.order = OrderId{question.id};
      break;
    case Of::Position:
      subject.position = PositionId{question.id};
      break;
    case Of::Alert:
      subject.alert = AlertId{question.id};
      break;
    case Of::Account:
      subject.account = AccountId{static_cast<std::uint32_t>(question.id)};
      break;
    case Of::Change:
      break;
  }
  return subject;
}

std::string_view kind_of(Part part) {
  switch (part) {
    case Part::Equity:
      return "EQUITY";
    case Part::Margin:
      return "MARGIN";
    case Part::Level:
      return "LEVEL";
    default:
      return {};
  }
}

// What was asked for, without what is not for whom it is told.
time_machine::Story part_of(time_machine::Story story, const gateway::Question& question) {
  std::erase_if(story.sections, [&](const time_machine::Section& section) {
    return question.part != Part::All && section.kind != kind_of(question.part);
  });
  return question.owner ? time_machine::to_client(std::move(story)) : story;
}

bool is_same(const gateway::Question& a, const gateway::Question& b) {
  return a.of == b.of && a.id == b.id && a.part == b.part &&
         static_cast<bool>(a.owner) == static_cast<bool>(b.owner);
}

std::string problem_of(const core::JournalReplay& replay, core::JournalReplay::Step step) {
  if (step != core::JournalReplay::Step::End) return replay.problem();
  if (replay.end().kind == journal::EndKind::Clean) return {};
  return replay.end().file + ": " + replay.end().message;
}

}  // namespace

ExplainKeeper::ExplainKeeper(Ports ports, journal::Disk& disk, const base::Clock& clock,
                             Options options)
    : ports_(std::move(ports)),
      disk_(disk),
      clock_(clock),
      options_(options),
      shelf_(disk, ports_.snapshot_directory, 1),
      thread_([this](const std::stop_token& is_over) { run(is_over); }) {}

bool ExplainKeeper::ask(const Question& question, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (has_given_up_ || jobs_.size() >= options_.waiting) return false;
    const auto is_his = [&](const Job& job) { return job.question.asker == question.asker; };
    if (question.asker && std::any_of(jobs_.begin(), jobs_.end(), is_his)) return false;
    jobs_.push_back({question, std::move(done), clock_.now() + options_.patience});
  }
  wakes_.notify_one();
  return true;
}

void ExplainKeeper::give_up() {
  {
    const std::lock_guard lock(mutex_);
    has_given_up_ = true;
  }
  thread_.request_stop();
}

void ExplainKeeper::stop() {
  give_up();
  if (thread_.joinable()) thread_.join();
}

// A job stays in front of the queue until it is answered, so that its asker has no other.
void ExplainKeeper::run(const std::stop_token& is_over) {
  stand_back("explain");
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wakes_.wait(lock, is_over, [this] { return !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = jobs_.front();
    }
    const Explanation explanation = answer(job, is_over);
    {
      const std::lock_guard lock(mutex_);
      jobs_.pop_front();
    }
    finish(job, explanation);
  }
}

void ExplainKeeper::finish(const Job& job, const Explanation& explanation) {
  try {
    job.done(explanation);
  } catch (const std::exception& error) {
    if (ports_.log) ports_.log(error.what());
  }
}

const ExplainKeeper::Kept* ExplainKeeper::find_kept(const Question& question, Sequence at) const {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.at == at && is_same(kept.question, question);
  });
  return found == kept_.end() ? nullptr : &*found;
}

ExplainKeeper::Explanation ExplainKeeper::answer(const Job& job, const std::stop_token& is_over) {
  if (const auto cut = cut_short(job, is_over)) return {*cut, {}};
  const auto is_anothers = [&](AccountId account) {
    return job.question.owner && job.question.owner != account;
  };
  try {
    const Sequence until = ports_.written();
    if (const Kept* kept = find_kept(job.question, until)) {
      if (is_anothers(kept->account)) return {Outcome::Unknown, {}};
      return {Outcome::Told, kept->text};
    }
    Told told = tell(job, until, is_over);
    if (told.explanation.outcome == Outcome::Failed && ports_.log) {
      ports_.log(told.explanation.text);
    }
    // What a change would do is found anew each time.
    const bool is_once = job.question.of == Of::Change;
    if (told.explanation.outcome != Outcome::Told || is_once) return told.explanation;
    kept_.push_back({job.question, until, told.account, told.explanation.text});
    if (kept_.size() > options_.kept) kept_.pop_front();
    if (is_anothers(told.account)) return {Outcome::Unknown, {}};
    return told.explanation;
  } catch (const std::exception& error) {
    if (ports_.log) ports_.log(error.what());
    return {Outcome::Failed, error.what()};
  }
}

// The newest that is older than anything of it; for what is as it is now, the newest.
std::optional<snapshot::Snapshot> ExplainKeeper::find_snapshot(const Question& question,
                                                               Sequence until) const {
  const bool is_of_now = question.of == Of::Account || question.of == Of::Change;
  if (!is_of_now && question.begin == TimeNs{}) return std::nullopt;
  for (const Sequence sequence : shelf_.list()) {
    if (sequence > until) continue;
    snapshot::DecodeResult read = shelf_.get(sequence);
    if (!read.snapshot || read.snapshot->about.rules_version != engine::kRulesVersion) continue;
    if (is_of_now || read.snapshot->about.time < question.begin) return read.snapshot;
  }
  return std::nullopt;
}

// What a snapshot does not know, the journal's beginning does, if it is there; what is told without
// it is true, too.
ExplainKeeper::Told ExplainKeeper::tell(const Job& job, Sequence until,
                                        const std::stop_token& is_over) {
  Slab slab(kTexts);
  Told told;
  if (const auto found = find_snapshot(job.question, until)) {
    const engine::EngineLimits limits = engine::largest_of(ports_.limits, found->about.room);
    core::HouseResult loaded = core::house_of(*found, limits, slab);
    if (loaded.house) {
      told = replay(job, until, is_over, std::move(loaded.house), slab, limits);
      const Outcome outcome = told.explanation.outcome;
      const bool is_whole = outcome == Outcome::Told && !told.is_incomplete;
      if (is_whole || outcome == Outcome::TooLate || outcome == Outcome::Stopped) return told;
    }
  }
  Told whole = replay(job, until, is_over, std::make_unique<core::House>(ports_.limits, slab), slab,
                      ports_.limits);
  const bool has_second_best = told.explanation.outcome == Outcome::Told;
  return has_second_best && whole.explanation.outcome == Outcome::Failed ? told : whole;
}

std::optional<ExplainKeeper::Outcome> ExplainKeeper::cut_short(
    const Job& job, const std::stop_token& is_over) const {
  if (is_over.stop_requested()) return Outcome::Stopped;
  if (clock_.now() >= job.deadline) return Outcome::TooLate;
  return std::nullopt;
}

ExplainKeeper::Told ExplainKeeper::replay(const Job& job, Sequence until,
                                          const std::stop_token& is_over,
                                          std::unique_ptr<core::House> house, Slab& slab,
                                          const engine::EngineLimits& limits) {
  const bool is_change = job.question.of == Of::Change;
  std::optional<time_machine::Tellers> tellers;
  if (!is_change) tellers.emplace(std::vector{subject_of(job.question)}, limits.symbols, slab);
  const std::uint64_t begun = house->engine().last_sequence().value;
  if (tellers && begun != 0) tellers->begin_with(*house);
  engine::Outbox outbox(limits.events_of_one_record());
  core::JournalReplay replay(
      *house, outbox, slab, disk_,
      {ports_.journal_directory, engine::kRulesVersion, begun + 1, until.value});
  using Step = core::JournalReplay::Step;
  Step step = replay.next();
  for (std::uint64_t records = 0; step == Step::Record; step = replay.next()) {
    if (++records % kRecordsOfOneLook == 0) {
      if (const auto cut = cut_short(job, is_over)) return {{*cut, {}}, {}};
    }
    if (tellers) tellers->begin(replay.record());
    replay.apply([&](const Event& event) {
      if (tellers) tellers->hear(event);
    });
  }
  if (const auto problem = problem_of(replay, step); !problem.empty()) {
    return {{Outcome::Failed, problem}, {}};
  }
  if (is_change) return try_change(job, is_over, *house, outbox, slab);
  const engine::Engine& engine = house->engine();
  tellers->finish(engine);
  const time_machine::Teller& teller = tellers->all().front();
  if (!teller.has_story()) return {{Outcome::Unknown, {}}, {}};
  return {{Outcome::Told, time_machine::answer_json(part_of(teller.story(), job.question), engine)},
          teller.account(),
          teller.is_incomplete()};
}

ExplainKeeper::Told ExplainKeeper::try_change(const Job& job, const std::stop_token& is_over,
                                              core::House& house, engine::Outbox& outbox,
                                              Slab& slab) const {
  DryRun run(house, outbox, slab);
  for (const gateway::ProposedCommand& part : job.question.change) {
    if (const auto cut = cut_short(job, is_over)) return {{*cut, {}}, {}};
    if (!run.apply(part)) break;
  }
  return {{Outcome::Told, run.answer_json(ports_.account_number_prefix)}, {}};
}

}  // namespace tribook::app
