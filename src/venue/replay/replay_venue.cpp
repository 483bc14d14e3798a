#include "venue/replay/replay_venue.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "tribook/base/assert.h"
#include "tribook/base/int128.h"

namespace tribook::venue::replay {
namespace {

void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

ReplayVenue::ReplayVenue(ReplaySettings settings, runtime::Ring<Command>& to_engine,
                         SymbolResolver resolver, Reporter reporter)
    : settings_(std::move(settings)),
      to_engine_(to_engine),
      resolver_(std::move(resolver)),
      reporter_(std::move(reporter)),
      filter_(settings_.filter),
      is_paused_(settings_.start_paused) {
  if (settings_.files.empty() || settings_.files.size() > kReplayFilesMax) {
    throw std::invalid_argument("venue " + settings_.name + ": a replay takes 1 to " +
                                std::to_string(kReplayFilesMax) + " files");
  }
  TB_ASSERT(settings_.rows_per_round_max >= 1);
  for (const ReplayFile& file : settings_.files) {
    Source& source = sources_.emplace_back();
    source.file = file;
    source.reader = std::make_unique<TickFileReader>(file.path, file.clock_offset_minutes);
  }
}

std::size_t ReplayVenue::do_work(TimeNs now) {
  if (is_held(now)) return 0;
  set_state(ReplayState::Playing);
  advance_clock(now);
  const std::size_t work = play();
  to_engine_.notify();
  return work;
}

bool ReplayVenue::is_held(TimeNs now) {
  const ReplayState state = state_.load(std::memory_order_relaxed);
  if (state == ReplayState::Finished || state == ReplayState::Failed) return true;
  if (!resolve_symbols()) return true;
  if (!is_paused_.load(std::memory_order_relaxed)) return false;
  set_state(ReplayState::Paused);
  last_now_ = now;
  return true;
}

bool ReplayVenue::resolve_symbols() {
  for (; resolved_ < sources_.size(); ++resolved_) {
    Source& source = sources_[resolved_];
    source.symbol = resolver_(source.file.symbol);
    if (source.symbol) continue;
    if (!std::exchange(has_reported_wait_, true)) {
      reporter_("venue " + settings_.name + " waits until symbol " + source.file.symbol +
                " exists");
    }
    return false;
  }
  return true;
}

// Counts what has passed rather than from a start, so that pauses and a clock set back cost
// nothing.
void ReplayVenue::advance_clock(TimeNs now) {
  if (has_started_ && now > last_now_) {
    const int128 played = static_cast<int128>(now.ns - last_now_.ns) * settings_.speed + played_ns_;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    played_ns_ = played > most ? most : static_cast<std::int64_t>(played);
  }
  last_now_ = now;
}

std::size_t ReplayVenue::play() {
  Budget budget{settings_.rows_per_round_max};
  std::size_t sent = 0;
  while (true) {
    if (has_pending_) {
      if (!send()) break;
      ++sent;
    }
    if (!read_heads(budget)) break;
    Source* source = earliest();
    if (source == nullptr) {
      set_state(ReplayState::Finished);
      break;
    }
    if (!std::exchange(has_started_, true)) first_time_ = source->head.time;
    if (!is_due(source->head.time)) break;
    take(*source);
  }
  return settings_.rows_per_round_max - budget.rows + sent;
}

// False when not every file shows its next tick: the round has read enough, or a file is broken.
bool ReplayVenue::read_heads(Budget& budget) {
  for (Source& source : sources_) {
    if (!source.has_head && source.reader && !read_head(source, budget)) return false;
  }
  return true;
}

bool ReplayVenue::read_head(Source& source, Budget& budget) {
  while (budget.rows > 0) {
    const auto result = source.reader->next();
    const std::uint64_t line = source.reader->line();
    const bool is_new = line > source.counted;
    switch (result) {
      case TickFileReader::Result::End:
        source.reader.reset();
        return true;
      case TickFileReader::Result::Failed:
        fail(*source.reader);
        return false;
      case TickFileReader::Result::Malformed:
        if (is_new) note_malformed(source);
        break;
      case TickFileReader::Result::Tick:
        source.head = source.reader->tick();
        source.has_head = source.head.time > settings_.played_until && line > source.taken;
        break;
    }
    --budget.rows;
    if (is_new) bump(rows_read_);
    source.counted = std::max(source.counted, line);
    if (source.has_head) return true;
  }
  return false;
}

void ReplayVenue::note_malformed(Source& source) {
  bump(malformed_);
  if (++source.malformed > kReportsPerFile) return;
  std::string text = source.file.path + ":" + std::to_string(source.reader->line()) +
                     ": row passed over: " + std::string(name_of(source.reader->row_error()));
  if (source.malformed == kReportsPerFile) text += "; further ones are only counted";
  reporter_(text);
}

void ReplayVenue::fail(const TickFileReader& reader) {
  error_ = reader.error() + " after line " + std::to_string(reader.line());
  reporter_("venue " + settings_.name + " stops: " + error_);
  set_state(ReplayState::Failed);
}

ReplayVenue::Source* ReplayVenue::earliest() {
  Source* first = nullptr;
  for (Source& source : sources_) {
    if (source.has_head && (first == nullptr || source.head.time < first->head.time))
      first = &source;
  }
  return first;
}

bool ReplayVenue::is_due(TimeNs time) const {
  return settings_.speed == 0 || (time - first_time_).count() <= played_ns_;
}

void ReplayVenue::take(Source& source) {
  source.has_head = false;
  source.taken = source.reader->line();
  QuoteCommand quote;
  quote.bid = source.head.bid;
  quote.ask = source.head.ask;
  quote.venue_time = source.head.time;
  quote.symbol = source.symbol;
  quote.venue = settings_.venue;
  quote.never_stale = 1;
  quote.drives_clock = 1;
  if (filter_.check(quote) != market_data::QuoteRefusal::None) return;
  pending_ = Command::make(quote);
  has_pending_ = true;
}

bool ReplayVenue::send() {
  if (!to_engine_.try_push(pending_)) return false;
  has_pending_ = false;
  bump(sent_);
  return true;
}

void ReplayVenue::begin_anew() {
  for (Source& source : sources_) {
    if (!source.reader) continue;  // at its end
    source.reader =
        std::make_unique<TickFileReader>(source.file.path, source.file.clock_offset_minutes);
    source.has_head = false;
  }
}

void ReplayVenue::on_close() {
  for (Source& source : sources_) source.reader.reset();
}

}  // namespace tribook::venue::replay
