#pragma once

#include <array>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gateway_api/gateway_fixture.h"

// A store that tells what the views of another house have, which forgets nothing and may be some
// records behind; and history candles that a test puts there.

namespace tribook::test {

class FakeReader final : public persistence::HistoryReader {
 public:
  explicit FakeReader(GatewayFixture& all) : all_(all) {}

  [[nodiscard]] Sequence stored() override {
    if (is_broken) throw std::runtime_error("the disk is gone");
    return all_.house.pipeline().sequencer().last_sequence();
  }
  std::vector<views::OrderView> orders(AccountId account, OrderId before,
                                       std::size_t limit) override {
    if (is_broken) throw std::runtime_error("the disk is gone");
    // Unlike the views, a store takes any id to begin before.
    auto rows = views().orders(account, views::OrderFilter::All, {}, views::kPageMax).items;
    if (before) std::erase_if(rows, [&](const auto& row) { return row.id >= before; });
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  }
  std::vector<views::TradeView> trades(AccountId account, TradeId before,
                                       std::size_t limit) override {
    return views().trades(account, before, limit).items;
  }
  std::vector<views::LedgerView> ledger(AccountId account, LedgerId before,
                                        std::size_t limit) override {
    return views().ledger(account, before, limit).items;
  }
  std::vector<views::WithdrawalView> withdrawals(AccountId account, WithdrawalId before,
                                                 std::size_t limit) override {
    return views().withdrawals(account, views::WithdrawalFilter::All, before, limit).items;
  }
  std::vector<views::ClosedPositionView> closed_positions(AccountId account, PositionId before,
                                                          std::size_t limit) override {
    return views().closed_positions(account, before, limit).items;
  }
  std::vector<views::AccountDayView> days(AccountId account, views::DayId before,
                                          std::size_t limit) override {
    return views().days(account, before, limit).items;
  }

  std::vector<views::AlertView> alerts(AccountId only, AlertId before, std::size_t limit) override {
    return views().alerts(only, before, limit).items;
  }
  std::vector<persistence::CandleRow> candles(SymbolId symbol, Timeframe timeframe, TimeNs from,
                                              TimeNs until, std::size_t limit) override {
    std::map<TimeNs, persistence::CandleRow> rows;
    for (const auto& [start, candle] : history[static_cast<std::size_t>(timeframe)]) {
      if (start >= from && start < until) rows[start].history = candle;
    }
    for (const Candle& candle :
         views().live_candles(symbol, timeframe, from, until, SIZE_MAX).items) {
      rows[candle.start].live = candle;
    }
    while (rows.size() > limit) rows.erase(rows.begin());
    std::vector<persistence::CandleRow> result;
    for (const auto& [start, row] : rows) result.push_back(row);
    return result;
  }
  std::vector<persistence::TickRow> ticks(SymbolId symbol, Sequence before, TimeNs from,
                                          TimeNs until, std::size_t limit) override {
    std::vector<persistence::TickRow> rows;
    for (const auto& tick : views().ticks(symbol, before, from, until, limit).items) {
      rows.push_back({tick.sequence, tick.time, tick.bid, tick.ask});
    }
    return rows;
  }

  std::array<std::map<TimeNs, Candle>, kTimeframes> history;
  bool is_broken = false;

 private:
  const views::Views& views() { return all_.house.pipeline().views(); }

  GatewayFixture& all_;
};

class FakeHistory final : public gateway::History {
 public:
  FakeHistory(persistence::HistoryReader& reader, FakeNetwork& network)
      : reader_(reader), network_(network) {}

  bool read(std::function<void(persistence::HistoryReader&)> work,
            std::function<void(bool)> done) override {
    if (is_full) return false;
    ++reads;
    network_.post([this, work = std::move(work), done = std::move(done)] {
      bool is_good = true;
      try {
        work(reader_);
      } catch (const std::runtime_error&) {
        is_good = false;
      }
      done(is_good);
    });
    return true;
  }

  bool is_full = false;
  int reads = 0;

 private:
  persistence::HistoryReader& reader_;
  FakeNetwork& network_;
};

/// A house with tiny views and a store behind it; the store's house must be led the same way.
struct StoredFixture {
  StoredFixture(const views::ViewLimits& tiny, const views::ViewLimits& large)
      : all(with(large)), house(with(tiny)), reader(all), history(reader, house.network) {
    house.history = &history;
    house.open();
  }

  static app::PipelineSettings with(const views::ViewLimits& limits) {
    auto settings = GatewayFixture::settings_of_test();
    settings.views = limits;
    return settings;
  }
  static views::ViewLimits limits() { return GatewayFixture::settings_of_test().views; }

  /// Does the same to both.
  template <typename Act>
  void both(Act act) {
    act(all);
    act(house);
  }

  GatewayFixture all;
  GatewayFixture house;
  FakeReader reader;
  FakeHistory history;
};

/// The elements of a list, each as its text.
inline std::vector<std::string> items_of(const Answer& answer) {
  json::Document document;
  REQUIRE(document.parse(answer.body));
  std::vector<std::string> items;
  for (const json::Value member : document.root()) {
    if (member.key() != "items") continue;
    for (const json::Value item : member) items.emplace_back(item.raw());
  }
  return items;
}

}  // namespace tribook::test
