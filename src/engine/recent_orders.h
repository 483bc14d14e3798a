#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/base/index_map.h"
#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/order_commands.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

namespace tribook::engine {

/// Remembers the latest orders of the house, so that one can be found that is just like another:
/// for a day at most, and so many at most; older ones are forgotten first, by rule, so a replay
/// forgets the same.
class RecentOrders {
 public:
  static constexpr std::uint32_t kRoom = 16'384;
  static constexpr std::chrono::hours kRemembered{24};  // no limit looks back further

  RecentOrders();

  /// When the account had an order like it last; empty when none is remembered.
  [[nodiscard]] std::optional<TimeNs> last_like(AccountId account, const NewOrder& order) const;
  void remember(AccountId account, const NewOrder& order, TimeNs now);

  void mix_into(base::Digest& digest) const;
  void save(base::ArchiveWriter& archive) const;
  /// REQUIRES: nothing is remembered. What cannot be fails the archive.
  void load(base::ArchiveReader& archive, std::size_t accounts, std::size_t symbols, TimeNs now);

 private:
  // All by which two orders are alike.
  struct Likeness {
    Volume volume;
    Price limit;
    Price trigger;
    Price stop_loss;
    Price take_profit;
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;

    friend constexpr bool operator==(const Likeness&, const Likeness&) = default;
  };
  struct Entry {
    Likeness of;
    TimeNs time{};
    std::uint64_t key = 0;
  };

  static Likeness likeness_of(AccountId account, const NewOrder& order);
  static std::uint64_t key_of(const Likeness& of);
  template <typename Archive, typename Of>
  static void describe(Archive& archive, Of& entry);
  static bool is_sane(const Likeness& of, std::size_t accounts, std::size_t symbols);
  [[nodiscard]] Entry& at(std::uint64_t number) { return entries_[number % kRoom]; }
  [[nodiscard]] const Entry& at(std::uint64_t number) const { return entries_[number % kRoom]; }
  void add(const Entry& entry);
  void forget_oldest();

  std::vector<Entry> entries_;  // ring, [number modulo kRoom]
  base::IndexMap index_;        // key -> place in the ring + 1, of the latest
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace tribook::engine
