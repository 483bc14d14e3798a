#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "feed.h"

// One writer, several readers. Each test has something that holds only in a whole copy.

using namespace tribook;
using namespace tribook::views;
using tribook::views::test::Feed;
using tribook::views::test::small_limits;

namespace {

constexpr std::uint32_t kAccounts = 4;
constexpr int kRoots = 100'000;
constexpr int kReaders = 3;

/// What readers found; Catch's assertions are for one thread.
struct Findings {
  std::atomic<std::uint64_t> good{0};
  std::atomic<std::uint64_t> busy{0};
  std::atomic<std::uint64_t> bad{0};

  void check(bool is_good) { (is_good ? good : bad).fetch_add(1, std::memory_order_relaxed); }
  void check(ReadStatus status, bool is_good) {
    if (status == ReadStatus::Busy) {
      busy.fetch_add(1, std::memory_order_relaxed);
    } else {
      check(status == ReadStatus::Found && is_good);
    }
  }
};

void report(const Findings& findings) {
  INFO("good " << findings.good << ", busy " << findings.busy << ", bad " << findings.bad);
  CHECK(findings.bad == 0);
  CHECK(findings.good > 1'000);
}

/// Runs `write` once here and `read(reader)` over and over on other threads until it is done.
void race(const std::function<void()>& write, const std::function<void(int)>& read) {
  std::atomic<bool> is_done{false};
  std::atomic<int> running{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      running.fetch_add(1);
      do {
        read(reader);
      } while (!is_done.load(std::memory_order_relaxed));
    });
  }
  while (running.load() < kReaders) std::this_thread::yield();
  write();
  is_done.store(true, std::memory_order_relaxed);
  for (std::thread& reader : readers) reader.join();
}

void make_clients(Feed& feed) {
  for (std::uint32_t number = 1; number <= kAccounts; ++number) feed.client(number);
}

ViewLimits race_limits() {
  ViewLimits limits = small_limits();
  limits.open_positions = 64;
  limits.open_orders = 16;
  limits.orders = limits.trades = limits.ledger = limits.closed_positions = 64;
  limits.text_bytes = 4'096;
  return limits;
}

/// Opens, changes and closes positions so that volumes, summed up, are the account's balance.
class Trader {
 public:
  Trader(Feed& feed, unsigned seed) : feed_(feed), random_(seed) {}

  void root() {
    const auto account = static_cast<std::uint32_t>(1 + random_() % kAccounts);
    auto& open = open_[account];
    for (std::size_t change = 0; change < 3; ++change) {
      const auto lots = static_cast<std::int64_t>(1 + random_() % 50);
      if (open.size() < 12 && (open.empty() || random_() % 3 == 0)) {
        open.push_back({next_id_, lots});
        feed_.position({account}, next_id_++, PositionAction::Opened, lots);
        continue;
      }
      const std::size_t place = random_() % open.size();
      if (random_() % 2 == 0) {
        open[place].lots = lots;
        feed_.position({account}, open[place].id, PositionAction::Modified, lots);
      } else {
        feed_.position({account}, open[place].id, PositionAction::Closed, 0);
        open[place] = open.back();
        open.pop_back();
      }
    }
    std::int64_t sum = 0;
    for (const Position& position : open) sum += position.lots;
    feed_.balance({account}, Money::from_whole(sum));
    feed_.settle();
  }

 private:
  struct Position {
    std::uint64_t id = 0;
    std::int64_t lots = 0;
  };
  Feed& feed_;
  std::mt19937 random_;
  std::array<std::vector<Position>, kAccounts + 1> open_;
  std::uint64_t next_id_ = 100;
};

bool is_whole(const AccountSnapshot& snapshot, AccountId id) {
  Money sum;
  for (const PositionView& position : snapshot.positions) {
    if (position.account != id) return false;
    if (position.open_cost != cost_of(Price::from_whole(2), position.volume)) return false;
    sum += Money{position.volume.raw};
  }
  return snapshot.account.id == id && snapshot.account.balance == sum &&
         snapshot.account.open_positions == snapshot.positions.size();
}

std::string text_for(std::uint64_t id) { return std::string(id % 60, 'a') + std::to_string(id); }

}  // namespace

TEST_CASE("race: a snapshot is an account's state between two roots") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  Feed feed(race_limits());
  make_clients(feed);
  Trader trader(feed, seed);
  Findings findings;
  race(
      [&] {
        for (int root = 0; root < kRoots; ++root) trader.root();
      },
      [&](int reader) {
        thread_local AccountSnapshot snapshot;
        thread_local std::uint32_t turn = static_cast<std::uint32_t>(reader);
        const AccountId id{1 + turn++ % kAccounts};
        const ReadStatus status = feed.views.snapshot(id, snapshot);
        findings.check(status, is_whole(snapshot, id));
      });
  report(findings);
  CHECK(feed.views.figures().overflows == 0);
}

