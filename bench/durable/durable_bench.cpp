#include <algorithm>
#include <cstdio>
#include <string>

#include "durable/bare_disk.h"
#include "durable/journal_load.h"
#include "support/options.h"
#include "support/report.h"
#include "support/running_house.h"

// From an order to its durable acknowledgement, next to what the disk can do; bench/README.md says
// what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_durable [--json] [--rates 1000,10000,...] [--seconds <per rate and round>]\n"
    "                     [--rounds N] [--warm-up <orders>] [--journal-seconds N]\n"
    "                     [--directory DIR]\n";

struct Settings {
  bool is_json = false;
  Options::Values rates{1'000, 10'000, 50'000};
  std::uint64_t seconds = 2;
  std::uint64_t rounds = 3;
  std::uint64_t warm_up = 50'000;
  std::uint64_t journal_seconds = 5;
  std::string directory = folder_beside_program();
};

constexpr std::uint64_t kBareFileBytes = 64ULL << 20;
constexpr std::uint64_t kBareWrites = 2'000;

/// What records of half orders and closes, half quotes take, as a batch of so many.
std::uint64_t batch_bytes(double records) {
  const double order = (journal::record_bytes(journaled_size(CommandKind::NewOrder), 0) +
                        journal::record_bytes(journaled_size(CommandKind::ClosePosition), 0)) /
                       2.0;
  const auto quote =
      static_cast<double>(journal::record_bytes(journaled_size(CommandKind::Quote), 0));
  return static_cast<std::uint64_t>(records * (order + quote) / 2.0) + sizeof(journal::BatchFooter);
}

void print_sizes(bool is_json) {
  Report report("durable", is_json);
  for (const auto& [name, kind] :
       {std::pair{"order", CommandKind::NewOrder}, std::pair{"close", CommandKind::ClosePosition},
        std::pair{"quote", CommandKind::Quote}}) {
    report.text("record", name);
    report.number("bytes", static_cast<double>(journal::record_bytes(journaled_size(kind), 0)));
    report.number("footer_of_a_batch", sizeof(journal::BatchFooter));
    report.print();
  }
}

/// In turns, so that a disk that changes its mind does so for both.
void measure_rate(RunningHouse& house, BareDisk& bare, const Settings& settings,
                  std::uint64_t rate) {
  Report report("durable", settings.is_json);
  for (std::uint64_t round = 0; round < settings.rounds; ++round) {
    const Load load = house.measure(rate, rate * settings.seconds);
    const double records = static_cast<double>(load.records) / static_cast<double>(load.commits);
    const std::uint64_t size = batch_bytes(records);
    base::Histogram bare_ns;
    bare.write(kBareWrites, size, bare_ns);
    const double p50 = static_cast<double>(load.latency_ns.percentile(500'000));
    const double bare_p50 = static_cast<double>(bare_ns.percentile(500'000));
    report.number("rate", static_cast<double>(rate));
    report.number("others_%", load.others_percent, 1);
    report.number("achieved", load.achieved_rate);
    report.number("records_per_batch", records, 1);
    report.number("bytes_per_record", static_cast<double>(size) / records, 1);
    report.number("commit_us", load.commit_ns_mean / 1e3, 1);
    report.number("bare_p50_us", bare_p50 / 1e3, 1);
    report.number("ratio_p50", p50 / bare_p50, 2);
    report.percentiles(load.latency_ns);
    report.print();
  }
}

void measure_journal(const Settings& settings, const char* name, journal::Durability durability,
                     std::uint64_t quotes_per_order) {
  const TemporaryFolder folder(settings.directory);
  const JournalFigures figures = journal_rate(folder.path() + "/journal", durability,
                                              quotes_per_order, settings.journal_seconds);
  Report report("durable", settings.is_json);
  report.text("durability", name);
  report.number("quotes_per_order", static_cast<double>(quotes_per_order));
  report.number("records_per_s", figures.records_per_s);
  report.number("mib_per_s", figures.mib_per_s, 1);
  report.number("bytes_per_record", figures.bytes_per_record, 1);
  report.number("records_per_batch", figures.records_per_batch, 1);
  report.number("commit_us", figures.commit_us_mean, 1);
  report.number("segments", static_cast<double>(figures.segments));
  report.number("late_segments", static_cast<double>(figures.late_preparations));
  report.print();
}

int run(const Settings& settings) {
  print_sizes(settings.is_json);
  {
    const TemporaryFolder folder(settings.directory);
    BareDisk bare(folder.path(), kBareFileBytes);
    RunningHouse house({folder.path() + "/journal", journal::Durability::Sync, {}, 64ULL << 20});
    house.warm_up(settings.warm_up);
    for (const std::uint64_t rate : settings.rates) measure_rate(house, bare, settings, rate);
    if (house.refused() != 0) {
      std::fprintf(stderr, "orders were refused: the figures are of no use\n");
      return 1;
    }
  }
  if (settings.journal_seconds == 0) return 0;
  for (const std::uint64_t quotes_per_order : {1U, 9U}) {
    measure_journal(settings, "sync", journal::Durability::Sync, quotes_per_order);
    measure_journal(settings, "none", journal::Durability::None, quotes_per_order);
  }
  return 0;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.numbers("--rates", settings.rates);
  options.number("--seconds", settings.seconds, 1);
  options.number("--rounds", settings.rounds, 1);
  options.number("--warm-up", settings.warm_up);
  options.number("--journal-seconds", settings.journal_seconds);
  options.text("--directory", settings.directory);
  const bool is_good =
      options.parse(argc, argv) &&
      std::find(settings.rates.begin(), settings.rates.end(), 0U) == settings.rates.end();
  if (!is_good) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
