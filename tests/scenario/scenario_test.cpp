// Whole scenarios against the oracle in oracle/: a stream of operations is drawn from a seed while
// one driver plays it, then every driver plays it again, and what came of it must be the oracle's
// lines, one for one, to the last digit.
//
// One scenario of choice:
//   TRIBOOK_SCENARIO_SEED=7 TRIBOOK_SCENARIO_SHAPE=short scenario_scenario "[chosen]"
// With TRIBOOK_SCENARIO_KEEP=folder the operations and the results of oracle and drivers stay
// there; with TRIBOOK_SCENARIO_COUNT=100 the seeds after it follow.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "scenario/driver.h"
#include "scenario/generator.h"
#include "scenario/oracle_process.h"
#include "scenario/player.h"

namespace tribook::scenario {
namespace {

const Shape kFull{.name = "full", .moves = {.jumps_in_10000 = 20, .wide_in_10000 = 20}};
const Shape kShort{.name = "short",
                   .client_operations = 500,
                   .ticks = 3'000,
                   .varied = true,
                   .moves = {.moves_recorded = true, .jumps_in_10000 = 40, .wide_in_10000 = 60}};

std::string reproduce(const Shape& shape, std::uint64_t seed) {
  return "reproduce: TRIBOOK_SCENARIO_SEED=" + std::to_string(seed) +
         " TRIBOOK_SCENARIO_SHAPE=" + shape.name +
         " " TRIBOOK_BINARY_DIR "/bin/scenario_scenario \"[chosen]\"";
}

Stream draw(const Shape& shape, std::uint64_t seed) {
  Generator generator(shape, seed);
  Stream stream;
  stream.instruments = generator.instruments();
  stream.accounts = generator.accounts();
  const auto driver = driver_kinds().front().make();
  Player player(stream, *driver);
  while (const auto operation = generator.next()) {
    stream.operations.push_back(*operation);
    for (const Event& event : player.play(*operation)) generator.note(event);
  }
  return stream;
}

struct Played {
  std::vector<std::string> lines;
  std::uint64_t state_hash = 0;
};

Played play(const Stream& stream, const DriverKind& kind) {
  const auto driver = kind.make();
  Player player(stream, *driver);
  for (const Operation& operation : stream.operations) player.play(operation);
  player.finish();
  return {player.lines(), driver->state_hash()};
}

std::string line_at(const std::vector<std::string>& lines, std::size_t index) {
  return index < lines.size() ? lines[index] : "(nothing more)";
}

// The operation that a line names, in the oracle's words.
std::string cause_of(const Stream& stream, const std::string& line) {
  constexpr std::string_view key = "\"op\":";
  const std::size_t found = line.find(key);
  if (found == std::string::npos) return "(the end)";
  const std::size_t number = std::stoul(line.substr(found + key.size()));
  return std::to_string(number) + ": " + to_json(stream, stream.operations.at(number - 1));
}

std::optional<std::string> first_difference(const Stream& stream,
                                            const std::vector<std::string>& oracle,
                                            const std::vector<std::string>& engine) {
  for (std::size_t i = 0; i < std::max(oracle.size(), engine.size()); ++i) {
    const std::string expected = line_at(oracle, i);
    const std::string got = line_at(engine, i);
    if (expected == got) continue;
    return "line " + std::to_string(i + 1) + "\n  oracle: " + expected + "\n  engine: " + got +
           "\n  oracle's operation " + cause_of(stream, expected) + "\n  engine's operation " +
           cause_of(stream, got);
  }
  return std::nullopt;
}

void keep(const std::string& name, const std::vector<std::string>& lines) {
  const char* folder = std::getenv("TRIBOOK_SCENARIO_KEEP");
  if (folder == nullptr) return;
  std::ofstream file(std::string(folder) + "/" + name);
  for (const std::string& line : lines) file << line << '\n';
}

void keep(const Stream& stream) {
  const char* folder = std::getenv("TRIBOOK_SCENARIO_KEEP");
  if (folder == nullptr) return;
  std::filesystem::create_directories(folder);
  write_file(stream, std::string(folder) + "/operations.jsonl");
}

/// How often each kind of result came, over scenarios: a scenario that tests nothing shall show.
using Counts = std::map<std::string, std::size_t>;

void count(Counts& counts, const std::vector<std::string>& lines) {
  const auto value_of = [](const std::string& line, const std::string& key) -> std::string {
    const std::size_t found = line.find("\"" + key + "\":\"");
    if (found == std::string::npos) return {};
    const std::size_t begin = found + key.size() + 4;
    return line.substr(begin, line.find('"', begin) - begin);
  };
  for (const std::string& line : lines) {
    std::string kind = value_of(line, "event");
    for (const char* key : {"status", "code", "reason", "type"}) {
      const std::string value = value_of(line, key);
      if (!value.empty()) kind += " " + value;
    }
    ++counts[kind];
  }
}

void run(const Shape& shape, std::uint64_t seed, Counts& counts) {
  INFO(reproduce(shape, seed));
  const Stream stream = draw(shape, seed);
  keep(stream);
  TemporaryFolder folder;
  write_file(stream, folder.file("operations.jsonl"));
  OracleProcess oracle(folder.file("operations.jsonl"), folder.file("results.jsonl"));
  std::map<std::string, Played> played;
  for (const DriverKind& kind : driver_kinds()) {
    played[kind.name] = play(stream, kind);
    keep(kind.name + ".jsonl", played[kind.name].lines);
  }
  const std::vector<std::string> expected = oracle.lines();
  keep("oracle.jsonl", expected);

  std::map<std::string, std::uint64_t> hashes;
  for (const DriverKind& kind : driver_kinds()) {
    INFO("driver: " << kind.name);
    const auto difference = first_difference(stream, expected, played[kind.name].lines);
    if (difference) FAIL(*difference);
    const std::uint64_t hash = played[kind.name].state_hash;
    CHECK(hashes.try_emplace(kind.hash_group, hash).first->second == hash);
  }
  CHECK(play(stream, driver_kinds().front()).state_hash ==
        played[driver_kinds().front().name].state_hash);
  count(counts, expected);
}

void print(const Counts& counts) {
  for (const auto& [kind, times] : counts) std::printf("  %-40s %8zu\n", kind.c_str(), times);
}

void require_each(const Counts& counts, std::size_t least) {
  for (const char* kind : {"order FILLED",
                           "order REJECTED SYMBOL_UNKNOWN",
                           "order REJECTED VOLUME_OUT_OF_RANGE",
                           "order REJECTED VOLUME_STEP",
                           "order REJECTED STALE_QUOTE",
                           "order REJECTED PRICE_INVALID",
                           "order REJECTED NO_CONVERSION",
                           "order REJECTED INSUFFICIENT_MARGIN",
                           "closed MANUAL",
                           "closed SL_HIT",
                           "closed TP_HIT",
                           "closed STOP_OUT",
                           "ledger DEPOSIT",
                           "ledger WITHDRAWAL",
                           "ledger COMMISSION",
                           "ledger REALIZED_PNL",
                           "ledger NEGATIVE_BALANCE",
                           "margin_call",
                           "stop_out",
                           "modified",
                           "refused NOT_FOUND",
                           "refused PRICE_INVALID",
                           "refused VOLUME_STEP",
                           "refused VOLUME_OUT_OF_RANGE",
                           "refused INSUFFICIENT_FUNDS",
                           "account",
                           "position"}) {
    INFO(kind);
    const auto found = counts.find(kind);
    CHECK((found == counts.end() ? 0 : found->second) >= least);
  }
}

}  // namespace

TEST_CASE("the whole recorded file and 10,000 operations, to the cent as the oracle has it") {
  constexpr std::uint64_t kSeed = 20140501;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Counts counts;
  run(kFull, kSeed, counts);
  print(counts);
  require_each(counts, 5);
}

TEST_CASE("twenty short scenarios with gaps and spikes, as the oracle has them") {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) run(kShort, seed, counts);
  print(counts);
  require_each(counts, 5);
}

