#include <catch2/catch.hpp>

#include "support/house_runner.h"

// A new run takes the numbers up where the last one left them, whatever its last record was.

namespace tribook::test {
namespace {

Command create_user(HouseRunner& house, std::string_view name) {
  UserSpec spec;
  spec.username = FixedText<100>::of(name);
  spec.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
  spec.role = Role::Admin;
  Command command = Command::make(CreateUser{});
  command.header.text = put_spec(house.slab(), spec);
  return command;
}

}  // namespace

// The first run's last record was the directory's and left the engine's own count behind.
TEST_CASE("a run goes on after a last record that is nothing to the engine") {
  const bool is_refused_account = GENERATE(false, true);
  const bool is_killed = GENERATE(false, true);
  CAPTURE(is_refused_account, is_killed);
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk);
    house.submit(house.create_account("alice", "USD", Money::from_whole(10'000)));
    if (is_refused_account) {
      house.submit(house.create_account("alice", "USD", Money::from_whole(10'000)));
    } else {
      house.submit(create_user(house, "bert"));
    }
    if (is_killed) {
      house.abandon();
    } else {
      house.stop();
    }
  }
  HouseRunner again(Layout::Stepped, disk);
  CHECK(again.recovery().records == 3);  // Started and the two above
  again.submit(again.create_account("carol", "EUR", Money::from_whole(500)));
  again.stop();

  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  const core::ReplayResult replayed = replica.replay(disk, "journal");
  REQUIRE(replayed.is_good);
  CHECK(replayed.records == 5);
  CHECK(replica.house().state_hash() == again.pipeline().sequencer().house().state_hash());
  CHECK(replica.house().engine().last_sequence() == Sequence{5});
}

}  // namespace tribook::test
