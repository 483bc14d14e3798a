#include "journal/crc32c.h"
#include "journal_support.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

/// The definition, bit by bit.
std::uint32_t slow_crc32c(std::uint32_t seed, std::span<const std::byte> bytes) {
  std::uint32_t crc = ~seed;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

std::uint64_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8 | static_cast<std::uint64_t>(bytes[at + i]);
  return value;
}

std::vector<std::byte> text(std::string_view words) {
  const auto bytes = std::as_bytes(std::span(words));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("CRC32C is the published one and extends") {
  CHECK(crc32c(0, text("123456789")) == 0xE3069283U);
  Random random(1);
  for (std::size_t size = 0; size < 70; ++size) {
    const auto bytes = random_bytes(random, size);
    const std::uint32_t seed = static_cast<std::uint32_t>(random());
    CHECK(crc32c(seed, bytes) == slow_crc32c(seed, bytes));
    const std::span<const std::byte> all(bytes);
    CHECK(crc32c(crc32c(seed, all.first(size / 3)), all.subspan(size / 3)) == crc32c(seed, bytes));
  }
}

TEST_CASE("segment names are read back and nothing else is taken for one") {
  for (const std::uint64_t id : {1ULL, 10ULL, 0xABCDEFULL, ~0ULL}) {
    CHECK(parse_segment_name(segment_name(id)) == id);
  }
  CHECK(segment_name(26) == "segment-000000000000001a.journal");
  for (const char* name :
       {"", "LOCK", "segment-0000000000000000.journal", "segment-000000000000001A.journal",
        "segment-000000000000001a.journal.tmp", "segment-00000000000001a.journal",
        "segment-+00000000000001a.journal", "Segment-000000000000001a.journal"}) {
    CHECK(parse_segment_name(name) == std::nullopt);
  }
}

// What docs/JOURNAL.md says, byte by byte: a change here is a new format version.
TEST_CASE("the bytes on the disk are the documented ones") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  REQUIRE(writer->append(9, 1, 1'000, text("hello"), text("world!")));
  REQUIRE(writer->append(10, 2, 1'001, text("12345678")));
  REQUIRE(writer->commit(0x1122334455667788) == DiskStatus::Ok);

  const auto bytes = disk.get(segment_path(1));
  const std::span<const std::byte> all(bytes);
  REQUIRE(bytes.size() == 16384);
  CHECK(std::memcmp(bytes.data(), "TRIBOOKJ", 8) == 0);
  CHECK(number(all, 8, 4) == 1);       // format version
  CHECK(number(all, 12, 4) == 7);      // rules version
  CHECK(number(all, 16, 8) == 1);      // segment id
  CHECK(number(all, 24, 8) == 16384);  // segment bytes
  CHECK(number(all, 32, 8) == 1);      // first sequence
  CHECK(number(all, 40, 8) == 0);      // previous time
  CHECK(number(all, 48, 8) == 3);      // fencing epoch
  CHECK(number(all, 56, 4) == 0);      // chain
  CHECK(number(all, 60, 4) == slow_crc32c(0, all.first(60)));

  const auto first = all.subspan(4096);
  CHECK(number(first, 0, 4) == slow_crc32c(0, first.subspan(4, 32 - 4 + 16)));
  CHECK(number(first, 4, 2) == 32);
  CHECK(number(first, 6, 1) == 9);
  CHECK(number(first, 7, 1) == (1 | 3 << 1));  // an attachment, three bytes of padding
  CHECK(number(first, 8, 8) == 1);
  CHECK(number(first, 16, 8) == 1'000);
  CHECK(std::memcmp(first.data() + 24, "hello\0\0\0", 8) == 0);
  CHECK(number(first, 32, 4) == 6);
  CHECK(std::memcmp(first.data() + 36, "world!\0\0\0\0\0\0", 12) == 0);

  const auto second = first.subspan(48);
  CHECK(number(second, 0, 4) ==
        slow_crc32c(static_cast<std::uint32_t>(number(first, 0, 4)), second.subspan(4, 28)));
  CHECK(number(second, 4, 4) == (32 | 10 << 16));
  CHECK(std::memcmp(second.data() + 24, "12345678", 8) == 0);

  const auto footer = second.subspan(32);
  CHECK(number(footer, 0, 4) ==
        slow_crc32c(static_cast<std::uint32_t>(number(second, 0, 4)), footer.subspan(4, 52)));
  CHECK(number(footer, 4, 2) == 56);
  CHECK(number(footer, 6, 1) == 255);
  CHECK(number(footer, 7, 1) == 0);
  CHECK(number(footer, 8, 8) == 2);
  CHECK(number(footer, 16, 8) == 1'001);
  CHECK(number(footer, 24, 8) == 0x1122334455667788);
  CHECK(number(footer, 32, 8) == 0);  // nothing was durable before
  CHECK(number(footer, 40, 4) == 2);
  CHECK(number(footer, 44, 4) == 48 + 32 + 56);
  CHECK(number(footer, 48, 4) ==
        slow_crc32c(slow_crc32c(0, all.subspan(16, 8)), footer.subspan(4, 44)));
  CHECK(number(footer, 52, 4) == 0);
  const auto rest = footer.subspan(56);
  CHECK(std::all_of(rest.begin(), rest.end(), [](std::byte byte) { return byte == std::byte{0}; }));
}
