#include <catch2/catch.hpp>
#include <map>
#include <memory>

#include "support/random_records.h"

// A house that was saved and loaded goes on as if nothing had happened.

namespace tribook {
namespace {

using test::are_same;
using test::Random;
using test::RandomRecord;
using test::RandomRecords;
using test::RecordedHouse;

engine::EngineLimits small() { return {40, 90, 8, 50, 30}; }
engine::EngineLimits larger() { return {100, 1'000, 32, 500, 100}; }

TEST_CASE("House archive: a loaded house does what the saved one does, in larger tables too") {
  Random random(0x5A7E);
  INFO(random.reproduce());
  std::map<EventKind, std::uint64_t> seen;
  for (int run = 0; run < 12; ++run) {
    RandomRecords records(Random(random.bits()), small());
    RecordedHouse first(small());
    RecordedHouse roomy(larger());
    std::vector<std::unique_ptr<RecordedHouse>> copies;
    for (int step = 0; step < 2'500; ++step) {
      const RandomRecord record = records.next();
      first.apply(record);
      for (const Event& event : first.events) ++seen[event.header.kind];
      REQUIRE(are_same(roomy.apply(record), first.events));
      for (const auto& copy : copies) {
        REQUIRE(are_same(copy->apply(record), first.events));
        REQUIRE(copy->house.events_digest() == first.house.events_digest());
      }
      if (!random.one_in(250)) continue;
      const auto bytes = first.saved();
      REQUIRE(roomy.saved() == bytes);
      for (const auto& copy : copies) {
        REQUIRE(copy->house.state_hash() == first.house.state_hash());
        REQUIRE(copy->saved() == bytes);
      }
      auto copy = std::make_unique<RecordedHouse>(random.one_in(2) ? larger() : small());
      REQUIRE(copy->load(bytes));
      REQUIRE(copy->house.state_hash() == first.house.state_hash());
      REQUIRE(copy->saved() == bytes);
      REQUIRE(copy->house.engine().is_ledger_balanced());
      if (copies.size() == 3) copies.erase(copies.begin());
      copies.push_back(std::move(copy));
    }
  }
  for (const EventKind kind :
       {EventKind::MarginCall, EventKind::StopOut, EventKind::PositionReduced, EventKind::Refused,
        EventKind::UserCreated, EventKind::LedgerPosted, EventKind::SessionChanged}) {
    CAPTURE(static_cast<int>(kind));
    CHECK(seen[kind] > 20);
  }
}

TEST_CASE("House archive: what is cut short or changed is refused or harmless") {
  Random random(0xBAD);
  INFO(random.reproduce());
  RandomRecords records(Random(random.bits()), small());
  RecordedHouse first(small());
  for (int step = 0; step < 1'500; ++step) first.apply(records.next());
  const auto bytes = first.saved();
  for (int i = 0; i < 300; ++i) {
    auto part = bytes;
    part.resize(random.below(bytes.size()));
    RecordedHouse house(small());
    CHECK_FALSE(house.load(part));
  }
  std::uint64_t refused = 0;
  for (int i = 0; i < 2'000; ++i) {
    auto changed = bytes;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      changed[random.below(changed.size())] ^= static_cast<std::byte>(1 + random.below(255));
    }
    RecordedHouse house(small());
    if (!house.load(changed)) {
      ++refused;
      continue;
    }
    // A number changed: another house, and its hash says so.
    CHECK(house.house.state_hash() != first.house.state_hash());
  }
  CHECK(refused > 100);
  RecordedHouse house(small());
  CHECK_FALSE(house.load({}));
}

TEST_CASE("House archive: tables that are too small are refused") {
  RandomRecords records(Random(7), small());
  RecordedHouse first(small());
  for (int step = 0; step < 1'000; ++step) first.apply(records.next());
  const auto bytes = first.saved();
  const engine::EngineLimits room = first.house.engine().room_needed();
  RecordedHouse fits(room);
  CHECK(fits.load(bytes));
  for (std::uint32_t engine::EngineLimits::*limit :
       {&engine::EngineLimits::accounts, &engine::EngineLimits::positions,
        &engine::EngineLimits::symbols, &engine::EngineLimits::client_ids,
        &engine::EngineLimits::orders}) {
    engine::EngineLimits less = room;
    --(less.*limit);
    RecordedHouse house(less);
    CHECK_FALSE(house.load(bytes));
  }
}

// A table that was full is full again in a replay, whatever room the house has by then.
TEST_CASE("House: users are limited by the run's settings, not by the room there is") {
  const engine::EngineLimits limits{2, 10, 2, 10, 2};
  RecordedHouse exact(limits);
  RecordedHouse roomy(larger());
  auto send = [&, sequence = std::uint64_t{0}](const auto& body, const auto* spec) mutable {
    RandomRecord record;
    record.record.command = Command::make(body);
    record.record.sequence = Sequence{++sequence};
    record.record.time = TimeNs{1};
    if (spec != nullptr) {
      const auto bytes = std::as_bytes(std::span(spec, 1));
      record.text.assign(bytes.begin(), bytes.end());
    }
    const bool same = are_same(exact.apply(record), roomy.apply(record));
    CHECK(same);
  };
  Started started;
  started.accounts = limits.accounts;
  started.positions = limits.positions;
  started.symbols = limits.symbols;
  started.client_ids = limits.client_ids;
  started.orders = limits.orders;
  send(started, static_cast<const UserSpec*>(nullptr));
  UserSpec user;
  user.password_hash = FixedText<64>::of("hash");
  for (int i = 0; i < 1'003; ++i) {
    user.username = FixedText<100>::of("user" + std::to_string(i));
    send(CreateUser{}, &user);
  }
  CHECK(exact.events.front().header.kind == EventKind::Refused);
  CHECK(roomy.house.state_hash() == exact.house.state_hash());
}

}  // namespace
}  // namespace tribook
