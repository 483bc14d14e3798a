#include "support/order_desk.h"
#include "support/provider.h"
#include "tribook/base/archive.h"

// What is on its way at venues, and what may come late, is in the state that is saved.

namespace tribook {
namespace {

using test::House;
using test::Provider;

// Loads what the house saved, checks that it is the same, and gives it the house's last records.
class Copy {
 public:
  explicit Copy(const House& house)
      : house_(house),
        given_(house.history.size()),
        slab_(8),
        engine_(test::small_limits(), slab_),
        outbox_(test::small_limits().events_of_one_record()) {
    base::ArchiveWriter saved;
    house.engine.save(saved);
    base::ArchiveReader archive(saved.bytes());
    engine_.load(archive);
    REQUIRE(archive.ok());
    REQUIRE(archive.left() == 0);
    CHECK(engine_.state_hash() == house.engine.state_hash());
    base::ArchiveWriter again;
    engine_.save(again);
    CHECK(again.bytes() == saved.bytes());
  }
  void follow() {
    for (; given_ < house_.history.size(); ++given_) {
      engine_.apply(house_.history[given_].record, outbox_);
      outbox_.clear();
    }
    CHECK(engine_.events_digest() == house_.engine.events_digest());
    CHECK(engine_.state_hash() == house_.engine.state_hash());
  }
  [[nodiscard]] std::size_t requests() const {
    std::size_t count = 0;
    engine_.for_each_request([&](const VenueRequested&) { ++count; });
    return count;
  }

 private:
  const House& house_;
  std::size_t given_;
  Slab slab_;
  engine::Engine engine_;
  engine::Outbox outbox_;
};

TEST_CASE("Venue archive: orders, closes and late fills go on where they were") {
  House house;
  Provider provider(house);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.1", "1.1");
  const auto order = [&](Book book, std::string_view volume) {
    return test::order_to(house, book, account, symbol, Side::Buy, volume).only<VenueRequested>();
  };
  const auto late = order(Book::A, "0.3");
  provider.fill(late, "0.1", "1.1");
  provider.time_out(late);
  const auto whole = order(Book::A, "0.5");
  const PositionId held = test::last_of(provider.fill(whole, "0.5", "1.1")).position;
  const auto close = house.close(account, held, "0.2").only<VenueRequested>();
  const auto half = order(Book::C, "0.4");
  house.send(account, test::limit(symbol, Side::Buy, "0.1", "1.05"));

  Copy copy(house);
  CHECK(copy.requests() == 2);
  provider.fill(late, "0.2", "1.1");
  provider.fill(close, "0.1", "1.1");
  provider.reject(close);
  provider.fill(half, "0.2", "1.1");
  house.quote(symbol, "1.04", "1.04");
  copy.follow();
  Copy after(house);
  CHECK(after.requests() == 0);
}

TEST_CASE("Venue archive: a late fill is no worse than the ended order allowed, after a load too") {
  House house;
  Provider provider(house);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.1", "1.1");
  const auto late =
      test::order_to(house, Book::A, account, symbol, Side::Buy, "0.3", {.worst_price = "1.10010"})
          .only<VenueRequested>();
  provider.time_out(late);
  Copy copy(house);
  CHECK(provider.fill(late, "0.3", "1.2").only<TradeExecuted>().price == test::price("1.1001"));
  copy.follow();
}

TEST_CASE("Venue archive: a report that was taken is known after a load") {
  House house;
  Provider provider(house);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.1", "1.1");
  const auto request =
      test::order_to(house, Book::A, account, symbol, Side::Buy, "1").only<VenueRequested>();
  VenueReport report = provider.about(request, VenueReportKind::Filled);
  report.volume = test::lots("0.5");
  report.price = test::price("1.1");
  house.send(AccountId{}, report);
  Copy copy(house);
  CHECK(house.send(AccountId{}, report).only<VenueReported>().outcome == VenueOutcome::Repeated);
  copy.follow();
}

}  // namespace
}  // namespace tribook
