#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>

#include "support/random_records.h"
#include "support/same_views.h"
#include "tribook/risk/risk.h"
#include "views/views.h"

// Risk and views that are told a state, and then what follows, know what those know that were told
// everything.

namespace tribook {
namespace {

using test::Random;
using test::RandomRecord;
using test::RandomRecords;
using test::RecordedHouse;

engine::EngineLimits small() { return {40, 90, 8, 50, 30}; }

views::ViewLimits view_limits() {
  views::ViewLimits limits;
  limits.accounts = 50;
  limits.users = 1'050;
  limits.symbols = 9;
  limits.open_positions = 90;
  limits.orders = limits.trades = limits.ledger = limits.closed_positions = 20'000;
  limits.candles = limits.ticks = 200;
  return limits;
}

/// A house, and what is told of it.
struct Told {
  Told() : house(small()), risk({41, 90, 8, 100}, house.slab), views(view_limits(), house.slab) {
    house.on_event = [this](const Event& event) { take(event); };
  }
  void take(const Event& event) {
    risk.apply(event);
    views.apply(event);
    if (event.header.kind == EventKind::AccountCreated) created[event.header.account] = true;
  }
  /// Becomes what was saved, and tells it again.
  void begin(std::span<const std::byte> saved) {
    REQUIRE(house.load(saved));
    house.house.retell(house.slab, [this](const Event& event) { take(event); });
    views.flush();
    begun = house.house.engine().last_sequence();
    views.begin_behind(begun);
    created.clear();
    CHECK(house.slab.in_use() == 0);
  }
  [[nodiscard]] std::uint64_t digest() const { return risk.state_digest(); }

