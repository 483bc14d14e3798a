#include "views/views.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "views/state.h"

namespace tribook::views {
namespace {

std::size_t bounded(std::size_t limit) { return std::clamp<std::size_t>(limit, 1, kPageMax); }

// One item more than asked for was looked for: it tells that there is a next page.
template <typename View>
Page<View> finished(Page<View> page, std::size_t limit) {
  if (page.status != ReadStatus::Found) page.items.clear();
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next = page.items.back().id.value;
  }
  page.whole = page.is_cut ? std::min(page.whole, page.items.size()) : page.items.size();
  return page;
}

// A page of a history; `view_of(body, out)` makes a view of what is kept.
template <typename View, typename Body, typename ViewOf>
Page<View> history_page(const Accounts& accounts, const History<Body>& history,
                        std::atomic<std::uint64_t> AccountSlot::*newest, AccountId id,
                        std::uint64_t before, std::size_t limit, ViewOf view_of) {
  limit = bounded(limit);
  Page<View> page;
  const AccountSlot* account = nullptr;
  page.status = accounts.find(id, account);
  if (page.status != ReadStatus::Found) return page;
  const std::uint64_t number = (account->*newest).load(std::memory_order_acquire);
  history.page(number, before, id, page, [&](const Body& body) {
    view_of(body, page.items.emplace_back());
    return page.items.size() <= limit;
  });
  return finished(std::move(page), limit);
}

constexpr auto kCopy = [](const auto& from, auto& to) { to = from; };

}  // namespace

Views::Views(const ViewLimits& limits, const Slab& slab)
    : state_(std::make_unique<State>(limits, slab)) {}
Views::~Views() = default;

void Views::apply(const Event& event) {
#ifdef TRIBOOK_DEBUG
  TB_ASSERT(!state_->is_writing.exchange(true, std::memory_order_relaxed));  // one writer
#endif
  state_->apply(event);
#ifdef TRIBOOK_DEBUG
  state_->is_writing.store(false, std::memory_order_relaxed);
#endif
}

void Views::begin_behind(Sequence last) { state_->begin_behind(last); }

void Views::flush() { state_->accounts.close(); }

bool Views::resume(SymbolId id, const CandleSet& forming, Sequence last) {
  if (!id || id.value > state_->symbols_max) return false;
  state_->candles.resume(id, forming, last);
  return true;
}

ReadStatus Views::account(AccountId id, AccountView& out) const {
  const AccountSlot* account = nullptr;
  const ReadStatus status = state_->accounts.find(id, account);
  if (status != ReadStatus::Found) return status;
  const bool is_whole =
      Accounts::read(*account, [&](const AccountSlot& slot) { out = slot.record.load(); });
  return is_whole ? ReadStatus::Found : ReadStatus::Busy;
}

ReadStatus Views::snapshot(AccountId id, AccountSnapshot& out) const {
  const AccountSlot* account = nullptr;
  const ReadStatus status = state_->accounts.find(id, account);
  if (status != ReadStatus::Found) return status;
  const PositionStore& positions = state_->positions;
  const bool is_whole = positions.read_unmoved([&] {
    const bool is_read = Accounts::read(*account, [&](const AccountSlot& slot) {
      out.account = slot.record.load();
      positions.copy(slot, out.positions);
    });
    return is_read && positions.widen(out.positions);
  });
  return is_whole ? ReadStatus::Found : ReadStatus::Busy;
}

ReadStatus Views::positions(AccountId id, std::vector<PositionView>& out) const {
  const AccountSlot* account = nullptr;
  const ReadStatus status = state_->accounts.find(id, account);
  if (status != ReadStatus::Found) return status;
  const PositionStore& positions = state_->positions;
  const bool is_whole = positions.read_unmoved([&] {
    return Accounts::read(*account, [&](const AccountSlot& slot) { positions.copy(slot, out); }) &&
           positions.widen(out);
  });
  return is_whole ? ReadStatus::Found : ReadStatus::Busy;
}

ReadStatus Views::position(PositionId id, PositionView& out) const {
  return state_->positions.find(id, out);
}

