#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/house_snapshot.h"
#include "core/record_codec.h"
#include "core/replica.h"
#include "journal/posix_disk.h"
#include "snapshot/shelf.h"
#include "support/options.h"
#include "support/recorder.h"
#include "support/report.h"
#include "tribook/base/assert.h"
#include "tribook/journal/verify.h"

// How long a start takes: replaying a journal, and loading a snapshot. bench/README.md says what is
// in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_recovery [--json] [--records N] [--quotes-per-order 1,9,...] [--runs N]\n"
    "                      [--positions N] [--accounts N] [--directory DIR]\n";

struct Settings {
  bool is_json = false;
  std::uint64_t records = 2'000'000;
  Options::Values mixes{1, 9};
  std::uint64_t runs = 3;
  std::uint64_t positions = 1'000'000;  // of the snapshot; 0 leaves it out
  std::uint64_t accounts = 100'000;     // of the snapshot
  std::string directory = folder_beside_program();
};

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Times {
  std::vector<double> seconds;
  void add(const auto& work) { seconds.push_back(seconds_of(work)); }
  [[nodiscard]] double least() const { return *std::min_element(seconds.begin(), seconds.end()); }
  [[nodiscard]] double median() const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

engine::EngineLimits limits_of(std::uint64_t accounts, std::uint64_t positions) {
  engine::EngineLimits limits;
  limits.accounts = static_cast<std::uint32_t>(accounts);
  limits.positions = static_cast<std::uint32_t>(positions);
  limits.symbols = 64;
  limits.client_ids = 1'024;
  return limits;
}

void demand(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// --- Replay ---

std::unique_ptr<journal::Writer> open_journal(journal::Disk& disk, const std::string& directory) {
  journal::WriterOptions options;
  options.directory = directory;
  options.durability = journal::Durability::None;
  options.rules_version = engine::kRulesVersion;
  journal::WriterResult opened = journal::Writer::open(disk, options, journal::End{});
  demand(opened.writer != nullptr, opened.message);
  return std::move(opened.writer);
}

/// The state hash that a replay must come to.
std::uint64_t make_journal(journal::Disk& disk, const std::string& directory,
                           const engine::EngineLimits& limits, std::uint64_t records,
                           std::uint64_t quotes_per_order) {
  const auto writer = open_journal(disk, directory);
  Recorder recorder({}, limits, writer.get());
  while (recorder.records() < records) {
    for (std::uint64_t i = 0; i < quotes_per_order; ++i) recorder.quote();
    recorder.order();
  }
  recorder.close();
  demand(recorder.refused() == 0, "orders were refused: the figures are of no use");
  return recorder.house().state_hash();
}

std::uint64_t decode_all(journal::Disk& disk, const std::string& directory) {
  Slab slab(64);
  journal::Reader reader(disk, {directory, engine::kRulesVersion, 0});
  std::uint64_t records = 0;
  for (auto step = reader.next(); step != journal::Reader::Step::End; step = reader.next()) {
    if (step != journal::Reader::Step::Record) continue;
    const auto record = core::decode(reader.record(), slab);
    demand(record.has_value(), "a record cannot be read");
    slab.release(record->command.header.text);
    ++records;
  }
  return records;
}

void measure_replay(const Settings& settings, const std::string& directory,
                    std::uint64_t quotes_per_order) {
  journal::PosixDisk disk;
  const engine::EngineLimits limits = limits_of(20'000, 100'000);
  const std::uint64_t hash =
      make_journal(disk, directory, limits, settings.records, quotes_per_order);
  journal::Summary summary;
  Times check;
  Times decode;
  Times replay;
  for (std::uint64_t run = 0; run < settings.runs; ++run) {
    check.add([&] { summary = journal::verify(disk, directory); });
    decode.add([&] { decode_all(disk, directory); });
    Slab slab(64);
    core::Replica replica(limits, slab);
    core::ReplayResult result;
    replay.add([&] { result = replica.replay(disk, directory); });
    demand(result.is_good, result.problem);
    demand(replica.house().state_hash() == hash, "the replay comes to another state");
  }
  const auto records = static_cast<double>(summary.records);
  Report report("recovery", settings.is_json);
  const auto row = [&](const char* what, const Times& times) {
    report.text("part", what);
    report.number("quotes_per_order", static_cast<double>(quotes_per_order));
    report.number("records", records);
    report.number("best_records_per_s", records / times.least());
    report.number("median_records_per_s", records / times.median());
    report.number("ns_per_record", times.least() / records * 1e9);
    report.number("bytes_per_record", static_cast<double>(summary.bytes) / records, 1);
    report.print();
  };
  row("checksums", check);
  row("decode", decode);
  row("replay", replay);
}

// --- Snapshots ---

std::unique_ptr<Recorder> make_house(const Settings& settings, const engine::EngineLimits& limits) {
  WorkloadShape shape;
  shape.accounts = static_cast<std::uint32_t>(settings.accounts);
  shape.held_positions = settings.positions;
  auto recorder = std::make_unique<Recorder>(shape, limits, nullptr);
  for (std::uint64_t i = 0; i < settings.positions; ++i) {
    recorder->order();
    if (i % 4 == 0) recorder->quote();
  }
  demand(recorder->refused() == 0, "orders were refused: the figures are of no use");
  return recorder;
}

void measure_snapshot(const Settings& settings, const std::string& directory) {
  journal::PosixDisk disk;
  const engine::EngineLimits limits = limits_of(settings.accounts, settings.positions + 1);
  const auto made = make_house(settings, limits);
  snapshot::Shelf shelf(disk, directory, 1);
  journal::EndPosition position;
  position.last_sequence = made->records();
  const Sequence sequence{made->records()};
  Times hash;
  Times take;
  Times pack;
  Times put;
  Times get;
  Times load;
  std::size_t state_bytes = 0;
  std::size_t file_bytes = 0;
  for (std::uint64_t run = 0; run < settings.runs; ++run) {
    snapshot::Snapshot taken;
    hash.add([&] { static_cast<void>(made->house().state_hash()); });
    take.add([&] { taken = core::snapshot_of(made->house(), {}, position); });
    state_bytes = taken.state.size();
    pack.add([&] { file_bytes = snapshot::encode(taken).size(); });
    put.add([&] { demand(shelf.put(taken).empty(), "the snapshot cannot be written"); });
    snapshot::DecodeResult read;
    get.add([&] { read = shelf.get(sequence); });
    demand(read.snapshot.has_value(), read.problem);
    Slab slab(64);
    core::HouseResult result;
    load.add([&] { result = core::house_of(*read.snapshot, limits, slab); });
    demand(result.house != nullptr, result.problem);
  }
  Report report("recovery", settings.is_json);
  const auto row = [&](const char* what, double least, double median) {
    report.text("part", what);
    report.number("positions", static_cast<double>(settings.positions));
    report.number("accounts", static_cast<double>(settings.accounts));
    report.number("best_ms", least * 1e3, 1);
    report.number("median_ms", median * 1e3, 1);
    report.number("state_mib", static_cast<double>(state_bytes) / (1 << 20), 1);
    report.number("file_mib", static_cast<double>(file_bytes) / (1 << 20), 1);
    report.print();
  };
  row("hash", hash.least(), hash.median());
  row("hash+save", take.least(), take.median());
  row("compress", pack.least(), pack.median());
  row("compress+write", put.least(), put.median());
  row("read+unpack", get.least(), get.median());
  row("build+hash", load.least(), load.median());
  row("load", get.least() + load.least(), get.median() + load.median());
}

int run(const Settings& settings) {
  for (const std::uint64_t mix : settings.mixes) {
    const TemporaryFolder folder(settings.directory);
    measure_replay(settings, folder.path(), mix);
  }
  if (settings.positions == 0) return 0;
  const TemporaryFolder folder(settings.directory);
  measure_snapshot(settings, folder.path());
  return 0;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.number("--records", settings.records, 1);
  options.numbers("--quotes-per-order", settings.mixes);
  options.number("--runs", settings.runs, 1);
  options.number("--positions", settings.positions);
  options.number("--accounts", settings.accounts, 1);
  options.text("--directory", settings.directory);
  if (!options.parse(argc, argv)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
