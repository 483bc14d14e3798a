#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tribook::engine {

/// Sizes of the engine's tables, all allocated at start-up. Reaching one is answered LIMIT_REACHED.
struct EngineLimits {
  std::uint32_t accounts = 100'000;
  std::uint32_t positions = 1'000'000;
  std::uint32_t symbols = 1'024;
  /// Client order ids and idempotency keys remembered; beyond it the oldest is forgotten.
  std::uint32_t client_ids = 262'144;
  /// Orders that rest or are at venues; positions whose stop-loss follows the price, as many; and
  /// requests to venues that are remembered.
  std::uint32_t orders = 65'536;

  /// Events that one record can cause, when a quote stops everybody out: a close gives at most 13,
  /// that of a position in both books, an account its margin calls, a stop-out, its credit, two
  /// covers and its states besides, an order that another one meets and deals with 32 with the
  /// other's side, a stop-loss that follows 2, a request to a venue that is given up 8. Settings of
  /// a symbol or a group give each account its margin calls and its state.
  /// What is watched tells of a position once, of an account five limits, its figures twice, its
  /// kill switch and what that swept.
  [[nodiscard]] std::size_t events_of_one_record() const {
    return std::size_t{positions} * 14 + std::size_t{accounts} * 24 + std::size_t{orders} * 42 + 64;
  }
};

/// Room for either.
constexpr EngineLimits largest_of(const EngineLimits& a, const EngineLimits& b) {
  return {std::max(a.accounts, b.accounts), std::max(a.positions, b.positions),
          std::max(a.symbols, b.symbols), std::max(a.client_ids, b.client_ids),
          std::max(a.orders, b.orders)};
}

}  // namespace tribook::engine
