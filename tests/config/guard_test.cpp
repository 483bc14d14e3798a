#include "config/guard_keys.h"
#include "config_support.h"

// Kill switches that the house sets off by itself.

namespace tribook::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("the house sets off nothing by itself unless it is said") {
  CHECK_FALSE(good_text("").risk.guard.is_on());
  CHECK_FALSE(good_text("[risk.guard]\nfeed_action = \"FLATTEN\"\n").risk.guard.is_on());
}

TEST_CASE("each reason of the guard is on with its own figure") {
  for (const char* key : {"feed_silent_ms", "journal_behind_ms", "venue_failures"}) {
    INFO(key);
    CHECK(good_text("[risk.guard]\n" + std::string(key) + " = 1\n").risk.guard.is_on());
  }
}

TEST_CASE("keys of the guard are taken as they are said") {
  const Guard guard = good_text(
                          "[risk.guard]\nfeed_silent_ms = 12000\nfeed_action = \"CANCEL\"\n"
                          "feed_lifts = false\njournal_behind_ms = 2500\njournal_action = "
                          "\"FLATTEN\"\nvenue_failures = 5\nvenue_window_s = 30\n"
                          "venue_action = \"CANCEL\"\n")
                          .risk.guard;
  CHECK(guard.feed_silent == seconds{12});
  CHECK(guard.feed_action == KillAction::Cancel);
  CHECK_FALSE(guard.feed_lifts);
  CHECK(guard.journal_behind == milliseconds{2'500});
  CHECK(guard.journal_action == KillAction::Flatten);
  CHECK(guard.venue_failures == 5);
  CHECK(guard.venue_window == seconds{30});
  CHECK(guard.venue_action == KillAction::Cancel);
}

TEST_CASE("mistakes in the guard's keys are told with their line") {
  struct Case {
    const char* toml;
    const char* error;
  };
  const std::vector<Case> cases{
      {"[risk]\nguard = 1", "a.toml:2: risk.guard: must be a table, is 1"},
      {"[risk.guard]\n\nfeed_silent = 5",
       "a.toml:3: risk.guard.feed_silent: unknown key; did you mean feed_silent_ms?"},
      {"[risk.guard]\nfeed_silent_ms = -1",
       "a.toml:2: risk.guard.feed_silent_ms: must be a whole number from 0 to 86400000, is -1"},
      {"[risk.guard]\nvenue_window_s = 0",
       "a.toml:2: risk.guard.venue_window_s: must be a whole number from 1 to 86400, is 0"},
      {"[risk.guard]\nfeed_action = \"NONE\"",
       "a.toml:2: risk.guard.feed_action: must be \"BLOCK\", \"CANCEL\" or \"FLATTEN\", is "
       "\"NONE\""},
      {"[risk.guard]\nfeed_lifts = 1",
       "a.toml:2: risk.guard.feed_lifts: must be true or false, is 1"},
  };
  for (const Case& wrong : cases) {
    INFO(wrong.toml);
    CHECK(errors_of(wrong.toml) == std::vector<std::string>{wrong.error});
  }
}

TEST_CASE("the guard's keys come from the environment and from --set too") {
  const Folder folder;
  const Config config = good({.file = folder.write("a.toml", ""),
                              .set = {"risk.guard.feed_silent_ms=7000"},
                              .environment = {{"TRIBOOK_RISK__GUARD__VENUE_FAILURES", "3"}}});
  CHECK(config.risk.guard.feed_silent == seconds{7});
  CHECK(config.risk.guard.venue_failures == 3);
}

TEST_CASE("default.toml says each of the guard's keys, with its default") {
  const std::string toml = read_all(TRIBOOK_SOURCE_DIR "/config/default.toml");
  for (const Key<Guard>& key : guard_keys()) {
    INFO(key.name);
    CHECK(toml.find("\n" + key.name + " = " + key.print(Guard{}) + "\n") != std::string::npos);
  }
}

TEST_CASE("the guard's keys are printed as they are read") {
  const Config config = good_text(
      "[risk.guard]\nfeed_silent_ms = 9000\nfeed_lifts = false\nvenue_action = \"FLATTEN\"\n");
  Config again = good_text(to_toml(config));
  again.file = config.file;
  again.directory = config.directory;
  CHECK(again == config);
  again.risk.guard.feed_lifts = true;
  CHECK(again != config);
}

}  // namespace
}  // namespace tribook::config