  RecordedHouse house;
  risk::Risk risk;
  views::Views views;
  Sequence begun;
  std::map<AccountId, bool> created;  // after it had begun
};

template <typename View>
void check_cut(const views::Page<View>& whole, const views::Page<View>& part, const Told& begun,
               AccountId account) {
  REQUIRE(part.status == whole.status);
  REQUIRE(part.items.size() <= whole.items.size());
  for (std::size_t i = 0; i < part.items.size(); ++i) {
    REQUIRE(part.items[i].id == whole.items[i].id);
  }
  CHECK(part.is_cut == !begun.created.contains(account));
  CHECK(part.lost == (part.is_cut ? begun.begun : Sequence{}));
  CHECK(part.whole == part.items.size());
  if (!part.is_cut) CHECK(part.items.size() == whole.items.size());
}

void check_lists(const Told& all, const Told& begun) {
  for (std::uint32_t i = 1; i <= all.views.accounts({}, views::kPageMax).items.size(); ++i) {
    const AccountId id{i};
    constexpr auto kAll = views::OrderFilter::All;
    check_cut(all.views.orders(id, kAll, {}, 500), begun.views.orders(id, kAll, {}, 500), begun,
              id);
    check_cut(all.views.trades(id, {}, 500), begun.views.trades(id, {}, 500), begun, id);
    check_cut(all.views.ledger(id, {}, 500), begun.views.ledger(id, {}, 500), begun, id);
    const auto closed = all.views.closed_positions(id, {}, 500);
    const auto part = begun.views.closed_positions(id, {}, 500);
    check_cut(closed, part, begun, id);
    for (std::size_t p = 0; p < part.items.size(); ++p) {
      REQUIRE(test::shown(part.items[p]) == test::shown(closed.items[p]));
    }
    // From an id that was never told here on.
    const auto orders = all.views.orders(id, kAll, {}, 500);
    if (orders.items.empty()) continue;
    views::OrderView oldest;
    if (begun.views.order(orders.items.back().id, oldest) == views::ReadStatus::Found) continue;
    const auto none = begun.views.orders(id, kAll, orders.items.back().id, 10);
    CHECK(none.items.empty());
    CHECK(none.is_cut);
  }
}

void check_market(const Told& all, const Told& begun) {
  for (const auto& instrument : begun.views.symbols()->all()) {
    const SymbolId id = instrument->id;
    const auto ticks = begun.views.ticks(id, {}, {}, {INT64_MAX}, 1'000);
    const auto whole = all.views.ticks(id, {}, {}, {INT64_MAX}, 1'000);
    REQUIRE(ticks.status == views::ReadStatus::Found);
    CHECK(ticks.items.size() <= whole.items.size());
    for (const views::TickView& tick : ticks.items) CHECK(tick.sequence > begun.begun);
    if (ticks.is_cut) CHECK(ticks.lost >= begun.begun);
    Candle candle;
    const auto status = begun.views.candle(id, Timeframe::D1, candle);
    CHECK(status == (ticks.items.empty() ? views::ReadStatus::NotFound : views::ReadStatus::Found));
  }
}

TEST_CASE("Retelling: risk and views come to the same as by all events") {
  Random random(0x7E11);
  INFO(random.reproduce());
  std::uint64_t carried = 0;
  for (int run = 0; run < 8; ++run) {
    RandomRecords records(Random(random.bits()), small());
    Told all;
    std::vector<std::unique_ptr<Told>> begun;
    for (int step = 0; step < 2'500; ++step) {
      const RandomRecord record = records.next();
      all.house.apply(record);
      for (const auto& one : begun) {
        one->house.apply(record);
        REQUIRE(one->digest() == all.digest());
      }
      if (!random.one_in(200)) continue;
      auto one = std::make_unique<Told>();
      one->begin(all.house.saved());
      REQUIRE(one->digest() == all.digest());
      if (begun.size() == 3) begun.erase(begun.begin());
      begun.push_back(std::move(one));
      all.views.flush();
      for (const auto& each : begun) {
        each->views.flush();
        REQUIRE(test::difference(all.views, each->views) == "");
        check_lists(all, *each);
        check_market(all, *each);
        std::vector<views::PositionView> positions;
        for (std::uint32_t i = 1; i < 10; ++i) {
          static_cast<void>(each->views.positions({i}, positions));
          for (const auto& position : positions) carried += position.closed_volume.raw != 0 ? 1 : 0;
        }
      }
    }
  }
  CHECK(carried > 20);
}

TEST_CASE("Retelling: each account and user with its time, its group and the day's volume") {
  RecordedHouse house(small());
  auto send = [&, sequence = std::uint64_t{0}](const auto& body, const auto* spec) mutable {
    RandomRecord record;
    record.record.command = Command::make(body);
    if (Command::make(body).header.kind == CommandKind::ChangeAccount)
      record.record.command.header.account = AccountId{1};
    record.record.sequence = Sequence{++sequence};
    record.record.time = TimeNs::from_ms(1'000 * static_cast<std::int64_t>(sequence));
    if (spec != nullptr) {
      const auto bytes = std::as_bytes(std::span(spec, 1));
      record.text.assign(bytes.begin(), bytes.end());
    }
    house.apply(record);
  };
  UserSpec staff;
  staff.username = FixedText<100>::of("staff");
  staff.password_hash = FixedText<64>::of("hash");
  send(CreateUser{}, &staff);
  GroupSpec group;
  group.name = FixedText<32>::of("vip");
  send(PutGroup{}, &group);
  AccountSpec spec;
  spec.user = staff;
  spec.user.username = FixedText<100>::of("client");
  spec.currency = Currency::of("EUR");
  spec.group = FixedText<32>::of("vip");
  CreateAccount create;
  create.user = UserId{2};  // as the sequencer fills it in
  send(create, &spec);
  PasswordSpec password;
  password.hash = FixedText<64>::of("another");
  ChangePassword change_password;
  change_password.user = UserId{2};
  send(change_password, &password);
  OptionsChange options;
  options.sets = bit_of(Option::Closing);
  options.values.closing = Closing::Lifo;
  options.sets_mode = 1;
  options.mode = PositionMode::Netting;
  ChangeAccount change;
  change.what = AccountChange::Options;
  send(change, &options);
  std::vector<EventKind> kinds;
  views::Views views(view_limits(), house.slab);
  house.house.retell(house.slab, [&](const Event& event) {
    CHECK(event.header.root == Sequence{5});
    CHECK(event.header.gateway == kNoGateway);
    kinds.push_back(event.header.kind);
    views.apply(event);
  });
  views.flush();
  CHECK(kinds == std::vector{EventKind::UserCreated, EventKind::UserCreated,
                             EventKind::GroupUpdated, EventKind::AccountCreated,
                             EventKind::AccountUpdated, EventKind::AccountWatched,
                             EventKind::HouseCarried});
  views::AccountView account;
  REQUIRE(views.account({1}, account) == views::ReadStatus::Found);
  CHECK(account.created == TimeNs::from_ms(3'000));
  CHECK(account.group.view() == "vip");
  CHECK(account.user == UserId{2});
  CHECK(account.closing == Closing::Lifo);
  CHECK(account.mode == PositionMode::Netting);
  const auto user = views.find_user("staff");
  REQUIRE(user.has_value());
  CHECK(user->created == TimeNs::from_ms(1'000));
  CHECK(views.find_user("client")->accounts == std::vector{AccountId{1}});
  CHECK(views.find_user("client")->password_hash == "another");
  CHECK(views.password_changes(UserId{2}) == 1U);
}

}  // namespace
}  // namespace tribook
