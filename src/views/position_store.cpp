#include "views/position_store.h"

#include <algorithm>

#include "tribook/base/int128.h"
#include "views/average.h"

namespace tribook::views {

PositionStore::PositionStore(const ViewLimits& limits, const Accounts& accounts)
    : accounts_(accounts),
      marks_(limits.symbols, limits.open_positions),
      pool_(limits.open_positions),
      index_(limits.open_positions),
      closed_(limits.closed_positions),
      held_(new Versioned<HeldVolumes>[limits.symbols + 1]) {}

void PositionStore::count(AccountSlot& account, int change) {
  AccountView view = account.record.load();
  view.open_positions += static_cast<std::uint32_t>(change);
  account.record.store(view);
  open_count_.fetch_add(static_cast<std::uint64_t>(static_cast<std::int64_t>(change)),
                        std::memory_order_relaxed);
}

void PositionStore::hold(const PositionView& view, Volume before, Volume now) {
  if (before == now) return;
  HeldVolumes held = held_[view.symbol.value].own();
  (view.side == Side::Buy ? held.buys : held.sells) += int128{now.raw} - before.raw;
  held_[view.symbol.value].store(held);
}

bool PositionStore::apply(const EventHeader& header, const PositionUpdated& event,
                          AccountSlot& account) {
  const std::uint32_t place = index_.own_find(event.position.value);
  if (event.action == PositionAction::Closed) {
    if (place != 0) close(header, event, account, place);
    return true;
  }
  if (place == 0 && pool_.is_full()) return false;
  Record record = place == 0 ? Record{} : pool_.load(place);
  PositionView& view = record.view;
  const Volume before = view.volume;
  view.open_cost = event.open_cost;
  view.commission = event.commission;
  view.swap = event.swap;
  view.id = event.position;
  view.volume = event.volume;
  view.stop_loss = event.stop_loss;
  view.take_profit = event.take_profit;
  view.open_time = event.open_time;
  view.updated = header.time;
  view.account = header.account;
  view.symbol = event.symbol;
  view.side = event.side;
  view.book = event.book;
  view.is_closing = event.is_closing != 0;
  hold(view, before, view.volume);
  if (traded_.position == event.position) {
    const bool is_new = place == 0;
    view.highest = is_new ? traded_.highest : std::max(view.highest, traded_.highest);
    view.lowest = is_new ? traded_.lowest : std::min(view.lowest, traded_.lowest);
  }
  if (place != 0) {
    pool_.store(place, record);
    return true;
  }
  view.group = account.record.load().group_id;
  marks_.begin(view);
  index_.insert(event.position.value, pool_.add(record, account.positions));
  count(account, +1);
  return true;
}

void PositionStore::catch_up(PositionId id, const BidAsk& highest, const BidAsk& lowest) {
  const std::uint32_t place = index_.own_find(id.value);
  if (place == 0) return;
  Record record = pool_.load(place);
  const bool is_buy = record.view.side == Side::Buy;
  record.view.highest = std::max(record.view.highest, is_buy ? highest.bid : highest.ask);
  record.view.lowest = std::min(record.view.lowest, is_buy ? lowest.bid : lowest.ask);
  pool_.store(place, record);
}

void PositionStore::move(AccountSlot& account, GroupId group) {
  moves_.open();
  pool_.walk(account.positions, [&](std::uint32_t place, const Record& kept) {
    Record record = kept;
    marks_.move(record.view, group);
    pool_.store(place, record);
    return true;
  });
  moves_.close();
}

void PositionStore::apply(const EventHeader& header, const PositionReduced& event) {
  const std::uint32_t place = index_.own_find(event.position.value);
  if (place == 0) return;
  Record record = pool_.load(place);
  // A netting position may turn over without end: a sum that no longer fits stays as it was.
  const auto volume = checked_add(record.view.closed_volume.raw, event.closed_volume.raw);
  const auto cost =
      checked_add(record.close_cost.raw, cost_of(event.price, event.closed_volume).raw);
  if (volume && cost) {
    record.view.closed_volume = {*volume};
    record.close_cost = {*cost};
  }
  record.view.realized_pnl = event.realized_total;
  record.view.updated = header.time;
  record.reason = event.reason;
  pool_.store(place, record);
}

void PositionStore::apply(const PositionCarried& event) {
  const std::uint32_t place = index_.own_find(event.position.value);
  if (place == 0) return;
  Record record = pool_.load(place);
  record.view.closed_volume = event.closed_volume;
  record.view.realized_pnl = event.realized_total;
  record.view.highest = event.highest;
  record.view.lowest = event.lowest;
  record.close_cost = event.closed_cost;
  record.reason = event.reason;
  pool_.store(place, record);
}

void PositionStore::apply(const PositionFollowed& event) {
  const std::uint32_t place = index_.own_find(event.position.value);
  if (place == 0) return;
  Record record = pool_.load(place);
  record.view.trailing_distance = event.trailing_distance;
  record.view.trailing_step = event.trailing_step;
  record.view.break_even_offset = event.break_even_offset;
  record.view.waits_for_break_even = event.waits_for_break_even != 0;
  pool_.store(place, record);
}

void PositionStore::close(const EventHeader& header, const PositionUpdated& event,
                          AccountSlot& account, std::uint32_t place) {
  const Record record = pool_.load(place);
  ClosedPositionView closed;
  closed.realized_pnl = record.view.realized_pnl;
  closed.commission = event.commission;
  closed.swap = event.swap;
  closed.id = event.position;
  closed.volume = record.view.closed_volume;
  closed.open_price = record.view.open_price();
  const bool is_told = traded_.position == event.position;
  closed.highest = is_told ? traded_.highest : record.view.highest;
  closed.lowest = is_told ? traded_.lowest : record.view.lowest;
  closed.close_price = average_price(record.close_cost, record.view.closed_volume);
  closed.open_time = record.view.open_time;
  closed.close_time = header.time;
  closed.account = header.account;
  closed.symbol = record.view.symbol;
  closed.side = record.view.side;
  closed.book = record.view.book;
  closed.reason = record.reason;
  closed_.append(closed, header.root, account.closed_positions);
  hold(record.view, record.view.volume, {});
  marks_.end(record.view);
  index_.erase(event.position.value);
  pool_.remove(place, account.positions);
  count(account, -1);
}

ReadStatus PositionStore::find(PositionId id, PositionView& out) const {
  Patience patience;
  do {
    const std::uint64_t moves = moves_.before();
    std::uint32_t place = 0;
    ReadStatus status = index_.find(id.value, place);
    if (status != ReadStatus::Found) return status;
    const AccountSlot* account = nullptr;
    status = accounts_.find(pool_.load(place).view.account, account);
    if (status == ReadStatus::Busy) return status;
    if (status == ReadStatus::NotFound) continue;  // the record is changing hands
    const bool is_whole =
        Accounts::read(*account, [&](const AccountSlot&) { out = pool_.load(place).view; });
    if (!is_whole) return ReadStatus::Busy;
    // The place may have gone to another account's position meanwhile; see OrderStore.
    std::uint32_t still = 0;
    if (index_.find(id.value, still) != ReadStatus::Found || still != place) continue;
    const AccountSlot* owner = nullptr;
    if (out.id == id && accounts_.find(out.account, owner) == ReadStatus::Found &&
        owner == account) {
      if (!marks_.widen(out)) return ReadStatus::Busy;
      if (!Version::is_open(moves) && moves_.is_still(moves)) return ReadStatus::Found;
    }
  } while (patience.again());
  return ReadStatus::Busy;
}

bool PositionStore::widen(std::vector<PositionView>& positions) const {
  return std::all_of(positions.begin(), positions.end(),
                     [&](PositionView& position) { return marks_.widen(position); });
}

void PositionStore::copy(const AccountSlot& account, std::vector<PositionView>& out) const {
  out.clear();
  const std::uint64_t version = account.version.before();
  pool_.walk(account.positions, [&](std::uint32_t, const Record& record) {
    out.push_back(record.view);
    return account.version.is_still(version);  // a chain that changes may lead anywhere
  });
}

}  // namespace tribook::views
