#include <x86intrin.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "book/book_command.h"
#include "book/exchange_core_mix.h"
#include "book/huge_pages.h"
#include "tribook/base/hash.h"
#include "tribook/base/histogram.h"
#include "tribook/engine/book.h"

// exchange-core's mix on the standalone order book; bench/README.md says what is in a figure.

namespace tribook::bench {
namespace {

using engine::OrderBook;
using test::BookCommand;
using test::ExchangeCoreMix;

constexpr const char* kUsage =
    "usage: bench_book [--json] [--symbols N --resting N] [--commands N] [--repeats N]\n"
    "                  [--window TICKS] [--seed N] [--moves-only] [--small-pages]\n"
    "Without --symbols and --resting: 1 symbol with 1,000 and with 1,000,000 resting orders and\n"
    "1,000 symbols with 1,000,000, all with and without reduces.\n";

struct Options {
  bool json = false;
  bool moves_only = false;
  bool small_pages = false;
  std::uint64_t symbols = 0;
  std::uint64_t resting = 0;
  std::uint64_t commands = 3'000'000;
  std::uint64_t repeats = 3;
  std::uint64_t window = 0;
  std::uint64_t seed = 1;
};

/// A command and the number of the book that it is for.
struct Addressed {
  BookCommand command;
  std::uint32_t symbol = 0;
};

/// Counts what was told: the work of a caller that needs next to nothing.
struct Counter {
  void operator()(const engine::BookTrade& report) {
    ++trades;
    volume += report.volume.raw;
  }
  void operator()(const engine::BookRejected&) { ++rejected; }
  void operator()(const engine::BookRested& report) { volume += report.volume.raw; }
  void operator()(const engine::BookCancelled& report) { volume -= report.volume.raw; }
  void operator()(const engine::BookReduced& report) { volume -= report.by.raw; }
  void operator()(const engine::BookReplaced&) { ++replaced; }

  std::uint64_t trades = 0;
  std::uint64_t rejected = 0;
  std::uint64_t replaced = 0;
  std::int64_t volume = 0;

  friend bool operator==(const Counter&, const Counter&) = default;
};

enum Operation : std::size_t { kGtc, kIoc, kCancel, kReduce, kMove, kOperations };
constexpr std::array<const char*, kOperations> kNames{"gtc", "ioc", "cancel", "reduce", "move"};

Operation operation_of(const BookCommand& command) {
  switch (command.kind) {
    case BookCommand::Kind::Add:
      return command.order.time_in_force == TimeInForce::Gtc ? kGtc : kIoc;
    case BookCommand::Kind::Cancel:
      return kCancel;
    case BookCommand::Kind::Reduce:
      return kReduce;
    case BookCommand::Kind::Replace:
      return kMove;
  }
  return kMove;
}

struct Setting {
  std::uint64_t symbols;
  std::uint64_t resting;  // of all symbols together
  bool moves_only;
};

double seconds_at_work() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// The books of all symbols, and the commands that they get.
class Exchange {
 public:
  Exchange(const Options& options, const Setting& setting) : setting_(setting) {
    const std::uint64_t resting = setting.resting / setting.symbols;
    limits_.orders = static_cast<std::uint32_t>(resting + resting / 4 + 512);
    small_pages_ = options.small_pages;
    limits_.window = static_cast<std::uint32_t>(options.window != 0    ? options.window
                                                : setting.symbols == 1 ? 131'072
                                                                       : 16'384);
    make_books();
    std::vector<ExchangeCoreMix> mixes;
    for (std::uint64_t i = 0; i < setting.symbols; ++i) {
      mixes.emplace_back(static_cast<std::int64_t>(options.seed + i), resting, setting.moves_only,
                         1 + i, setting.symbols);
    }
    generate(mixes, options);
  }

  void make_books() {
    books_.clear();
    pages_ = std::make_unique<HugePages>();
    std::pmr::memory_resource* memory = std::pmr::get_default_resource();
    if (!small_pages_) memory = pages_.get();
    for (std::uint64_t i = 0; i < setting_.symbols; ++i) {
      books_.push_back(std::make_unique<OrderBook>(ExchangeCoreMix::kTick, limits_, memory));
    }
  }

  void fill(Counter& counter) {
    for (const Addressed& item : filling_) item.command.apply(*books_[item.symbol], counter);
  }

  /// Seconds for all commands, and how many of them this thread had the core.
  std::pair<double, double> run(Counter& counter) {
    const auto begin = std::chrono::steady_clock::now();
    const double begin_at_work = seconds_at_work();
    for (const Addressed& item : commands_) item.command.apply(*books_[item.symbol], counter);
    const double at_work = seconds_at_work() - begin_at_work;
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
            at_work};
  }

