#include "engine/order_archive.h"

#include <algorithm>

#include "engine/fields.h"
#include "engine/positions.h"

// By id throughout, so that the way they came about does not matter. Heaps, lists and the queue of
// TRIGGERED orders follow from what the orders say of themselves.

namespace tribook::engine {
namespace {

using TextBuffer = std::array<std::byte, Slab::kBlockBytes>;

std::vector<std::uint32_t> orders_by_id(const State& state) {
  std::vector<std::uint32_t> all;  // cold
  for (const Account& account : state.accounts) {
    for (std::uint32_t i = account.first_order; i != 0; i = state.orders.pool[i].next_of_account) {
      all.push_back(i);
    }
  }
  std::sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.orders.pool[a].id < state.orders.pool[b].id;
  });
  return all;
}

std::vector<Trail> trails_by_position(const State& state) {
  std::vector<Trail> all;  // cold
  for (std::uint32_t i = 1; i <= state.trails.pool.capacity(); ++i) {
    if (state.trails.levels.is_in_heap(i)) all.push_back(state.trails.pool[i]);
  }
  std::sort(all.begin(), all.end(),
            [](const Trail& a, const Trail& b) { return a.position < b.position; });
  return all;
}

OrderId partner_of(const State& state, const WorkingOrder& order) {
  return order.partner != 0 ? state.orders.pool[order.partner].id : OrderId{};
}

bool is_price(Price price) { return price.raw >= 0 && price.raw <= kMaxFixedRaw; }

bool is_sane(const State& state, const WorkingOrder& order) {
  const WorkingOrders& orders = state.orders;
  const bool is_named =
      order.id && order.id.value <= state.last_order && orders.index.find(order.id.value) == 0;
  const bool is_placed = order.account && order.account.value < state.accounts.size() &&
                         order.symbol && order.symbol.value < state.symbols.size();
  const bool is_measured = order.volume.raw > 0 && order.volume.raw <= kMaxFixedRaw &&
                           is_price(order.limit) && is_price(order.trigger) &&
                           is_price(order.stop_loss) && is_price(order.take_profit) &&
                           order.expires.ns >= 0;
  const bool is_part_good =
      order.filled.raw >= 0 && order.filled < order.volume && order.filled_cost.raw >= 0 &&
      order.opened_volume.raw >= 0 && order.opened_volume <= order.filled &&
      order.opened_cost.raw >= 0 && order.opened_cost <= order.filled_cost &&
      !order.charge.is_negative() && order.charge <= kMaxMoney &&
      order.opened.value <= state.last_position && order.position.value <= state.last_position;
  const bool is_limit = has_limit(order.type) != order.limit.is_zero();
  const bool is_stop = has_trigger(order.type) != order.trigger.is_zero();
  const bool is_triggered = order.status == OrderStatus::Triggered;
  const OrderStatus untouched = order.is_out ? OrderStatus::Filling : OrderStatus::Working;
  const bool is_queued =
      is_triggered == (order.place != 0) &&
      (is_triggered ||
       order.status == (order.filled.is_zero() ? untouched : OrderStatus::PartiallyFilled)) &&
      (!is_triggered || (order.cause && !order.is_out)) && order.cause <= state.root;
  return is_named && is_placed && is_measured && is_part_good && is_limit && is_stop && is_queued &&
         (order.is_out || !order.is_awaited) && (!order.is_awaited || order.cause) &&
         (order.is_out || order.type != OrderType::Market) &&
         order.priority <= orders.last_priority && order.place <= orders.last_place &&
         (!order.is_limit_now || order.type == OrderType::StopLimit);
}

struct LoadedOrder {
  std::uint32_t index = 0;
  OrderId partner;
};

void load_order(base::ArchiveReader& archive, State& state, LoadedOrder& loaded) {
  WorkingOrder order;
  std::uint32_t size = 0;
  describe_order(archive, order);
  archive(loaded.partner, size);
  archive.demand(size <= Slab::kBlockBytes);
  const auto texts = archive.get_bytes(archive.ok() ? size : 0);
  archive.demand(is_sane(state, order) && !state.orders.pool.is_full() &&
                 state.orders.texts.has_room(1, texts.size(), state.capacity.orders));
  if (archive.ok()) loaded.index = add_order(state, order, texts);
}

