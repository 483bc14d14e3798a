#include "app/house_guard.h"

#include <algorithm>
#include <string>

#include "tribook/domain/fixed.h"

namespace tribook::app {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kMarksMax = 4'096;  // behind them only the newest are not told apart

const GuardFigures::Switch* find(const GuardFigures& figures, const RiskScope& scope) {
  const auto found =
      std::find_if(figures.switches.begin(), figures.switches.end(),
                   [&](const GuardFigures::Switch& on) { return on.scope == scope; });
  return found == figures.switches.end() ? nullptr : &*found;
}

bool is_own(const GuardFigures::Switch* on, KillCause cause) {
  return on != nullptr && on->cause == cause && on->actor == UserId{};
}

// At 10^-8 of a second.
std::int64_t raw_of(nanoseconds time) { return time.count() / (1'000'000'000 / kFixedOne); }
std::int64_t raw_of(std::uint64_t count) { return static_cast<std::int64_t>(count) * kFixedOne; }

std::string seconds_of(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

template <typename Figure>
GuardCommand command_of(const RiskScope& scope, KillAction action, KillCause cause, Figure measured,
                        Figure threshold, const std::string& reason) {
  GuardCommand command;
  command.set.scope = scope;
  command.set.measured = raw_of(measured);
  command.set.threshold = raw_of(threshold);
  command.set.action = action;
  command.set.cause = cause;
  command.reason.text = FixedText<128>::of(reason);
  return command;
}

}  // namespace

std::vector<GuardCommand> HouseGuard::look(const GuardFigures& figures) {
  Commands commands;
  if (settings_.feed_silent.count() != 0) look_at_feeds(figures, commands);
  note_records(figures);
  note_failures(figures);
  look_at_house(figures, commands);
  has_looked_ = true;
  return commands;
}

void HouseGuard::look_at_feeds(const GuardFigures& figures, Commands& commands) {
  for (const GuardFigures::Symbol& symbol : figures.symbols) {
    Feed& feed = feeds_[symbol.id.value];
    if (symbol.is_open && !feed.is_open) feed.opened = figures.time;
    feed.is_open = symbol.is_open;
    if (symbol.last_quote != TimeNs{}) look_at_feed(figures, symbol, commands);
  }
}

// A market that opens, and a house that comes up, give the feed its time.
void HouseGuard::look_at_feed(const GuardFigures& figures, const GuardFigures::Symbol& symbol,
                              Commands& commands) {
  Feed& feed = feeds_[symbol.id.value];
  const RiskScope scope = RiskScope::of(symbol.id);
  const GuardFigures::Switch* on = find(figures, scope);
  const bool is_quoted = figures.time - symbol.last_quote < settings_.feed_silent;
  if (is_quoted) {
    feed.has_fired = false;
    if (!settings_.feed_lifts || !is_own(on, KillCause::Feed)) return;
    commands.push_back(command_of(scope, KillAction::None, KillCause::Feed, nanoseconds{},
                                  nanoseconds{}, "quotes have come again"));
    return;
  }
  if (is_own(on, KillCause::Feed)) feed.has_fired = true;
  const nanoseconds silent = figures.time - std::max(symbol.last_quote, feed.opened);
  const bool is_silent = symbol.is_open && silent >= settings_.feed_silent;
  if (!is_silent || on != nullptr || feed.has_fired) return;
  feed.has_fired = true;
  commands.push_back(command_of(scope, settings_.feed_action, KillCause::Feed, silent,
                                nanoseconds{settings_.feed_silent},
                                "no quote for " + seconds_of(silent)));
}

// The first mark stays until all that was sequenced up to it is durable: what is left of it waits
// at least since then.
void HouseGuard::note_records(const GuardFigures& figures) {
  while (!marks_.empty() && marks_.front().last <= figures.written) marks_.pop_front();
  const Sequence known = marks_.empty() ? figures.written : marks_.back().last;
  if (figures.sequenced > known && marks_.size() < kMarksMax) {
    marks_.push_back({figures.sequenced, figures.clock});
  }
}

// What failed before the first look is not counted.
void HouseGuard::note_failures(const GuardFigures& figures) {
  const std::uint64_t more = has_looked_ ? figures.venue_failures - failures_seen_ : 0;
  failures_seen_ = figures.venue_failures;
  if (more != 0) failures_.push_back({more, figures.clock});
  failed_ += more;
  while (!failures_.empty() && figures.clock - failures_.front().at >= settings_.venue_window) {
    failed_ -= failures_.front().count;
    failures_.pop_front();
  }
}

// One switch for two reasons: whichever comes first has it. What is over is so below a half.
void HouseGuard::look_at_house(const GuardFigures& figures, Commands& commands) {
  const nanoseconds behind = marks_.empty() ? nanoseconds{} : figures.clock - marks_.front().at;
  if (behind * 2 < settings_.journal_behind) has_journal_fired_ = false;
  if (failed_ * 2 < settings_.venue_failures) has_venue_fired_ = false;
  if (const auto* on = find(figures, RiskScope::house()); on != nullptr) {
    has_journal_fired_ = has_journal_fired_ || is_own(on, KillCause::Journal);
    has_venue_fired_ = has_venue_fired_ || is_own(on, KillCause::Venue);
    return;
  }
  const bool is_behind =
      settings_.journal_behind.count() != 0 && behind >= settings_.journal_behind;
  if (is_behind && !has_journal_fired_) {
    has_journal_fired_ = true;
    commands.push_back(command_of(RiskScope::house(), settings_.journal_action, KillCause::Journal,
                                  behind, nanoseconds{settings_.journal_behind},
                                  "the journal is " + seconds_of(behind) + " behind"));
    return;
  }
  const bool do_fail = settings_.venue_failures != 0 && failed_ >= settings_.venue_failures;
  if (!do_fail || has_venue_fired_) return;
  has_venue_fired_ = true;
  commands.push_back(command_of(RiskScope::house(), settings_.venue_action, KillCause::Venue,
                                failed_, std::uint64_t{settings_.venue_failures},
                                std::to_string(failed_) + " requests failed at venues within " +
                                    seconds_of(settings_.venue_window)));
}

}  // namespace tribook::app