  /// The cycles of each single command by operation.
  void run_timed(Counter& counter, std::array<base::Histogram, kOperations>& cycles) {
    for (const Addressed& item : commands_) {
      const std::uint64_t begin = __rdtsc();
      item.command.apply(*books_[item.symbol], counter);
      cycles[operation_of(item.command)].record(__rdtsc() - begin);
    }
  }

  [[nodiscard]] std::array<std::uint64_t, kOperations> counts() const {
    std::array<std::uint64_t, kOperations> counts{};
    for (const Addressed& item : commands_) ++counts[operation_of(item.command)];
    return counts;
  }
  [[nodiscard]] std::uint64_t resting() const {
    std::uint64_t sum = 0;
    for (const auto& book : books_) sum += book->size();
    return sum;
  }

 private:
  void generate(std::vector<ExchangeCoreMix>& mixes, const Options& options) {
    const auto one = [&](std::uint32_t symbol) {
      const Addressed item{mixes[symbol].next(), symbol};
      item.command.apply(*books_[symbol], [&](const auto& report) { mixes[symbol].on(report); });
      return item;
    };
    test::JavaRandom random(static_cast<std::int64_t>(options.seed));
    // Symbols in turn, as they would be filled in life: their orders lie mingled in memory.
    for (bool is_filled = false; !is_filled;) {
      is_filled = true;
      for (std::uint32_t symbol = 0; symbol < mixes.size(); ++symbol) {
        if (mixes[symbol].is_filled()) continue;
        filling_.push_back(one(symbol));
        is_filled = false;
      }
    }
    commands_.reserve(options.commands);
    for (std::uint64_t i = 0; i < options.commands; ++i) {
      const auto symbols = static_cast<std::int32_t>(mixes.size());
      commands_.push_back(one(static_cast<std::uint32_t>(random.next_int(symbols))));
    }
  }

