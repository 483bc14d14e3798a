#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "tribook/domain/ids.h"
#include "views/id_index.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// An account: what it is, and where its chains begin.
struct alignas(64) AccountSlot {
  // Guarded by the version.
  Version version;
  Words<AccountView> record;
  std::atomic<std::uint32_t> positions{0};    ///< chain in the pool of open positions
  std::atomic<std::uint32_t> open_orders{0};  ///< chain in the pool of open orders
  // Numbers of the newest records in the histories; not guarded.
  std::atomic<std::uint64_t> orders{0};
  std::atomic<std::uint64_t> trades{0};
  std::atomic<std::uint64_t> ledger{0};
  std::atomic<std::uint64_t> closed_positions{0};
  std::atomic<std::uint64_t> days{0};
};

/// The accounts, in order of creation, and the one whose version is open.
class Accounts {
 public:
  explicit Accounts(std::size_t capacity);

  // The writer.

  /// False when full. Opens the account's version.
  bool add(const AccountView& account, Sequence root);
  /// Opens the version of the account for a root, unless it is open already, and closes any other.
  /// Null for an account that is not there.
  AccountSlot* open(AccountId id, Sequence root);
  void close();
  template <typename Visit>
  void for_each_own(Visit visit) {
    for (std::size_t i = 0; i < size_.load(std::memory_order_relaxed); ++i) visit(slot_[i]);
  }
  /// Changes an account besides the one that is open.
  template <typename Change>
  void with(AccountId id, Change change) {
    AccountSlot& slot = *own_find(id);
    const bool is_open = &slot == open_;
    if (!is_open) slot.version.open();
    change(slot);
    if (!is_open) slot.version.close();
  }

  // Anybody.

  [[nodiscard]] ReadStatus find(AccountId id, const AccountSlot*& slot) const;
  /// The place of an account in order of creation, from 0.
  [[nodiscard]] ReadStatus place_of(AccountId id, std::size_t& place) const;
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] const AccountSlot& at(std::size_t place) const { return slot_[place]; }

  /// Copies by `copy(slot)` as often as needed for a whole copy. False when patience ran out.
  template <typename Copy>
  [[nodiscard]] static bool read(const AccountSlot& slot, Copy copy) {
    Patience patience;
    do {
      const std::uint64_t before = slot.version.before();
      if (Version::is_open(before)) continue;
      copy(slot);
      if (slot.version.is_still(before)) return true;
    } while (patience.again());
    return false;
  }

 private:
  [[nodiscard]] AccountSlot* own_find(AccountId id);

  std::size_t capacity_;
  std::unique_ptr<AccountSlot[]> slot_;
  IdIndex index_;
  std::atomic<std::size_t> size_{0};
  AccountSlot* open_ = nullptr;  // the writer's
  Sequence open_root_;           // the writer's
};

}  // namespace tribook::views