TEST_CASE("race: a position that stays is always found, whatever else moves") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  Feed feed(race_limits());
  make_clients(feed);
  for (std::uint64_t id = 1; id <= 4; ++id) feed.position({1}, id, PositionAction::Opened, 5);
  feed.settle();
  std::mt19937 random(seed);
  Findings findings;
  std::atomic<std::uint64_t> newest{100};
  race(
      [&] {
        std::vector<std::uint64_t> open;
        std::uint64_t next = 100;
        for (int root = 0; root < kRoots; ++root) {
          if (open.size() < 40 && random() % 2 == 0) {
            const AccountId account{static_cast<std::uint32_t>(2 + next % 3)};
            feed.position(account, next, PositionAction::Opened, static_cast<std::int64_t>(next));
            newest.store(next, std::memory_order_relaxed);
            open.push_back(next++);
          } else if (!open.empty()) {
            const std::size_t place = random() % open.size();
            const std::uint64_t id = open[place];
            feed.position({static_cast<std::uint32_t>(2 + id % 3)}, id, PositionAction::Closed, 0);
            open[place] = open.back();
            open.pop_back();
          }
          feed.settle();
        }
      },
      [&](int reader) {
        thread_local std::uint64_t turn = static_cast<std::uint64_t>(reader);
        PositionView position;
        const std::uint64_t stays = 1 + turn++ % 4;
        ReadStatus status = feed.views.position({stays}, position);
        findings.check(status, position.id.value == stays && position.account == AccountId{1} &&
                                   position.volume == Volume::from_whole(5));
        const std::uint64_t moves = newest.load(std::memory_order_relaxed) - turn % 8;
        status = feed.views.position({moves}, position);
        if (status != ReadStatus::Found) return;
        findings.check(position.id.value == moves && position.account.value == 2 + moves % 3 &&
                       position.volume == Volume::from_whole(static_cast<std::int64_t>(moves)));
      });
  report(findings);
}

TEST_CASE("race: pages of histories fall without gaps among what is kept, each record whole") {
  Feed feed(race_limits());
  make_clients(feed);
  Findings findings;
  race(
      [&] {
        for (std::uint64_t id = 1; id <= kRoots; ++id) {
          const AccountId account{static_cast<std::uint32_t>(1 + id % kAccounts)};
          feed.trade(account, id, static_cast<std::int64_t>(id));
          feed.entry(account, id, {{"", text_for(id), text_for(id + 7), ""}});
          feed.settle();
        }
      },
      [&](int reader) {
        thread_local std::uint32_t turn = static_cast<std::uint32_t>(reader);
        const std::uint32_t number = turn++ % kAccounts;
        const AccountId account{1 + number};
        std::uint64_t before = 0;
        do {
          const auto page = feed.views.trades(account, {before}, 5);
          for (const TradeView& trade : page.items) {
            const std::uint64_t id = trade.id.value;
            findings.check(trade.account == account && id % kAccounts == number &&
                           (before == 0 || id + kAccounts == before) &&
                           trade.volume == Volume::from_whole(static_cast<std::int64_t>(id)));
            before = id;
          }
          if (page.next == 0) break;
        } while (true);
        for (const LedgerView& entry : feed.views.ledger(account, {}, 20).items) {
          const std::uint64_t id = entry.id.value;
          findings.check(entry.account == account && id % kAccounts == number);
          findings.check(entry.texts_lost ? entry.note.empty()
                                          : entry.payment_reference == text_for(id) &&
                                                entry.note == text_for(id + 7));
        }
      });
  report(findings);
}

TEST_CASE("race: orders that change in place, leave the ring and retire") {
  Feed feed(race_limits());
  make_clients(feed);
  constexpr std::uint64_t kOpenFor = 112;  // orders: longer than the ring of 64
  Findings findings;
  const auto account_of = [](std::uint64_t id) {
    return AccountId{static_cast<std::uint32_t>(1 + id % kAccounts)};
  };
  const auto is_whole_order = [&](const OrderView& order) {
    const std::uint64_t id = order.id.value;
    if (order.account != account_of(id)) return false;
    if (order.client_order_id.view() != text_for(id).substr(0, kClientIdMax)) return false;
    return order.texts_lost || (order.comment == text_for(id + 1) && order.metadata == "{}");
  };
  race(
      [&] {
        for (std::uint64_t id = 1; id <= kRoots; ++id) {
          const std::string client_id = text_for(id);
          const std::string comment = text_for(id + 1);
          const Texts texts{{client_id, "", comment, "{}"}};
          const bool rests =
              id % 16 == 0 || id % 17 == 0;  // 14 are open, so 2 places hold retired ones
          feed.order(account_of(id), id, OrderStatus::Accepted, texts);
          feed.order(account_of(id), id, rests ? OrderStatus::Working : OrderStatus::Filled);
          feed.settle();
          const std::uint64_t old = id - kOpenFor;
          if (id > kOpenFor && (old % 16 == 0 || old % 17 == 0)) {
            feed.order(account_of(old), old, OrderStatus::Cancelled);
            feed.settle();
          }
        }
      },
      [&](int reader) {
        thread_local std::uint32_t turn = static_cast<std::uint32_t>(reader);
        const AccountId account{1 + turn++ % kAccounts};
        for (const OrderFilter filter : {OrderFilter::Open, OrderFilter::All}) {
          const auto page = feed.views.orders(account, filter, {}, 50);
          std::uint64_t before = UINT64_MAX;
          for (const OrderView& order : page.items) {
            findings.check(is_whole_order(order) && order.id.value < before);
            if (filter == OrderFilter::Open) {
              findings.check(order.status == OrderStatus::Working);
            }
            before = order.id.value;
          }
          if (page.items.empty()) continue;
          OrderView order;
          const OrderId id = page.items.back().id;
          if (feed.views.order(id, order) == ReadStatus::Found) {
            findings.check(order.id == id && is_whole_order(order));
          }
        }
      });
  report(findings);
  CHECK(feed.views.figures().overflows == 0);
}

