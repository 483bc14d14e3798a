#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/limit.h"

// Everything that an operator can set, with its default. config/default.toml explains each key.
// Values come from defaults < TOML files < conf.d/*.toml beside the first (by name) <
// TRIBOOK_SECTION__KEY < --set.

namespace tribook::config {

struct HostPort {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 takes a free one

  /// "127.0.0.1:8080", "[::1]:8080": as listeners take it.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

struct Listen {
  HostPort client{"127.0.0.1", 8080};
  HostPort admin{"127.0.0.1", 8081};
  friend bool operator==(const Listen&, const Listen&) = default;
};

enum class VenueType : std::uint8_t { Manual, Replay, Simulated, Test };

struct TickFile {
  std::string symbol;
  std::string path;              ///< relative to the config file's folder
  int clock_offset_minutes = 0;  ///< of the file's clock to UTC: -300 for UTC-05
  friend bool operator==(const TickFile&, const TickFile&) = default;
};

/// A symbol that a simulated venue quotes; what is not given is as usual for the symbol.
struct SimulatedQuote {
  std::string symbol;
  std::optional<Ratio> price;       ///< that it always comes back to
  std::optional<Ratio> volatility;  ///< percent a year
  std::optional<Ratio> spread;      ///< pips
  std::optional<Ratio> ticks;       ///< a second
  friend bool operator==(const SimulatedQuote&, const SimulatedQuote&) = default;
};

/// What a test venue does with what it is asked.
struct TestDealing {
  std::uint32_t latency_ms = 0;
  std::uint32_t jitter_ms = 0;
  std::uint32_t slippage_ppm = 0;  ///< of the price, to either side; millionths
  // Percent of the requests.
  std::uint32_t rejected = 0;
  std::uint32_t partial = 0;
  std::uint32_t in_parts = 0;
  std::uint32_t silent = 0;
  std::uint32_t late = 0;
  std::uint32_t repeated = 0;
  friend bool operator==(const TestDealing&, const TestDealing&) = default;
};

struct Venue {
  std::string name;
  VenueType type = VenueType::Manual;
  std::vector<TickFile> files;  ///< replay
  std::uint32_t speed = 1;      ///< replay: multiple of real time, 0 = as fast as it is taken
  std::uint64_t seed = 1;       ///< simulated: of the market; test: of what it does
  TestDealing dealing;          ///< test
  std::vector<SimulatedQuote> quotes;  ///< simulated; empty: every symbol, as usual
  friend bool operator==(const Venue&, const Venue&) = default;
};

enum class Durability : std::uint8_t { Sync, Batch, None };

struct Journal {
  Durability durability = Durability::Sync;
  std::chrono::milliseconds batch{10};
  std::uint64_t segment_bytes = 64ULL << 20;
  bool archive = true;
  std::uint32_t keep_segments = 2;
  friend bool operator==(const Journal&, const Journal&) = default;
};

struct Snapshots {
  std::uint64_t every_records = 1'000'000;  ///< 0 = not for that reason
  std::chrono::minutes every{60};           ///< 0 = not for that reason
  std::uint32_t keep = 3;
  friend bool operator==(const Snapshots&, const Snapshots&) = default;
};

/// "03:30"
struct TimeOfDay {
  std::chrono::minutes after_midnight{};
  friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

struct Backup {
  std::string directory;  ///< relative to the config file's folder; empty: none are taken
  std::string key_file;   ///< likewise; empty: TRIBOOK_BACKUP_KEY of the environment
  std::chrono::hours every{24};
  std::optional<TimeOfDay> at;  ///< once a day, UTC; instead of `every`
  std::uint32_t keep = 7;
  friend bool operator==(const Backup&, const Backup&) = default;
};

enum class Layout : std::uint8_t { Auto, Split, Fused };
enum class Wait : std::uint8_t { Auto, Spin, Yield, Park };

struct Threads {
  Layout layout = Layout::Auto;
  Wait wait = Wait::Auto;
  bool pin = false;
  friend bool operator==(const Threads&, const Threads&) = default;
};

struct Gateway {
  std::uint32_t io_threads = 1;
  std::chrono::milliseconds order_wait{5'000};
  std::vector<std::string> cors_origins;
  std::uint32_t max_connections = 10'000;
  std::uint32_t max_body_bytes = 1U << 20;
  friend bool operator==(const Gateway&, const Gateway&) = default;
};

enum class ClockType : std::uint8_t { System, Manual, Replay };

struct Clock {
  std::optional<ClockType> type;  ///< unset: replay when a replay venue is configured, else system
  std::optional<TimeNs> start;    ///< manual and replay: engine time at the first start
  friend bool operator==(const Clock&, const Clock&) = default;
};

struct Accounts {
  std::string number_prefix;
  std::uint32_t max_leverage = 500;
  Ratio stop_out_level{50 * kFixedOne};
  Ratio margin_call_level{100 * kFixedOne};
  friend bool operator==(const Accounts&, const Accounts&) = default;
};

/// Made at the first start; the password is printed once when it is not given.
struct DemoAccount {
  std::string username;
  std::string password;
  Currency currency = Currency::of("USD");
  Money deposit = Money::from_whole(5'000);
  std::uint32_t leverage = 100;
  friend bool operator==(const DemoAccount&, const DemoAccount&) = default;
};

struct Auth {
  int bcrypt_cost = 10;
  std::uint32_t bcrypt_threads = 1;
  std::chrono::hours client_token{24};
  std::chrono::hours admin_token{8};
  /// Hex or text of at least 32 bytes; empty: made and kept in the data folder.
  std::string jwt_secret;
  std::string jwt_secret_file;  ///< where jwt_secret was read from, as it was given; empty: nowhere
  friend bool operator==(const Auth&, const Auth&) = default;
};

struct Limits {
  std::uint32_t accounts = 20'000;
  std::uint32_t positions = 100'000;
  std::uint32_t symbols = 1'024;
  std::uint32_t client_ids = 65'536;
  std::uint32_t orders = 20'000;
  std::uint32_t history = 100'000;  ///< orders, trades and ledger entries each, kept for reads
  std::uint32_t texts = 16'384;
  std::uint32_t ring = 16'384;  ///< places in each ring of the pipeline
  friend bool operator==(const Limits&, const Limits&) = default;
};

enum class LogLevel : std::uint8_t { Debug, Info, Warn, Error };
enum class LogFormat : std::uint8_t { Console, Json };

struct Log {
  LogLevel level = LogLevel::Info;
  LogFormat format = LogFormat::Console;
  std::string output = "stderr";  ///< stdout, stderr, or file (DATA/tribook.log)
  friend bool operator==(const Log&, const Log&) = default;
};

enum class StoreType : std::uint8_t { Sqlite, None };

struct Store {
  StoreType type = StoreType::Sqlite;
  std::string path = "store.sqlite";  ///< relative to the data folder
  std::uint32_t tick_days = 2;        ///< how long ticks are kept
  std::uint32_t reader_threads = 2;
  friend bool operator==(const Store&, const Store&) = default;
};

/// A [[symbols]] entry as JSON in the shape of POST /admin/symbols, or a [[groups]] entry in that
/// of POST /admin/groups.
struct ListedEntry {
  std::string json;
  std::string where;  ///< file and line, for messages
  LimitSet limits{};  ///< what it says of them; not in the JSON

