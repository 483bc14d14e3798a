#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tribook/base/time.h"

// What may be in a backup, by its name below the data folder, and how a backup itself is called.

namespace tribook::backup {

inline constexpr std::string_view kJournalFolder = "journal";
inline constexpr std::string_view kArchiveFolder = "archive";
inline constexpr std::string_view kSnapshotFolder = "snapshots";
inline constexpr std::string_view kSecretName = "jwt.secret";

enum class Kind : std::uint8_t {
  Segment,          ///< journal/segment-0000000000000001.journal
  ArchivedSegment,  ///< archive/segment-0000000000000001.journal.z
  Snapshot,         ///< snapshots/00000000000000000123.snapshot
  Secret,           ///< jwt.secret
  Config,           ///< tribook.toml, any *.toml
};

/// Unset: a backup does not hold a file of this name, and none is ever written.
[[nodiscard]] std::optional<Kind> kind_of(std::string_view name);

[[nodiscard]] bool is_config_name(std::string_view file);

/// A backup's file: when it was begun, to the second, and the last record in it.
struct FileName {
  TimeNs begun{};
  std::uint64_t last_sequence = 0;
  friend bool operator==(const FileName&, const FileName&) = default;
};

/// "tribook-20261121T154500Z-1234.backup"
[[nodiscard]] std::string file_name(const FileName& name);
[[nodiscard]] std::optional<FileName> parse_file_name(std::string_view file);

inline constexpr std::string_view kSuffix = ".backup";
/// Behind the name of a backup that is not whole or was not read back yet.
inline constexpr std::string_view kUnfinished = ".tmp";

}  // namespace tribook::backup
