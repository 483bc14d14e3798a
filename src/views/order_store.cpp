#include "views/order_store.h"

#include <algorithm>
#include <cstring>

namespace tribook::views {
namespace {

constexpr std::size_t kClientId = 0;  // which of the texts is which
constexpr std::size_t kStrategy = 1;
constexpr std::size_t kComment = 2;
constexpr std::size_t kMetadata = 3;

void take_state(OrderFields& order, const EventHeader& header, const OrderUpdated& event) {
  order.id = event.order;
  order.position = event.position;
  order.volume = event.volume;
  order.filled_volume = event.filled_volume;
  order.filled_price = event.filled_price;
  order.limit = event.limit;
  order.stop_loss = event.stop_loss;
  order.take_profit = event.take_profit;
  order.required_margin_raw = event.required_margin_raw;
  order.free_margin_raw = event.free_margin_raw;
  order.updated = header.time;
  order.account = header.account;
  order.symbol = event.symbol;
  order.code = event.code;
  order.routing_rule = event.routing_rule;
  order.side = event.side;
  order.type = event.type;
  order.time_in_force = event.time_in_force;
  order.status = event.status;
  order.book = event.book;
  order.reason = event.reason;
  order.origin = event.origin;
}

}  // namespace

OrderStore::OrderStore(const ViewLimits& limits, Accounts& accounts, TextRing& texts)
    : accounts_(accounts),
      text_ring_(texts),
      history_(limits.orders),
      pool_(limits.open_orders),
      pool_index_(limits.open_orders),
      pool_text_(new Words<TextBlock>[limits.open_orders + 1]),
      retired_(std::max<std::size_t>(limits.open_orders, 1)) {}

bool OrderStore::apply(const EventHeader& header, const OrderUpdated& event, const Texts& texts,
                       AccountSlot& account) {
  History<Kept>::Item item;
  const bool is_kept = history_.find(event.order.value, item) == ReadStatus::Found;
  const std::uint32_t place = pool_index_.own_find(event.order.value);
  const bool is_new = !is_kept && place == 0;
  Kept& order = item.body;
  if (is_new) {
    order = {};
    order.created = header.time;
    order.client_order_id = FixedText<kClientIdMax>::of(texts.part[kClientId]);
    order.strategy = FixedText<kStrategyMax>::of(texts.part[kStrategy]);
    if (event.is_carried == 0) {
      order.texts = text_ring_.put(texts.part[kComment].substr(0, kCommentMax),
                                   texts.part[kMetadata].substr(0, kMetadataMax));
    }
  } else if (!is_kept) {
    static_cast<OrderFields&>(order) = pool_.load(place);
  }
  const bool was_open = !is_new && !is_final(order.status);
  if (!is_new) count_status(order.status, -1);
  take_state(order, header, event);
  count_status(order.status, +1);

  item.root = header.root;
  if (is_kept) history_.update(item);
  if (is_new && event.is_carried == 0) history_.append(order, header.root, account.orders);
  if (place == 0) return !is_new || is_final(order.status) || add_to_pool(order, texts, account);
  Pooled pooled = pool_.load(place);
  static_cast<OrderFields&>(pooled) = order;
  pool_.store(place, pooled);
  if (!was_open || !is_final(order.status)) return true;
  count_open(account, -1);
  if (is_kept) {
    remove_from_pool(place, account);
  } else {
    retire(place, header.root);
  }
  return true;
}

void OrderStore::apply(const EventHeader& header, const OrderTerms& event) {
  const auto take = [&](OrderFields& order) {
    order.trigger = event.trigger;
    order.expires = event.expires;
    order.partner = event.partner;
    order.triggered_bid = event.bid;
    order.triggered_ask = event.ask;
    order.trailing_distance = event.trailing_distance;
    order.trailing_step = event.trailing_step;
    order.updated = header.time;
  };
  History<Kept>::Item item;
  if (history_.find(event.order.value, item) == ReadStatus::Found) {
    take(item.body);
    item.root = header.root;
    history_.update(item);
  }
  if (const std::uint32_t place = pool_index_.own_find(event.order.value); place != 0) {
    Pooled pooled = pool_.load(place);
    take(pooled);
    pool_.store(place, pooled);
  }
}

bool OrderStore::add_to_pool(const Kept& order, const Texts& texts, AccountSlot& account) {
  if (pool_.is_full() && !make_room()) return false;
  const std::string_view comment = texts.part[kComment].substr(0, kCommentMax);
  const std::string_view metadata = texts.part[kMetadata].substr(0, kMetadataMax);
  Pooled pooled{order, {}, {}};
  pooled.size = {static_cast<std::uint16_t>(comment.size()),
                 static_cast<std::uint16_t>(metadata.size())};
  const std::uint32_t place = pool_.add(pooled, account.open_orders);
  if (!comment.empty() || !metadata.empty()) {
    TextBlock block{};
    std::copy(comment.begin(), comment.end(), block.begin());
    std::copy(metadata.begin(), metadata.end(), block.begin() + kCommentMax);
    pool_text_[place].store(block);
  }
  pool_index_.insert(order.id.value, place);
  count_open(account, +1);
  return true;
}

void OrderStore::remove_from_pool(std::uint32_t place, AccountSlot& account) {
  pool_index_.erase(pool_.load(place).id.value);
  pool_.remove(place, account.open_orders);
}

void OrderStore::retire(std::uint32_t place, Sequence root) {
  retired_[(retired_first_ + retired_count_) % retired_.size()] = {place, root};
  ++retired_count_;
}

bool OrderStore::make_room() {
  if (retired_count_ == 0) return false;
  const auto [place, root] = retired_[retired_first_];
  history_.lose(root);
  retired_first_ = (retired_first_ + 1) % retired_.size();
  --retired_count_;
  accounts_.with(pool_.load(place).account,
                 [&, place = place](AccountSlot& owner) { remove_from_pool(place, owner); });
  return true;
}

void OrderStore::count_open(AccountSlot& account, int change) {
  AccountView view = account.record.load();
  view.open_orders += static_cast<std::uint32_t>(change);
  account.record.store(view);
}

void OrderStore::count_status(OrderStatus status, int change) {
  counts_[static_cast<std::size_t>(status)].fetch_add(
      static_cast<std::uint64_t>(static_cast<std::int64_t>(change)), std::memory_order_relaxed);
}

std::array<std::uint64_t, kOrderStatuses> OrderStore::counts() const {
  std::array<std::uint64_t, kOrderStatuses> result{};
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = counts_[i].load(std::memory_order_relaxed);
  }
  return result;
}