  friend bool operator==(const ListedEntry& a, const ListedEntry& b);
};

/// Kill switches that the house sets off by itself for what is no account's; zeros: it does not.
struct Guard {
  std::chrono::milliseconds feed_silent{0};
  KillAction feed_action = KillAction::Block;
  bool feed_lifts = true;
  std::chrono::milliseconds journal_behind{0};
  KillAction journal_action = KillAction::Block;
  std::uint32_t venue_failures = 0;
  std::chrono::seconds venue_window{60};
  KillAction venue_action = KillAction::Block;

  [[nodiscard]] bool is_on() const {
    return feed_silent.count() != 0 || journal_behind.count() != 0 || venue_failures != 0;
  }
  friend bool operator==(const Guard&, const Guard&) = default;
};

struct Risk {
  LimitSet limits{};  ///< of the house at its first start
  Guard guard{};
  friend bool operator==(const Risk& a, const Risk& b);
};

struct Config {
  std::string file;       ///< it was read from, the first of them
  std::string directory;  ///< of that file
  std::string data_directory = ".data";
  std::string brand = "tribook";
  std::chrono::seconds drain_timeout{30};
  Listen listen;
  std::vector<Venue> venues;
  Journal journal;
  Snapshots snapshots;
  Backup backup;
  Threads threads;
  Gateway gateway;
  Clock clock;
  Accounts accounts;
  std::vector<DemoAccount> demo_accounts;
  Auth auth;
  Limits limits;
  Log log;
  Store store;
  Risk risk;
  std::vector<ListedEntry> symbols;
  std::vector<ListedEntry> groups;
  /// Keys that are known but have no effect in this version, each with why: told at start.
  std::vector<std::string> without_effect;

