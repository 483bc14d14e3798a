#include "backup/names.h"

#include <algorithm>
#include <charconv>

#include "archive/format.h"
#include "gateway/json/time_text.h"
#include "snapshot/snapshot.h"
#include "tribook/journal/format.h"

namespace tribook::backup {
namespace {

constexpr std::string_view kPrefix = "tribook-";
constexpr std::string_view kConfigSuffix = ".toml";
constexpr std::size_t kTimeDigits = 16;  // 20261121T154500Z
constexpr std::size_t kLongestConfigName = 128;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// "2026-11-21T15:45:00Z" of "20261121T154500Z".
std::string with_marks(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 4 || i == 6) text += '-';
    if (i == 11 || i == 13) text += ':';
    text += digits[i];
  }
  return text;
}

}  // namespace

bool is_config_name(std::string_view file) {
  return file.size() <= kLongestConfigName && file.size() > kConfigSuffix.size() &&
         file.ends_with(kConfigSuffix) && file.front() != '.' &&
         std::all_of(file.begin(), file.end(), is_plain);
}

std::optional<Kind> kind_of(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) {
    if (name == kSecretName) return Kind::Secret;
    if (is_config_name(name)) return Kind::Config;
    return std::nullopt;
  }
  const std::string_view folder = name.substr(0, slash);
  const std::string_view file = name.substr(slash + 1);
  if (folder == kJournalFolder && journal::parse_segment_name(file)) return Kind::Segment;
  if (folder == kArchiveFolder && archive::parse_file_name(file)) return Kind::ArchivedSegment;
  if (folder == kSnapshotFolder && snapshot::parse_file_name(file)) return Kind::Snapshot;
  return std::nullopt;
}

std::string file_name(const FileName& name) {
  std::string time;
  json::append_time(time, name.begun);
  std::string digits;
  for (const char c : time.substr(0, time.find('.'))) {
    if (c != '-' && c != ':') digits += c;
  }
  return std::string(kPrefix) + digits + "Z-" + std::to_string(name.last_sequence) +
         std::string(kSuffix);
}

std::optional<FileName> parse_file_name(std::string_view file) {
  if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix)) return std::nullopt;
  if (file.size() < kPrefix.size() + kTimeDigits + 2 + kSuffix.size()) return std::nullopt;
  file.remove_prefix(kPrefix.size());
  file.remove_suffix(kSuffix.size());
  const auto time = json::parse_time(with_marks(file.substr(0, kTimeDigits)));
  const std::string_view number = file.substr(kTimeDigits + 1);
  if (!time || file[kTimeDigits] != '-') return std::nullopt;
  FileName name{*time, 0};
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), name.last_sequence);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return name;
}

}  // namespace tribook::backup
