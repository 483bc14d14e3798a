#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/key_types.h"

// Every key once: what it is called, where its value goes, what it takes, what it is for. Reading,
// the refusal of unknown keys, the environment, --set and to_toml() all go by these tables.

namespace tribook::config {

/// A key of a table that fills an Owner (Config itself, a venue, a demo account ...).
template <typename Owner>
struct Key {
  std::string name;
  std::string explanation;
  std::string takes;
  bool is_secret = false;  ///< never shown
  bool has_effect = true;
  std::function<bool(const Reading&, const Value&, Owner&)> read;
  std::function<std::string(const Owner&)> print;  ///< TOML; empty when not set
};

template <typename Owner>
using Keys = std::vector<Key<Owner>>;

/// A table of the file.
struct Section {
  std::string name;  ///< empty: the keys outside of any table
  Keys<Config> keys;
};

/// A FIX session: understood, not used yet.
struct FixSession {};

const std::vector<Section>& sections();
const Keys<Venue>& venue_keys();                     ///< [venues.NAME]
const Keys<TickFile>& tick_file_keys();              ///< venues.NAME.files
const Keys<SimulatedQuote>& simulated_quote_keys();  ///< venues.NAME.symbols
const Keys<DemoAccount>& demo_account_keys();        ///< [[demo_accounts]]
const Keys<FixSession>& fix_session_keys();          ///< [[fix.sessions]]

/// "type" of a venue that a later version has.
bool is_later_venue_type(std::string_view type);
/// A venue at which others trade too, not a source of ours for rehearsals.
bool is_real_venue_type(std::string_view type);

struct KeyInfo {
  std::string path;  ///< "journal.batch_ms", "venues.NAME.type", "demo_accounts.username"
  std::string explanation;
  std::string takes;
  bool is_secret = false;
  bool has_effect = true;
};

/// All of them, in the order of the tables. [[symbols]] and [[groups]] have the keys of
/// POST /admin/symbols and of POST /admin/groups, and so are one key each here.
const std::vector<KeyInfo>& all_keys();

}  // namespace tribook::config
