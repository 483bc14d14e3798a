#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "tribook/message/event.h"
#include "views/accounts.h"
#include "views/history.h"
#include "views/id_index.h"
#include "views/marks.h"
#include "views/pool.h"
#include "views/venue_types.h"
#include "views/words.h"

namespace tribook::views {

/// Open positions, each in its account's chain and under its version, and the closed ones.
class PositionStore {
 public:
  PositionStore(const ViewLimits& limits, const Accounts& accounts);

  // The writer, with the account's version open. False when there is no room for one more.
  bool apply(const EventHeader& header, const PositionUpdated& event, AccountSlot& account);
  void apply(const EventHeader& header, const PositionReduced& event);
  void apply(const PositionCarried& event);
  void apply(const PositionFollowed& event);
  /// The marks of a position that PositionUpdated is about to tell of.
  void apply(const TradeExecuted& event) {
    traded_ = {event.position, event.highest, event.lowest};
  }
  void follow(SymbolId symbol, GroupId group, const BidAsk& prices) {
    marks_.follow(symbol, group, prices);
  }
  /// Quotes overtake what waits for the disk: the highest and lowest prices that a position that
  /// was just told of has missed.
  void catch_up(PositionId id, const BidAsk& highest, const BidAsk& lowest);
  /// Of all that the account has open: to another group's prices.
  void move(AccountSlot& account, GroupId group);
  void begin_behind(Sequence last) { closed_.begin_behind(last); }

  // Anybody.

  [[nodiscard]] ReadStatus find(PositionId id, PositionView& out) const;
  /// Under the account's version; widen() what was copied after it.
  void copy(const AccountSlot& account, std::vector<PositionView>& out) const;
  /// Highest and lowest as of now. False when patience ran out.
  [[nodiscard]] bool widen(std::vector<PositionView>& positions) const;
  /// Reads positions, and their marks after them, until none went to another group's marks in
  /// between. False when `read` is, or when patience ran out.
  template <typename Read>
  [[nodiscard]] bool read_unmoved(Read read) const {
    Patience patience;
    do {
      const std::uint64_t moves = moves_.before();
      if (Version::is_open(moves)) continue;
      if (!read()) return false;
      if (moves_.is_still(moves)) return true;
    } while (patience.again());
    return false;
  }
  [[nodiscard]] const History<ClosedPositionView>& closed() const { return closed_; }
  /// What is open of the symbol. False when patience ran out. REQUIRES: a symbol within the limit.
  [[nodiscard]] bool held(SymbolId symbol, HeldVolumes& out) const {
    return held_[symbol.value].load(out);
  }
  [[nodiscard]] std::uint64_t open_count() const {
    return open_count_.load(std::memory_order_relaxed);
  }

 private:
  struct Record {
    PositionView view;
    Cost close_cost;  ///< of what was closed, at the prices of the closes
    CloseReason reason = CloseReason::None;
    std::uint8_t reserved[15] = {};
  };
  void close(const EventHeader& header, const PositionUpdated& event, AccountSlot& account,
             std::uint32_t place);
  void count(AccountSlot& account, int change);
  void hold(const PositionView& view, Volume before, Volume now);

  struct Traded {
    PositionId position;
    Price highest;
    Price lowest;
  };

  const Accounts& accounts_;
  Marks marks_;
  Version moves_;  // to other groups' marks
  Traded traded_;  // the writer's: of the last trade
  Pool<Record> pool_;
  IdIndex index_;
  History<ClosedPositionView> closed_;
  std::unique_ptr<Versioned<HeldVolumes>[]> held_;  // by symbol
  std::atomic<std::uint64_t> open_count_{0};
};

}  // namespace tribook::views
