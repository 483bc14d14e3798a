#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <memory_resource>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "support/random.h"
#include "tribook/engine/book_bits.h"
#include "tribook/engine/book_far_levels.h"
#include "tribook/engine/book_index.h"
#include "tribook/engine/book_ticks.h"

namespace tribook::engine {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST_CASE(
    "BookTicks: a price has a key when it is a multiple of the tick, in the order of prices") {
  const std::int64_t tick =
      GENERATE(std::int64_t{1}, 2, 3, 5, 8, 1'000, 2'500, 12'345'678, 100'000'000,
               3'000'000'000'000'000'001, std::int64_t{1} << 62, kMost - 1, kMost);
  const BookTicks ticks(Price{tick});
  test::Random random(static_cast<std::uint64_t>(tick));
  INFO(random.reproduce() << ", tick " << tick);
  std::map<std::int64_t, PriceKey> keys;
  const auto look = [&](std::int64_t raw) {
    const PriceKey key = ticks.key_of({raw});
    const bool is_price = raw % tick == 0 && raw < kMost && raw > -kMost;
    REQUIRE((key != kBelowAll) == is_price);
    if (!is_price) return;
    REQUIRE(key != kAboveAll);
    REQUIRE(ticks.price_of(key).raw == raw);
    keys[raw] = key;
  };
  for (int i = 0; i < 2'000; ++i) {
    const auto size = static_cast<std::int64_t>(random.any_size() >> 1U);
    look(size);
    look(-size);
    look(size / tick * tick);
    look(-size / tick * tick);
  }
  for (std::int64_t raw = -20; raw <= 20; ++raw) look(raw);
  for (std::int64_t off = 0; off < 20; ++off) {
    look(kMost - off);
    look(std::numeric_limits<std::int64_t>::min() + off);
  }
  look(ticks.worst_limit(Side::Buy).raw);
  look(ticks.worst_limit(Side::Sell).raw);
  REQUIRE(keys.begin()->first == ticks.worst_limit(Side::Sell).raw);
  REQUIRE(keys.rbegin()->first == ticks.worst_limit(Side::Buy).raw);
  for (auto at = std::next(keys.begin()); at != keys.end(); ++at) {
    REQUIRE(std::prev(at)->second < at->second);
  }
}

TEST_CASE("BookBits: knows the neighbours that a sorted set knows") {
  const std::uint32_t size = GENERATE(1U, 64U, 65U, 4'096U, 10'000U, BookBits::kMostSize);
  BookBits bits(size, std::pmr::get_default_resource());
  std::set<std::uint32_t> wanted;
  test::Random random(size);
  INFO(random.reproduce() << ", size " << size);
  for (int i = 0; i < 20'000; ++i) {
    // Few, then many, then few again.
    const auto number = static_cast<std::uint32_t>(random.below(size));
    if (random.below(20'000) > static_cast<std::uint64_t>(i)) {
      bits.insert(number);
      wanted.insert(number);
    } else if (!wanted.empty()) {
      const auto at = wanted.lower_bound(number);
      const std::uint32_t gone = at == wanted.end() ? *wanted.begin() : *at;
      bits.erase(gone);
      wanted.erase(gone);
    }
    const auto from = static_cast<std::uint32_t>(random.below(size));
    const auto above = wanted.lower_bound(from);
    REQUIRE(bits.at_or_above(from) == (above == wanted.end() ? BookBits::kNone : *above));
    const auto below = wanted.upper_bound(from);
    REQUIRE(bits.at_or_below(from) ==
            (below == wanted.begin() ? BookBits::kNone : *std::prev(below)));
  }
}

struct Keyed {
  PriceKey key = 0;
};

TEST_CASE("BookFarLevels: knows the levels and neighbours that a sorted map knows") {
  const bool are_near = GENERATE(false, true);
  constexpr std::uint32_t kCapacity = 300;
  BookFarLevels far(kCapacity, std::pmr::get_default_resource());
  std::vector<Keyed> levels(kCapacity + 1);
  std::map<PriceKey, std::uint32_t> wanted;
  test::Random random(are_near ? 5 : 6);
  INFO(random.reproduce());
  const auto any_key = [&]() -> PriceKey {
    return 1 + (are_near ? random.below(1'000) : random.any_size() % (kAboveAll - 1));
  };
  for (int i = 0; i < 60'000; ++i) {
    const auto index = static_cast<std::uint32_t>(1 + random.below(kCapacity));
    Keyed& level = levels[index];
    if (level.key != 0) {
      far.erase(index, level.key);
      wanted.erase(level.key);
      level.key = 0;
    } else if (const PriceKey key = any_key(); !wanted.contains(key)) {
      level.key = key;
      far.insert(index, levels);
      wanted.emplace(key, index);
    }
    REQUIRE(far.is_empty() == wanted.empty());
    const PriceKey key = any_key();
    const auto at = wanted.find(key);
    REQUIRE(far.find(key, levels) == (at == wanted.end() ? 0 : at->second));
    const auto above = wanted.upper_bound(key);
    REQUIRE(far.above(key, levels) == (above == wanted.end() ? kAboveAll : above->first));
    const auto below = wanted.lower_bound(key);
    REQUIRE(far.below(key, levels) ==
            (below == wanted.begin() ? kBelowAll : std::prev(below)->first));
  }
}

TEST_CASE("BookIndex: finds the ids that a map finds, whatever they look like") {
  const std::uint64_t factor =
      GENERATE(std::uint64_t{1}, std::uint64_t{8}, std::uint64_t{1} << 20U, std::uint64_t{1} << 40U,
               std::uint64_t{1} << 61U, std::uint64_t{0x9E37'79B9'7F4A'7C15});
  constexpr std::uint32_t kCapacity = 500;
  BookIndex index(kCapacity, std::pmr::get_default_resource());
  std::vector<OrderId> ids(kCapacity + 1);
  std::map<std::uint64_t, std::uint32_t> wanted;
  test::Random random(factor);
  INFO(random.reproduce() << ", factor " << factor);
  const auto find = [&](OrderId id) {
    return index.find(id, [&](std::uint32_t at) { return ids[at] == id; });
  };
  for (int i = 0; i < 50'000; ++i) {
    const OrderId id{random.below(2'000) * factor};
    const auto at = static_cast<std::uint32_t>(1 + random.below(kCapacity));
    if (const auto taken = wanted.find(ids[at].value);
        taken != wanted.end() && taken->second == at) {
      index.erase(ids[at], at);
      wanted.erase(taken);
    } else if (!wanted.contains(id.value)) {
      ids[at] = id;
      index.insert(id, at);
      wanted.emplace(id.value, at);
    }
    const OrderId other{random.below(2'000) * factor};
    const auto found = wanted.find(other.value);
    REQUIRE(find(other) == (found == wanted.end() ? 0 : found->second));
  }
}

}  // namespace
}  // namespace tribook::engine
