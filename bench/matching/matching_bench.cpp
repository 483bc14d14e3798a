#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/crowd_engine.h"
#include "support/cycles.h"
#include "support/machine_load.h"
#include "support/options.h"
#include "support/report.h"
#include "tribook/base/histogram.h"

// Orders of clients that meet inside the house: the whole engine, with few and with many orders at
// rest. bench/README.md says what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_matching [--json] [--resting N,N,...] [--prices N] [--rounds N] [--seed N]\n";

struct Settings {
  bool is_json = false;
  Options::Values resting{1'000, 1'000'000};
  std::uint64_t prices = 10'000;  // at most, of each side
  std::uint64_t rounds = 300'000;
  std::uint64_t seed = 1;
};

constexpr SymbolId kSymbol{1};
constexpr std::uint32_t kMakers = 1'000;
constexpr std::uint32_t kTakers = 1'000;
constexpr std::int64_t kTick = 1'000;
constexpr std::int64_t kMiddle = 135'000'000;

struct Part {
  base::Histogram cycles;
  std::uint64_t sum = 0;
};

class Market {
 public:
  Market(const Settings& settings, std::uint64_t resting)
      : seed_(88'172'645'463'325'252ULL + settings.seed),
        prices_(std::min(settings.prices, resting / 2 + 1)),
        house_(limits_of(resting)),
        crowd_(shape(), kSymbol, {Price{124'000'000}, Price{146'000'000}}) {
    house_.set_up(crowd_);
    while (live_.size() < resting) add();
    adds_ = {};
  }

  void round() {
    add();
    cancel();
    cross();
    add();
  }

  [[nodiscard]] const Part& adds() const { return adds_; }
  [[nodiscard]] const Part& cancels() const { return cancels_; }
  [[nodiscard]] const Part& crosses() const { return crosses_; }

 private:
  static engine::EngineLimits limits_of(std::uint64_t resting) {
    engine::EngineLimits limits;
    limits.accounts = kMakers + kTakers;
    limits.positions = 100'000;
    limits.symbols = 64;
    limits.client_ids = 1'024;
    limits.orders = static_cast<std::uint32_t>(resting + 1'000);
    return limits;
  }
  static CrowdShape shape() {
    CrowdShape shape;
    shape.accounts = kMakers + kTakers;
    shape.positions = shape.groups = 0;
    shape.is_netting = true;
    shape.least_deposit = 1'000'000;
    return shape;
  }
  std::uint64_t random(std::uint64_t below) {
    seed_ ^= seed_ << 13;
    seed_ ^= seed_ >> 7;
    seed_ ^= seed_ << 17;
    return (seed_ >> 11) % below;
  }
  [[nodiscard]] Side next_side() { return ++sides_ % 2 == 0 ? Side::Buy : Side::Sell; }

  void time(Part& part, const Command& command) {
    const std::uint64_t before = Cycles::now();
    house_.apply(command);
    const std::uint64_t took = Cycles::now() - before;
    part.cycles.record(took);
    part.sum += took;
  }
  void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s: the figures are of no use\n", what);
    std::exit(1);
  }

  // Behind the others of its price.
  void add() {
    const Side side = next_side();
    const auto away = static_cast<std::int64_t>(1 + random(prices_)) * kTick;
    NewOrder order;
    order.symbol = kSymbol;
    order.side = side;
    order.type = OrderType::Limit;
    order.time_in_force = TimeInForce::Gtc;
    order.volume = Volume{kFixedOne / 100};
    order.limit = Price{side == Side::Buy ? kMiddle - away : kMiddle + away};
    order.max_slippage_pips = Ratio{-1};
    order.book = Book::B;
    Command command = Command::make(order);
    command.header.account = AccountId{static_cast<std::uint32_t>(1 + random(kMakers))};
    time(adds_, command);
    const Event& told = house_.events().front();
    demand(told.header.kind == EventKind::OrderUpdated &&
               told.get<OrderUpdated>().status != OrderStatus::Rejected,
           "an order was refused");
    const OrderId id = told.get<OrderUpdated>().order;
    places_.resize(id.value + 1);
    places_[id.value] = live_.size();
    live_.push_back({id, command.header.account});
  }

  void forget(OrderId id) {
    const std::size_t place = places_[id.value];
    live_[place] = live_.back();
    places_[live_[place].id.value] = place;
    live_.pop_back();
  }

  void cancel() {
    const Resting chosen = live_[random(live_.size())];
    CancelOrder cancel;
    cancel.order = chosen.id;
    Command command = Command::make(cancel);
    command.header.account = chosen.account;
    time(cancels_, command);
    demand(house_.events().front().header.kind == EventKind::OrderUpdated, "no cancel");
    forget(chosen.id);
  }

  // Takes the first one of the best price.
  void cross() {
    NewOrder order;
    order.symbol = kSymbol;
    order.side = next_side();
    order.volume = Volume{kFixedOne / 100};
    order.max_slippage_pips = Ratio{-1};
    order.book = Book::B;
    Command command = Command::make(order);
    command.header.account = AccountId{static_cast<std::uint32_t>(1 + kMakers + random(kTakers))};
    time(crosses_, command);
    OrderId met;
    for (const Event& event : house_.events()) {
      if (event.header.kind != EventKind::OrderUpdated) continue;
      const auto updated = event.get<OrderUpdated>();
      if (event.header.account.value <= kMakers && updated.status == OrderStatus::Filled)
        met = updated.order;
    }
    demand(static_cast<bool>(met), "nobody was met");
    forget(met);
  }

  struct Resting {
    OrderId id;
    AccountId account;
  };
  std::uint64_t seed_;
  std::uint64_t prices_;
  CrowdEngine house_;
  Crowd crowd_;
  std::uint64_t sides_ = 0;
  std::vector<Resting> live_;
  std::vector<std::size_t> places_;  // in live_, by order id
  Part adds_;
  Part cancels_;
  Part crosses_;
};

int run(const Settings& settings) {
  const Cycles cycles;
  Report report("matching", settings.is_json);
  for (const std::uint64_t resting : settings.resting) {
    Market market(settings, resting);
    const MachineLoad load;
    for (std::uint64_t i = 0; i < settings.rounds; ++i) market.round();
    const double others = load.others_percent();
    const auto row = [&](const char* what, const Part& part) {
      const auto count = static_cast<double>(part.cycles.count());
      report.text("what", what);
      report.number("resting", static_cast<double>(resting));
      report.number("count", count);
      report.number("mean_ns", cycles.ns(part.sum) / count - cycles.timer_ns());
      report.steps(part.cycles, cycles);
      report.number("others_%", others, 1);
      report.print();
    };
    row("add", market.adds());
    row("cancel", market.cancels());
    row("cross", market.crosses());
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
  options.numbers("--resting", settings.resting);
  options.number("--prices", settings.prices, 1);
  options.number("--rounds", settings.rounds, 1);
  options.number("--seed", settings.seed);
  if (!options.parse(argc, argv)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
