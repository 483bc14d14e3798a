#include <catch2/catch.hpp>

#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "app/explain_keeper.h"
#include "core/follower.h"
#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"

// Stories told beside a house, from a snapshot or from the journal's beginning.

namespace tribook::test {
namespace {

using app::ExplainKeeper;
using gateway::Explanation;
using gateway::Question;
using Outcome = Explanation::Outcome;

app::PipelineSettings settings_of_test() {
  auto settings = small_settings();
  settings.journal_directory = "data/journal";
  settings.snapshot_directory = "data/snapshots";
  return settings;
}

/// A house that trades at random, with snapshots beside it, and what it had when.
class Lived {
 public:
  explicit Lived(std::uint64_t seed) : house_(Layout::Stepped, disk, settings_of_test()) {
    auto options = small_follower();
    options.journal_directory = "data/journal";
    options.snapshot_after_records = 60;
    core::Follower follower(
        options,
        {[this] { return written(); }, [](Sequence, const std::string& what) { FAIL(what); },
         [](const std::string& what) { FAIL(what); },
         [this](const core::House& of, const core::FormingCandles& candles,
                const journal::EndPosition& position) {
           return shelf.put(core::snapshot_of(of, candles, position)).empty();
         }},
        disk);
    Traffic traffic(house_, Random(seed));
    for (int i = 0; i < 200; ++i) {
      traffic.step();
      while (follower.do_work({}) != 0) {
      }
    }
    note();
  }

  [[nodiscard]] Sequence written() { return house_.pipeline().journal_stage().written(); }
  ExplainKeeper::Ports ports() {
    ExplainKeeper::Ports ports;
    ports.journal_directory = "data/journal";
    ports.snapshot_directory = "data/snapshots";
    ports.limits = small_settings().limits;
    ports.written = [this] { return written(); };
    return ports;
  }
  const base::Clock& clock() { return house_.clock(); }
  SteppedClock& stepped() { return house_.clock(); }

  journal::MemoryDisk disk;
  snapshot::Shelf shelf{disk, "data/snapshots", 100};
  std::map<std::uint64_t, TimeNs> orders;     ///< and when they came
  std::map<std::uint64_t, TimeNs> positions;  ///< and when they were opened
  std::map<std::uint64_t, AccountId> owners;  ///< of orders

 private:
  void note() {
    Slab slab(16);
    core::Replica replica(small_settings().limits, slab);
    const auto result = replica.replay(disk, "data/journal", {}, [this](const Event& event) {
      if (event.header.kind == EventKind::OrderUpdated) {
        const auto updated = event.get<OrderUpdated>();
        orders.emplace(updated.order.value, event.header.time);
        owners.emplace(updated.order.value, event.header.account);
      }
      if (event.header.kind == EventKind::PositionUpdated) {
        positions.emplace(event.get<PositionUpdated>().position.value, event.header.time);
      }
    });
    REQUIRE(result.is_good);
  }

  HouseRunner house_;
};

Explanation asked(ExplainKeeper& keeper, const Question& question) {
  std::promise<Explanation> promise;
  REQUIRE(keeper.ask(question, [&](const Explanation& told) { promise.set_value(told); }));
  return promise.get_future().get();
}

Question about(Question::Of of, std::uint64_t id, TimeNs begin = {}, AccountId owner = {}) {
  Question question;
  question.of = of;
  question.id = id;
  question.begin = begin;
  question.owner = owner;
  return question;
}

/// `written()` waits here, so that the first question stays at work.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    has_come_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return has_come_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_come_ = false;
  bool is_open_ = false;
};

}  // namespace

TEST_CASE("a story told from a snapshot is the one that the whole journal tells") {
  const std::uint64_t seed = GENERATE(3U, 4U);
  CAPTURE(seed);
  Lived lived(seed);
  REQUIRE(lived.shelf.list().size() > 3);
  ExplainKeeper quick(lived.ports(), lived.disk, lived.clock());
  auto without = lived.ports();
  without.snapshot_directory = "data/none";
  ExplainKeeper whole(without, lived.disk, lived.clock());
  REQUIRE(lived.orders.size() > 30);
  for (const auto& [order, begin] : lived.orders) {
    CAPTURE(order);
    const Explanation told = asked(quick, about(Question::Of::Order, order, begin));
    CHECK(told.outcome == Outcome::Told);
    CHECK(told.text == asked(whole, about(Question::Of::Order, order)).text);
  }
  for (const auto& [position, begin] : lived.positions) {
    CAPTURE(position);
    const Explanation told = asked(quick, about(Question::Of::Position, position, begin));
    CHECK(told.outcome == Outcome::Told);
    CHECK(told.text == asked(whole, about(Question::Of::Position, position)).text);
  }
  for (const std::uint64_t account : {1U, 2U}) {
    const Explanation told = asked(quick, about(Question::Of::Account, account));
    CHECK(told.outcome == Outcome::Told);
    CHECK(told.text == asked(whole, about(Question::Of::Account, account)).text);
    CHECK(told.text.find("\"agrees\":false") == std::string::npos);
  }
}