Page<AccountView> Views::accounts(AccountId after, std::size_t limit) const {
  limit = bounded(limit);
  Page<AccountView> page;
  std::size_t place = 0;
  if (after) {
    const ReadStatus status = state_->accounts.place_of(after, place);
    if (status == ReadStatus::Busy) page.status = status;
    if (status != ReadStatus::Found) return page;
    ++place;
  }
  const std::size_t last = std::min(state_->accounts.size(), place + limit + 1);
  for (; place < last; ++place) {
    AccountView& view = page.items.emplace_back();
    if (!Accounts::read(state_->accounts.at(place),
                        [&](const AccountSlot& slot) { view = slot.record.load(); })) {
      page.status = ReadStatus::Busy;
      break;
    }
  }
  return finished(std::move(page), limit);
}

Page<OrderView> Views::orders(AccountId id, OrderFilter filter, OrderId before,
                              std::size_t limit) const {
  limit = bounded(limit);
  Page<OrderView> page;
  const AccountSlot* account = nullptr;
  page.status = state_->accounts.find(id, account);
  if (page.status != ReadStatus::Found) return page;
  page = filter == OrderFilter::Open ? state_->orders.open_page(*account, before, limit)
                                     : state_->orders.page(*account, id, before, limit);
  return finished(std::move(page), limit);
}

Page<TradeView> Views::trades(AccountId id, TradeId before, std::size_t limit) const {
  return history_page<TradeView>(state_->accounts, state_->trades, &AccountSlot::trades, id,
                                 before.value, limit, kCopy);
}

Page<LedgerView> Views::ledger(AccountId id, LedgerId before, std::size_t limit) const {
  return history_page<LedgerView>(
      state_->accounts, state_->ledger, &AccountSlot::ledger, id, before.value, limit,
      [this](const State::KeptEntry& kept, LedgerView& out) { state_->view_of(kept, out); });
}

Page<ClosedPositionView> Views::closed_positions(AccountId id, PositionId before,
                                                 std::size_t limit) const {
  return history_page<ClosedPositionView>(state_->accounts, state_->positions.closed(),
                                          &AccountSlot::closed_positions, id, before.value, limit,
                                          kCopy);
}

Page<AccountDayView> Views::days(AccountId id, DayId before, std::size_t limit) const {
  return history_page<AccountDayView>(state_->accounts, state_->days, &AccountSlot::days, id,
                                      before.value, limit, kCopy);
}

Page<AlertView> Views::alerts(AccountId only, AlertId before, std::size_t limit) const {
  limit = bounded(limit);
  Page<AlertView> page;
  const auto take = [&](const AlertView& alert) {
    if (before && alert.id >= before) return true;
    if (only && alert.account != only) return true;
    page.items.push_back(alert);
    return page.items.size() <= limit;
  };
  page.status = state_->alerts.walk(take, page.is_cut);
  page.whole = page.items.size();
  if (page.is_cut) page.lost = state_->alerts.lost();
  return finished(std::move(page), limit);
}

ReadStatus Views::order(OrderId id, OrderView& out) const { return state_->orders.find(id, out); }

ReadStatus Views::closed_position(PositionId id, ClosedPositionView& out) const {
  History<ClosedPositionView>::Item item;
  const ReadStatus status = state_->positions.closed().find(id.value, item);
  if (status == ReadStatus::Found) out = item.body;
  return status;
}

Page<WithdrawalView> Views::withdrawals(AccountId id, WithdrawalFilter filter, WithdrawalId before,
                                        std::size_t limit) const {
  limit = bounded(limit);
  return finished(state_->withdrawals.page(id, filter, before, limit), limit);
}

ReadStatus Views::withdrawal(WithdrawalId id, WithdrawalView& out) const {
  return state_->withdrawals.find(id, out);
}

ReadStatus Views::quote(SymbolId id, QuoteView& out) const {
  if (!id || id.value > state_->symbols_max) return ReadStatus::NotFound;
  if (!state_->quotes[id.value].load(out)) return ReadStatus::Busy;
  return out.ticks == 0 ? ReadStatus::NotFound : ReadStatus::Found;
}

