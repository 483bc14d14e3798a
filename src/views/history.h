#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "tribook/base/assert.h"
#include "tribook/domain/ids.h"
#include "views/view_types.h"
#include "views/words.h"

// The newest records of one kind, of all accounts, in one ring. Each has a number that only grows
// (from 1; its place is the number modulo the capacity), and two links to older ones by number: to
// the account's record before it, and to the one before it in its bucket of the index by id. A link
// needs no care when the ring overwrites what it points to: the reader finds another number there,
// and knows that this record and all older ones, so all that follow in the chain, are gone.

namespace tribook::views {

/// The number of a record that was before the first that is kept, and so is never found.
inline constexpr std::uint64_t kBehind = 1;

/// REQUIRES of Body: `account`, and `id` with a 64-bit `value`. One writer.
template <typename Body>
class History {
 public:
  struct Item {
    std::uint64_t number = 0;
    std::uint64_t account_before = 0;
    std::uint64_t bucket_before = 0;
    Sequence root;  ///< of the last change
    Body body{};
  };

  explicit History(std::size_t capacity)
      : capacity_(std::max<std::size_t>(capacity, 1)),
        bucket_mask_(std::bit_ceil(capacity_) - 1),
        item_(new Versioned<Item>[capacity_]),
        bucket_(new std::atomic<std::uint64_t>[bucket_mask_ + 1]()) {}

  // The writer.

  /// Adds a record; its number becomes the account's newest.
  void append(const Body& body, Sequence root, std::atomic<std::uint64_t>& account_newest) {
    std::atomic<std::uint64_t>& bucket = bucket_of(body.id.value);
    const Item item{++last_, account_newest.load(std::memory_order_relaxed),
                    bucket.load(std::memory_order_relaxed), root, body};
    Versioned<Item>& slot = item_[place(last_)];
    // Told before it goes, so that whoever misses the old record finds this.
    if (last_ > capacity_) lose(slot.own().root);
    slot.store(item);
    bucket.store(last_, std::memory_order_release);
    account_newest.store(last_, std::memory_order_release);
  }
  /// Records up to `last` were never here: whoever comes to number kBehind finds the history cut.
  /// REQUIRES: nothing was added.
  void begin_behind(Sequence last) {
    TB_ASSERT(last_ == 0);
    last_ = kBehind;
    lose(last);
  }
  /// Replaces what `read` or `find` gave, in place.
  void update(const Item& item) { item_[place(item.number)].store(item); }
  /// A record is gone for good whose last change this was.
  void lose(Sequence root) {
    if (root.value <= lost_.load(std::memory_order_relaxed)) return;
    lost_.store(root.value, std::memory_order_release);
  }

  // Anybody.

  /// NotFound when it was overwritten (or the number is 0).
  [[nodiscard]] ReadStatus read(std::uint64_t number, Item& out) const {
    if (number == 0) return ReadStatus::NotFound;
    if (!item_[place(number)].load(out)) return ReadStatus::Busy;
    return out.number == number ? ReadStatus::Found : ReadStatus::NotFound;
  }

  [[nodiscard]] ReadStatus find(std::uint64_t id, Item& out) const {
    std::uint64_t number = bucket_of(id).load(std::memory_order_acquire);
    for (;;) {  // numbers fall, and what falls off the ring ends it
      const ReadStatus status = read(number, out);
      if (status != ReadStatus::Found || out.body.id.value == id) return status;
      number = out.bucket_before;
    }
  }

  /// The number of the account's record before `id`; 0 when there is none or `id` is not the
  /// account's. NotFound for an id that is not kept.
  [[nodiscard]] ReadStatus find_before(std::uint64_t id, AccountId account,
                                       std::uint64_t& number) const {
    Item item;
    const ReadStatus status = find(id, item);
    const bool is_own = status == ReadStatus::Found && item.body.account == account;
    number = is_own ? item.account_before : 0;
    return status;
  }

  /// Where the page before `id` (0 = the newest) begins, and its records to `take`. What the page
  /// lacks is noted in it.
  template <typename Page, typename Take>
  void page(std::uint64_t newest, std::uint64_t id, AccountId account, Page& out, Take take) const {
    std::uint64_t number = newest;
    const ReadStatus found = id == 0 ? ReadStatus::Found : find_before(id, account, number);
    out.status = found == ReadStatus::Busy ? found : walk(number, take, out.is_cut);
    if (found == ReadStatus::NotFound) out.is_cut = static_cast<bool>(lost());
    out.whole = out.items.size();
    if (out.is_cut) out.lost = lost();
  }

  /// Gives the account's records from `number` on to `take`, newest first, until it returns false.
  /// `is_cut`: it came to where older ones were overwritten.
  template <typename Take>
  [[nodiscard]] ReadStatus walk(std::uint64_t number, Take take, bool& is_cut) const {
    Item item;
    is_cut = false;
    for (; number != 0; number = item.account_before) {
      const ReadStatus status = read(number, item);
      if (status == ReadStatus::Busy) return status;
      is_cut = status == ReadStatus::NotFound;
      if (is_cut || !take(item.body)) break;
    }
    return ReadStatus::Found;
  }
  /// The last change of all records that are gone; 0 = none is.
  [[nodiscard]] Sequence lost() const { return {lost_.load(std::memory_order_acquire)}; }

 private:
  [[nodiscard]] std::size_t place(std::uint64_t number) const { return number % capacity_; }
  [[nodiscard]] std::atomic<std::uint64_t>& bucket_of(std::uint64_t id) const {
    return bucket_[static_cast<std::size_t>((id * 0x9E37'79B9'7F4A'7C15ULL) >> 32) & bucket_mask_];
  }

  std::size_t capacity_;
  std::size_t bucket_mask_;
  std::unique_ptr<Versioned<Item>[]> item_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> bucket_;
  std::uint64_t last_ = 0;
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace tribook::views
