#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tribook/domain/lifecycle.h"
#include "tribook/message/event.h"
#include "tribook/message/text.h"
#include "views/accounts.h"
#include "views/history.h"
#include "views/id_index.h"
#include "views/pool.h"
#include "views/text_ring.h"

// Every order has its place in the history, by creation, for as long as the ring is long. One that
// is not final stands in a pool besides, so that it can be listed without a walk over what is
// final, and outlives the ring. When it becomes final it leaves the pool, unless the ring has
// dropped it already: then it stays, retired, until a new order needs its place, the longest
// retired first. One that was placed before the views began stands in the pool alone.

namespace tribook::views {

class OrderStore {
 public:
  OrderStore(const ViewLimits& limits, Accounts& accounts, TextRing& texts);

  /// The writer, with the account's version open. False when there is no room in the pool.
  bool apply(const EventHeader& header, const OrderUpdated& event, const Texts& texts,
             AccountSlot& account);

  /// What an order has besides.
  void apply(const EventHeader& header, const OrderTerms& event);

  void begin_behind(Sequence last) { history_.begin_behind(last); }

  // Anybody.

  [[nodiscard]] ReadStatus find(OrderId id, OrderView& out) const;
  [[nodiscard]] Page<OrderView> open_page(const AccountSlot& account, OrderId before,
                                          std::size_t limit) const;
  [[nodiscard]] Page<OrderView> page(const AccountSlot& account, AccountId id, OrderId before,
                                     std::size_t limit) const;
  [[nodiscard]] std::array<std::uint64_t, kOrderStatuses> counts() const;

 private:
  struct Kept : OrderFields {
    TextPlace texts;
    std::uint8_t reserved[8] = {};
  };
  /// Comment and metadata of an order in the pool, which must not be lost.
  struct Pooled : OrderFields {
    std::array<std::uint16_t, 2> size{};
    std::array<std::uint8_t, 4> reserved{};
  };
  static constexpr std::size_t kPooledText = kCommentMax + kMetadataMax;
  using TextBlock = std::array<char, kPooledText>;

  bool add_to_pool(const Kept& order, const Texts& texts, AccountSlot& account);
  void remove_from_pool(std::uint32_t place, AccountSlot& account);
  void retire(std::uint32_t place, Sequence root);
  bool make_room();
  void count_open(AccountSlot& account, int change);
  void count_status(OrderStatus status, int change);

  void view_of(const Kept& kept, OrderView& out) const;
  void view_of(const Pooled& pooled, std::uint32_t place, OrderView& out) const;
  [[nodiscard]] ReadStatus find_pooled(OrderId id, OrderView& out) const;
  /// Appends those that `wanted` takes, whose id is below `before`, up to `limit` in all.
  template <typename Wanted>
  [[nodiscard]] bool copy_pool(const AccountSlot& account, OrderId before, std::size_t limit,
                               std::vector<OrderView>& out, Wanted wanted) const;

  Accounts& accounts_;
  TextRing& text_ring_;
  History<Kept> history_;
  Pool<Pooled> pool_;
  IdIndex pool_index_;
  std::unique_ptr<Words<TextBlock>[]> pool_text_;
  struct Retired {
    std::uint32_t place = 0;
    Sequence root;  ///< of the last change
  };
  // The writer's: retired orders, a queue in a ring.
  std::vector<Retired> retired_;
  std::size_t retired_first_ = 0;
  std::size_t retired_count_ = 0;
  std::array<std::atomic<std::uint64_t>, kOrderStatuses> counts_{};
};

}  // namespace tribook::views
