#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <type_traits>

// Sequence locks, after Boehm ("Can seqlocks get along with programming language memory models?").
// A record is an array of atomic words, so that a reader who copies it while it is written gets a
// mixture but no data race; a version, odd while it is written, tells him to throw the copy away.
// Words are stored with release and loaded with acquire: a reader who saw one word of a later write
// also sees its odd version when he looks again. There are no fences, which the thread sanitizer
// does not know.

namespace tribook::views {

/// T as atomic words. One writer. Whole only under some version.
template <typename T>
class Words {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0);

 public:
  static constexpr std::size_t kCount = sizeof(T) / 8;

  void store(const T& value) {
    std::array<std::uint64_t, kCount> plain;
    std::memcpy(plain.data(), static_cast<const void*>(&value), sizeof value);
    for (std::size_t i = 0; i < kCount; ++i) word_[i].store(plain[i], std::memory_order_release);
  }
  [[nodiscard]] T load() const {
    std::array<std::uint64_t, kCount> plain;
    for (std::size_t i = 0; i < kCount; ++i) plain[i] = word_[i].load(std::memory_order_acquire);
    T value;
    std::memcpy(static_cast<void*>(&value), plain.data(), sizeof value);
    return value;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kCount> word_{};
};

/// Even when nobody writes what it guards.
class Version {
 public:
  // The writer.
  void open() {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void close() {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Readers: copy between the two; the copy is good when `before` was even and `is_still` says so.
  [[nodiscard]] std::uint64_t before() const { return value_.load(std::memory_order_acquire); }
  [[nodiscard]] bool is_still(std::uint64_t before) const {
    return value_.load(std::memory_order_relaxed) == before;
  }
  static constexpr bool is_open(std::uint64_t value) { return (value & 1) != 0; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Counts a reader's tries: spins at first, then gives its core away; says when it is enough.
class Patience {
 public:
  static constexpr std::uint32_t kTries = 100'000;

  /// Call before each further try; false = give up.
  bool again() {
    if (++tries_ > kTries) return false;
    if (tries_ < kSpins) {
      __builtin_ia32_pause();
    } else {
      std::this_thread::yield();
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kSpins = 64;
  std::uint32_t tries_ = 0;
};

/// A record with a version of its own.
template <typename T>
class Versioned {
 public:
  void store(const T& value) {
    version_.open();
    words_.store(value);
    version_.close();
  }
  /// One try.
  [[nodiscard]] bool try_load(T& out) const {
    const std::uint64_t before = version_.before();
    if (Version::is_open(before)) return false;
    out = words_.load();
    return version_.is_still(before);
  }
  /// False when patience ran out.
  [[nodiscard]] bool load(T& out) const {
    Patience patience;
    while (!try_load(out)) {
      if (!patience.again()) return false;
    }
    return true;
  }
  /// The writer's own reading.
  [[nodiscard]] T own() const { return words_.load(); }

 private:
  Version version_;
  Words<T> words_;
};

}  // namespace tribook::views
