#pragma once

#include <compare>
#include <cstdint>

namespace tribook {

/// A number that names something; zero names nothing.
template <typename Tag, typename Integer>
struct Id {
  Integer value = 0;

  friend constexpr auto operator<=>(Id, Id) = default;
  explicit constexpr operator bool() const { return value != 0; }
};

using AccountId = Id<struct AccountIdTag, std::uint32_t>;
using UserId = Id<struct UserIdTag, std::uint32_t>;
using GroupId = Id<struct GroupIdTag, std::uint16_t>;
using SymbolId = Id<struct SymbolIdTag, std::uint16_t>;  ///< 1, 2, 3 .. in order of creation
using VenueId = Id<struct VenueIdTag, std::uint16_t>;    ///< 0 is the house
using OrderId = Id<struct OrderIdTag, std::uint64_t>;
using PositionId = Id<struct PositionIdTag, std::uint64_t>;
using TradeId = Id<struct TradeIdTag, std::uint64_t>;
using LedgerId = Id<struct LedgerIdTag, std::uint64_t>;
using AlertId = Id<struct AlertIdTag, std::uint64_t>;
using WithdrawalId = Id<struct WithdrawalIdTag, std::uint64_t>;
/// Of what was asked of a venue: the sequence of the record that asked, and which one it was of
/// that record's. Venues know it, so it never changes and never comes again.
using VenueRequestId = Id<struct VenueRequestIdTag, std::uint64_t>;
/// Place of a record in the journal; the root of everything that it caused.
using Sequence = Id<struct SequenceTag, std::uint64_t>;

}  // namespace tribook