TEST_CASE("race: quotes, symbols and users") {
  Feed feed;
  Findings findings;
  race(
      [&] {
        for (std::int64_t tick = 1; tick <= kRoots; ++tick) {
          feed.quote(1, tick, 3 * tick);
          if (tick % 100 == 0) {
            Instrument instrument;
            instrument.name = SymbolName::of("EURUSD");
            instrument.min_volume = {tick};
            instrument.max_volume = {2 * tick};
            feed.symbol(instrument, 1);
          }
          if (tick % 25'000 == 0) feed.client(static_cast<std::uint32_t>(tick / 25'000));
        }
      },
      [&](int) {
        QuoteView quote;
        const ReadStatus status = feed.views.quote({1}, quote);
        if (status == ReadStatus::Found) {
          findings.check(quote.ask.raw == 3 * quote.bid.raw &&
                         quote.ticks == static_cast<std::uint64_t>(quote.bid.raw));
        }
        const auto table = feed.views.symbols();
        if (const Instrument* symbol = table->find("EURUSD")) {
          findings.check(symbol->max_volume.raw == 2 * symbol->min_volume.raw &&
                         table->find(SymbolId{1}) == symbol);
        }
        const auto user = feed.views.find_user("client1");
        if (user) findings.check(user->id == UserId{1} && user->accounts.size() <= 1);
        const auto page = feed.views.accounts({}, 10);
        for (const AccountView& account : page.items) {
          findings.check(account.id.value == account.user.value &&
                         account.currency == Currency::of("USD"));
        }
      });
  report(findings);
}

TEST_CASE("race: candles and ticks without a gap, each whole, and a tail put beside them") {
  ViewLimits limits = race_limits();
  limits.candles = 8;
  limits.ticks = 32;
  Feed feed(limits);
  feed.symbol(Instrument{}, 1);
  constexpr std::int64_t kTicksOfCandle = 10;
  constexpr std::int64_t kApart = 60'000'000'000 / kTicksOfCandle;
  const TimeNs begin = candle_start(Timeframe::M1, feed.time);
  Candle tail = Candle::of(begin, {0}, begin);
  Findings findings;
  // Tick i is at the price i, so a candle's prices say which ticks are in it.
  const auto is_whole = [&](const Candle& candle) {
    const std::int64_t first = (candle.start - begin).count() / kApart;
    return candle.open.raw == first && candle.low.raw == first && candle.high == candle.close &&
           candle.close.raw == first + static_cast<std::int64_t>(candle.ticks) - 1;
  };
  race(
      [&] {
        for (std::int64_t i = 1; i <= kRoots; ++i) {  // tick 0 is the tail
          feed.time = {begin.ns + i * kApart};
          feed.root = static_cast<std::uint64_t>(i);
          feed.quote(1, i, 3 * i);
        }
      },
      [&](int reader) {
        if (reader == 0) findings.check(feed.views.set_history_tail({1}, Timeframe::M1, tail));
        if (reader == 0) return;
        Candle forming;
        const ReadStatus status = feed.views.candle({1}, Timeframe::M1, forming);
        if (status == ReadStatus::Found) findings.check(forming.start > begin || forming.ticks > 0);
        const auto page = feed.views.live_candles({1}, Timeframe::M1, {0}, {INT64_MAX}, 100);
        TimeNs expected = page.items.empty() ? TimeNs{} : page.items.front().start;
        for (const Candle& candle : page.items) {
          const bool is_first = candle.start == begin;  // its first tick is the tail's
          findings.check(candle.start == expected && (is_first || is_whole(candle)) &&
                         candle.start >= page.complete_from);
          expected = expected + std::chrono::minutes{1};
        }
        const auto ticks = feed.views.ticks({1}, {}, {0}, {INT64_MAX}, 100);
        std::uint64_t before = ticks.items.empty() ? 0 : ticks.items.front().sequence.value + 1;
        for (const TickView& tick : ticks.items) {
          const auto price = static_cast<std::int64_t>(tick.sequence.value);
          findings.check(tick.sequence.value + 1 == before && tick.bid.raw == price &&
                         tick.ask.raw == 3 * price && tick.time.ns == begin.ns + price * kApart);
          before = tick.sequence.value;
        }
        if (ticks.is_cut) findings.check(ticks.lost.value + 1 >= before && ticks.lost.value > 0);
      });
  report(findings);
  CHECK(feed.views.figures().overflows == 0);
}
