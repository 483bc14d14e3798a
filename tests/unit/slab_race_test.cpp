#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/random.h"
#include "tribook/message/slab.h"

// Threads that put, hold, pass on, read and release blocks of a slab much too small for them all.
// Each block's bytes are one number repeated, so a block given out twice shows as a mixture.

namespace tribook {
namespace {

using Content = std::array<std::uint64_t, 32>;

TextRef put(Slab& slab, std::uint64_t number) {
  Content content;
  content.fill(number);
  return slab.put(std::as_bytes(std::span(content)));
}

bool holds(const Slab& slab, TextRef ref, std::uint64_t number) {
  const auto bytes = slab.get(ref);
  if (bytes.size() != sizeof(Content)) return false;
  Content content;
  std::memcpy(content.data(), bytes.data(), sizeof content);
  for (const std::uint64_t word : content) {
    if (word != number) return false;
  }
  return true;
}

TEST_CASE("Slab: from many threads no block is in two hands, and none is lost") {
  constexpr std::uint32_t kBlocks = 4;  // a thread alone can fill it
  constexpr int kThreads = 4;
  constexpr int kSteps = 20'000;
  Slab slab(kBlocks);
  std::atomic<std::uint64_t> mixed{0};
  std::atomic<std::uint64_t> given{0};
  std::atomic<std::uint64_t> full{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      test::Random random(static_cast<std::uint64_t>(t) + 1);
      std::vector<std::pair<TextRef, std::uint64_t>> mine;
      for (int step = 0; step < kSteps; ++step) {
        const std::uint64_t number =
            (static_cast<std::uint64_t>(t) << 32) + static_cast<std::uint64_t>(step);
        if (const TextRef ref = put(slab, number)) {
          mine.emplace_back(ref, number);
          ++given;
        } else {
          ++full;
        }
        while (!mine.empty() && (mine.size() > 4 || random.one_in(3))) {
          const auto [ref, expected] = mine.back();
          mine.pop_back();
          if (!holds(slab, ref, expected)) ++mixed;
          slab.release(ref);
        }
      }
      for (const auto& [ref, expected] : mine) {
        if (!holds(slab, ref, expected)) ++mixed;
        slab.release(ref);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(mixed == 0);
  CHECK(given > 0);
  CHECK(full > 0);
  CHECK(slab.in_use() == 0);
  // All blocks are there again.
  for (std::uint32_t i = 0; i < kBlocks; ++i) CHECK(put(slab, i));
  CHECK_FALSE(put(slab, 0));
}

TEST_CASE("Slab: whoever releases last frees it, whichever thread that is") {
  constexpr std::uint32_t kRounds = 20'000;
  Slab slab(2);
  std::atomic<std::uint64_t> shared{0};  // a reference and its round, handed to the other thread
  std::atomic<std::uint32_t> taken{0};
  std::atomic<std::uint64_t> mixed{0};
  std::thread other([&] {
    for (std::uint32_t round = 1; round <= kRounds; ++round) {
      std::uint64_t seen = 0;
      while (((seen = shared.load(std::memory_order_acquire)) >> 32) != round)
        std::this_thread::yield();
      taken.store(round, std::memory_order_release);
      const TextRef ref{static_cast<std::uint32_t>(seen)};
      if (!holds(slab, ref, round)) ++mixed;
      slab.release(ref);
    }
  });
  for (std::uint32_t round = 1; round <= kRounds; ++round) {
    TextRef ref;
    while (!(ref = put(slab, round))) std::this_thread::yield();
    slab.hold(ref);
    shared.store((static_cast<std::uint64_t>(round) << 32) | ref.value, std::memory_order_release);
    if (!holds(slab, ref, round)) ++mixed;
    slab.release(ref);
    while (taken.load(std::memory_order_acquire) != round) std::this_thread::yield();
  }
  other.join();
  CHECK(mixed == 0);
  CHECK(slab.in_use() == 0);
}

}  // namespace
}  // namespace tribook
