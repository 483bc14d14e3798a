#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tribook/domain/arithmetic.h"

namespace tribook::bench {

/// Ticks of a file, a line each: day, milliseconds, bid, ask, with commas between. Crossed ones
/// (bid above ask), which the house would refuse, are left out. Empty, and a message on stderr,
/// when it cannot be read.
std::vector<BidAsk> read_ticks(const std::string& file);

/// A walk from that price, in steps of `tick`; the same every time.
std::vector<BidAsk> walk(BidAsk from, std::int64_t tick, std::uint64_t count, std::uint64_t seed);

}  // namespace tribook::bench
