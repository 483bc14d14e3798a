#include "config/keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/guard_keys.h"
#include "config/limit_keys.h"

namespace tribook::config {
namespace {

enum class FixAuth : std::uint8_t { Password, CompId };
enum class LogOutput : std::uint8_t { Stdout, Stderr, File };

}  // namespace
}  // namespace tribook::config

namespace tribook {

// clang-format off
template <> struct EnumNames<config::FixAuth> { static constexpr std::array<std::string_view, 2> value{"password", "compid"}; };
template <> struct EnumNames<config::LogOutput> { static constexpr std::array<std::string_view, 3> value{"stdout", "stderr", "file"}; };
// clang-format on

}  // namespace tribook

namespace tribook::config {
namespace {

constexpr const char* kNoPostgres = "PostgreSQL is not supported yet";
constexpr const char* kNoFix = "this version speaks no FIX";

/// The place of a key's value in its owner.
#define TRIBOOK_AT(member) \
  [](auto& owner) -> auto& { return owner.member; }

template <typename Owner, typename At>
Key<Owner> key(const char* name, At at, Range range, const char* explanation) {
  using T = std::remove_cvref_t<decltype(at(std::declval<Owner&>()))>;
  Key<Owner> made;
  made.name = name;
  made.explanation = explanation;
  made.takes = words_of<T>(range);
  made.read = [at, range](const Reading& reading, const Value& value, Owner& owner) {
    return read_value(reading, value, range, at(owner));
  };
  made.print = [at](const Owner& owner) { return toml_of(at(owner)); };
  return made;
}

template <typename Owner, typename At>
Key<Owner> key(const char* name, At at, const char* explanation) {
  return key<Owner>(name, at, Range{}, explanation);
}

template <typename Owner>
Key<Owner> secret(Key<Owner> made) {
  made.is_secret = true;
  return made;
}

/// A key of a later version: its value must be right, and is not used.
template <typename Owner, typename T>
Key<Owner> later(const char* name, Range range, const char* explanation, const char* why) {
  Key<Owner> made;
  made.name = name;
  made.explanation = std::string(explanation) + " No effect: " + why + ".";
  made.takes = words_of<T>(range);
  made.has_effect = false;
  made.read = [range, why](const Reading& reading, const Value& value, Owner&) {
    T unused{};
    if (!read_value(reading, value, range, unused)) return false;
    reading.without_effect.push_back(reading.key + ": " + why);
    return true;
  };
  made.print = [](const Owner&) { return std::string(); };
  return made;
}

/// A text that is one of the names of an enumeration, which Config keeps as it is.
template <typename E, typename At>
Key<Config> one_of(const char* name, At at, const char* explanation) {
  Key<Config> made = key<Config>(name, at, explanation);
  made.takes = words_of<E>({});
  made.read = [at](const Reading& reading, const Value& value, Config& owner) {
    E found{};
    if (!read_value(reading, value, {}, found)) return false;
    at(owner) = name_of(found);
    return true;
  };
  return made;
}

constexpr std::array<std::string_view, 3> kLaterVenueTypes{"fix", "binance", "oanda"};

Key<Venue> venue_type() {
  Key<Venue> made = key<Venue>("type", TRIBOOK_AT(type),
                               "Where its quotes come from: POST /admin/quotes, tick files, or a "
                               "simulated market. A test venue quotes nothing: it deals what the "
                               "A-book asks for.");
  const auto read = made.read;
  made.read = [read](const Reading& reading, const Value& value, Venue& venue) {
    if (value.is(ValueKind::Text) && is_later_venue_type(value.text)) {
      return reading.refuse(value,
                            "a venue of type \"" + value.text +
                                "\" comes in a later version; this one has \"manual\", \"replay\", "
                                "\"simulated\" and \"test\"");
    }
    return read(reading, value, venue);
  };
  return made;
}

Section top_section() {
  return {"",
          {key<Config>("drain_timeout", TRIBOOK_AT(drain_timeout), {0, 3'600},
                       "Seconds that SIGTERM gives open requests to end.")}};
}

Section listen_section() {
  return {"listen",
          {key<Config>("client", TRIBOOK_AT(listen.client),
                       "REST and WebSocket of clients. Port 0 takes a free one."),
           key<Config>("admin", TRIBOOK_AT(listen.admin),
                       "REST of admins, and /metrics. Keep it off the internet."),
           later<Config, HostPort>("fix", {}, "FIX sessions of clients.", kNoFix)}};
}

Section journal_section() {
  return {"journal",
          {key<Config>("durability", TRIBOOK_AT(journal.durability),
                       "When a record counts as kept: on the disk, on it batch_ms later, when the "
                       "system likes."),
           key<Config>("batch_ms", TRIBOOK_AT(journal.batch), {1, 1'000},
                       "Durability batch: the most milliseconds between two writes to the disk."),
           key<Config>(
               "segment_bytes", TRIBOOK_AT(journal.segment_bytes), {1 << 20, std::int64_t{4} << 30},
               "Size of a journal file, a multiple of 4096. Takes effect with the next file."),
           key<Config>("archive", TRIBOOK_AT(journal.archive),
                       "Files that are no longer needed for a start are compressed into the "
                       "archive and used again."),
           key<Config>("keep_segments", TRIBOOK_AT(journal.keep_segments), {1, 1'000},
                       "How many of the newest full files stay as they are.")}};
}

Section snapshots_section() {
  return {"snapshots",
          {key<Config>("every_records", TRIBOOK_AT(snapshots.every_records), {0, 1'000'000'000'000},
                       "Taken after so many records. 0: not."),
           key<Config>("every_minutes", TRIBOOK_AT(snapshots.every), {0, 44'640},
                       "Taken after so many minutes. 0: not."),
           key<Config>("keep", TRIBOOK_AT(snapshots.keep), {1, 1'000},
                       "How many of the newest are kept.")}};
}

Section backup_section() {
  return {"backup",
          {key<Config>("directory", TRIBOOK_AT(backup.directory), {0, 4'096},
                       "Where backups are kept, a folder for this daemon alone. Empty: none are "
                       "taken."),
           key<Config>("key_file", TRIBOOK_AT(backup.key_file), {0, 4'096},
                       "The key they are encrypted with. Empty: TRIBOOK_BACKUP_KEY of the "
                       "environment."),
           key<Config>("every_hours", TRIBOOK_AT(backup.every), {1, 8'760},
                       "Hours from one to the next."),
           key<Config>("at", TRIBOOK_AT(backup.at),
                       "Once a day, at this time in UTC, instead of every_hours."),
           key<Config>("keep", TRIBOOK_AT(backup.keep), {1, 10'000},
                       "How many of the newest are kept.")}};
}

Section threads_section() {
  return {"threads",
          {key<Config>("layout", TRIBOOK_AT(threads.layout),
                       "A thread for each stage, or one for risk, router and engine. auto: fused "
                       "below 6 cores."),
           key<Config>("wait", TRIBOOK_AT(threads.wait),
                       "What a thread without work does. auto: park."),
           key<Config>("pin", TRIBOOK_AT(threads.pin), "Each thread on a core of its own.")}};
}

Section gateway_section() {
  return {
      "gateway",
      {later<Config, bool>("echo", {},
                           "Answer orders without the engine, to measure the gateway alone.",
                           "this version has no echo"),
       key<Config>("order_wait_ms", TRIBOOK_AT(gateway.order_wait), {1, 50'000},
                   "Milliseconds that a reply waits for an order's first resting or final state."),
       key<Config>("cors_origins", TRIBOOK_AT(gateway.cors_origins), {0, 64},
                   "Web pages that may call from a browser: origins, or \"*\" for any."),
       key<Config>("io_threads", TRIBOOK_AT(gateway.io_threads), {1, 64},
                   "Threads that serve connections."),
       key<Config>("max_connections", TRIBOOK_AT(gateway.max_connections), {1, 1'000'000},
                   "Connections of a listener; more are refused."),
       key<Config>("max_body_bytes", TRIBOOK_AT(gateway.max_body_bytes), {1'024, 1 << 20},
                   "The largest request body.")}};
}

Section clock_section() {
  return {"clock",
          {key<Config>(
               "type", TRIBOOK_AT(clock.type),
               "What the engine's time is. Not set: replay where a replay venue is, else system."),
           key<Config>(
               "start", TRIBOOK_AT(clock.start),
               "Manual and replay: the engine's time at the first start. Not set: the system's.")}};
}

Section accounts_section() {
  return {"accounts",
          {key<Config>("number_prefix", TRIBOOK_AT(accounts.number_prefix), {0, 16},
                       "Put before account numbers."),
           key<Config>("max_leverage", TRIBOOK_AT(accounts.max_leverage), {1, 100'000},
                       "The most that an account may have."),
           key<Config>("stop_out_level", TRIBOOK_AT(accounts.stop_out_level), {0, 10'000},
                       "Margin level in percent below which positions are closed."),
           key<Config>("margin_call_level", TRIBOOK_AT(accounts.margin_call_level), {0, 10'000},
                       "Margin level in percent below which a client is warned.")}};
}

Section auth_section() {
  return {"auth",
          {key<Config>("bcrypt_cost", TRIBOOK_AT(auth.bcrypt_cost), {4, 14},
                       "Work to check a password; each step doubles it."),
           key<Config>("bcrypt_threads", TRIBOOK_AT(auth.bcrypt_threads), {1, 16},
                       "Threads that check passwords."),
           key<Config>("client_token_hours", TRIBOOK_AT(auth.client_token), {1, 8'760},
                       "How long a client's login holds."),
           key<Config>("admin_token_hours", TRIBOOK_AT(auth.admin_token), {1, 8'760},
                       "How long an admin's login holds."),
           secret(key<Config>("jwt_secret", TRIBOOK_AT(auth.jwt_secret), {32, 1'024},
                              "Signs tokens. Without it one is made and kept in the data folder.")),
           key<Config>("jwt_secret_file", TRIBOOK_AT(auth.jwt_secret_file), {0, 4'096},
                       "A file with jwt_secret in it, instead.")}};
}

Section limits_section() {
  return {
      "limits",
      {key<Config>("accounts", TRIBOOK_AT(limits.accounts), {1, 10'000'000}, "Accounts."),
       key<Config>("positions", TRIBOOK_AT(limits.positions), {1, 50'000'000}, "Open positions."),
       key<Config>("symbols", TRIBOOK_AT(limits.symbols), {1, 4'096}, "Symbols."),
       key<Config>("client_ids", TRIBOOK_AT(limits.client_ids), {1, 50'000'000},
                   "Client order ids and idempotency keys remembered; the oldest go first."),
       key<Config>("orders", TRIBOOK_AT(limits.orders), {1, 10'000'000},
                   "Orders that rest, and as many positions whose stop-loss follows the price."),
       key<Config>("history", TRIBOOK_AT(limits.history), {1, 100'000'000},
                   "Orders, trades and ledger entries each, kept for reads."),
       key<Config>(
           "texts", TRIBOOK_AT(limits.texts), {64, 1'000'000},
           "Commands with a text (comment, symbol, password) on their way at once; 2 KiB each."),
       key<Config>("ring", TRIBOOK_AT(limits.ring), {64, 1'048'576},
                   "Places in each ring between two stages.")}};
}

Section log_section() {
  return {"log",
          {key<Config>("level", TRIBOOK_AT(log.level), "The least that is logged."),
           key<Config>("format", TRIBOOK_AT(log.format), "Lines for people or for programs."),
           one_of<LogOutput>("output", TRIBOOK_AT(log.output), "file: DATA/tribook.log.")}};
}

Section brand_section() {
  return {
      "brand",
      {key<Config>("name", TRIBOOK_AT(brand), {1, 64}, "The broker's name, as clients see it.")}};
}

Key<Config> store_type() {
  Key<Config> made =
      key<Config>("type", TRIBOOK_AT(store.type),
                  "The database of history. none: what memory holds is all there is.");
  const auto read = made.read;
  made.read = [read](const Reading& reading, const Value& value, Config& config) {
    if (value.is(ValueKind::Text) && value.text == "postgres") {
      return reading.refuse(
          value, "\"postgres\" is not supported yet: must be " + words_of<StoreType>({}));
    }
    return read(reading, value, config);
  };
  return made;
}

// So that no other file of the folder is taken for a store by mistake.
Key<Config> store_path() {
  Key<Config> made = key<Config>("path", TRIBOOK_AT(store.path), {1, 4'096},
                                 "SQLite's file; relative to the data folder.");
  const auto read = made.read;
  made.read = [read](const Reading& reading, const Value& value, Config& config) {
    const auto ends_well = [&] {
      return value.text.ends_with(".sqlite") || value.text.ends_with(".sqlite3") ||
             value.text.ends_with(".db");
    };
    if (!value.is(ValueKind::Text) || value.text.empty() || ends_well()) {
      return read(reading, value, config);
    }
    return reading.refuse(value, "must be a file name that ends in .sqlite, .sqlite3 or .db");
  };
  return made;
}

Section store_section() {
  return {
      "store",
      {store_type(), store_path(),
       key<Config>("tick_days", TRIBOOK_AT(store.tick_days), {0, 3'650},
                   "Days that ticks are kept; 0: for good."),
       key<Config>("reader_threads", TRIBOOK_AT(store.reader_threads), {1, 16},
                   "Threads that read history for clients."),
       secret(later<Config, std::string>("url", {0, 4'096}, "Where PostgreSQL is.", kNoPostgres)),
       secret(later<Config, std::string>("read_url", {0, 4'096}, "A copy of it to read from.",
                                         kNoPostgres))}};
}

Section redis_section() {
  return {"redis",
          {secret(later<Config, std::string>("url", {0, 4'096}, "The cache.",
                                             "this version has no cache"))}};
}

Section fix_section() {
  return {"fix", {later<Config, std::string>("comp_id", {1, 64}, "Our CompID.", kNoFix)}};
}

template <typename Owner>
void add(std::vector<KeyInfo>& all, const std::string& table, const Keys<Owner>& keys) {
  for (const Key<Owner>& k : keys) {
    all.push_back({table.empty() ? k.name : table + "." + k.name, k.explanation, k.takes,
                   k.is_secret, k.has_effect});
  }
}

}  // namespace

bool is_later_venue_type(std::string_view type) {
  return std::find(kLaterVenueTypes.begin(), kLaterVenueTypes.end(), type) !=
         kLaterVenueTypes.end();
}

bool is_real_venue_type(std::string_view type) { return is_later_venue_type(type); }

const std::vector<Section>& sections() {
  static const std::vector<Section> all{
      top_section(),      listen_section(),  journal_section(), snapshots_section(),
      backup_section(),   threads_section(), gateway_section(), clock_section(),
      accounts_section(), auth_section(),    limits_section(),  log_section(),
      brand_section(),    store_section(),   redis_section(),   fix_section()};
  return all;
}

const Keys<Venue>& venue_keys() {
  // `files` and `symbols` are read by load.cpp: each entry has the keys below.
  static const Keys<Venue> keys{
      venue_type(),
      key<Venue>("speed", TRIBOOK_AT(speed), {0, 1'000'000},
                 "Replay: multiple of real time; 0 plays as fast as the engine takes it."),
      key<Venue>("seed", TRIBOOK_AT(seed), {0, 1'000'000'000'000},
                 "Simulated: another number is another market. Test: other faults."),
      key<Venue>("latency_ms", TRIBOOK_AT(dealing.latency_ms), {0, 600'000},
                 "Test: until a request is answered."),
      key<Venue>("jitter_ms", TRIBOOK_AT(dealing.jitter_ms), {0, 600'000},
                 "Test: up to so much more."),
      key<Venue>("slippage_ppm", TRIBOOK_AT(dealing.slippage_ppm), {0, 100'000},
                 "Test: millionths of the price, to either side at most."),
      key<Venue>("rejected", TRIBOOK_AT(dealing.rejected), {0, 100},
                 "Test: percent of the requests that are rejected."),
      key<Venue>("partial", TRIBOOK_AT(dealing.partial), {0, 100},
                 "Test: percent of which a part is filled and the rest rejected."),
      key<Venue>("in_parts", TRIBOOK_AT(dealing.in_parts), {0, 100},
                 "Test: percent that are filled in several fills."),
      key<Venue>("silent", TRIBOOK_AT(dealing.silent), {0, 100},
                 "Test: percent that are never answered."),
      key<Venue>("late", TRIBOOK_AT(dealing.late), {0, 100},
                 "Test: percent that are answered when they were given up."),
      key<Venue>("repeated", TRIBOOK_AT(dealing.repeated), {0, 100},
                 "Test: percent of which every report comes twice.")};
  return keys;
}

const Keys<TickFile>& tick_file_keys() {
  static const Keys<TickFile> keys{
      key<TickFile>("symbol", TRIBOOK_AT(symbol), {2, 16}, "Whose ticks these are."),
      key<TickFile>("path", TRIBOOK_AT(path), {1, 4'096},
                    "Gzip CSV; relative to the config file's folder."),
      key<TickFile>("clock_offset_minutes", TRIBOOK_AT(clock_offset_minutes), {-1'440, 1'440},
                    "What the file's clock is ahead of UTC: -300 for UTC-05.")};
  return keys;
}

const Keys<SimulatedQuote>& simulated_quote_keys() {
  static const Keys<SimulatedQuote> keys{
      key<SimulatedQuote>("symbol", TRIBOOK_AT(symbol), {2, 16}, "Which one is quoted."),
      key<SimulatedQuote>("price", TRIBOOK_AT(price), {0, 1'000'000'000},
                          "What its price always comes back to."),
      key<SimulatedQuote>("volatility", TRIBOOK_AT(volatility), {0, 1'000}, "Percent a year."),
      key<SimulatedQuote>("spread", TRIBOOK_AT(spread), {0, 1'000'000}, "Pips, on average."),
      key<SimulatedQuote>("ticks", TRIBOOK_AT(ticks), {0, 10},
                          "A second, on the average of a working day.")};
  return keys;
}

const Keys<DemoAccount>& demo_account_keys() {
  static const Keys<DemoAccount> keys{
      key<DemoAccount>("username", TRIBOOK_AT(username), {2, 100}, "The login."),
      secret(key<DemoAccount>("password", TRIBOOK_AT(password), {0, 72},
                              "Without it one is made and printed at the first start.")),
      key<DemoAccount>("currency", TRIBOOK_AT(currency), "Of the account."),
      key<DemoAccount>("deposit", TRIBOOK_AT(deposit), {0, 1'000'000'000'000},
                       "Paid in at the start, in the account's currency."),
      key<DemoAccount>("leverage", TRIBOOK_AT(leverage), {1, 100'000},
                       "At most accounts.max_leverage.")};
  return keys;
}

const Keys<FixSession>& fix_session_keys() {
  static const Keys<FixSession> keys{
      later<FixSession, std::string>("target_comp_id", {1, 64}, "The client's CompID.", kNoFix),
      later<FixSession, FixAuth>("auth", {}, "How the client proves itself.", kNoFix),
      later<FixSession, std::string>("account", {1, 64}, "The account it trades.", kNoFix),
      later<FixSession, bool>("reset_on_logon", {}, "Sequence numbers begin anew with each logon.",
                              kNoFix)};
  return keys;
}

const std::vector<KeyInfo>& all_keys() {
  static const std::vector<KeyInfo> all = [] {
    std::vector<KeyInfo> keys;
    for (const Section& section : sections()) add(keys, section.name, section.keys);
    add(keys, "fix.sessions", fix_session_keys());
    add(keys, "venues.NAME", venue_keys());
    add(keys, "venues.NAME.files", tick_file_keys());
    add(keys, "venues.NAME.symbols", simulated_quote_keys());
    add(keys, "demo_accounts", demo_account_keys());
    add(keys, "risk.limits", limit_keys());
    add(keys, "risk.guard", guard_keys());
    keys.push_back({"symbols", "Symbols of the first start.", "a list of tables", false, true});
    keys.push_back({"groups", "Groups of the first start.", "a list of tables", false, true});
    return keys;
  }();
  return all;
}

#undef TRIBOOK_AT

}  // namespace tribook::config
