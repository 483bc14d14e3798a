#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "persistence/sqlite/decimal_text.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/sqlite_store.h"
#include "traffic.h"
#include "view_text.h"
#include "views/views.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;

namespace {

constexpr std::size_t kPageSizes[] = {1, 3, 7, 50, 1'000};

/// Views that forget nothing, told the same as a store.
class AllViews final : public core::EventSink {
 public:
  explicit AllViews(const Slab& slab) : views(limits(), slab) {}
  [[nodiscard]] Sequence stored() const override { return {}; }
  void apply(const Event& event) override { views.apply(event); }
  void commit(Sequence, bool) override { views.flush(); }

  views::Views views;

 private:
  static views::ViewLimits limits() {
    views::ViewLimits limits;
    limits.accounts = 64;
    limits.users = 64;
    limits.symbols = 16;
    limits.open_positions = 4'096;
    limits.open_orders = 1'024;
    return limits;
  }
};

/// A day's traffic in both.
struct Both {
  explicit Both(std::uint64_t seed, std::size_t records)
      : traffic(random_traffic(seed, records)), slab(64), all(slab) {
    play(traffic, slab, all);
    SqliteStore store(eager_options(path), slab);
    play(traffic, slab, store);
  }

  TempFolder folder;
  std::string path = folder.file("store.db");
  Traffic traffic;
  Slab slab;
  AllViews all;
};

/// Pages through both, each from where the views' last page ended; how many there were.
template <typename ViewsPage, typename StorePage>
std::size_t compare_pages(std::size_t size, ViewsPage views_page, StorePage store_page) {
  std::size_t count = 0;
  std::uint64_t before = 0;
  do {
    const auto expected = views_page(before);
    const auto found = store_page(before);
    REQUIRE(expected.status == views::ReadStatus::Found);
    const std::size_t common = std::min(found.size(), expected.items.size());
    for (std::size_t i = 0; i < common; ++i) {
      if (text_of(found[i]) != text_of(expected.items[i])) {
        CHECK(text_of(found[i]) == text_of(expected.items[i]));
        FAIL("item " << i << " before " << before);
      }
    }
    REQUIRE(found.size() == expected.items.size());
    REQUIRE(found.size() <= size);
    count += found.size();
    before = expected.next;
  } while (before != 0);
  return count;
}

}  // namespace

TEST_CASE("every list of every account is the same in the store as in the views") {
  Both both(20260302, 6'000);
  INFO(both.traffic.reproduce);
  SqliteReader reader(both.path);
  CHECK(reader.stored() == both.traffic.last);
  const views::Views& views = both.all.views;
  std::map<std::string, std::size_t> count;
  for (std::uint32_t number = 1; number <= both.traffic.accounts; ++number) {
    const AccountId id{number};
    for (const std::size_t size : kPageSizes) {
      INFO("account " << number << ", pages of " << size);
      count["orders"] += compare_pages(
          size,
          [&](auto before) {
            return views.orders(id, views::OrderFilter::All, OrderId{before}, size);
          },
          [&](auto before) { return reader.orders(id, OrderId{before}, size); });
      count["trades"] += compare_pages(
          size, [&](auto before) { return views.trades(id, TradeId{before}, size); },
          [&](auto before) { return reader.trades(id, TradeId{before}, size); });
      count["ledger"] += compare_pages(
          size, [&](auto before) { return views.ledger(id, LedgerId{before}, size); },
          [&](auto before) { return reader.ledger(id, LedgerId{before}, size); });
      count["closed"] += compare_pages(
          size, [&](auto before) { return views.closed_positions(id, PositionId{before}, size); },
          [&](auto before) { return reader.closed_positions(id, PositionId{before}, size); });
    }
  }
  for (const auto& [list, items] : count) {
    INFO(list << ": " << items);
    CHECK(items > 500);  // the day was worth comparing
  }
  std::size_t alerts = 0;
  for (std::uint32_t number = 0; number <= both.traffic.accounts; ++number) {  // 0: of all
    const AccountId id{number};
    alerts += compare_pages(
        7, [&](auto before) { return views.alerts(id, AlertId{before}, 7); },
        [&](auto before) { return reader.alerts(id, AlertId{before}, 7); });
  }
  INFO("alerts: " << alerts);
  CHECK(alerts > 50);
  // Some records closed several positions of one account, not by number.
  Database database(both.path, Database::Access::ReadOnly, std::chrono::milliseconds{0});
  CHECK(database.integer("SELECT count(*) FROM positions AS a JOIN positions AS b ON "
                         "a.account = b.account AND a.closed_sequence = b.closed_sequence AND "
                         "a.closed_number < b.closed_number AND a.id > b.id") > 0);
}

TEST_CASE("withdrawals are the same in the store as in the views, of one account and of all") {
  Both both(20261121, 6'000);
  INFO(both.traffic.reproduce);
  SqliteReader reader(both.path);
  const views::Views& views = both.all.views;
  std::size_t count = 0;
  for (std::uint32_t number = 0; number <= both.traffic.accounts; ++number) {
    for (const std::size_t size : kPageSizes) {
      INFO("account " << number << ", pages of " << size);
      const AccountId id{number};
      count += compare_pages(
          size,
          [&](auto before) {
            return views.withdrawals(id, views::WithdrawalFilter::All, WithdrawalId{before}, size);
          },
          [&](auto before) { return reader.withdrawals(id, WithdrawalId{before}, size); });
    }
  }
  CHECK(count > 200);
  Database database(both.path, Database::Access::ReadOnly, std::chrono::milliseconds{0});
  CHECK(database.integer("SELECT count(DISTINCT status) FROM withdrawals") == 3);
  CHECK(database.integer("SELECT count(*) FROM groups") == 2);
  CHECK(database.integer("SELECT count(*) FROM group_terms") > 0);
}

TEST_CASE("accounts, users, symbols and open positions are what the views have") {
  Both both(20260303, 4'000);
  INFO(both.traffic.reproduce);
  Database database(both.path, Database::Access::ReadOnly, std::chrono::milliseconds{0});
  const views::Views& views = both.all.views;
  Statement account(
      database,
      "SELECT balance, credit, used_margin, leverage, state, currency, user, created, "
      "account_group FROM accounts WHERE id = ?1");
  Statement positions(database,
                      "SELECT id, volume, open_cost, open_price, stop_loss, take_profit, "
                      "commission, realized_pnl, closed_volume, open_time, updated FROM positions "
                      "WHERE account = ?1 AND closed_sequence IS NULL ORDER BY id DESC");
  std::size_t open = 0;
  for (std::uint32_t number = 1; number <= both.traffic.accounts; ++number) {
    INFO("account " << number);
    views::AccountSnapshot snapshot;
    REQUIRE(views.snapshot({number}, snapshot) == views::ReadStatus::Found);
    Rows row = account.rows(number);
    REQUIRE(row.next());
    CHECK(money_of(row.text(0)) == snapshot.account.balance);
    CHECK(money_of(row.text(1)) == snapshot.account.credit);
    CHECK(money_of(row.text(2)) == snapshot.account.used_margin);
    CHECK(row.integer(3) == snapshot.account.leverage);
    CHECK(row.text(4) == name_of(snapshot.account.state));
    CHECK(row.text(5) == CurrencyText(snapshot.account.currency).view());
    CHECK(row.integer(6) == snapshot.account.user.value);
    CHECK(row.integer(7) == snapshot.account.created.ns);
    CHECK(row.text(8) == snapshot.account.group.view());
    std::sort(snapshot.positions.begin(), snapshot.positions.end(),
              [](const auto& a, const auto& b) { return a.id > b.id; });
    Rows position = positions.rows(number);
    for (const views::PositionView& expected : snapshot.positions) {
      REQUIRE(position.next());
      CHECK(static_cast<std::uint64_t>(position.integer(0)) == expected.id.value);
      CHECK(position.integer(1) == expected.volume.raw);
      CHECK(cost_of_text(position.text(2)) == expected.open_cost);
      CHECK(position.integer(3) == expected.open_price().raw);
      CHECK(position.integer(4) == expected.stop_loss.raw);
      CHECK(position.integer(5) == expected.take_profit.raw);
      CHECK(money_of(position.text(6)) == expected.commission);
      CHECK(money_of(position.text(7)) == expected.realized_pnl);
      CHECK(position.integer(8) == expected.closed_volume.raw);
      CHECK(position.integer(9) == expected.open_time.ns);
      CHECK(position.integer(10) == expected.updated.ns);
      ++open;
    }
    CHECK_FALSE(position.next());
  }
  CHECK(open > 5);
  CHECK(database.integer("SELECT count(*) FROM users") == both.traffic.accounts + 1);
  CHECK(database.text("SELECT email FROM users WHERE username = 'root'") == "root@example.com");
  CHECK(database.integer("SELECT count(*) FROM symbols") == both.traffic.symbols);
  for (const auto& instrument : views.symbols()->all()) {
    Statement symbol(database, "SELECT name, max_volume, is_open FROM symbols WHERE id = ?1");
    Rows row = symbol.rows(instrument->id.value);
    REQUIRE(row.next());
    CHECK(row.text(0) == instrument->name.view());
    CHECK(row.integer(1) == instrument->max_volume.raw);
    CHECK((row.integer(2) != 0) == views.session_open(instrument->id));
  }
  const std::string everything = dump(both.path);
  CHECK(everything.find("secret hash") == std::string::npos);
  for (const char* view : {"orders", "trades", "open_positions", "closed_positions", "ledger",
                           "margin_events", "candles"}) {
    INFO(view);
    CHECK(database.integer(std::string("SELECT count(*) FROM show_") + view) > 0);
  }
}

TEST_CASE("a cursor of somebody else's or of nothing gives nothing") {
  Both both(20260304, 2'000);
  INFO(both.traffic.reproduce);
  SqliteReader reader(both.path);
  PositionId closed;
  AccountId owner;
  for (std::uint32_t number = 1; !closed && number <= both.traffic.accounts; ++number) {
    const auto list = reader.closed_positions({number}, {}, 1);
    if (list.empty()) continue;
    closed = list.front().id;
    owner = {number};
  }
  REQUIRE(closed);
  CHECK(reader.closed_positions({owner.value % both.traffic.accounts + 1}, closed, 10).empty());
  CHECK(reader.orders({999}, {}, 10).empty());
  CHECK(reader.trades({1}, TradeId{1}, 10).empty());
  CHECK(reader.ledger({1}, {}, 0).empty());
}

TEST_CASE("a closing that the store has not seen yet comes after all that it has") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  const Traffic traffic = random_traffic(20260305, 3'000);
  INFO(traffic.reproduce);
  Slab slab(64);
  AllViews all(slab);
  play(traffic, slab, all);
  SqliteStore store(eager_options(path), slab);
  play(traffic, slab, store, 500, {traffic.last.value / 2});
  SqliteReader reader(path);
  std::size_t compared = 0;
  for (std::uint32_t number = 1; number <= traffic.accounts; ++number) {
    const auto expected = all.views.closed_positions({number}, {}, 1'000).items;
    const auto stored = reader.closed_positions({number}, {}, 1'000);
    REQUIRE(stored.size() <= expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto rest = reader.closed_positions({number}, expected[i].id, 1'000);
      const std::size_t first = std::max(i + 1, expected.size() - stored.size());
      REQUIRE(rest.size() == expected.size() - first);
      if (!rest.empty()) CHECK(rest.front().id == expected[first].id);
      ++compared;
    }
  }
  CHECK(compared > 50);
}
