#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "config/checks.h"
#include "config/config.h"
#include "config/guard_keys.h"
#include "config/keys.h"
#include "config/layers.h"
#include "config/limit_keys.h"
#include "config/listed_keys.h"
#include "config/symbol_text.h"
#include "tribook/domain/limit_level.h"

namespace tribook::config {
namespace {

// Names that differ in this alone are the same to people.
std::string without_style(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c != '_') letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters;
}

// Letters to add, drop or change to make one name of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

class Loader {
 public:
  Loader(const LoadOptions& options, Problems& problems) : options_(options), problems_(problems) {}

  std::optional<Config> run() {
    config_.file = options_.file;
    config_.directory = std::filesystem::path(options_.file).parent_path().string();
    if (config_.directory.empty()) config_.directory = ".";
    const Value root = read_layers(options_, problems_);
    read_root(root);
    read_secret_file(root);
    check_together(root, config_, problems_);
    if (!problems_.empty()) return std::nullopt;
    return std::move(config_);
  }

 private:
  [[nodiscard]] Reading reading(std::string key) {
    return {std::move(key), problems_, config_.without_effect};
  }

  // Tells the name nearest to an unknown one, if any is near.
  void unknown(const std::string& key, const Value& value, const std::vector<std::string>& names) {
    const std::string name = without_style(key.substr(key.rfind('.') + 1));
    std::string what = "unknown key";
    const auto to = [&](const std::string& other) { return distance(name, without_style(other)); };
    const auto nearest = std::min_element(
        names.begin(), names.end(), [&](const auto& a, const auto& b) { return to(a) < to(b); });
    if (nearest != names.end() && to(*nearest) <= std::min<std::size_t>(name.size() / 3, 2)) {
      what += "; did you mean " + *nearest + "?";
    }
    reading(key).refuse(value, what);
  }

  bool expect(const std::string& key, const Value& value, ValueKind kind, const char* what) {
    if (value.is(kind)) return true;
    return reading(key).refuse(value, std::string("must be ") + what + ", is " + describe(value));
  }

  // A table by its keys. `more(name, key, value)` takes what is beside them, true if it is known.
  template <typename Owner, typename More>
  void read_table(const std::string& path, const Value& table, const Keys<Owner>& keys, Owner& out,
                  const std::vector<std::string>& more_names, More more) {
    for (std::size_t i = 0; i < table.items.size(); ++i) {
      const std::string& name = table.names[i];
      const std::string key = path.empty() ? name : path + "." + name;
      const auto found = std::find_if(keys.begin(), keys.end(),
                                      [&](const Key<Owner>& k) { return k.name == name; });
      if (found != keys.end()) {
        found->read(reading(key), table.items[i], out);
      } else if (!more(name, key, table.items[i])) {
        std::vector<std::string> names = more_names;
        for (const Key<Owner>& k : keys) names.push_back(k.name);
        unknown(key, table.items[i], names);
      }
    }
  }

  template <typename Owner>
  void read_table(const std::string& path, const Value& table, const Keys<Owner>& keys,
                  Owner& out) {
    read_table(path, table, keys, out, {}, [](const auto&...) { return false; });
  }

  // A list of tables, each an Owner, with `required` keys.
  template <typename Owner>
  std::vector<Owner> read_list(const std::string& path, const Value& list, const Keys<Owner>& keys,
                               std::initializer_list<const char*> required) {
    std::vector<Owner> rows;
    if (!expect(path, list, ValueKind::List, "a list of tables")) return rows;
    for (const Value& item : list.items) {
      const std::string key = path + "[" + std::to_string(rows.size()) + "]";
      Owner& row = rows.emplace_back();
      if (!expect(key, item, ValueKind::Table, "a table")) continue;
      read_table(key, item, keys, row);
      for (const char* name : required) {
        if (item.find(name) == nullptr) reading(key + "." + name).refuse(item, "is required");
      }
    }
    return rows;
  }

  void read_root(const Value& root) {
    const Keys<Config>& top = sections().front().keys;
    std::vector<std::string> names{"venues", "demo_accounts", "risk", "symbols", "groups"};
    for (const Section& section : sections()) {
      if (!section.name.empty()) names.push_back(section.name);
    }
    read_table("", root, top, config_, names,
               [this](const std::string& name, const std::string&, const Value& value) {
                 if (name == "venues") return read_venues(value);
                 if (name == "demo_accounts") return read_demo_accounts(value);
                 if (name == "risk") return read_risk(value);
                 if (name == "symbols")
                   return read_entries(name, "symbol", symbol_keys(), value, config_.symbols);
                 if (name == "groups")
                   return read_entries(name, "name", group_keys(), value, config_.groups);
                 return read_section(name, value);
               });
  }

