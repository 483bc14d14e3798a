#pragma once

#include "engine/state.h"
#include "tribook/base/archive.h"
#include "tribook/message/retelling.h"

// Orders that rest, and stop-losses that follow, as bytes, as a digest and told again.

namespace tribook::engine {

void save_orders(base::ArchiveWriter& archive, const State& state);
/// REQUIRES: accounts and symbols are loaded, no orders.
void load_orders(base::ArchiveReader& archive, State& state);
void mix_orders(base::Digest& digest, const State& state);
/// The oldest first, with their texts.
void retell_orders(const Retelling& to, const State& state);

void save_trails(base::ArchiveWriter& archive, const State& state);
/// REQUIRES: positions are loaded, no trails.
void load_trails(base::ArchiveReader& archive, State& state);
void mix_trails(base::Digest& digest, const State& state);
void retell_trail(const Retelling& to, const State& state, const Position& position);

}  // namespace tribook::engine
