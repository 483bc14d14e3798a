#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/bodies/account_request.h"
#include "metrics/latency.h"
#include "tribook/domain/ids.h"

namespace tribook::gateway {

/// What the doors are told by the configuration and by whoever builds the daemon. The callbacks are
/// called from every I/O thread.
struct Options {
  std::string brand;  ///< the broker's name, as clients see it
  std::string account_number_prefix;
  AccountDefaults account_defaults{};           ///< `accounts`
  std::chrono::milliseconds order_wait{5'000};  ///< `gateway.order_wait_ms`
  bool manual_clock = false;                    ///< POST /admin/clock is there
  std::optional<VenueId> manual_venue;          ///< POST /admin/quotes is there
  std::size_t pending_max = 4'096;              ///< requests of one I/O thread that wait
  std::size_t symbols_max = 4'096;              ///< as the engine admits

  /// Why a routing rule chose its book.
  std::function<std::string(std::uint16_t rule)> routing_reason;
  /// Name of a venue, for ticks.
  std::function<std::string(VenueId venue)> venue_name;
  /// Name of the venue that deals; empty: none does.
  std::string dealing_venue;
  /// What keeps the daemon from being ready; empty when it is.
  std::function<std::string()> not_ready;
  /// What is wrong though it is ready: something is refused that is served otherwise.
  std::function<std::string()> degraded;
  /// From an order's arrival to its answer.
  metrics::LatencyHistogram* order_latency = nullptr;
  /// The text of /metrics.
  std::function<std::string()> metrics;
};

}  // namespace tribook::gateway
