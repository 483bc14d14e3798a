#pragma once

#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tribook::journal {

/// CRC32C of what `seed` is the CRC of, followed by `bytes`; seed 0 begins anew.
__attribute__((target("sse4.2"))) inline std::uint32_t crc32c(std::uint32_t seed,
                                                              std::span<const std::byte> bytes) {
  std::uint64_t crc = ~seed;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    crc = _mm_crc32_u64(crc, word);
    at += sizeof word;
  }
  auto narrow = static_cast<std::uint32_t>(crc);
  for (; left > 0; --left) narrow = _mm_crc32_u8(narrow, static_cast<std::uint8_t>(*at++));
  return ~narrow;
}

}  // namespace tribook::journal
