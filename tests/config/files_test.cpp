#include <map>
#include <set>

#include "config/keys.h"
#include "config/problems.h"
#include "config/toml_text.h"
#include "config_support.h"

// The files in config/ say what the program does.

namespace tribook::config {
namespace {

constexpr const char* kDefault = TRIBOOK_SOURCE_DIR "/config/default.toml";
constexpr const char* kDemo = TRIBOOK_SOURCE_DIR "/config/demo.toml";

// The keys that the file names, in tables that stand there or in comments: "journal.batch_ms".
std::set<std::string> keys_named(const std::string& text) {
  std::set<std::string> keys;
  std::string section;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# ")) line.erase(0, 2);
    const std::size_t end = line.find_first_of("]");
    if (line.starts_with("[") && end != std::string::npos) {
      section = line.substr(line.find_first_not_of('['), end - line.find_first_not_of('[')) + ".";
      continue;
    }
    std::string word;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool is_letter =
          std::isalnum(static_cast<unsigned char>(line[i])) != 0 || line[i] == '_';
      if (is_letter) {
        word += line[i];
      } else if (line.compare(i, 3, " = ") == 0 && !word.empty()) {
        keys.insert(section + word);
      } else {
        word.clear();
      }
    }
  }
  return keys;
}

TEST_CASE("default.toml is the defaults") {
  Config config = good({.file = kDefault, .set = {}, .environment = {}});
  for (const Section& section : sections()) {
    for (const Key<Config>& key : section.keys) {
      INFO(section.name << "." << key.name);
      CHECK(key.print(config) == key.print(Config{}));
    }
  }
  config.file.clear();
  config.directory.clear();
  CHECK(config == Config{});
}

TEST_CASE("default.toml sets every key that has a default") {
  Problems problems;
  const Value root = parse_toml(read_all(kDefault), problems.add_source("default.toml"), problems);
  REQUIRE(problems.empty());
  std::size_t count = 0;
  for (const Section& section : sections()) {
    const Value* table = section.name.empty() ? &root : root.find(section.name);
    INFO(section.name);
    REQUIRE(table != nullptr);
    for (const Key<Config>& key : section.keys) {
      INFO(key.name);
      const bool has_default = !key.is_secret && !key.print(Config{}).empty();
      CHECK((table->find(key.name) != nullptr) == has_default);
      count += has_default ? 1U : 0U;
    }
  }
  CHECK(count > 30);
}

TEST_CASE("default.toml names every key") {
  std::set<std::string> named;
  for (std::string key : keys_named(read_all(kDefault))) {
    for (const char* venue : {"venues.desk.", "venues.feed.", "venues.market.", "venues.lp."}) {
      if (key.starts_with(venue)) key = "venues.NAME." + key.substr(std::string(venue).size());
    }
    named.insert(key);
  }
  for (const KeyInfo& key : all_keys()) {
    std::string path = key.path;
    if (path == "symbols") path = "symbols.symbol";
    if (path == "groups") path = "groups.name";
    // A list of tables in one line names its keys beside those of the table it is in.
    for (const std::string list : {"venues.NAME.files.", "venues.NAME.symbols."}) {
      if (path.starts_with(list)) path = "venues.NAME." + path.substr(list.size());
    }
    INFO(path);
    CHECK(named.count(path) == 1);
  }
}

TEST_CASE("keys are there once and explained") {
  std::map<std::string, int> count;
  for (const KeyInfo& key : all_keys()) {
    INFO(key.path);
    CHECK(++count[key.path] == 1);
    CHECK(key.explanation.ends_with("."));
    CHECK(!key.takes.empty());
  }
}

TEST_CASE("the demo's settings") {
  const Config config = good({.file = kDemo, .set = {}, .environment = {}});
  CHECK(config.without_effect.empty());
  CHECK(config.clock_type() == ClockType::System);
  REQUIRE(config.venues.size() == 1);
  CHECK(config.venues[0].type == VenueType::Simulated);
  CHECK(config.venues[0].seed == 1);
  CHECK(config.venues[0].quotes.empty());
  CHECK(config.symbols.size() == 26);
  CHECK(config.symbols.at(0).json ==
        R"({"category":"FOREX","commission":{"amount":25,"basis":"PER_MILLION",)"
        R"("currency":"USD"},"margin":{"hedged":"LARGER_LEG","mode":"FOREX"},"maxVolume":50,)"
        R"("schedule":"24x5","symbol":"EURUSD"})");
  REQUIRE(config.demo_accounts.size() == 3);
  CHECK(config.demo_accounts[0].username == "trader");
  CHECK(config.demo_accounts[0].deposit == Money::from_whole(10'000));
  CHECK(config.demo_accounts[1].currency == Currency::of("EUR"));
  CHECK(config.demo_accounts[2].deposit == Money::from_whole(1'000'000));
}

}  // namespace
}  // namespace tribook::config
