#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tribook::backup {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kSaltBytes = 32;

using Salt = std::array<std::uint8_t, kSaltBytes>;

/// A secret of 32 random bytes, wiped when it goes.
class Key {
 public:
  using Bytes = std::array<std::uint8_t, kKeyBytes>;

  explicit Key(const Bytes& bytes) : bytes_(bytes) {}
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// Which key it is, without telling the key: in each backup's header.
  [[nodiscard]] std::uint64_t id() const;
  /// A key for one file alone, so that no two files ever share one and chunks of one are no chunks
  /// of another.
  [[nodiscard]] Key of_file(const Salt& salt) const;

 private:
  Bytes bytes_;
};

struct KeyResult {
  std::optional<Key> key;
  std::string problem;  ///< why there is none, and what to do
};

/// 64 hexadecimal digits; white space at the end does not count.
[[nodiscard]] KeyResult parse_key(std::string_view text);

/// 64 hexadecimal digits or 32 bytes as they are, in a file that its owner alone may read.
[[nodiscard]] KeyResult read_key_file(const std::string& path);

/// Makes a new key in a new file, on the disk before it returns. What went wrong; empty when
/// nothing did.
[[nodiscard]] std::string make_key_file(const std::string& path);

}  // namespace tribook::backup
