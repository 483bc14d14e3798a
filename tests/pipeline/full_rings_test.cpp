#include <catch2/catch.hpp>

#include <chrono>
#include <vector>

#include "support/house_runner.h"
#include "support/instruments.h"
#include "tribook/domain/decimal.h"

// Rings of a few places, a client that sends until it is refused, and threads that would sleep for
// an hour: each stage comes to stand before a full ring, and only those behind it can make it go
// on.

namespace tribook::test {
namespace {

constexpr std::size_t kOrders = 600;

app::PipelineSettings narrow_settings(std::size_t places) {
  auto settings = small_settings();
  settings.ring = places;
  return settings;
}

Command quote(SymbolId symbol) {
  QuoteCommand body;
  body.symbol = symbol;
  body.bid = *parse_price("1.0845");
  body.ask = *parse_price("1.0846");
  body.venue_time = TimeNs::from_ms(1'400'000'000'000);
  body.never_stale = 1;
  body.drives_clock = 1;
  return Command::make(body);
}

Command market(AccountId account, SymbolId symbol, Side side) {
  NewOrder order;
  order.symbol = symbol;
  order.side = side;
  order.volume = *parse_volume("0.01");
  order.max_slippage_pips = Ratio{-1};
  order.origin = Origin::Rest;
  Command command = Command::make(order);
  command.header.account = account;
  return command;
}

/// Sends as much as goes in, then takes all that came out, and so on.
class Flood {
 public:
  explicit Flood(HouseRunner& house) : house_(house) {}

  /// False when nothing moved any more.
  bool run(std::size_t orders) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{90};
    while (settled_ < orders && std::chrono::steady_clock::now() < deadline) {
      while (sent_ < orders && house_.post(order())) ++sent_;
      refused_ += sent_ < orders ? 1 : 0;
      take_all();
      house_.pump();
    }
    return settled_ == orders;
  }

  [[nodiscard]] std::size_t filled() const { return filled_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  [[nodiscard]] Command order() const {
    const AccountId account{1 + static_cast<std::uint32_t>(sent_ % 20)};
    return market(account, SymbolId{1}, sent_ % 3 == 0 ? Side::Sell : Side::Buy);
  }
  void take_all() {
    for (Event event; house_.poll(event);) {
      if (event.header.kind == EventKind::Settled) ++settled_;
      if (event.header.kind != EventKind::OrderUpdated) continue;
      if (event.get<OrderUpdated>().status == OrderStatus::Filled) ++filled_;
    }
  }

  HouseRunner& house_;
  std::size_t sent_ = 0;
  std::size_t settled_ = 0;
  std::size_t filled_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace

TEST_CASE("full rings are emptied without a clock's help, each order answered once") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Fused, Layout::Split);
  const std::size_t places = GENERATE(values<std::size_t>({8, 64}));
  CAPTURE(to_string(layout), places);
  journal::MemoryDisk disk;
  HouseRunner house(layout, disk, narrow_settings(places), {}, std::chrono::hours{1});
  house.submit(house.create_symbol(forex("EUR", "USD")));
  for (int i = 0; i < 20; ++i)
    house.submit(
        house.create_account("trader" + std::to_string(i), "USD", Money::from_whole(1'000'000)));
  house.submit(quote(SymbolId{1}));
  Flood flood(house);
  CHECK(flood.run(kOrders));
  CHECK(flood.filled() == kOrders);
  CHECK(flood.refused() > 0);
  CHECK(house.slab().in_use() == 0);
  house.stop();
  CHECK(house.pipeline().sequencer().house().engine().is_ledger_balanced());
}

}  // namespace tribook::test
