#pragma once

#include "engine/state.h"
#include "tribook/base/archive.h"
#include "tribook/message/retelling.h"

// What stands at venues and what is asked of them, for snapshots and the state's hash.

namespace tribook::engine {

void save_venue_part(base::ArchiveWriter& archive, const State& state, const Position& position);
/// What was read of a position's part could be one.
[[nodiscard]] bool is_sane(const VenuePart& part, const Position& position);
void restore_venue_part(State& state, std::uint32_t position, const VenuePart& part);
void mix_venue_part(base::Digest& digest, const State& state, const Position& position);

void save_desk(base::ArchiveWriter& archive, const State& state);
/// REQUIRES: positions and orders are there.
void load_desk(base::ArchiveReader& archive, State& state);
void mix_desk(base::Digest& digest, const State& state);
/// What is on its way.
void retell_requests(const Retelling& to, const State& state);

}  // namespace tribook::engine
