#include "tribook/journal/format.h"

#include <charconv>

#include "journal/crc32c.h"
#include "tribook/base/canary.h"

namespace tribook::journal {
namespace {

constexpr std::string_view kPrefix = "segment-";
constexpr std::string_view kSparePrefix = "spare-";
constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kDigits = 16;

}  // namespace

std::string segment_name(std::uint64_t segment_id) {
  std::array<char, kDigits> digits{};
  for (std::size_t i = 0; i < kDigits; ++i) {
    digits[kDigits - 1 - i] = "0123456789abcdef"[(segment_id >> (4 * i)) & 0xF];
  }
  std::string name(kPrefix);
  name.append(digits.data(), digits.size()).append(kSuffix);
  return name;
}

std::optional<std::uint64_t> parse_segment_name(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return std::nullopt;
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + kDigits, id, 16);
  if (error != std::errc() || end != digits.data() + kDigits || id == 0) return std::nullopt;
  if (segment_name(id) != name) return std::nullopt;  // another spelling of the same number
  return id;
}

std::string spare_name(std::uint64_t segment_id) {
  return std::string(kSparePrefix) + segment_name(segment_id).substr(kPrefix.size());
}

bool is_spare_name(std::string_view name) {
  if (!name.starts_with(kSparePrefix)) return false;
  name.remove_prefix(kSparePrefix.size());
  return parse_segment_name(std::string(kPrefix).append(name)).has_value();
}

std::string cut_name(std::uint64_t segment_id, std::uint64_t offset, std::uint64_t number) {
  std::string name = segment_name(segment_id);
  name.resize(name.size() - kSuffix.size());
  name += ".cut-at-" + std::to_string(offset);
  return number < 2 ? name : name + "-" + std::to_string(number);
}

std::uint32_t record_crc(std::uint32_t chain, std::span<const std::byte> bytes) {
  return crc32c(base::is_broken(base::Broken::RecordsUnchained) ? 0 : chain, bytes);
}

std::uint32_t header_crc(const SegmentHeader& header) {
  const auto bytes = std::as_bytes(std::span(&header, 1));
  return crc32c(0, bytes.first(offsetof(SegmentHeader, crc)));
}

std::uint32_t footer_crc(const BatchFooter& footer, std::uint64_t segment_id) {
  const std::uint32_t seed = crc32c(0, std::as_bytes(std::span(&segment_id, 1)));
  const auto bytes = std::as_bytes(std::span(&footer, 1));
  constexpr std::size_t kBegin = offsetof(RecordHeader, size);
  constexpr std::size_t kEnd = offsetof(BatchFooter, self_crc);
  return crc32c(seed, bytes.subspan(kBegin, kEnd - kBegin));
}

}  // namespace tribook::journal