  Setting setting_;
  engine::BookLimits limits_;
  bool small_pages_ = false;
  std::unique_ptr<HugePages> pages_;
  std::vector<std::unique_ptr<OrderBook>> books_;
  std::vector<Addressed> filling_;
  std::vector<Addressed> commands_;
};

double cycles_per_ns() {
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t cycles = __rdtsc();
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(50)) {
  }
  const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(__rdtsc() - cycles) / ns.count();
}

/// What an empty measurement shows, which is in each figure.
std::uint64_t timer_cycles() {
  base::Histogram cycles;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t begin = __rdtsc();
    cycles.record(__rdtsc() - begin);
  }
  return cycles.percentile(500'000);
}

struct Row {
  Setting setting{};
  std::vector<double> mops;          // each repeat, sorted
  std::vector<double> mops_at_work;  // the same, but only the time on a core counted
  std::array<base::Histogram, kOperations> cycles;
  base::Histogram all;
  std::array<std::uint64_t, kOperations> counts{};
  std::uint64_t resting = 0;
  Counter counter;
};

constexpr std::array<std::uint32_t, 4> kPercentiles{500'000, 900'000, 990'000, 999'000};

void print_json(const Row& row, double per_ns) {
  std::printf(
      "{\"bench\":\"book\",\"symbols\":%llu,\"resting\":%llu,\"moves_only\":%s,\"mops\":%.2f,"
      "\"mops_min\":%.2f,\"mops_max\":%.2f,\"mops_at_work\":%.2f,\"trades\":%llu",
      static_cast<unsigned long long>(row.setting.symbols),
      static_cast<unsigned long long>(row.setting.resting),
      row.setting.moves_only ? "true" : "false", row.mops[row.mops.size() / 2], row.mops.front(),
      row.mops.back(), row.mops_at_work[row.mops_at_work.size() / 2],
      static_cast<unsigned long long>(row.counter.trades));
  for (std::size_t i = 0; i < kOperations; ++i) {
    std::printf(",\"%s\":{\"count\":%llu", kNames[i],
                static_cast<unsigned long long>(row.counts[i]));
    constexpr std::array<const char*, 4> names{"p50_ns", "p90_ns", "p99_ns", "p999_ns"};
    for (std::size_t p = 0; p < names.size(); ++p) {
      std::printf(",\"%s\":%.0f", names[p],
                  static_cast<double>(row.cycles[i].percentile(kPercentiles[p])) / per_ns);
    }
    std::printf(",\"max_ns\":%.0f}", static_cast<double>(row.cycles[i].max()) / per_ns);
  }
  std::printf("}\n");
}

void print_table(const Row& row, double per_ns) {
  std::printf(
      "%llu symbols, %llu resting (%llu at the end)%s: %.1f M ops/s (%.1f to %.1f), %.1f ns\n",
      static_cast<unsigned long long>(row.setting.symbols),
      static_cast<unsigned long long>(row.setting.resting),
      static_cast<unsigned long long>(row.resting), row.setting.moves_only ? ", no reduces" : "",
      row.mops[row.mops.size() / 2], row.mops.front(), row.mops.back(),
      1e3 / row.mops[row.mops.size() / 2]);
  std::uint64_t all = 0;
  for (const std::uint64_t count : row.counts) all += count;
  std::printf("  %-8s %7s %8s %8s %8s %8s %10s\n", "", "%", "p50 ns", "p90", "p99", "p99.9", "max");
  for (std::size_t i = 0; i < kOperations; ++i) {
    if (row.counts[i] == 0) continue;
    std::printf("  %-8s %7.1f", kNames[i],
                100.0 * static_cast<double>(row.counts[i]) / static_cast<double>(all));
    for (const std::uint32_t p : kPercentiles) {
      std::printf(" %8.0f", static_cast<double>(row.cycles[i].percentile(p)) / per_ns);
    }
    std::printf(" %10.0f\n", static_cast<double>(row.cycles[i].max()) / per_ns);
  }
  std::printf("  %.1f trades for 100 commands; %.1f M ops/s (%.1f to %.1f) of the time on a core\n",
              100.0 * static_cast<double>(row.counter.trades) / static_cast<double>(all),
              row.mops_at_work[row.mops_at_work.size() / 2], row.mops_at_work.front(),
              row.mops_at_work.back());
}

// False when the runs differed from one another: then something is broken.
bool measure(const Options& options, const Setting& setting, double per_ns) {
  Exchange exchange(options, setting);
  Row row;
  row.setting = setting;
  row.counts = exchange.counts();
  bool is_good = true;
  for (std::uint64_t i = 0; i <= options.repeats; ++i) {
    exchange.make_books();
    Counter filling;
    exchange.fill(filling);
    Counter counter;
    if (i == options.repeats) {
      exchange.run_timed(counter, row.cycles);
    } else {
      const auto [seconds, at_work] = exchange.run(counter);
      row.mops.push_back(static_cast<double>(options.commands) / seconds / 1e6);
      row.mops_at_work.push_back(static_cast<double>(options.commands) / at_work / 1e6);
    }
    is_good = is_good && counter.rejected == 0 && (i == 0 || counter == row.counter);
    row.counter = counter;
  }
  row.resting = exchange.resting();
  std::sort(row.mops.begin(), row.mops.end());
  std::sort(row.mops_at_work.begin(), row.mops_at_work.end());
  (options.json ? print_json : print_table)(row, per_ns);
  std::fflush(stdout);
  return is_good;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--json") options.json = true;
    if (name == "--moves-only") options.moves_only = true;
    if (name == "--small-pages") options.small_pages = true;
    if (name == "--json" || name == "--moves-only" || name == "--small-pages") continue;
    std::uint64_t* value = name == "--symbols"    ? &options.symbols
                           : name == "--resting"  ? &options.resting
                           : name == "--commands" ? &options.commands
                           : name == "--repeats"  ? &options.repeats
                           : name == "--window"   ? &options.window
                           : name == "--seed"     ? &options.seed
                                                  : nullptr;
    if (value == nullptr || i + 1 == argc) return false;
    const std::string_view text = argv[++i];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
  }
  const bool has_setting = options.symbols != 0 || options.resting != 0;
  if (has_setting && (options.symbols == 0 || options.resting < 2 * options.symbols)) return false;
  return options.repeats > 0 && options.commands > 0;
}

int run(const Options& options) {
  const double per_ns = cycles_per_ns();
  std::vector<Setting> settings;
  if (options.symbols != 0) {
    settings.push_back({options.symbols, options.resting, options.moves_only});
  } else {
    for (const bool moves_only : {true, false}) {
      settings.push_back({1, 1'000, moves_only});
      settings.push_back({1, 1'000'000, moves_only});
      settings.push_back({1'000, 1'000'000, moves_only});
    }
  }
  if (!options.json) {
    std::printf("the timer's own share of each single figure: %.0f ns\n",
                static_cast<double>(timer_cycles()) / per_ns);
  }
  bool is_good = true;
  for (const Setting& setting : settings) is_good = measure(options, setting, per_ns) && is_good;
  if (is_good) return 0;
  std::fputs("commands were refused or runs differed: the figures are of no use\n", stderr);
  return 1;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  tribook::bench::Options options;
  if (!tribook::bench::parse(argc, argv, options)) {
    std::fputs(tribook::bench::kUsage, stderr);
    return 2;
  }
  return tribook::bench::run(options);
}
