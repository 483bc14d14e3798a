#include "config/checks.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "config/keys.h"

namespace tribook::config {
namespace {

constexpr std::uint64_t kSectorBytes = 4'096;
constexpr std::size_t kReplayFilesMax = 64;
constexpr std::size_t kSimulatedQuotesMax = 4'096;

class Checker {
 public:
  Checker(const Value& root, const Config& config, Problems& problems)
      : root_(root), config_(config), problems_(problems) {}

  void run() {
    venue_kinds();
    venues();
    clock();
    listeners();
    journal();
    backup();
    accounts();
    demo_accounts();
    cors_origins();
  }

 private:
  // Where the key stands, or else the table nearest to it.
  [[nodiscard]] Location location(std::initializer_list<std::string_view> path) const {
    const Value* at = &root_;
    for (const std::string_view name : path) {
      const Value* next = at->find(name);
      if (next == nullptr) break;
      at = next;
    }
    return at->location;
  }

  [[nodiscard]] bool all_good(std::initializer_list<std::string_view> keys) const {
    return std::none_of(keys.begin(), keys.end(),
                        [this](std::string_view key) { return problems_.has(key); });
  }

  // By the words of the file, for a type may be one that this version does not have.
  void venue_kinds() {
    const Value* venues = root_.find("venues");
    if (venues == nullptr) return;
    bool has_real = false;
    for (const Value& venue : venues->items) {
      const Value* type = venue.find("type");
      has_real = has_real || (type != nullptr && is_real_venue_type(type->text));
    }
    if (!has_real) return;
    for (const Venue& venue : config_.venues) {
      problems_.report(
          location({"venues", venue.name, "type"}), "venues." + venue.name + ".type",
          "manual, replay, simulated and test venues are for rehearsals and do not stand beside a "
          "real "
          "one");
    }
  }

  // Once a day is what `at` means; the default beside it says the same.
  void backup() {
    const Backup usual;
    if (!config_.backup.at || config_.backup.every == usual.every) return;
    problems_.report(location({"backup", "every_hours"}), "backup.every_hours",
                     "cannot stand beside backup.at, which means once a day: leave one out");
  }

  void venues() {
    std::set<VenueType> seen;
    for (const Venue& venue : config_.venues) {
      const std::string key = "venues." + venue.name;
      const bool is_replay = venue.type == VenueType::Replay;
      if (!seen.insert(venue.type).second) {
        problems_.report(location({"venues", venue.name, "type"}), key + ".type",
                         why_one(venue.type));
      }
      if (venue.type == VenueType::Simulated) simulated(venue, key);
      if (is_replay && venue.files.empty() && !problems_.has(key + ".files")) {
        problems_.report(location({"venues", venue.name, "files"}), key + ".files",
                         "a replay venue needs the files that it plays: [{symbol = \"EURUSD\", "
                         "path = \"...\"}]");
      }
      if (venue.files.size() > kReplayFilesMax) {
        problems_.report(location({"venues", venue.name, "files"}), key + ".files",
                         "has more than 64 files");
      }
    }
  }

  static const char* why_one(VenueType type) {
    switch (type) {
      case VenueType::Manual:
        return "there is one manual venue already, and it takes any symbol";
      case VenueType::Replay:
        return "there is one replay venue already: give that one several files";
      case VenueType::Test:
        return "there is one test venue already, and it deals all that is asked";
      case VenueType::Simulated:
        break;
    }
    return "there is one simulated venue already, and its market has all symbols";
  }

  void simulated(const Venue& venue, const std::string& key) {
    const bool has_others =
        config_.has_venue(VenueType::Manual) || config_.has_venue(VenueType::Replay);
    if (has_others) {
      problems_.report(location({"venues", venue.name, "type"}), key + ".type",
                       "a simulated venue stands alone: take the other venues out");
    }
    const Value* rows = root_.find("venues")->find(venue.name)->find("symbols");
    if (rows == nullptr || !all_good({key + ".symbols"})) return;
    if (venue.quotes.size() > kSimulatedQuotesMax) {
      problems_.report(rows->location, key + ".symbols", "has more than 4096 symbols");
      return;
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < venue.quotes.size(); ++i) {
      const SimulatedQuote& quote = venue.quotes[i];
      const std::string row = key + ".symbols[" + std::to_string(i) + "]";
      if (!seen.insert(quote.symbol).second) {
        problems_.report(rows->items[i].location, row + ".symbol",
                         "is there twice: " + quote.symbol);
      }
      if (quote.price && quote.price->raw == 0) {
        problems_.report(rows->items[i].location, row + ".price", "must be above 0");
      }
    }
  }

