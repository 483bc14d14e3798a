#include "core/house_snapshot.h"

#include <algorithm>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"

namespace tribook::core {

snapshot::Snapshot snapshot_of(const House& house, const FormingCandles& candles,
                               const journal::EndPosition& position) {
  TB_ASSERT(position.last_sequence == house.engine().last_sequence().value);
  snapshot::Snapshot snapshot;
  snapshot::Description& about = snapshot.about;
  about.rules_version = engine::kRulesVersion;
  about.sequence = house.engine().last_sequence();
  about.time = house.engine().now();
  about.segment_id = position.segment_id;
  about.offset = position.offset;
  about.chain = position.chain;
  about.fencing_epoch = position.fencing_epoch;
  about.state_hash = house.state_hash();
  about.room = house.engine().room_needed();
  base::ArchiveWriter archive;
  house.save(archive);
  snapshot.state = archive.take();
  candles.save(archive);
  snapshot.candles = archive.take();
  return snapshot;
}

HouseResult house_of(const snapshot::Snapshot& snapshot, const engine::EngineLimits& limits,
                     const Slab& slab, std::span<const std::uint32_t> rules) {
  if (std::find(rules.begin(), rules.end(), snapshot.about.rules_version) == rules.end()) {
    return {nullptr, "it is of rules version " + std::to_string(snapshot.about.rules_version) +
                         ", this program has " + std::to_string(engine::kRulesVersion)};
  }
  auto house = std::make_unique<House>(limits, slab);
  base::ArchiveReader archive(snapshot.state);
  house->load(archive);
  if (!archive.ok() || archive.left() != 0) return {nullptr, "its state cannot be read"};
  if (house->state_hash() != snapshot.about.state_hash ||
      house->engine().last_sequence() != snapshot.about.sequence) {
    return {nullptr, "its state has not the hash that it should have"};
  }
  base::ArchiveReader candles_archive(snapshot.candles);
  FormingCandles candles;
  candles.load(candles_archive, limits.symbols, house->engine().now());
  if (!candles_archive.ok() || candles_archive.left() != 0) {
    return {nullptr, "its candles cannot be read"};
  }
  return {std::move(house), {}, std::move(candles)};
}

}  // namespace tribook::core
