#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/message/event.h"

namespace tribook::gateway {

/// Of a close of all positions no more are told one by one.
inline constexpr std::size_t kClosedShown = 1'000;

/// A position or a part of one that a request closed.
struct ClosedByRequest {
  PositionReduced reduced;
  SymbolId symbol;
};

/// What the events of one request told. Everything that followed in the same root carries the
/// request's number too (a stop-out of somebody else, say), so the first of a kind is the
/// request's.
struct Outcome {
  RejectCode refused = RejectCode::None;
  bool is_settled = false;              ///< false: the wait was over before the end
  TimeNs time{};                        ///< the engine's
  std::optional<OrderUpdated> order;    ///< the request's own, in its last state
  std::optional<OrderUpdated> partner;  ///< of a pair, the second
  std::uint32_t warned = 0;             ///< limits that the order passes, see bit_of
  std::uint32_t partner_warned = 0;
  std::optional<PositionReduced> reduced;
  // Where the request asked to close all positions:
  std::vector<ClosedByRequest> closed;  ///< the first kClosedShown
  std::size_t closed_count = 0;
  Money closed_realized;  ///< of all of them
  std::optional<LedgerPosted> ledger;
  std::optional<WithdrawalUpdated> withdrawal;
  std::optional<KillSwept> swept;  ///< by a kill switch in the same record
  GroupId group;                   ///< made or changed
  AccountId account;               ///< created
  UserId user;                     ///< created
  SymbolId symbol;                 ///< created or changed
};

/// Requests on their way through the engine. Bounded; one thread.
class Pending {
 public:
  using Done = std::function<void(const Outcome&)>;

  explicit Pending(std::size_t capacity);

  /// A number for a request whose answer is awaited until `deadline`; nothing when too many wait.
  /// `closes_all_of`: whose closes are all to be told.
  std::optional<std::uint32_t> open(TimeNs deadline, Done done, AccountId closes_all_of = {});
  /// The command never left.
  void cancel(std::uint32_t request);

  /// An event with this gateway's number. Settled calls the request's Done.
  void take(const Event& event);
  /// Calls Done, not settled, for those whose wait is over.
  void expire(TimeNs now);

  /// Nobody waits any more: no Done is called, and what still comes for them finds nobody.
  void forget();

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    Done done;
    Outcome outcome;
    AccountId closes_all_of;
    SymbolId closing;  ///< of the last closing order
    TimeNs deadline{};
    std::uint32_t request = 0;  ///< 0: free
    std::uint32_t generation = 0;
    std::uint32_t before = kNone;  // neighbours in the list of those that wait, by deadline
    std::uint32_t after = kNone;
  };
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  Slot* find(std::uint32_t request);
  void finish(Slot& slot);
  void link(std::uint32_t index);
  void release(Slot& slot);
  static void collect(Outcome& outcome, const Event& event);
  static void collect_closed(Slot& slot, const Event& event);
  [[nodiscard]] std::uint32_t index_of(const Slot& slot) const {
    return static_cast<std::uint32_t>(&slot - slots_.data());
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint32_t first_ = kNone;
  std::uint32_t last_ = kNone;
  std::size_t size_ = 0;
};

}  // namespace tribook::gateway
