#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "client/client.h"
#include "client/command.h"

using namespace tribook::client;

namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

// Words apart, for a table. Blanks within a word are not needed here.
int run_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return run(words);
}

void log_out_of_everything() {
  ::setenv("HOME", "/nonexistent", 1);
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("TRIBOOK_SESSION");
}

}  // namespace

TEST_CASE("words that are no command of the client, found before a login is asked for") {
  log_out_of_everything();
  const char* lines[] = {
      "",
      "fly",
      "admin",
      "admin fly",
      "admin order buy EURUSD 1",
      "accounts",
      "login",
      "login anna boris",
      "login anna --password secret",
      "login anna --url",
      "login anna --url nowhere",
      "login anna --url http://user:secret@host",
      "login anna --json",
      "logout now",
      "order",
      "order buy",
      "order buy EURUSD",
      "order buy EURUSD 1 2",
      "order hold EURUSD 1",
      "order buy EURUSD much",
      "order buy EURUSD 0",
      "order buy EURUSD -1",
      "order buy EURUSD 0.000000001",
      "order buy EURUSD 1 --sl",
      "order buy EURUSD 1 --sl none",
      "order buy EURUSD 1 --tp x",
      "order buy EURUSD 1 --max-slippage -1",
      "order buy EURUSD 1 --id=",
      "order buy EURUSD 1 --fast",
      "order buy EURUSD 1 --limit 5",
      "order buy EURUSD 1 --account me",
      "order buy EURUSD 1 --account 0",
      "order buy EURUSD 1 --timeout 0",
      "order buy EURUSD 1 --timeout 1.5",
      "order buy EURUSD 1 --timeout 3601",
      "order buy EURUSD 1 --timeout soon",
      "close",
      "close x",
      "close 0",
      "close 1 x",
      "close 1 0",
      "close 1 0.1 2",
      "close 1 --all",
      "close --symbol EURUSD",
      "close 1 --symbol EURUSD",
      "modify",
      "modify 1",
      "modify x --sl 1",
      "modify 1 --sl",
      "modify 1 --sl low",
      "modify 1 --sl 0",
      "positions open",
      "positions --all",
      "positions --session=",
      "positions --limit x",
      "positions --limit 0",
      "positions --json --limit -1",
      "orders --closed",
      "trades 5",
      "summary --limit 5",
      "candles",
      "candles EURUSD",
      "candles EURUSD 1m 5m",
      "margin EURUSD",
      "margin EURUSD x",
      "margin EURUSD 1 --side hold",
      "admin account",
      "admin account x",
      "admin account 1 2",
      "admin account -1",
      "admin create-account",
      "admin create-account maria --password x",
      "admin create-account maria --leverage much",
      "admin create-account maria --deposit -5",
      "admin deposit 1",
      "admin deposit x 100",
      "admin deposit 1 x",
      "admin deposit 1 -100",
      "admin deposit 1 100 --key=",
      "admin deposit 1 100 --key=\x01",
      "admin withdraw",
      "admin withdraw 1 0",
      "admin symbol",
      "admin enable",
      "admin disable A B",
      "admin quote EURUSD 1",
      "admin quote EURUSD x 1",
      "admin quote EURUSD 1 0",
      "admin clock",
      "admin positions --closed",
      "admin positions --account x",
      "admin risk maxOpenPositions",
      "admin risk set",
      "admin risk set maxOpenPositions",
      "admin risk set maxOpenPositions many",
      "admin risk set maxOpenPositions -1",
      "admin risk set maxOpenPositions 5 maybe",
      "admin risk set maxOpenPositions off warn",
      "admin risk set max/Open 5",
      "admin risk set maxOpenPositions 5 warn now",
      "admin risk unset",
      "admin risk unset maxOpenPositions 5",
      "admin risk --account x",
      "admin risk --group a --symbol EURUSD",
      "admin kill-switch house",
      "admin kill-switch on",
      "admin kill-switch on house",
      "admin kill-switch on house block",
      "admin kill-switch on house stop --reason x",
      "admin kill-switch on house block --reason=",
      "admin kill-switch on house block now --reason x",
      "admin kill-switch on venue x block --reason x",
      "admin kill-switch on group",
      "admin kill-switch on account x block --reason x",
      "admin kill-switch on account 1 --reason x",
      "admin kill-switch off",
      "admin kill-switch off symbol",
      "admin kill-switch off house block",
      "admin kill-switch --reason x",
      "admin health now",
      "admin health --url here",
      "admin metrics --json",
  };
  for (const char* line : lines) {
    INFO(line);
    CHECK(run_words(line) == kBadUsage);
  }
}

TEST_CASE("without a login every command fails, and none is bad usage") {
  log_out_of_everything();
  const char* lines[] = {
      "logout",
      "logout --admin",
      "whoami",
      "whoami --admin",
      "order buy EURUSD 0.1",
      "order SELL EURUSD 1 --sl 1.1 --tp 1 --max-slippage 0.5 --id=a --comment c --account 3 "
      "--json",
      "close 1",
      "close 1 0.5",
      "close --all",
      "close --all --symbol EURUSD",
      "modify 1 --sl none --tp 1.5",
      "positions",
      "positions --closed --limit 5 --cursor 3",
      "orders --all --all-pages",
      "trades --json",
      "ledger --account 2",
      "summary",
      "symbols",
      "quotes",
      "quotes EURUSD GBPUSD --watch",
      "candles EURUSD 1m --limit 5",
      "margin EURUSD 1 --side sell",
      "admin accounts",
      "admin account 1",
      "admin create-account maria --currency EUR --deposit 0 --leverage 50 --type LIVE",
      "admin deposit 1 100 --note n --key k",
      "admin withdraw 1 100",
      "admin symbols",
      "admin symbol EURUSD",
      "admin enable EURUSD",
      "admin disable EURUSD",
      "admin quote EURUSD 1.1 1.2",
      "admin clock 2026-01-21T22:00:00Z",
      "admin positions --account 1",
      "admin orders --all",
      "admin risk",
      "admin risk --group vip",
      "admin risk set maxOpenPositions 5",
      "admin risk set maxOpenPositions 5 warn --account 3",
      "admin risk set stopLossRequired true --symbol EURUSD",
      "admin risk set maxLeverage off --json",
      "admin risk unset maxOpenPositions",
      "admin kill-switch",
      "admin kill-switch on house flatten --reason x",
      "admin kill-switch on group vip BLOCK --reason x",
      "admin kill-switch on account 1 cancel --reason x --json",
      "admin kill-switch off symbol EURUSD --reason x",
  };
  for (const char* line : lines) {
    INFO(line);
    CHECK(run_words(line) == kFailed);
  }
}

TEST_CASE("every command has a help") {
  CHECK(run_words("--help") == kGood);
  CHECK(run_words("admin --help") == kGood);
  for (const Command& command : command_table()) {
    INFO(command.name);
    CHECK(run_words(std::string(command.name) + " --help") == kGood);
  }
}

TEST_CASE("the table of commands is whole") {
  std::set<std::string_view> names;
  for (const Command& command : command_table()) {
    INFO(command.name);
    CHECK(names.insert(command.name).second);
    CHECK(command.run != nullptr);
    CHECK_FALSE(command.summary.empty());
    const std::string usage = whole_usage(command);
    const Syntax syntax = parse_usage(usage);
    std::set<std::string_view> options(syntax.valued.begin(), syntax.valued.end());
    options.insert(syntax.flags.begin(), syntax.flags.end());
    CHECK(options.size() == syntax.valued.size() + syntax.flags.size());
  }
}