// Pairs are mutual, and of the queue no place is taken twice.
void link_loaded(base::ArchiveReader& archive, State& state, std::vector<LoadedOrder>& all) {
  WorkingOrders& orders = state.orders;
  for (const LoadedOrder& loaded : all) {
    if (loaded.partner) orders.pool[loaded.index].partner = orders.index.find(loaded.partner.value);
    archive.demand(!loaded.partner || orders.pool[loaded.index].partner != 0);
  }
  for (const LoadedOrder& loaded : all) {
    const std::uint32_t partner = orders.pool[loaded.index].partner;
    archive.demand(partner == 0 || orders.pool[partner].partner == loaded.index);
    archive.demand(partner != loaded.index);
  }
  std::sort(all.begin(), all.end(), [&](const LoadedOrder& a, const LoadedOrder& b) {
    return orders.pool[a.index].place < orders.pool[b.index].place;
  });
  std::uint64_t before = 0;
  for (const LoadedOrder& loaded : all) {
    const std::uint64_t place = orders.pool[loaded.index].place;
    archive.demand(place == 0 || place > before);
    if (!archive.ok()) return;
    before = place;
    if (orders.pool[loaded.index].is_out) {
      restore_out(state, loaded.index);
      continue;
    }
    if (place == 0) {
      arm_order(state, loaded.index);
    } else {
      link_triggered(state, loaded.index);
    }
  }
}

}  // namespace

void save_orders(base::ArchiveWriter& archive, const State& state) {
  const std::vector<std::uint32_t> all = orders_by_id(state);
  archive(state.orders.last_priority, state.orders.last_place,
          static_cast<std::uint32_t>(all.size()));
  TextBuffer buffer;
  for (const std::uint32_t index : all) {
    const WorkingOrder& order = state.orders.pool[index];
    describe_order(archive, order);
    const auto texts = state.orders.texts.get(order.texts, buffer);
    archive(partner_of(state, order), static_cast<std::uint32_t>(texts.size()));
    archive.put_bytes(texts);
  }
}

void load_orders(base::ArchiveReader& archive, State& state) {
  archive(state.orders.last_priority, state.orders.last_place);
  std::vector<LoadedOrder> all;  // cold
  for (auto left = archive.count(state.capacity.orders, kOrderBytes); left > 0 && archive.ok();
       --left) {
    load_order(archive, state, all.emplace_back());
  }
  if (archive.ok()) link_loaded(archive, state, all);
}

void mix_orders(base::Digest& digest, const State& state) {
  digest.mix(state.orders.last_priority);
  digest.mix(state.orders.last_place);
  TextBuffer buffer;
  for (const std::uint32_t index : orders_by_id(state)) {
    const WorkingOrder& order = state.orders.pool[index];
    base::ArchiveWriter fields;
    describe_order(fields, order);
    const auto& bytes = fields.bytes();
    digest.mix_bytes(bytes.data(), bytes.size());
    digest.mix(partner_of(state, order).value);
    const auto texts = state.orders.texts.get(order.texts, buffer);
    digest.mix_bytes(texts.data(), texts.size());
  }
}

void retell_orders(const Retelling& to, const State& state) {
  TextBuffer buffer;
  for (const std::uint32_t index : orders_by_id(state)) {
    const WorkingOrder& order = state.orders.pool[index];
    const auto texts = state.orders.texts.get(order.texts, buffer);
    OrderUpdated updated = describe(order);
    updated.is_carried = 1;
    to.tell_with_bytes(texts, order.created, order.account, updated);
    to.tell(order.updated, order.account, describe_terms(state, order));
  }
}

void Engine::for_each_order(
    const std::function<void(const OrderFigures&)>& visit) const {  // not start-up: cold
  for (const std::uint32_t index : orders_by_id(*state_)) {
    const WorkingOrder& order = state_->orders.pool[index];
    visit({order.id, order.account, order.symbol, order.side, order.type, order.status,
           order.volume, order.limit, order.trigger, partner_of(*state_, order), order.expires,
           order.filled});
  }
}

void save_trails(base::ArchiveWriter& archive, const State& state) {
  const std::vector<Trail> all = trails_by_position(state);
  archive(static_cast<std::uint32_t>(all.size()));
  for (const Trail& trail : all) describe_trail(archive, trail);
}

void load_trails(base::ArchiveReader& archive, State& state) {
  for (auto left = archive.count(state.capacity.orders, kTrailBytes); left > 0 && archive.ok();
       --left) {
    Trail trail;
    describe_trail(archive, trail);
    const std::uint32_t position =
        trail.position ? state.position_index.find(trail.position.value) : 0;
    const bool is_any = !trail.distance.is_zero() || trail.waits_for_break_even;
    archive.demand(position != 0 && is_any && find_trail(state, trail.position) == nullptr &&
                   !state.trails.pool.is_full());
    if (archive.ok()) restore_trail(state, position, trail);
  }
}

void mix_trails(base::Digest& digest, const State& state) {
  for (const Trail& trail : trails_by_position(state)) {
    base::ArchiveWriter fields;
    describe_trail(fields, trail);
    const auto& bytes = fields.bytes();
    digest.mix_bytes(bytes.data(), bytes.size());
  }
}

void retell_trail(const Retelling& to, const State& state, const Position& position) {
  if (const Trail* trail = find_trail(state, position.id); trail != nullptr) {
    to.tell(position.updated, position.account, describe(*trail));
  }
}

}  // namespace tribook::engine
