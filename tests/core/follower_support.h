#pragma once

#include <catch2/catch.hpp>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/follower.h"
#include "core/replica.h"
#include "support/house_runner.h"
#include "support/instruments.h"
#include "support/random.h"

namespace tribook::test {

/// An event with its text, as something outside of the house keeps it.
struct Row {
  Event event;
  std::string text;
  friend bool operator==(const Row& a, const Row& b) {
    return a.text == b.text && std::memcmp(&a.event, &b.event, sizeof a.event) == 0;
  }
};

inline Row row_of(const Event& event, const Slab& slab) {
  const auto bytes = slab.get(event.header.text);
  Row row{event, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
  row.event.header.text = {};
  return row;
}

/// Stores in memory, and fails or waits as it is told.
class RecordingSink final : public core::EventSink {
 public:
  explicit RecordingSink(const Slab& slab) : slab_(slab) {}

  [[nodiscard]] Sequence stored() const override { return stored_; }
  void apply(const Event& event) override {
    if (event.header.root <= stored_) was_given_old = true;
    open_.push_back(row_of(event, slab_));
  }
  void commit(Sequence last, bool is_caught_up) override {
    ++commits;
    if (failures > 0) {
      --failures;
      open_.clear();
      throw std::runtime_error("the disk is full");
    }
    if (is_lazy && !is_caught_up) return;
    rows.insert(rows.end(), open_.begin(), open_.end());
    open_.clear();
    stored_ = last;
  }
  void set_stored(Sequence stored) { stored_ = stored; }

  std::vector<Row> rows;
  std::uint64_t commits = 0;
  std::uint64_t failures = 0;  ///< of so many commits to come
  bool was_given_old = false;  ///< an event that it has stored already
  bool is_lazy = false;        ///< writes only when nothing more comes

 private:
  const Slab& slab_;
  std::vector<Row> open_;
  Sequence stored_;
};

/// Every event of the journal, by a replica that reads all of it.
inline std::vector<Row> replayed(journal::Disk& disk) {
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  std::vector<Row> rows;
  const auto result = replica.replay(
      disk, "journal", {}, [&](const Event& event) { rows.push_back(row_of(event, slab)); });
  REQUIRE(result.is_good);
  return rows;
}

inline std::vector<Row> rows_after(const std::vector<Row>& rows, Sequence sequence) {
  std::vector<Row> later;
  for (const Row& row : rows) {
    if (row.event.header.root > sequence) later.push_back(row);
  }
  return later;
}

inline core::FollowerOptions small_follower() {
  core::FollowerOptions options;
  options.journal_directory = "journal";
  options.limits = small_settings().limits;
  options.texts = 64;
  return options;
}

/// A client that trades at random.
class Traffic {
 public:
  Traffic(HouseRunner& house, Random random) : house_(house), random_(std::move(random)) {
    house_.submit(house_.create_symbol(forex("EUR", "USD")));
    house_.submit(house_.create_account("alice", "USD", Money::from_whole(10'000)));
    house_.submit(house_.create_account("bert", "EUR", Money::from_whole(500)));
  }

  void step() {
    mid_ += random_.between(-40, 40);
    ms_ += random_.between(1, 2'000);
    house_.submit(quote());
    const AccountId account{1 + static_cast<std::uint32_t>(random_.below(2))};
    switch (random_.below(6)) {
      case 0:
      case 1:
        house_.submit(order(account));
        break;
      case 2:
        house_.submit(close(account));
        break;
      case 3:  // some names are taken, then it is refused
        house_.submit(house_.create_account("client" + std::to_string(random_.below(40)), "USD",
                                            Money::from_whole(100)));
        break;
      default:
        break;
    }
  }
  Random& random() { return random_; }

 private:
  Command quote() {
    QuoteCommand body;
    body.symbol = SymbolId{1};
    body.bid = Price{mid_ * 1'000};
    body.ask = Price{(mid_ + 10) * 1'000};
    body.venue_time = TimeNs::from_ms(ms_);
    body.never_stale = 1;
    body.drives_clock = 1;
    return Command::make(body);
  }
  Command order(AccountId account) {
    NewOrder body;
    body.symbol = SymbolId{1};
    body.side = random_.one_in(2) ? Side::Buy : Side::Sell;
    body.volume = Volume{10'000'000};
    body.max_slippage_pips = Ratio{-1};
    body.origin = Origin::Rest;
    Command command = Command::make(body);
    command.header.account = account;
    if (random_.one_in(2)) {
      Texts texts;
      const std::string id = "order" + std::to_string(++orders_);
      texts.part[0] = id;
      command.header.text = put_texts(house_.slab(), texts);
    }
    return command;
  }
  Command close(AccountId account) {
    ClosePosition body;
    body.position = PositionId{1 + random_.below(60)};
    Command command = Command::make(body);
    command.header.account = account;
    return command;
  }

  HouseRunner& house_;
  Random random_;
  std::int64_t mid_ = 108'500;
  std::int64_t ms_ = 1'400'000'000'000;
  std::uint64_t orders_ = 0;
};

}  // namespace tribook::test