  [[nodiscard]] ClockType clock_type() const;
  [[nodiscard]] bool has_venue(VenueType type) const;
  /// A path of the config (TickFile::path) as the process can open it.
  [[nodiscard]] std::string resolve(const std::string& path) const;
  friend bool operator==(const Config&, const Config&) = default;
};

struct LoadOptions {
  std::string file;                                              ///< empty: defaults alone
  std::vector<std::string> set;                                  ///< "section.key=value"
  std::vector<std::pair<std::string, std::string>> environment;  ///< TRIBOOK_*
  std::vector<std::string> more_files{};                         ///< over `file`, in their order
};

struct LoadResult {
  std::optional<Config> config;
  std::vector<std::string> errors;  ///< "FILE:LINE: key: what is wrong"; all of them
};

/// Of the environment TRIBOOK_SECTION__KEY is read, and TRIBOOK_KEY of top-level keys; other names
/// without two underscores (TRIBOOK_DATA, TRIBOOK_ADMIN_PASSWORD, TRIBOOK_BACKUP_KEY) are not
/// settings.
LoadResult load(const LoadOptions& options);

/// The effective settings as TOML, each key explained, secrets hidden. Reads back as the same but
/// for secrets.
std::string to_toml(const Config& config);

/// The process's TRIBOOK_* variables.
std::vector<std::pair<std::string, std::string>> environment_variables();

}  // namespace tribook::config

// The names of values, as they stand in a config file.
namespace tribook {

// clang-format off
template <> struct EnumNames<config::VenueType> { static constexpr std::array<std::string_view, 4> value{"manual", "replay", "simulated", "test"}; };
template <> struct EnumNames<config::StoreType> { static constexpr std::array<std::string_view, 2> value{"sqlite", "none"}; };
template <> struct EnumNames<config::Durability> { static constexpr std::array<std::string_view, 3> value{"sync", "batch", "none"}; };
template <> struct EnumNames<config::Layout> { static constexpr std::array<std::string_view, 3> value{"auto", "split", "fused"}; };
template <> struct EnumNames<config::Wait> { static constexpr std::array<std::string_view, 4> value{"auto", "spin", "yield", "park"}; };
template <> struct EnumNames<config::ClockType> { static constexpr std::array<std::string_view, 3> value{"system", "manual", "replay"}; };
template <> struct EnumNames<config::LogLevel> { static constexpr std::array<std::string_view, 4> value{"debug", "info", "warn", "error"}; };
template <> struct EnumNames<config::LogFormat> { static constexpr std::array<std::string_view, 2> value{"console", "json"}; };
// clang-format on

}  // namespace tribook
