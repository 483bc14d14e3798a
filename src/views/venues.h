#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>

#include "tribook/message/event.h"
#include "views/venue_types.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// What is on its way at liquidity providers, and what the house has there of each symbol. A
/// request lives for milliseconds and is read by operators alone: behind a lock.
class Venues {
 public:
  Venues(std::size_t symbols_max, std::size_t requests_max);

  // The writer. False when a limit kept it from being shown.

  bool apply(const EventHeader& header, const VenueRequested& event);
  bool apply(const VenueReported& event);
  bool apply(const VenueExposureCarried& event);

  // Anybody.

  /// By age, from the one after `after` (0 = from the first), of one account or of all (0).
  [[nodiscard]] Page<VenueRequestView> page(AccountId only, VenueRequestId after,
                                            std::size_t limit) const;
  /// False when patience ran out. REQUIRES: a symbol within the limit.
  [[nodiscard]] bool exposure(SymbolId symbol, VenueExposureView& out) const {
    return exposures_[symbol.value].load(out);
  }

 private:
  void note_fill(const VenueReported& event);

  std::size_t symbols_max_;
  std::size_t requests_max_;
  std::unique_ptr<Versioned<VenueExposureView>[]> exposures_;  // by symbol
  mutable std::shared_mutex mutex_;
  std::map<std::uint64_t, VenueRequestView> requests_;  // by id
};

}  // namespace tribook::views