  void clock() {
    if (!all_good({"clock", "venues"})) return;
    if (config_.has_venue(VenueType::Simulated) && config_.clock_type() != ClockType::System) {
      problems_.report(location({"clock", "type"}), "clock.type",
                       "a simulated venue goes by the system's clock: leave clock.type out, or "
                       "take the venue out");
      return;
    }
    const bool has_replay = config_.has_venue(VenueType::Replay);
    const ClockType type = config_.clock_type();
    if (has_replay && type != ClockType::Replay) {
      problems_.report(
          location({"clock", "type"}), "clock.type",
          "a replay venue drives the clock: leave clock.type out, or take the venue out");
    }
    if (!has_replay && type == ClockType::Replay) {
      problems_.report(location({"clock", "type"}), "clock.type",
                       "\"replay\" needs a venue of type replay that drives the clock");
    }
    if (config_.clock.start && type == ClockType::System) {
      problems_.report(
          location({"clock", "start"}), "clock.start",
          "the system's clock cannot be set: start is for clock.type manual and replay");
    }
  }

  void listeners() {
    const HostPort& client = config_.listen.client;
    const HostPort& admin = config_.listen.admin;
    if (!all_good({"listen"}) || client.port == 0 || client != admin) return;
    problems_.report(location({"listen", "admin"}), "listen.admin",
                     "is the same as listen.client: " + client.text());
  }

  void journal() {
    if (config_.journal.segment_bytes % kSectorBytes == 0) return;
    problems_.report(location({"journal", "segment_bytes"}), "journal.segment_bytes",
                     "must be a multiple of 4096");
  }

  void accounts() {
    if (!all_good({"accounts"})) return;
    if (config_.accounts.stop_out_level <= config_.accounts.margin_call_level) return;
    problems_.report(
        location({"accounts", "stop_out_level"}), "accounts.stop_out_level",
        "is above accounts.margin_call_level: a client would be closed before being warned");
  }

  void demo_accounts() {
    const Value* rows = root_.find("demo_accounts");
    if (rows == nullptr || !all_good({"demo_accounts"})) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < config_.demo_accounts.size(); ++i) {
      demo_account(config_.demo_accounts[i], rows->items[i],
                   "demo_accounts[" + std::to_string(i) + "]");
      if (seen.insert(config_.demo_accounts[i].username).second) continue;
      problems_.report(rows->items[i].location, "demo_accounts[" + std::to_string(i) + "].username",
                       "is there twice: " + config_.demo_accounts[i].username);
    }
  }

  void demo_account(const DemoAccount& account, const Value& row, const std::string& key) {
    if (account.leverage > config_.accounts.max_leverage && all_good({"accounts.max_leverage"})) {
      problems_.report(
          row.location, key + ".leverage",
          "is above accounts.max_leverage, " + std::to_string(config_.accounts.max_leverage));
    }
    int128 unit = kFixedOne;
    const int digits = minor_digits(account.currency);
    for (int i = 0; i < digits; ++i) unit /= 10;
    if (account.deposit.raw % unit != 0) {
      problems_.report(row.location, key + ".deposit",
                       "has more decimals than " +
                           std::string(CurrencyText(account.currency).view()) + ", which has " +
                           std::to_string(digits));
    }
  }

  static bool is_origin(std::string_view text) {
    if (text == "*") return true;
    const std::size_t scheme = text.starts_with("https://")  ? 8
                               : text.starts_with("http://") ? 7
                                                             : 0;
    return scheme != 0 && text.size() > scheme &&
           text.find_first_of("/?# ", scheme) == std::string_view::npos;
  }

  void cors_origins() {
    for (const std::string& origin : config_.gateway.cors_origins) {
      if (is_origin(origin)) continue;
      problems_.report(
          location({"gateway", "cors_origins"}), "gateway.cors_origins",
          "must be origins, as https://trade.example.com, or \"*\"; has \"" + origin + "\"");
    }
  }

  const Value& root_;
  const Config& config_;
  Problems& problems_;
};

}  // namespace

void check_together(const Value& root, const Config& config, Problems& problems) {
  Checker(root, config, problems).run();
}

}  // namespace tribook::config
