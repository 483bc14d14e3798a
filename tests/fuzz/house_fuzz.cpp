#include <algorithm>
#include <cstdint>
#include <span>

#include "core/house.h"
#include "tribook/base/archive.h"
#include "tribook/base/assert.h"

// Bytes that are no house are refused; a house that was loaded is saved as the same bytes, and can
// be told again.

using namespace tribook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  static Slab slab(1);
  core::House house({40, 90, 8, 50}, slab);
  base::ArchiveReader reader(bytes);
  house.load(reader);
  if (!reader.ok() || reader.left() != 0) return 0;
  base::ArchiveWriter writer;
  house.save(writer);
  TB_ASSERT(std::equal(writer.bytes().begin(), writer.bytes().end(), bytes.begin(), bytes.end()));
  TB_ASSERT(house.state_hash() != 0);
  house.retell(slab, [](const Event&) {});
  TB_ASSERT(slab.in_use() == 0);
  return 0;
}
