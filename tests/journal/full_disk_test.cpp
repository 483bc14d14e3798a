#include <catch2/catch.hpp>
#include <functional>

#include "support/house_runner.h"
#include "support/instruments.h"

// A disk without room for another segment: who holds positions is served in the one that is there,
// everybody else is told to wait, and service comes back by itself.

namespace tribook::test {
namespace {

using core::StorageLevel;
using journal::DiskStatus;
using journal::MemoryDisk;

app::PipelineSettings settings() {
  app::PipelineSettings settings = small_settings();
  settings.segment_bytes = 1 << 20;
  return settings;
}

Command of(AccountId account, Command command) {
  command.header.account = account;
  return command;
}

RejectCode refusal(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.header.kind == EventKind::Refused) return event.get<Refused>().code;
  }
  return RejectCode::None;
}

/// A house with a trader and a position, on a disk that can be made to refuse new files.
class Trading {
 public:
  explicit Trading(MemoryDisk& disk) : disk_(disk), house_(Layout::Stepped, disk, settings()) {
    if (house_.recovery().records != 0) return;
    house_.submit(house_.create_symbol(forex("EUR", "USD")));
    house_.submit(house_.create_account("alice", "USD", Money::from_whole(100'000)));
    quote();
    REQUIRE(refusal(order()) == RejectCode::None);
    REQUIRE(refusal(order("1.00000")) == RejectCode::None);
  }

  void refuse_files(DiskStatus status) {
    disk_.set_fault_hook([status](MemoryDisk::Operation operation, const std::string&) {
      return operation == MemoryDisk::Operation::Create ? status : DiskStatus::Ok;
    });
  }
  void accept_files() { disk_.set_fault_hook(nullptr); }

  std::vector<Event> submit(const Command& command) {
    house_.pipeline().segment_stage().do_work(house_.clock().now());
    return house_.submit(command);
  }
  Command next_quote(std::int64_t bid, std::int64_t after_ms) {
    ms_ += after_ms;
    QuoteCommand body;
    body.symbol = SymbolId{1};
    body.bid = Price{bid * 1'000};
    body.ask = Price{(bid + 10) * 1'000};
    body.venue_time = TimeNs::from_ms(ms_);
    body.never_stale = 1;
    body.drives_clock = 1;
    return Command::make(body);
  }
  std::vector<Event> quote(std::int64_t bid = 110'000, std::int64_t after_ms = 1) {
    return submit(next_quote(bid, after_ms));
  }
  std::vector<Event> order(std::string_view stop_loss = "0") {
    NewOrder body;
    body.symbol = SymbolId{1};
    body.side = Side::Buy;
    body.volume = lots("0.10");
    body.stop_loss = price(stop_loss);
    body.max_slippage_pips = Ratio{-1};
    return submit(of(AccountId{1}, Command::make(body)));
  }
  static Command close_of_part() {
    ClosePosition body;
    body.position = PositionId{1};
    body.partial = 1;
    body.volume = lots("0.01");
    return of(AccountId{1}, Command::make(body));
  }
  std::vector<Event> close_part() { return submit(close_of_part()); }
  std::vector<Event> modify() {
    ModifyPosition body;
    body.position = PositionId{1};
    body.stop_loss = price("1.05000");
    return submit(of(AccountId{1}, Command::make(body)));
  }
  template <typename Payment>
  std::vector<Event> pay() {
    Payment body;
    set_amount(body, Money::from_whole(1));
    body.method = PaymentMethod::BankTransfer;
    return submit(of(AccountId{1}, Command::make(body)));
  }
  std::vector<Event> set_clock() { return submit(Command::make(SetClock{TimeNs::from_ms(ms_)})); }
  std::vector<Event> new_client() {
    return submit(house_.create_account("bert", "USD", Money::from_whole(1)));
  }

  /// Quotes until storage is at `level`; `after_ms` apart.
  void fill_to(StorageLevel level, std::int64_t after_ms = 1) {
    for (int i = 0; i < 40'000 && this->level() != level; ++i) quote(110'000 + i % 50, after_ms);
    REQUIRE(this->level() == level);
  }

  /// What does not wait for an answer. What has come by then.
  std::vector<Event> post(const Command& command) {
    REQUIRE(house_.post(command));
    return turn();
  }
  std::vector<Event> turn() {
    for (int i = 0; i < 4; ++i) house_.pump();
    std::vector<Event> events;
    for (Event event; house_.poll(event);) events.push_back(event);
    return events;
  }
  void fill_up() {
    fill_to(StorageLevel::Last);
    for (int i = 0; i < 40'000 && level() != StorageLevel::Full; ++i) {
      post(next_quote(110'000 + i % 50, 1'000));
    }
    REQUIRE(level() == StorageLevel::Full);
  }
  [[nodiscard]] Sequence written() { return house_.pipeline().journal_stage().written(); }

  [[nodiscard]] StorageLevel level() { return storage().level(); }
  [[nodiscard]] core::Storage& storage() { return house_.pipeline().journal_stage().storage(); }
  [[nodiscard]] Sequence last() { return house_.pipeline().sequencer().last_sequence(); }
  [[nodiscard]] std::uint64_t positions() {
    return house_.pipeline().sequencer().house().engine().figures(AccountId{1}).positions;
  }
  void pass(std::int64_t ms) {
    house_.clock().set(TimeNs{house_.clock().now().ns + ms * 1'000'000});
    house_.pipeline().segment_stage().do_work(house_.clock().now());
  }
  HouseRunner& house() { return house_; }

 private:
  MemoryDisk& disk_;
  HouseRunner house_;
  std::int64_t ms_ = 1'000;
};

std::uint64_t replayed_hash(MemoryDisk& disk, std::uint64_t& records) {
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  const core::ReplayResult replayed = replica.replay(disk, "journal");
  REQUIRE(replayed.is_good);
  records = replayed.records;
  return replica.house().state_hash();
}

}  // namespace

TEST_CASE("without room for a segment new business is refused and positions are served") {
  const DiskStatus why = GENERATE(DiskStatus::NoSpace, DiskStatus::ReadOnly, DiskStatus::IoError);
  CAPTURE(journal::to_string(why));
  MemoryDisk disk;
  Trading trading(disk);
  CHECK(trading.level() == StorageLevel::Ample);
  trading.refuse_files(why);
  trading.fill_to(StorageLevel::Short);
  CHECK(trading.storage().status() == why);
  CHECK(trading.storage().room() > (1 << 20) * 9 / 10);  // noticed where a segment begins

  const Sequence before = trading.last();
  CHECK(refusal(trading.order()) == RejectCode::StorageFull);
  CHECK(refusal(trading.new_client()) == RejectCode::StorageFull);
  CHECK(refusal(trading.pay<Withdraw>()) == RejectCode::StorageFull);
  CHECK(trading.last() == before);  // no trace
  CHECK(trading.house().slab().in_use() == 0);
  CHECK(trading.house().pipeline().sequencer().storage_refusals() == 3);

  CHECK(refusal(trading.close_part()) == RejectCode::None);
  CHECK(refusal(trading.pay<Deposit>()) == RejectCode::None);
  CHECK(refusal(trading.modify()) == RejectCode::None);
  CHECK(trading.positions() == 2);
  CHECK(refusal(trading.quote(99'000)) == RejectCode::None);
  CHECK(trading.positions() == 0);  // both stop losses
  CHECK(trading.last().value == before.value + 4);
}

TEST_CASE("a segment is tried for each second, and then everything is taken again") {
  MemoryDisk disk;
  Trading trading(disk);
  trading.refuse_files(DiskStatus::NoSpace);
  trading.fill_to(StorageLevel::Short);
  trading.accept_files();
  trading.pass(900);
  CHECK(trading.level() == StorageLevel::Short);
  CHECK(refusal(trading.order()) == RejectCode::StorageFull);
  trading.pass(200);
  CHECK(trading.level() == StorageLevel::Ample);
  CHECK(refusal(trading.order()) == RejectCode::None);
  CHECK(refusal(trading.pay<Withdraw>()) == RejectCode::None);
}

TEST_CASE("a second that the clock was set back is not waited for") {
  MemoryDisk disk;
  Trading trading(disk);
  trading.pass(100'000);
  trading.refuse_files(DiskStatus::NoSpace);
  trading.fill_to(StorageLevel::Short);
  trading.accept_files();
  trading.pass(-50'000);
  CHECK(trading.level() == StorageLevel::Ample);
}

TEST_CASE("near the end of the reserve only closes and some quotes are taken") {
  MemoryDisk disk;
  Trading trading(disk);
  trading.refuse_files(DiskStatus::NoSpace);
  trading.fill_to(StorageLevel::Last);
  CHECK(trading.storage().room() < (1 << 20) / 4);
  CHECK(refusal(trading.quote(110'000, 2'000)) == RejectCode::None);
  const Sequence before = trading.last();
  CHECK(refusal(trading.quote(110'001, 400)) == RejectCode::StorageFull);
  CHECK(refusal(trading.order()) == RejectCode::StorageFull);
  CHECK(refusal(trading.pay<Deposit>()) == RejectCode::StorageFull);
  CHECK(refusal(trading.modify()) == RejectCode::StorageFull);
  CHECK(refusal(trading.set_clock()) == RejectCode::StorageFull);
  CHECK(trading.last() == before);
  CHECK(refusal(trading.close_part()) == RejectCode::None);
  CHECK(refusal(trading.quote(110'002, 700)) == RejectCode::None);  // a second after the one before
  CHECK(trading.last().value == before.value + 2);
}

TEST_CASE("what was refused for want of room was never there") {
  MemoryDisk disk;
  std::uint64_t hash = 0;
  std::uint64_t records = 0;
  {
    Trading trading(disk);
    trading.refuse_files(DiskStatus::NoSpace);
    trading.fill_to(StorageLevel::Last);
    for (int i = 0; i < 5; ++i) {
      trading.order();
      trading.close_part();
      trading.quote(110'000 + i, 300);
    }
    trading.house().stop();
    hash = trading.house().pipeline().sequencer().house().state_hash();
    CHECK(replayed_hash(disk, records) == hash);
    CHECK(records == trading.last().value);
  }
  // It starts on the full disk and is short at once; with space it is whole again.
  Trading again(disk);
  CHECK(again.house().recovery().state_hash == hash);
  again.pass(0);
  CHECK(again.level() == StorageLevel::Last);
  CHECK(refusal(again.order()) == RejectCode::StorageFull);
  CHECK(refusal(again.close_part()) == RejectCode::None);
  again.accept_files();
  again.pass(1'100);
  CHECK(again.level() == StorageLevel::Ample);
}

TEST_CASE("at the very end of the reserve all waits, and goes on when there is space") {
  MemoryDisk disk;
  Trading trading(disk);
  trading.refuse_files(DiskStatus::NoSpace);
  trading.fill_up();
  const Sequence last = trading.last();
  CHECK(trading.written().value + 1 == last.value);
  // Its answer comes behind that of the record that waits.
  CHECK(trading.post(trading.close_of_part()).empty());
  CHECK(trading.post(trading.next_quote(110'000, 5'000)).empty());
  CHECK(trading.last() == last);
  std::uint64_t records = 0;
  SECTION("when there is space") {
    trading.accept_files();
    trading.pass(900);
    trading.turn();
    CHECK(trading.written().value + 1 == last.value);
    trading.pass(200);
    CHECK(refusal(trading.turn()) == RejectCode::StorageFull);
    CHECK(trading.written() == last);
    CHECK(trading.level() == StorageLevel::Ample);
    CHECK(refusal(trading.close_part()) == RejectCode::None);
    CHECK(trading.written().value == last.value + 1);
    trading.house().stop();
    CHECK(replayed_hash(disk, records) ==
          trading.house().pipeline().sequencer().house().state_hash());
    CHECK(records == last.value + 1);
  }
  SECTION("when it is killed before") {
    trading.house().abandon();
    replayed_hash(disk, records);
    CHECK(records == trading.written().value);  // what was acknowledged
  }
}

}  // namespace tribook::test