Page<VenueRequestView> Views::venue_requests(AccountId only, VenueRequestId after,
                                             std::size_t limit) const {
  auto page = state_->venues.page(only, after, limit);
  for (VenueRequestView& request : page.items) {
    PositionView position;
    const bool is_gone = request.kind == VenueRequestKind::Close &&
                         state_->positions.find(request.position, position) == ReadStatus::NotFound;
    if (is_gone) request.position = {};
  }
  return page;
}

ReadStatus Views::exposure(SymbolId id, ExposureView& out) const {
  if (!id || id.value > state_->symbols_max) return ReadStatus::NotFound;
  const bool is_whole =
      state_->positions.held(id, out.clients) && state_->venues.exposure(id, out.venue);
  return is_whole ? ReadStatus::Found : ReadStatus::Busy;
}

ReadStatus Views::depth(SymbolId id, DepthView& out) const { return state_->depths.read(id, out); }

bool Views::set_history_tail(SymbolId id, Timeframe timeframe, const Candle& tail) {
  return state_->candles.set_history_tail(id, timeframe, tail);
}

ReadStatus Views::candle(SymbolId id, Timeframe timeframe, Candle& out) const {
  return state_->candles.forming(id, timeframe, out);
}
CandlePage Views::candles(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                          std::size_t limit) const {
  return state_->candles.all(id, timeframe, from, until, limit);
}
CandlePage Views::live_candles(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                               std::size_t limit) const {
  return state_->candles.live(id, timeframe, from, until, limit);
}
TickPage Views::ticks(SymbolId id, Sequence before, TimeNs from, TimeNs until,
                      std::size_t limit) const {
  return state_->candles.ticks(id, before, from, until, limit);
}

bool Views::session_open(SymbolId id) const {
  return id && id.value <= state_->symbols_max &&
         state_->sessions[id.value].load(std::memory_order_acquire);
}

std::size_t Views::symbols_max() const { return state_->symbols_max; }

std::shared_ptr<const SymbolTable> Views::symbols() const {
  const std::lock_guard lock(state_->symbols_mutex);
  return state_->symbols;
}

std::shared_ptr<const GroupBook> Views::groups() const {
  const std::lock_guard lock(state_->symbols_mutex);
  return state_->groups;
}

LimitSet Views::own_limits(const RiskScope& scope) const { return state_->rules.own(scope); }
std::vector<LimitView> Views::limits_in_force(const RuleSubject& subject) const {
  return state_->rules.in_force(subject);
}
std::optional<KillSwitchView> Views::kill_switch(const RuleSubject& subject) const {
  return state_->rules.kill_switch(subject);
}
std::optional<KillSwitchView> Views::kill_switch_at(const RiskScope& scope) const {
  return state_->rules.kill_switch_at(scope);
}
std::vector<KillSwitchView> Views::kill_switches() const { return state_->rules.kill_switches(); }

std::optional<UserView> Views::find_user(std::string_view username) const {
  return state_->directory.find(username);
}
std::optional<UserView> Views::user(UserId id) const { return state_->directory.find(id); }
std::optional<std::uint32_t> Views::password_changes(UserId id) const {
  return state_->directory.password_changes(id);
}

Page<UserView> Views::users(UserId after, std::size_t limit) const {
  return state_->directory.page(after, bounded(limit));
}

TimeNs Views::time() const { return {state_->told_at.load(std::memory_order_relaxed)}; }

Figures Views::figures() const {
  Figures figures;
  figures.accounts = state_->accounts.size();
  figures.open_positions = state_->positions.open_count();
  figures.orders = state_->orders.counts();
  State::DayVolume volume;
  if (state_->day_volume.load(volume)) {
    figures.day = volume.day;
    figures.daily_volume = {volume.volume_raw};
  }
  figures.events = state_->events.load(std::memory_order_relaxed);
  figures.overflows = state_->overflows.load(std::memory_order_relaxed);
  return figures;
}

}  // namespace tribook::views
