#include "core/sequencer.h"

#include <algorithm>

#include "calendar/rollover.h"
#include "runtime/look_ahead.h"
#include "tribook/message/text.h"

namespace tribook::core {
namespace {

bool is_for_risk(EventKind kind) {
  switch (kind) {
    case EventKind::OrderUpdated:
    case EventKind::PositionUpdated:
    case EventKind::PositionFollowed:  // its time
    case EventKind::AccountUpdated:
    case EventKind::AccountCreated:
    case EventKind::AccountOptionsUpdated:
    case EventKind::AccountDayEnded:
    case EventKind::SymbolUpdated:
    case EventKind::QuoteApplied:
    case EventKind::SessionChanged:
    case EventKind::ClockMoved:
    case EventKind::Refused:
    case EventKind::GroupUpdated:
    case EventKind::GroupTermsUpdated:
    case EventKind::LimitsUpdated:
    case EventKind::KillSwitchChanged:
      return true;
    default:
      return false;
  }
}

// What clients of a group see of a quote. (A new account has no positions.)
bool changes_prices(CommandKind kind) {
  switch (kind) {
    case CommandKind::UpdateSymbol:
    case CommandKind::PutGroup:
    case CommandKind::PutGroupTerms:
    case CommandKind::ChangeAccount:
      return true;
    default:
      return false;
  }
}

bool changes_timers(CommandKind kind) {
  switch (kind) {
    case CommandKind::Started:
    case CommandKind::Rollover:
    case CommandKind::Funding:
    case CommandKind::CreateSymbol:
    case CommandKind::UpdateSymbol:
    case CommandKind::CreateAccount:
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
      timers_(house_->engine()),
      start_(start),
      time_(house_->engine().last_sequence() ? house_->engine().now() : start),
      sequence_(house_->engine().last_sequence()),
      waiting_(capacity.orders),
      waiting_index_(capacity.orders) {
  urgent_.reserve(std::size_t{limits.symbols} + 1);
  last_quotes_.resize(std::size_t{capacity.symbols} + 1);
}

// The calendar may be another one than that of the last run; what it says of the time at which that
// one ended holds.
void Sequencer::on_start() {
  Started started;
  started.rules_version = engine::kRulesVersion;
  started.accounts = limits_.accounts;
  started.positions = limits_.positions;
  started.symbols = limits_.symbols;
  started.client_ids = limits_.client_ids;
  started.orders = limits_.orders;
  ask_again();
  urgent_.push_back(Command::make(started));
  for (std::uint16_t i = 1; i < house_->engine().next_symbol().value; ++i) {
    queue_session(SymbolId{i}, house_->engine().instrument(SymbolId{i})->schedule);
  }
}

void Sequencer::queue_session(SymbolId symbol, const ScheduleSpec& schedule) {
  const auto change = timers_.set_schedule(symbol, schedule, time_);
  if (change) urgent_.push_back(Command::make(*change));
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
void Sequencer::prepare(Command& command, TimeNs time) const {
  prepare_order(command, time);
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

namespace {

template <typename Order>
void set_day_end(Command& command, TimeNs time) {
  auto order = command.get<Order>();
  if (order.time_in_force != TimeInForce::Day) return;
  order.expires = calendar::next_rollover(time).time;
  command.set(order);
}

}  // namespace

// DAY ends when the trading day does. What a TRIGGERED order becomes is told to who waits for it.
void Sequencer::prepare_order(Command& command, TimeNs time) const {
  switch (command.header.kind) {
    case CommandKind::NewOrder:
      if (command.get<NewOrder>().type != OrderType::Market) set_day_end<NewOrder>(command, time);
      return;
    case CommandKind::NewOrderPair:
      return set_day_end<NewOrderPair>(command, time);
    case CommandKind::ModifyOrder:
      if (command.get<ModifyOrder>().set_time_in_force != 0)
        set_day_end<ModifyOrder>(command, time);
      return;
    case CommandKind::ExecuteOrder:
      return address(command, command.get<ExecuteOrder>().cause);
    case CommandKind::VenueReport:
      return address(command, house_->engine().awaited_by(command.get<VenueReport>().request));
    default:
      return;
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
  if (changes_prices(command.header.kind)) priced_by_ = record.sequence;
  house_->apply(record, outbox_);
  follow_up(command);
  settle_late();
  last_sequence_.store(sequence_.value, std::memory_order_relaxed);
  engine_time_.store(time_.ns, std::memory_order_relaxed);
  return true;
}

// A symbol's schedule may be new: its session is opened or closed right after it.
void Sequencer::follow_up(const Command& command) {
  if (changes_timers(command.header.kind)) timers_.refresh();
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

// Last event of a command that somebody waits for, under the last record that it caused. Orders
// that it triggered are on their way: then later.
void Sequencer::settle() {
  is_settling_ = false;
  if (!settling_root_ || !house_->engine().has_outstanding(settling_root_)) {
    return answer(settling_, Settled{});
  }
  const std::uint32_t waiting = waiting_.take();
  TB_ASSERT(waiting != 0);  // each root has an order of its own
  waiting_[waiting] = settling_;
  waiting_index_.insert(settling_root_.value, waiting);
}

// The record took the last order of a root that somebody waits for.
void Sequencer::settle_late() {
  for (const Sequence root : house_->engine().settled_roots()) {
    const std::uint32_t waiting = waiting_index_.find(root.value);
    if (waiting == 0) continue;
    answer(waiting_[waiting], Settled{});
    waiting_index_.erase(root.value);
    waiting_.give_back(waiting);
  }
}

// Nor is a question a record: whether the order would be taken, by risk, router and engine.
void Sequencer::check_order() {
  take_over();
  settling_root_ = {};
  if (!is_settling_) return;
  const NewOrder& order = pending_.get<CheckOrder>().order;
  const auto [code, warnings] = house_->engine().check_order(settling_.account, order);
  if (code != RejectCode::None) {
    Refused refused;
    refused.code = code;
    return answer(settling_, refused);
  }
  OrderWarned warned;
  warned.limits = warnings;
  if (warnings != 0) answer(settling_, warned);
}

// The pending command is dealt with: who asked for it is told, and then its text is let go.
void Sequencer::take_over() {
  has_pending_ = false;
  held_ = pending_.header.text;
  settling_ = pending_.header;
  settling_root_ = sequence_;
  // The root of an order that comes back is not its own record.
  is_settling_ = pending_.header.gateway != kNoGateway &&
                 pending_.header.kind != CommandKind::ExecuteOrder &&
                 pending_.header.kind != CommandKind::VenueReport;
}

bool Sequencer::send(const Event& event) {
  if (is_for_risk(event.header.kind) && !offer(ports_.risk, event, risk_has_it_)) return false;
  const bool is_for_router =
      ports_.router != nullptr && event.header.kind == EventKind::SymbolUpdated;
  if (is_for_router && !offer(ports_.router, event, router_has_it_)) return false;
  if (event.header.kind == EventKind::QuoteApplied) {
    Event quote = event;
    auto applied = quote.get<QuoteApplied>();
    applied.priced_by = priced_by_;
    quote.set(applied);
    if (!ports_.quotes->try_push(quote)) return false;
  } else {
    slab_.hold(event.header.text);
    if (!ports_.egress->try_push(event)) {
      slab_.release(event.header.text);
      return false;
    }
  }
  risk_has_it_ = router_has_it_ = false;
  return true;
}

// Once, though a ring after it may have been full.
bool Sequencer::offer(EventRing* ring, const Event& event, bool& has_it) {
  if (has_it) return true;
  slab_.hold(event.header.text);
  if (!ring->try_push(event)) {
    slab_.release(event.header.text);
    return false;
  }
  has_it = true;
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

// Where storage is short they wait, as all new business does.
bool Sequencer::send_triggered() {
  if (!ports_.triggered->has_room()) return false;
  if (storage_ != nullptr && storage_->level() != StorageLevel::Ample) return false;
  Command command;
  if (!house_->take_triggered(command)) return false;
  const bool is_sent = ports_.triggered->try_push(command);
  TB_ASSERT(is_sent);
  return true;
}

bool Sequencer::sequence_urgent(TimeNs now) {
  const Command& command = urgent_[urgent_next_];
  if (!sequence(command, time_of_urgent(command, now))) return false;
  if (++urgent_next_ == urgent_.size()) {
    urgent_.clear();
    urgent_next_ = 0;
  }
  return true;
}

bool Sequencer::take_input() {
  for (std::size_t i = 0; i < ports_.inputs.size() && !has_pending_; ++i) {
    if (next_input_ == 0 && fetched_ == 0) {
      fetched_ = runtime::look_ahead<engine::Engine::kPrefetchMax>(
          *ports_.inputs[0], [this](auto next) { house_->engine().prefetch(next); });
    }
    has_pending_ = ports_.inputs[next_input_]->try_pop(pending_);
    if (next_input_ == 0 && has_pending_ && fetched_ != 0) --fetched_;
    next_input_ = (next_input_ + 1) % ports_.inputs.size();
  }
  return has_pending_;
}

bool Sequencer::step(TimeNs now) {
  if (!flush()) return false;
  if (send_triggered()) return true;
  if (urgent_next_ < urgent_.size()) return sequence_urgent(now);
  if (is_settling_) {
    if (!queue_sweep()) settle();
    return true;
  }
  if (leap_to_start()) return true;
  const bool is_new = !has_pending_;
  if (!take_input())
    return queue_timers(clock_ == ClockKind::System ? std::max(time_, now) : time_);
  const TimeNs time = time_of(pending_, now);
  if (is_new && refuses(time)) return true;
  if (pending_.header.kind == CommandKind::CheckOrder) {
    check_order();
    return true;
  }
  if (queue_timers(time)) return true;
  prepare(pending_, time);
  if (!sequence(pending_, time)) return false;
  take_over();
  return true;
}

std::size_t Sequencer::do_work(TimeNs now) {
  std::size_t steps = 0;
  while (steps < kBatch && step(now)) ++steps;
  flush();
  ports_.journal->notify();
  ports_.triggered->notify();
  ports_.risk->notify();
  if (ports_.router != nullptr) ports_.router->notify();
  ports_.egress->notify();
  ports_.quotes->notify();
  for (CommandRing* ring : ports_.inputs) ring->notify_room();
  return steps;
}

}  // namespace tribook::core
