#include <cstdint>
#include <span>
#include <string>

#include "backup/contents.h"
#include "backup/names.h"
#include "backup/read_back.h"
#include "backup/restore.h"
#include "journal/memory_disk.h"
#include "tribook/base/assert.h"

// Bytes as a backup's file, which nobody sealed; and as the contents of one that was sealed with
// the key, so that what is behind the encryption is reached. What is good is restored.

using namespace tribook;

namespace {

backup::Key key() {
  backup::Key::Bytes bytes{};
  bytes.fill(7);
  return backup::Key(bytes);
}

// Sizes are only said in contents: a file of them must not be made.
bool is_small(journal::MemoryDisk& disk) {
  constexpr std::uint64_t kMost = 16 << 20;
  std::uint64_t sum = 0;
  backup::ContentsVisitor adds;
  adds.begin = [&sum](const std::string&, backup::Kind, std::uint64_t bytes) {
    sum = bytes > kMost ? kMost + 1 : sum + bytes;
    return sum > kMost ? std::string("too large") : std::string();
  };
  return backup::read_back(disk, "sealed", key(), adds).problem.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  journal::MemoryDisk disk;
  disk.put("file", {bytes.begin(), bytes.end()});
  TB_ASSERT(!backup::read_back(disk, "file", key()).problem.empty());

  auto made = disk.create("sealed");
  backup::ChunkWriter chunks(*made.file, key(), TimeNs{1});
  chunks.put(bytes);
  chunks.finish();
  const backup::Inspection seen = backup::read_back(disk, "sealed", key());
  if (seen.problem.empty() && is_small(disk)) {
    const backup::Inspection restored = backup::restore(disk, "sealed", key(), "new");
    TB_ASSERT(restored.problem.empty() && restored.about == seen.about);
  }
  return 0;
}