TEST_CASE("what is another's is unknown, also when it was told just before") {
  Lived lived(5);
  ExplainKeeper keeper(lived.ports(), lived.disk, lived.clock());
  const auto [order, owner] = *lived.owners.begin();
  const AccountId other{3 - owner.value};
  CHECK(asked(keeper, about(Question::Of::Order, order, {}, owner)).outcome == Outcome::Told);
  CHECK(asked(keeper, about(Question::Of::Order, order, {}, other)).outcome == Outcome::Unknown);
  CHECK(asked(keeper, about(Question::Of::Order, 4'711)).outcome == Outcome::Unknown);
  CHECK(asked(keeper, about(Question::Of::Position, 4'711)).outcome == Outcome::Unknown);
  CHECK(asked(keeper, about(Question::Of::Alert, 4'711)).outcome == Outcome::Unknown);
  CHECK(asked(keeper, about(Question::Of::Account, 4'711)).outcome == Outcome::Unknown);
}

TEST_CASE("only a few wait, of one asker one, and none for ever") {
  Lived lived(6);
  Gate gate;
  auto ports = lived.ports();
  ports.written = [&] {
    gate.pass();
    return lived.written();
  };
  ExplainKeeper::Options options;
  options.waiting = 3;
  options.patience = std::chrono::seconds{30};
  ExplainKeeper keeper(ports, lived.disk, lived.clock(), options);
  std::vector<Outcome> outcomes;  // of the keeper's thread until it has ended
  const auto done = [&](const Explanation& told) { outcomes.push_back(told.outcome); };
  Question mine = about(Question::Of::Account, 1);
  mine.asker = UserId{7};
  REQUIRE(keeper.ask(mine, done));
  gate.await();
  CHECK_FALSE(keeper.ask(mine, done));
  CHECK(keeper.ask(about(Question::Of::Account, 2), done));
  CHECK(keeper.ask(about(Question::Of::Account, 1), done));
  CHECK_FALSE(keeper.ask(about(Question::Of::Account, 2), done));
  lived.stepped().set(lived.clock().now() + std::chrono::seconds{31});
  gate.open();
  std::promise<void> later;
  while (!keeper.ask(mine, [&](const Explanation& told) {
    outcomes.push_back(told.outcome);
    later.set_value();
  })) {
    std::this_thread::yield();
  }
  later.get_future().get();
  keeper.stop();
  CHECK(outcomes == std::vector{Outcome::Told, Outcome::TooLate, Outcome::TooLate, Outcome::Told});
}

TEST_CASE("what waits at the end is answered, and nothing is taken any more") {
  Lived lived(7);
  Gate gate;
  auto ports = lived.ports();
  ports.written = [&] {
    gate.pass();
    return lived.written();
  };
  ExplainKeeper keeper(ports, lived.disk, lived.clock());
  std::vector<Outcome> outcomes;
  const auto done = [&](const Explanation& told) { outcomes.push_back(told.outcome); };
  REQUIRE(keeper.ask(about(Question::Of::Order, 1), done));
  REQUIRE(keeper.ask(about(Question::Of::Order, 2), done));
  gate.await();
  keeper.give_up();
  CHECK_FALSE(keeper.ask(about(Question::Of::Order, 1), done));
  gate.open();
  keeper.stop();
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[1] == Outcome::Stopped);
}

TEST_CASE("a journal that cannot be read so far back is told so") {
  Lived lived(8);
  std::vector<std::string> problems;
  auto ports = lived.ports();
  ports.log = [&](const std::string& what) { problems.push_back(what); };
  lived.disk.set_fault_hook([](journal::MemoryDisk::Operation, const std::string& path) {
    return path.find("journal") == std::string::npos ? journal::DiskStatus::Ok
                                                     : journal::DiskStatus::NotFound;
  });
  {
    ExplainKeeper keeper(ports, lived.disk, lived.clock());
    CHECK(asked(keeper, about(Question::Of::Order, 1)).outcome == Outcome::Failed);
    keeper.stop();
  }
  CHECK_FALSE(problems.empty());
  lived.disk.set_fault_hook({});
}

}  // namespace tribook::test
