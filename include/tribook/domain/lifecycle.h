#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tribook/domain/enums.h"

// The life of an order as one table of (status, event). What the table leaves empty is illegal, and
// asking for it is a broken invariant of ours, never a client's mistake.

namespace tribook {

enum class OrderStatus : std::uint8_t {
  Pending,    ///< received, not decided
  Accepted,   ///< passed risk and routing
  Working,    ///< rests in our book
  Triggered,  ///< its trigger was reached, on its way to be executed
  Filling,    ///< at a venue
  PartiallyFilled,
  Filled,
  Cancelled,
  Rejected,
  Expired,
};
template <>
struct EnumNames<OrderStatus> {
  static constexpr std::array<std::string_view, 10> value{
      "PENDING",          "ACCEPTED", "WORKING",   "TRIGGERED", "FILLING",
      "PARTIALLY_FILLED", "FILLED",   "CANCELLED", "REJECTED",  "EXPIRED"};
};

enum class OrderEvent : std::uint8_t {
  Accept,
  Reject,
  Rest,
  Trigger,
  Send,
  FillPart,
  Fill,
  Cancel,
  Expire
};
inline constexpr std::size_t kOrderStatuses = EnumNames<OrderStatus>::value.size();
inline constexpr std::size_t kOrderEvents = 9;

inline constexpr auto kIllegal = static_cast<OrderStatus>(0xFF);

using LifecycleRow = std::array<OrderStatus, kOrderEvents>;

inline constexpr std::array<LifecycleRow, kOrderStatuses> kLifecycle = [] {
  using S = OrderStatus;
  constexpr auto no = kIllegal;
  return std::array<LifecycleRow, kOrderStatuses>{{
      // Accept      Reject       Rest        Trigger       Send        FillPart            Fill
      // Cancel        Expire
      {{S::Accepted, S::Rejected, no, no, no, no, no, no, no}},  // Pending
      {{no, S::Rejected, S::Working, no, S::Filling, S::PartiallyFilled, S::Filled, S::Cancelled,
        S::Expired}},  // Accepted
      {{no, no, no, S::Triggered, S::Filling, S::PartiallyFilled, S::Filled, S::Cancelled,
        S::Expired}},  // Working
      {{no, S::Rejected, S::Working, no, S::Filling, S::PartiallyFilled, S::Filled, S::Cancelled,
        S::Expired}},  // Triggered
      {{no, S::Rejected, S::Working, no, no, S::PartiallyFilled, S::Filled, S::Cancelled,
        S::Expired}},  // Filling
      {{no, no, S::PartiallyFilled, S::Triggered, S::Filling, S::PartiallyFilled, S::Filled,
        S::Cancelled, S::Expired}},            // PartiallyFilled
      {{no, no, no, no, no, no, no, no, no}},  // Filled
      {{no, no, no, no, no, no, no, no, no}},  // Cancelled
      {{no, no, no, no, no, no, no, no, no}},  // Rejected
      {{no, no, no, no, no, no, no, no, no}},  // Expired
  }};
}();

/// The status after the event, or kIllegal.
constexpr OrderStatus next_status(OrderStatus status, OrderEvent event) {
  return kLifecycle[static_cast<std::size_t>(status)][static_cast<std::size_t>(event)];
}

/// True when nothing can happen to the order any more.
constexpr bool is_final(OrderStatus status) {
  return status == OrderStatus::Filled || status == OrderStatus::Cancelled ||
         status == OrderStatus::Rejected || status == OrderStatus::Expired;
}

/// What becomes of an order that ended when a venue tells of a fill that came too late, and that is
/// given to the client all the same.
constexpr OrderStatus status_after_late_fill(OrderStatus ended, bool is_full) {
  return is_full ? OrderStatus::Filled : ended;
}

}  // namespace tribook
