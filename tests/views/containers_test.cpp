#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>

#include "views/id_index.h"
#include "views/text_ring.h"
#include "views/words.h"

using namespace tribook;
using namespace tribook::views;

TEST_CASE("an index of ids equals a map under random insertions and erasures") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  constexpr std::size_t kCapacity = 64;
  IdIndex index(kCapacity);
  std::map<std::uint64_t, std::uint32_t> model;
  for (int step = 0; step < 50'000; ++step) {
    const std::uint64_t id = 1 + random() % 200;
    const auto found = model.find(id);
    if (found != model.end()) {
      index.erase(id);
      model.erase(found);
    } else if (model.size() < kCapacity) {
      const auto place = static_cast<std::uint32_t>(1 + random() % 1'000);
      index.insert(id, place);
      model[id] = place;
    }
    const std::uint64_t asked = 1 + random() % 200;
    const auto expected = model.find(asked);
    std::uint32_t place = 0;
    const ReadStatus status = index.find(asked, place);
    REQUIRE(status == (expected == model.end() ? ReadStatus::NotFound : ReadStatus::Found));
    REQUIRE(index.own_find(asked) == (expected == model.end() ? 0 : expected->second));
    if (expected != model.end()) REQUIRE(place == expected->second);
  }
  std::uint32_t place = 0;
  CHECK(index.find(0, place) == ReadStatus::NotFound);
}

TEST_CASE("a version that is open gives no copy") {
  struct Pair {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
  };
  Versioned<Pair> record;
  record.store({3, 4});
  Pair pair;
  REQUIRE(record.try_load(pair));
  CHECK(pair.a == 3);
  CHECK(pair.b == 4);
  Version version;
  const std::uint64_t before = version.before();
  CHECK_FALSE(Version::is_open(before));
  version.open();
  CHECK(Version::is_open(version.before()));
  CHECK_FALSE(version.is_still(before));
  version.close();
  CHECK_FALSE(Version::is_open(version.before()));
  CHECK_FALSE(version.is_still(before));
}

TEST_CASE("patience ends") {
  Patience patience;
  std::uint32_t tries = 0;
  while (patience.again()) ++tries;
  CHECK(tries == Patience::kTries);
}

TEST_CASE("a ring of texts keeps every length exactly") {
  TextRing ring(8'192);
  for (std::size_t length = 0; length <= 40; ++length) {
    const std::string first(length, 'a');
    const std::string second(40 - length, 'b');
    const TextPlace place = ring.put(first, second);
    std::string got_first = "old";
    std::string got_second = "old";
    REQUIRE(ring.read(place, got_first, got_second));
    REQUIRE(got_first == first);
    REQUIRE(got_second == second);
  }
  const TextPlace cut = ring.put(std::string(2'000, 'x'), "");
  std::string first;
  std::string second;
  REQUIRE(ring.read(cut, first, second));
  CHECK(first.size() == TextRing::kTextMax);
  for (int i = 0; i < 8; ++i) ring.put(std::string(1'000, 'y'), "");
  CHECK_FALSE(ring.read(cut, first, second));
  CHECK(first.empty());
}