TEST_CASE("a single operation that differs shows") {
  constexpr std::uint64_t kSeed = 3;
  INFO(reproduce(kShort, kSeed));
  Stream stream = draw(kShort, kSeed);
  const Played right = play(stream, driver_kinds().front());
  CHECK_FALSE(first_difference(stream, right.lines, right.lines));
  const auto is_deposit = [](const Operation& operation) {
    return std::holds_alternative<Payment>(operation);
  };
  const auto deposit = std::find_if(stream.operations.begin(), stream.operations.end(), is_deposit);
  REQUIRE(deposit != stream.operations.end());
  std::get<Payment>(*deposit).amount += Money::from_whole(1);
  const Played wrong = play(stream, driver_kinds().front());
  CHECK(first_difference(stream, right.lines, wrong.lines));
  CHECK(right.state_hash != wrong.state_hash);
}

TEST_CASE("the scenario that the environment names", "[.][chosen]") {
  const char* first = std::getenv("TRIBOOK_SCENARIO_SEED");
  const char* shape = std::getenv("TRIBOOK_SCENARIO_SHAPE");
  const char* how_many = std::getenv("TRIBOOK_SCENARIO_COUNT");
  REQUIRE(first != nullptr);
  const std::uint64_t seed = std::strtoull(first, nullptr, 10);
  const std::uint64_t end = seed + (how_many != nullptr ? std::strtoull(how_many, nullptr, 10) : 1);
  Counts counts;
  for (std::uint64_t s = seed; s < end; ++s) {
    run(shape != nullptr && kShort.name == shape ? kShort : kFull, s, counts);
  }
  print(counts);
}

}  // namespace tribook::scenario
