#include "core/sequencer.h"

#include <algorithm>

#include "tribook/message/text.h"

namespace tribook::core {
namespace {

bool is_for_risk(EventKind kind) {
  switch (kind) {
    case EventKind::OrderUpdated:
    case EventKind::PositionUpdated:
    case EventKind::AccountUpdated:
    case EventKind::AccountCreated:
    case EventKind::SymbolUpdated:
    case EventKind::QuoteApplied:
    case EventKind::SessionChanged:
    case EventKind::ClockMoved:
    case EventKind::Refused:
    case EventKind::GroupUpdated:
    case EventKind::GroupTermsUpdated:
      return true;
    default:
      return false;
  }
}

}  // namespace

Sequencer::Sequencer(std::unique_ptr<House> house, const engine::EngineLimits& limits,
                     const engine::EngineLimits& capacity, Slab& slab, Ports ports, ClockKind clock,
                     TimeNs start)
    : house_(std::move(house)),
      slab_(slab),
      ports_(std::move(ports)),
      clock_(clock),
      limits_(limits),
      outbox_(capacity.events_of_one_record()),
      time_(std::max(start, house_->engine().now())),
      sequence_(house_->engine().last_sequence()) {
  urgent_.reserve(std::size_t{limits.symbols} + 1);
  last_quotes_.resize(std::size_t{capacity.symbols} + 1);
}

// Sessions may have changed while the daemon was down; the calendar says what holds now.
void Sequencer::on_start() {
  Started started;
  started.rules_version = engine::kRulesVersion;
  started.accounts = limits_.accounts;
  started.positions = limits_.positions;
  started.symbols = limits_.symbols;
  started.client_ids = limits_.client_ids;
  urgent_.push_back(Command::make(started));
  for (std::uint16_t i = 1; i < house_->engine().next_symbol().value; ++i) {
    queue_session(SymbolId{i}, house_->engine().instrument(SymbolId{i})->schedule);
  }
}

void Sequencer::queue_session(SymbolId symbol, const ScheduleSpec& schedule) {
  const bool is_open = calendar_.set(symbol, schedule, time_);
  if (is_open == house_->engine().is_session_open(symbol)) return;
  SessionChange change;
  change.nominal = time_;
  change.symbol = symbol;
  change.is_open = is_open ? 1 : 0;
  urgent_.push_back(Command::make(change));
}

TimeNs Sequencer::time_of(const Command& command, TimeNs now) const {
  switch (command.header.kind) {
    case CommandKind::SetClock:
      return std::max(time_, command.get<SetClock>().now);
    case CommandKind::Quote: {
      const auto quote = command.get<QuoteCommand>();
      if (quote.drives_clock != 0) return std::max(time_, quote.venue_time);
      break;
    }
    default:
      break;
  }
  return clock_ == ClockKind::System ? std::max(time_, now) : time_;
}

// What only the sequencing thread can know, or alone may say, is written into the command before it
// is journaled: an instrument's id is ours, whatever stood in the text.
void Sequencer::prepare(Command& command) const {
  if (command.header.kind == CommandKind::CreateAccount) {
    auto create = command.get<CreateAccount>();
    create.user = house_->directory().next_user();
    command.set(create);
  } else if (command.header.kind == CommandKind::CreateUser) {
    auto create = command.get<CreateUser>();
    create.user = house_->directory().next_user();
    command.set(create);
  } else if (command.header.kind == CommandKind::CreateSymbol) {
    name_instrument(command.header.text, house_->engine().next_symbol());
  } else if (command.header.kind == CommandKind::UpdateSymbol) {
    name_instrument(command.header.text, command.get<UpdateSymbol>().symbol);
  }
}

void Sequencer::name_instrument(TextRef text, SymbolId id) const {
  if (!text) return;  // the engine will refuse it
  const auto bytes = slab_.edit(text);
  if (auto spec = read_spec<Instrument>(bytes)) {
    spec->id = id;
    std::memcpy(bytes.data(), &*spec, sizeof *spec);
  }
}

// False when the journal's ring is full; nothing has happened then. Takes over the command's text.
bool Sequencer::sequence(const Command& command, TimeNs time) {
  const Record record{Sequence{sequence_.value + 1}, time, command};
  slab_.hold(command.header.text);  // the journal's
  if (!ports_.journal->try_push({record, house_->events_digest()})) {
    slab_.release(command.header.text);
    return false;
  }
  sequence_ = record.sequence;
  time_ = time;
  house_->apply(record, outbox_);
  follow_up(command);
  last_sequence_.store(sequence_.value, std::memory_order_relaxed);
  engine_time_.store(time_.ns, std::memory_order_relaxed);
  return true;
}

// A symbol's schedule may be new: its session is opened or closed right after it.
void Sequencer::follow_up(const Command& command) {
  SymbolId symbol;
  if (command.header.kind == CommandKind::CreateSymbol) {
    symbol = SymbolId{static_cast<std::uint16_t>(house_->engine().next_symbol().value - 1)};
  } else if (command.header.kind == CommandKind::UpdateSymbol) {
    symbol = command.get<UpdateSymbol>().symbol;
  } else {
    return;
  }
  const Instrument* instrument = house_->engine().instrument(symbol);
  if (instrument != nullptr) queue_session(symbol, instrument->schedule);
}

// Last event of a command that somebody waits for, under the last record that it caused.
void Sequencer::settle() {
  is_settling_ = false;
  answer(Settled{});
}

template <typename Body>
void Sequencer::answer(const Body& body) {
  Event event;
  event.header.gateway = settling_.gateway;
  event.header.request = settling_.request;
  event.header.root = sequence_;
  event.header.time = time_;
  event.header.account = settling_.account;
  event.set(body);
  outbox_.push(event);
}

// Prices must not stand still while positions can be closed, so some go through to the end.
bool Sequencer::is_quote_too_many(const QuoteCommand& quote, TimeNs time) {
  if (quote.symbol.value >= last_quotes_.size()) return true;
  TimeNs& last = last_quotes_[quote.symbol.value];
  if (time >= last && time - last < kQuoteEvery) return true;
  last = time;
  return false;
}

bool Sequencer::is_refused(TimeNs time) {
  const StorageLevel level = storage_ == nullptr ? StorageLevel::Ample : storage_->level();
  if (level == StorageLevel::Ample) return false;
  const CommandKind kind = pending_.header.kind;
  if (kind != CommandKind::Quote) return is_refused_at(level, kind);
  return level == StorageLevel::Last && is_quote_too_many(pending_.get<QuoteCommand>(), time);
}

// It gets no sequence and leaves no trace; its answer goes with the last record.
void Sequencer::refuse() {
  take_over();
  storage_refusals_.store(storage_refusals() + 1, std::memory_order_relaxed);
  if (!is_settling_) return;
  Refused refused;
  refused.code = RejectCode::StorageFull;
  answer(refused);
}

// The pending command is dealt with: who asked for it is told, and then its text is let go.
void Sequencer::take_over() {
  has_pending_ = false;
  held_ = pending_.header.text;
  settling_ = pending_.header;
  is_settling_ = pending_.header.gateway != kNoGateway;
}

bool Sequencer::send(const Event& event) {
  if (!risk_has_it_ && is_for_risk(event.header.kind)) {
    slab_.hold(event.header.text);
    if (!ports_.risk->try_push(event)) {
      slab_.release(event.header.text);
      return false;
    }
    risk_has_it_ = true;
  }
  EventRing* out = event.header.kind == EventKind::QuoteApplied ? ports_.quotes : ports_.egress;
  slab_.hold(event.header.text);
  if (!out->try_push(event)) {
    slab_.release(event.header.text);
    return false;
  }
  risk_has_it_ = false;
  return true;
}

// The command's own reference keeps a text alive until the last event that names it has left.
bool Sequencer::flush() {
  while (!outbox_.is_empty()) {
    if (!send(outbox_.front())) return false;
    outbox_.pop();
  }
  slab_.release(held_);
  held_ = {};
  return true;
}

// One at a time: a clock that leaps over years has many due, and each is sequenced before the next.
bool Sequencer::queue_timers(TimeNs until) {
  if (const auto due = calendar_.next_due(until)) urgent_.push_back(Command::make(*due));
  return urgent_next_ < urgent_.size();
}

bool Sequencer::sequence_urgent(TimeNs now) {
  const Command& command = urgent_[urgent_next_];
  TimeNs time = time_of(command, now);
  if (command.header.kind == CommandKind::SessionChange) {
    time = std::max(time_, command.get<SessionChange>().nominal);
  }
  if (!sequence(command, time)) return false;
  if (++urgent_next_ == urgent_.size()) {
    urgent_.clear();
    urgent_next_ = 0;
  }
  return true;
}

bool Sequencer::take_input() {
  for (std::size_t i = 0; i < ports_.inputs.size() && !has_pending_; ++i) {
    has_pending_ = ports_.inputs[next_input_]->try_pop(pending_);
    next_input_ = (next_input_ + 1) % ports_.inputs.size();
  }
  return has_pending_;
}

bool Sequencer::step(TimeNs now) {
  if (!flush()) return false;
  if (urgent_next_ < urgent_.size()) return sequence_urgent(now);
  if (is_settling_) {
    settle();
    return true;
  }
  const bool is_new = !has_pending_;
  if (!take_input()) return clock_ == ClockKind::System && queue_timers(std::max(time_, now));
  const TimeNs time = time_of(pending_, now);
  if (is_new && is_refused(time)) {
    refuse();
    return true;
  }
  if (queue_timers(time)) return true;
  prepare(pending_);
  if (!sequence(pending_, time)) return false;
  take_over();
  return true;
}

std::size_t Sequencer::do_work(TimeNs now) {
  std::size_t steps = 0;
  while (steps < kBatch && step(now)) ++steps;
  flush();
  ports_.journal->notify();
  ports_.risk->notify();
  ports_.egress->notify();
  ports_.quotes->notify();
  return steps;
}

}  // namespace tribook::core
