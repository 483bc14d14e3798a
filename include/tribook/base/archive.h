#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "tribook/base/int128.h"

// State as bytes: little-endian, without padding, one value after the other. What is written is
// described once, in a function over both archives, so that writing and reading cannot differ:
//
//   template <typename Archive, typename Of>
//   void describe(Archive& archive, Of& account) { archive(account.balance, account.credit); }
//
// Numbers, flags, enums, ids, fixed-point values, times, currencies, fixed texts and arrays of them
// are known; anything else is taken apart by the caller.

namespace tribook::base {

static_assert(std::endian::native == std::endian::little, "integers are copied as they are");

template <typename T>
concept HasRaw = requires(T& value) {
  value.raw;
};
template <typename T>
concept HasValue = requires(T& value) {
  value.value;
};
template <typename T>
concept HasNs = requires(T& value) {
  value.ns;
};
template <typename T>
concept HasPacked = requires(T& value) {
  value.packed;
};
template <typename T>
concept HasHundredths = requires(T& value) {
  value.hundredths;
};
template <typename T>
concept HasBytes = requires(T& value) {
  value.bytes;
};

/// The one integer or array that a value type wraps.
template <typename T>
auto& wrapped(T& value) {
  if constexpr (HasRaw<T>) {
    return value.raw;
  } else if constexpr (HasValue<T>) {
    return value.value;
  } else if constexpr (HasNs<T>) {
    return value.ns;
  } else if constexpr (HasPacked<T>) {
    return value.packed;
  } else if constexpr (HasHundredths<T>) {
    return value.hundredths;
  } else {
    static_assert(HasBytes<T>, "an archive does not know this type");
    return value.bytes;
  }
}

class ArchiveWriter {
 public:
  static constexpr bool kReads = false;

  template <typename... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  /// An enum that has no names, so that any value of its type will do.
  template <typename Enum>
  void any(const Enum& value) {
    put(static_cast<std::underlying_type_t<Enum>>(value));
  }
  void put_bytes(std::span<const std::byte> bytes) {
    flush();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() {
    flush();
    return bytes_;
  }
  [[nodiscard]] std::vector<std::byte> take() {
    flush();
    return std::exchange(bytes_, {});
  }

 private:
  template <typename T>
  void put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      put(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::same_as<T, bool>) {
      put(static_cast<std::uint8_t>(value ? 1 : 0));
    } else if constexpr (std::same_as<T, int128>) {
      put(static_cast<std::uint64_t>(value));
      put(static_cast<std::uint64_t>(value >> 64));
    } else if constexpr (std::is_integral_v<T>) {
      if (filled_ + sizeof(T) > kChunkBytes) flush();
      std::memcpy(chunk_.data() + filled_, &value, sizeof(T));
      filled_ += sizeof(T);
    } else {
      put(wrapped(value));
    }
  }
  template <typename T, std::size_t N>
  void put(const std::array<T, N>& values) {
    for (const T& value : values) put(value);
  }
  template <typename T, std::size_t N>
  void put(const T (&values)[N]) {
    for (const T& value : values) put(value);
  }

  void flush() {
    const auto begin = chunk_.begin();
    bytes_.insert(bytes_.end(), begin, begin + static_cast<std::ptrdiff_t>(filled_));
    filled_ = 0;
  }

  // Numbers are gathered here: a vector that grows by a few bytes at a time is slow.
  static constexpr std::size_t kChunkBytes = 1'024;
  std::array<std::byte, kChunkBytes> chunk_;
  std::size_t filled_ = 0;
  std::vector<std::byte> bytes_;
};

/// Reads what a writer wrote. What is not there or cannot be is read as zero, and ok() is false
/// from then on: whoever reads looks once, before it uses what it got.
class ArchiveReader {
 public:
  static constexpr bool kReads = true;

  explicit ArchiveReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  template <typename Enum>
  void any(Enum& value) {
    std::underlying_type_t<Enum> number{};
    get(number);
    value = static_cast<Enum>(number);
  }
  /// How many follow: at most `most`, and no more than the bytes left can hold.
  std::uint32_t count(std::uint64_t most, std::size_t bytes_of_one) {
    std::uint32_t count = 0;
    get(count);
    if (count <= most && count <= left() / bytes_of_one) return count;
    fail();
    return 0;
  }
  std::span<const std::byte> get_bytes(std::size_t size) {
    if (size > left()) fail();
    const std::size_t taken = is_ok_ ? size : 0;
    const auto part = bytes_.subspan(at_, taken);
    at_ += taken;
    return part;
  }

  void fail() { is_ok_ = false; }
  /// What was read is not what can be.
  void demand(bool holds) {
    if (!holds) fail();
  }
  [[nodiscard]] bool ok() const { return is_ok_; }
  [[nodiscard]] std::size_t left() const { return is_ok_ ? bytes_.size() - at_ : 0; }

 private:
  template <typename T>
  void get(T& value) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      get(number);
      value = static_cast<T>(number);
      if (is_valid(value)) return;
      fail();
      value = T{};
    } else if constexpr (std::same_as<T, bool>) {
      std::uint8_t number = 0;
      get(number);
      demand(number <= 1);
      value = number == 1;
    } else if constexpr (std::same_as<T, int128>) {
      std::uint64_t low = 0;
      std::uint64_t high = 0;
      get(low);
      get(high);
      value = static_cast<int128>(static_cast<uint128>(high) << 64 | low);
    } else if constexpr (std::is_integral_v<T>) {
      value = 0;
      if (left() < sizeof(T)) return fail();
      std::memcpy(&value, bytes_.data() + at_, sizeof(T));
      at_ += sizeof(T);
    } else {
      get(wrapped(value));
    }
  }
  template <typename T, std::size_t N>
  void get(std::array<T, N>& values) {
    for (T& value : values) get(value);
  }
  template <typename T, std::size_t N>
  void get(T (&values)[N]) {
    for (T& value : values) get(value);
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool is_ok_ = true;
};

}  // namespace tribook::base
