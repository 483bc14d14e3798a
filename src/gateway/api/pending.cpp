#include "gateway/api/pending.h"

#include <utility>

#include "tribook/base/assert.h"

// A request's number is its slot's index below the slot's generation, so that an event that comes
// late, after the slot was given to another, finds nobody.

#include "tribook/domain/arithmetic.h"

namespace tribook::gateway {
namespace {

constexpr std::uint32_t kIndexBits = 16;
constexpr std::uint32_t kIndexMask = (1U << kIndexBits) - 1;

}  // namespace

Pending::Pending(std::size_t capacity) : slots_(capacity) {
  TB_ASSERT(capacity > 0 && capacity <= kIndexMask);
  free_.reserve(capacity);
  for (std::size_t i = capacity; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
}

std::optional<std::uint32_t> Pending::open(TimeNs deadline, Done done, AccountId closes_all_of) {
  if (free_.empty()) return std::nullopt;
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.generation = (slot.generation + 1) & (0xFFFF'FFFFU >> kIndexBits);
  if (slot.generation == 0) slot.generation = 1;
  slot.request = (slot.generation << kIndexBits) | index;
  slot.deadline = deadline;
  slot.done = std::move(done);
  slot.outcome = {};
  slot.closes_all_of = closes_all_of;
  link(index);
  ++size_;
  return slot.request;
}

// Most wait equally long, so the place is nearly always the last one.
void Pending::link(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.before = last_;
  while (slot.before != kNone && slots_[slot.before].deadline > slot.deadline) {
    slot.before = slots_[slot.before].before;
  }
  std::uint32_t& next = slot.before == kNone ? first_ : slots_[slot.before].after;
  slot.after = next;
  (slot.after == kNone ? last_ : slots_[slot.after].before) = index;
  next = index;
}

Pending::Slot* Pending::find(std::uint32_t request) {
  const std::uint32_t index = request & kIndexMask;
  if (request == 0 || index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.request == request ? &slot : nullptr;
}

void Pending::release(Slot& slot) {
  (slot.before == kNone ? first_ : slots_[slot.before].after) = slot.after;
  (slot.after == kNone ? last_ : slots_[slot.after].before) = slot.before;
  slot.request = 0;
  slot.done = nullptr;
  free_.push_back(index_of(slot));
  --size_;
}

void Pending::cancel(std::uint32_t request) {
  Slot* slot = find(request);
  TB_ASSERT(slot != nullptr);
  release(*slot);
}

void Pending::finish(Slot& slot) {
  // Free before the call: it may well open the next request.
  const Done done = std::move(slot.done);
  const Outcome outcome = std::exchange(slot.outcome, {});
  release(slot);
  done(outcome);
}

namespace {

// A close may come in parts, of two books or of a venue: one close of them all, at their average.
void collect_reduced(Outcome& outcome, const PositionReduced& part) {
  if (!outcome.reduced) {
    outcome.reduced = part;
    return;
  }
  PositionReduced& all = *outcome.reduced;
  if (all.order != part.order || all.position != part.position) return;
  const Cost cost = cost_of(all.price, all.closed_volume) + cost_of(part.price, part.closed_volume);
  all.closed_volume += part.closed_volume;
  all.price = average_price(cost, all.closed_volume);
  all.realized_pnl += part.realized_pnl;
  all.realized_total = part.realized_total;
  all.left_volume = part.left_volume;
}

// Of an order that was only asked about there is none.
void collect_warned(Outcome& outcome, const OrderWarned& event) {
  const OrderId own = outcome.order ? outcome.order->order : OrderId{};
  if (event.order == own) {
    outcome.warned |= event.limits;
  } else if (outcome.partner && event.order == outcome.partner->order) {
    outcome.partner_warned |= event.limits;
  }
}

}  // namespace

void Pending::collect(Outcome& outcome, const Event& event) {
  outcome.time = event.header.time;
  switch (event.header.kind) {
    case EventKind::Refused:
      if (outcome.refused == RejectCode::None) outcome.refused = event.get<Refused>().code;
      break;
    case EventKind::OrderUpdated: {
      const auto order = event.get<OrderUpdated>();
      if (!outcome.order || outcome.order->order == order.order) {
        outcome.order = order;
      } else if (order.order.value == outcome.order->order.value + 1) {
        outcome.partner = order;  // a pair's orders have neighbouring numbers
      }
      break;
    }
    case EventKind::OrderWarned:
      collect_warned(outcome, event.get<OrderWarned>());
      break;
    case EventKind::PositionReduced:
      collect_reduced(outcome, event.get<PositionReduced>());
      break;
    case EventKind::LedgerPosted:
      if (!outcome.ledger) outcome.ledger = event.get<LedgerPosted>();
      break;
    case EventKind::WithdrawalUpdated:
      if (!outcome.withdrawal) outcome.withdrawal = event.get<WithdrawalUpdated>();
      break;
    case EventKind::KillSwept:
      if (!outcome.swept) outcome.swept = event.get<KillSwept>();
      break;
    case EventKind::GroupUpdated:
      outcome.group = event.get<GroupUpdated>().group;
      break;
    case EventKind::AccountCreated:
      outcome.account = event.header.account;
      break;
    case EventKind::UserCreated:
      outcome.user = event.get<UserCreated>().user;
      break;
    case EventKind::SymbolUpdated:
      outcome.symbol = event.get<SymbolUpdated>().symbol;
      break;
    default:
      break;
  }
}

// What follows from the closes (a stop-out, say) is not the request's.
void Pending::collect_closed(Slot& slot, const Event& event) {
  if (!slot.closes_all_of || event.header.account != slot.closes_all_of) return;
  if (event.header.kind == EventKind::OrderUpdated) {
    slot.closing = event.get<OrderUpdated>().symbol;
  } else if (event.header.kind == EventKind::PositionReduced) {
    const auto reduced = event.get<PositionReduced>();
    const bool is_asked =
        reduced.reason == CloseReason::Manual || reduced.reason == CloseReason::Admin;
    if (!is_asked) return;
    ++slot.outcome.closed_count;
    slot.outcome.closed_realized += reduced.realized_pnl;
    if (slot.outcome.closed.size() < kClosedShown)
      slot.outcome.closed.push_back({reduced, slot.closing});
  }
}

void Pending::take(const Event& event) {
  Slot* slot = find(event.header.request);
  if (slot == nullptr) return;
  collect(slot->outcome, event);
  collect_closed(*slot, event);
  if (event.header.kind != EventKind::Settled) return;
  slot->outcome.is_settled = true;
  finish(*slot);
}

void Pending::expire(TimeNs now) {
  while (first_ != kNone && slots_[first_].deadline <= now) finish(slots_[first_]);
}

void Pending::forget() {
  while (first_ != kNone) release(slots_[first_]);
}

}  // namespace tribook::gateway
