#pragma once

#include <cstddef>
#include <cstdint>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/command_kind.h"

// Bodies of commands of liquidity providers.

namespace tribook {

/// A request's id: its record, and its place among those of that record.
inline constexpr int kRequestPlaceBits = 20;
constexpr VenueRequestId request_id(Sequence root, std::uint32_t place) {
  return VenueRequestId{root.value << kRequestPlaceBits | place};
}
constexpr Sequence root_of(VenueRequestId id) { return Sequence{id.value >> kRequestPlaceBits}; }
constexpr std::uint32_t place_of(VenueRequestId id) {
  return static_cast<std::uint32_t>(id.value & ((1ULL << kRequestPlaceBits) - 1));
}

/// What a venue says of a request: that it has it, dealt some or all of it, or does not deal. The
/// same report may come twice.
struct VenueReport {
  static constexpr CommandKind kKind = CommandKind::VenueReport;
  static constexpr std::size_t kExecutionMax = 32;

  VenueRequestId request;
  Volume volume;                          ///< Filled: of this fill
  Price price;                            ///< Filled
  FixedText<kExecutionMax> execution_id;  ///< the venue's own (ExecID); empty: it has none
  TimeNs venue_time{};
  SymbolId symbol;  ///< what was dealt, should the request be forgotten by then
  VenueId venue;
  Side side = Side::Buy;
  VenueReportKind kind = VenueReportKind::Accepted;
  std::uint8_t reserved[2] = {};
};

/// Timer: requests whose venue has not ended them by then are given up.
struct ExpireVenueRequests {
  static constexpr CommandKind kKind = CommandKind::ExpireVenueRequests;
  TimeNs nominal{};
};

}  // namespace tribook