  bool read_section(const std::string& name, const Value& value) {
    for (const Section& section : sections()) {
      if (section.name.empty() || section.name != name) continue;
      if (!expect(name, value, ValueKind::Table, "a table")) return true;
      const bool is_fix = name == "fix";
      read_table(name, value, section.keys, config_,
                 is_fix ? std::vector<std::string>{"sessions"} : std::vector<std::string>{},
                 [&](const std::string& key_name, const std::string& key, const Value& item) {
                   if (!is_fix || key_name != "sessions") return false;
                   read_list(key, item, fix_session_keys(), {"target_comp_id"});
                   return true;
                 });
      return true;
    }
    return false;
  }

  bool read_venues(const Value& value) {
    if (!expect("venues", value, ValueKind::Table, "tables, as [venues.feed]")) return true;
    for (std::size_t i = 0; i < value.items.size(); ++i) read_venue(value.names[i], value.items[i]);
    return true;
  }

  static bool is_venue_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
             return std::isalnum(c) != 0 || c == '_' || c == '-';
           });
  }

  void read_venue(const std::string& name, const Value& value) {
    const std::string path = "venues." + name;
    if (!is_venue_name(name)) {
      reading(path).refuse(value, "a venue's name has 1 to 32 letters, digits, _ and -");
      return;
    }
    if (!expect(path, value, ValueKind::Table, "a table")) return;
    const Value* type = value.find("type");
    if (type == nullptr) {
      reading(path + ".type").refuse(value, "is required");
    } else if (type->is(ValueKind::Text) && is_later_venue_type(type->text)) {
      // Its other keys are not ours to judge.
      Venue unused;
      read_table(path, only(*type, "type"), venue_keys(), unused);
      return;
    }
    Venue venue;
    venue.name = name;
    read_table(path, value, venue_keys(), venue, {"files", "symbols"},
               [&](const std::string& key_name, const std::string& key, const Value& item) {
                 if (key_name == "files") {
                   venue.files = read_list(key, item, tick_file_keys(), {"symbol", "path"});
                 } else if (key_name == "symbols") {
                   venue.quotes = read_list(key, item, simulated_quote_keys(), {"symbol"});
                 } else {
                   return false;
                 }
                 return true;
               });
    drop_replay_keys(path, value, venue);
    drop_simulated_keys(path, value, venue);
    drop_test_keys(path, value, venue);
    if (!problems_.has(path + ".type")) config_.venues.push_back(std::move(venue));
  }

  static Value only(const Value& value, const char* name) {
    Value table;
    table.location = value.location;
    table.names.emplace_back(name);
    table.items.push_back(value);
    return table;
  }

  // --set may make a venue one of another type; what it was told before is told, not refused.
  void drop_replay_keys(const std::string& path, const Value& value, Venue& venue) {
    if (venue.type == VenueType::Replay) return;
    for (const char* name : {"files", "speed"}) {
      if (value.find(name) == nullptr) continue;
      config_.without_effect.push_back(path + "." + name + ": only a replay venue plays files");
    }
    venue.files.clear();
    venue.speed = Venue{}.speed;
  }

  void drop_simulated_keys(const std::string& path, const Value& value, Venue& venue) {
    if (venue.type == VenueType::Simulated) return;
    for (const char* name : {"seed", "symbols"}) {
      const bool is_tests = venue.type == VenueType::Test && name == std::string_view("seed");
      if (value.find(name) == nullptr || is_tests) continue;
      config_.without_effect.push_back(path + "." + name +
                                       ": only a simulated venue makes a market");
    }
    if (venue.type != VenueType::Test) venue.seed = Venue{}.seed;
    venue.quotes.clear();
  }

  void drop_test_keys(const std::string& path, const Value& value, Venue& venue) {
    if (venue.type == VenueType::Test) return;
    for (const char* name : {"latency_ms", "jitter_ms", "slippage_ppm", "rejected", "partial",
                             "in_parts", "silent", "late", "repeated"}) {
      if (value.find(name) == nullptr) continue;
      config_.without_effect.push_back(path + "." + name + ": only a test venue deals");
    }
    venue.dealing = {};
  }

  bool read_demo_accounts(const Value& value) {
    config_.demo_accounts = read_list("demo_accounts", value, demo_account_keys(), {"username"});
    return true;
  }

  bool read_risk(const Value& value) {
    if (!expect("risk", value, ValueKind::Table, "a table")) return true;
    read_table("risk", value, {}, config_, {"limits", "guard"},
               [this](const std::string& name, const std::string& key, const Value& item) {
                 if (name == "limits") {
                   read_limits(key, item, config_.risk.limits);
                 } else if (name != "guard") {
                   return false;
                 } else if (expect(key, item, ValueKind::Table, "a table")) {
                   read_table(key, item, guard_keys(), config_.risk.guard);
                 }
                 return true;
               });
    return true;
  }

  void read_limits(const std::string& path, const Value& value, LimitSet& out) {
    if (expect(path, value, ValueKind::Table, "a table"))
      read_table(path, value, limit_keys(), out);
  }

  // Takes the limits out of an entry: they are read here, the rest where it is made.
  void take_limits(const std::string& path, Value& entry, LimitSet& out) {
    for (std::size_t i = 0; i < entry.names.size(); ++i) {
      if (entry.names[i] != "limits") continue;
      read_limits(path + ".limits", entry.items[i], out);
      entry.names.erase(entry.names.begin() + static_cast<std::ptrdiff_t>(i));
      entry.items.erase(entry.items.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  void check_limits(const std::string& key, const Value& item, ScopeLevel level,
                    const ListedEntry& entry) {
    const InstrumentProblem problem = check(entry.limits, level);
    if (problem.code == RejectCode::None) return;
    reading(key + ".limits")
        .refuse(item, std::string(problem.field) + " " + std::string(problem.what));
  }

  // What they say is looked at where symbols and groups are made. `id` names them apart.
  bool read_entries(const std::string& list, const std::string& id, const ListedKeys& keys,
                    const Value& value, std::vector<ListedEntry>& out) {
    if (!expect(list, value, ValueKind::List, "a list of tables")) return true;
    find_unknown(list, value, keys);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      Value item = value.items[i];
      const std::string key = list + "[" + std::to_string(i) + "]";
      if (!expect(key, item, ValueKind::Table, "a table")) continue;
      ListedEntry entry;
      take_limits(key, item, entry.limits);
      check_limits(key, item, list == "symbols" ? ScopeLevel::Symbol : ScopeLevel::Group, entry);
      const std::string id_key = key + "." + id;
      const Value* name = item.find(id);
      if (name == nullptr || !name->is(ValueKind::Text)) {
        reading(id_key).refuse(name == nullptr ? item : *name, "is required, a text");
        continue;
      }
      if (!seen.insert(name->text).second) {
        reading(id_key).refuse(*name, "is there twice: " + name->text);
      }
      if (!append_json(reading(key), item, entry.json)) continue;
      entry.where = problems_.where(item.location);
      out.push_back(std::move(entry));
    }
    return true;
  }

  // What is no key of the tables in it, however deep.
  void find_unknown(const std::string& path, const Value& value, const ListedKeys& keys) {
    if (value.is(ValueKind::List)) {
      for (std::size_t i = 0; i < value.items.size(); ++i)
        find_unknown(path + "[" + std::to_string(i) + "]", value.items[i], keys);
      return;
    }
    if (!value.is(ValueKind::Table)) return;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const std::string key = path + "." + value.names[i];
      const auto known = std::find_if(keys.begin(), keys.end(), [&](const ListedKey& one) {
        return one.name == value.names[i];
      });
      if (known == keys.end()) {
        std::vector<std::string> names;
        for (const ListedKey& one : keys) names.emplace_back(one.name);
        unknown(key, value.items[i], names);
      } else if (known->inside.count != 0) {
        find_unknown(key, value.items[i], known->inside);
      }
    }
  }

  void read_secret_file(const Value& root) {
    const std::string& path = config_.auth.jwt_secret_file;
    if (path.empty()) return;
    const Value& value = *root.find("auth")->find("jwt_secret_file");
    const Reading at = reading("auth.jwt_secret_file");
    if (!config_.auth.jwt_secret.empty()) {
      at.refuse(value, "auth.jwt_secret is given too: give one of the two");
      return;
    }
    Value secret;
    secret.kind = ValueKind::Text;
    secret.location = value.location;
    constexpr std::size_t bytes_max = 4'096;
    std::ifstream file(config_.resolve(path), std::ios::binary);
    std::array<char, bytes_max> buffer{};
    file.read(buffer.data(), buffer.size());
    if (!file.eof()) {
      at.refuse(value, file.good() ? path + " is too large" : path + " cannot be read");
      return;
    }
    secret.text.assign(buffer.data(), static_cast<std::size_t>(file.gcount()));
    while (!secret.text.empty() &&
           std::isspace(static_cast<unsigned char>(secret.text.back())) != 0) {
      secret.text.pop_back();
    }
    read_table("auth", only(secret, "jwt_secret"), secret_keys(), config_);
  }

  static Keys<Config> secret_keys() {
    for (const Section& section : sections()) {
      if (section.name == "auth") return section.keys;
    }
    return {};
  }

  const LoadOptions& options_;
  Problems& problems_;
  Config config_;
};

}  // namespace

LoadResult load(const LoadOptions& options) {
  Problems problems;
  LoadResult result;
  result.config = Loader(options, problems).run();
  result.errors = problems.texts();
  return result;
}

}  // namespace tribook::config