void OrderStore::view_of(const Kept& kept, OrderView& out) const {
  static_cast<OrderFields&>(out) = kept;
  out.texts_lost = !text_ring_.read(kept.texts, out.comment, out.metadata);
}

// A copy that is torn has sizes that were true of some order, so they fit.
void OrderStore::view_of(const Pooled& pooled, std::uint32_t place, OrderView& out) const {
  static_cast<OrderFields&>(out) = pooled;
  out.comment.clear();
  out.metadata.clear();
  out.texts_lost = false;
  if (pooled.size[0] == 0 && pooled.size[1] == 0) return;
  const TextBlock block = pool_text_[place].load();
  out.comment.assign(block.data(), pooled.size[0]);
  out.metadata.assign(block.data() + kCommentMax, pooled.size[1]);
}

ReadStatus OrderStore::find_pooled(OrderId id, OrderView& out) const {
  Patience patience;
  do {
    std::uint32_t place = 0;
    ReadStatus status = pool_index_.find(id.value, place);
    if (status != ReadStatus::Found) return status;
    const AccountSlot* account = nullptr;
    status = accounts_.find(pool_.load(place).account, account);
    if (status == ReadStatus::Busy) return status;
    if (status == ReadStatus::NotFound) continue;  // the record is changing hands
    if (!Accounts::read(*account,
                        [&](const AccountSlot&) { view_of(pool_.load(place), place, out); })) {
      return ReadStatus::Busy;
    }
    // The place may have gone to another account's order meanwhile, which this account's version
    // does not tell; the index does, for it forgets the old one first.
    std::uint32_t still = 0;
    if (pool_index_.find(id.value, still) != ReadStatus::Found || still != place) continue;
    const AccountSlot* owner = nullptr;
    if (out.id == id && accounts_.find(out.account, owner) == ReadStatus::Found &&
        owner == account) {
      return ReadStatus::Found;
    }
  } while (patience.again());
  return ReadStatus::Busy;
}

ReadStatus OrderStore::find(OrderId id, OrderView& out) const {
  const ReadStatus status = find_pooled(id, out);
  if (status != ReadStatus::NotFound) return status;
  History<Kept>::Item item;
  const ReadStatus kept = history_.find(id.value, item);
  if (kept == ReadStatus::Found) view_of(item.body, out);
  return kept;
}

template <typename Wanted>
bool OrderStore::copy_pool(const AccountSlot& account, OrderId before, std::size_t limit,
                           std::vector<OrderView>& out, Wanted wanted) const {
  const std::size_t had = out.size();
  return Accounts::read(account, [&](const AccountSlot& slot) {
    out.resize(had);
    const std::uint64_t version = slot.version.before();
    pool_.walk(slot.open_orders, [&](std::uint32_t place, const Pooled& pooled) {
      if (out.size() >= limit || !slot.version.is_still(version)) return false;
      if ((before && pooled.id >= before) || !wanted(pooled)) return true;
      view_of(pooled, place, out.emplace_back());
      return true;
    });
  });
}

Page<OrderView> OrderStore::open_page(const AccountSlot& account, OrderId before,
                                      std::size_t limit) const {
  Page<OrderView> page;
  const bool is_whole = copy_pool(account, before, limit + 1, page.items,
                                  [](const Pooled& order) { return !is_final(order.status); });
  if (!is_whole) page.status = ReadStatus::Busy;
  return page;
}

Page<OrderView> OrderStore::page(const AccountSlot& account, AccountId id, OrderId before,
                                 std::size_t limit) const {
  Page<OrderView> page;
  const std::uint64_t newest = account.orders.load(std::memory_order_acquire);
  history_.page(newest, before.value, id, page, [&](const Kept& order) {
    view_of(order, page.items.emplace_back());
    return page.items.size() <= limit;
  });
  if (page.status == ReadStatus::Busy || page.items.size() > limit) return page;
  // What the ring dropped but the pool kept is older than all that the ring still has.
  const OrderId oldest = page.items.empty() ? before : page.items.back().id;
  if (!copy_pool(account, oldest, limit + 1, page.items, [](const Pooled&) { return true; })) {
    page.status = ReadStatus::Busy;
  }
  return page;
}

}  // namespace tribook::views
