#include <string>

#include "config/config.h"
#include "config/guard_keys.h"
#include "config/keys.h"
#include "config/limit_keys.h"
#include "config/symbol_text.h"

namespace tribook::config {
namespace {

// `with_words`: each key below what it is; without, the values alone, where a table comes often.
template <typename Owner>
void append_keys(std::string& toml, const Keys<Owner>& keys, const Owner& owner, bool with_words) {
  for (const Key<Owner>& key : keys) {
    if (!key.has_effect) continue;
    const std::string value = key.print(owner);
    if (with_words) {
      toml += "# " + key.explanation;
      if (!key.takes.empty()) toml += " Takes " + key.takes + ".";
      toml += '\n';
    }
    if (key.is_secret) {
      toml += "# " + key.name + (value == "\"\"" ? " is not set\n" : " is set and not shown\n");
    } else if (value.empty()) {
      toml += "# " + key.name + " is not set\n";
    } else {
      toml += key.name + " = " + value + '\n';
    }
  }
}

bool has_effect(const Section& section) {
  for (const Key<Config>& key : section.keys) {
    if (key.has_effect) return true;
  }
  return false;
}

// Without what is not set.
template <typename Row>
std::string inline_table(const Keys<Row>& keys, const Row& row) {
  std::string toml;
  for (const Key<Row>& key : keys) {
    const std::string value = key.print(row);
    if (!value.empty()) toml += (toml.empty() ? "{" : ", ") + key.name + " = " + value;
  }
  return toml + "}";
}

template <typename Row>
void append_list(std::string& toml, const char* name, const Keys<Row>& keys,
                 const std::vector<Row>& rows) {
  if (rows.empty()) return;
  toml += std::string(name) + " = [\n";
  for (const Row& row : rows) toml += "  " + inline_table(keys, row) + ",\n";
  toml += "]\n";
}

// Of the keys of all venues those that one of its type has.
bool is_of(VenueType type, const Key<Venue>& key) {
  return key.name == "type" || (key.name == "speed" && type == VenueType::Replay) ||
         (key.name == "seed" && (type == VenueType::Simulated || type == VenueType::Test)) ||
         (key.name != "speed" && key.name != "seed" && type == VenueType::Test);
}

void append_venue(std::string& toml, const Venue& venue) {
  toml += "\n[venues." + venue.name + "]\n";
  Keys<Venue> keys;
  for (const Key<Venue>& key : venue_keys()) {
    if (is_of(venue.type, key)) keys.push_back(key);
  }
  append_keys(toml, keys, venue, venue.type != VenueType::Manual);
  append_list(toml, "files", tick_file_keys(), venue.files);
  append_list(toml, "symbols", simulated_quote_keys(), venue.quotes);
}

void append_entries(std::string& toml, const std::string& list,
                    const std::vector<ListedEntry>& entries) {
  for (const ListedEntry& entry : entries) {
    toml += "\n[[" + list + "]]\n" + toml_of_json(entry.json);
    if (!entry.limits.is_empty()) toml += "limits = " + inline_limits(entry.limits) + "\n";
  }
}

}  // namespace

std::string to_toml(const Config& config) {
  std::string toml = "# The settings in effect.";
  toml += config.file.empty() ? "\n" : " File: " + config.file + "\n";
  for (const std::string& entry : config.without_effect)
    toml += "# Without effect: " + entry + "\n";
  for (const Section& section : sections()) {
    if (!has_effect(section)) continue;
    toml += section.name.empty() ? "\n" : "\n[" + section.name + "]\n";
    append_keys(toml, section.keys, config, true);
  }
  for (const Venue& venue : config.venues) append_venue(toml, venue);
  for (const DemoAccount& account : config.demo_accounts) {
    toml += "\n[[demo_accounts]]\n";
    append_keys(toml, demo_account_keys(), account, false);
  }
  toml += "\n[risk.limits]\n";
  append_keys(toml, limit_keys(), config.risk.limits, true);
  toml += "\n[risk.guard]\n";
  append_keys(toml, guard_keys(), config.risk.guard, true);
  append_entries(toml, "symbols", config.symbols);
  append_entries(toml, "groups", config.groups);
  return toml;
}

}  // namespace tribook::config
