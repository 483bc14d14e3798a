#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include <catch2/catch.hpp>

#include "support/random.h"
#include "tribook/base/hash.h"
#include "tribook/base/histogram.h"
#include "tribook/base/index_map.h"
#include "tribook/base/int128.h"
#include "tribook/base/pool.h"

namespace tribook::base {
namespace {

constexpr auto kLargest = static_cast<int128>(~uint128{0} >> 1);
constexpr int128 kSmallest = -kLargest - 1;

TEST_CASE("int128: checked arithmetic is empty exactly when the result does not fit") {
  CHECK(checked_add<int128>(kLargest, 0) == kLargest);
  CHECK_FALSE(checked_add<int128>(kLargest, 1));
  CHECK_FALSE(checked_add<int128>(kSmallest, -1));
  CHECK(checked_subtract<int128>(kSmallest, 0) == kSmallest);
  CHECK_FALSE(checked_subtract<int128>(kSmallest, 1));
  CHECK_FALSE(checked_subtract<int128>(0, kSmallest));
  CHECK(checked_multiply<int128>(kLargest / 3, 3) == kLargest / 3 * 3);
  CHECK_FALSE(checked_multiply<int128>(kLargest / 3 + 1, 3));
  CHECK_FALSE(checked_multiply<int128>(kSmallest, -1));
  CHECK(checked_add<std::int8_t>(100, 27) == std::int8_t{127});
  CHECK_FALSE(checked_add<std::int8_t>(100, 28));
}

TEST_CASE("int128: magnitude holds the most negative value") {
  CHECK(magnitude(0) == 0);
  CHECK(magnitude(-5) == 5);
  CHECK(magnitude(kLargest) == static_cast<uint128>(kLargest));
  CHECK(magnitude(kSmallest) == static_cast<uint128>(kLargest) + 1);
}

TEST_CASE("int128: division rounds half away from zero") {
  struct Row {
    int value;
    int divisor;
    int expected;
  };
  const auto row = GENERATE(values<Row>({{0, 7, 0},
                                         {7, 7, 1},
                                         {10, 4, 3},
                                         {-10, 4, -3},
                                         {9, 4, 2},
                                         {-9, 4, -2},
                                         {11, 4, 3},
                                         {-11, 4, -3},
                                         {1, 2, 1},
                                         {-1, 2, -1},
                                         {1, 3, 0},
                                         {-1, 3, 0},
                                         {2, 3, 1},
                                         {-2, 3, -1},
                                         {5, 1, 5},
                                         {-5, 1, -5},
                                         {49, 100, 0},
                                         {50, 100, 1},
                                         {-50, 100, -1}}));
  CAPTURE(row.value, row.divisor);
  CHECK(divide_half_away(row.value, row.divisor) == row.expected);
}

TEST_CASE("int128: division at the ends of the range does not wrap") {
  CHECK(divide_half_away(kLargest, kLargest) == 1);
  CHECK(divide_half_away(kSmallest, kLargest) == -1);
  CHECK(divide_half_away(kLargest / 2 + 1, kLargest) == 1);
  CHECK(divide_half_away(kLargest / 2, kLargest) == 0);
  CHECK(divide_half_away(kSmallest, 1) == kSmallest);
}

TEST_CASE("IndexMap: does what std::unordered_map does, over random inserts and erasures") {
  test::Random random(20260101);
  INFO(random.reproduce());
  constexpr std::size_t kCapacity = 300;
  IndexMap map(kCapacity);
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  std::vector<std::uint64_t> keys;
  for (int step = 0; step < 60'000; ++step) {
    // Few distinct keys, so that erased ones return; some far apart, some adjacent.
    const std::uint64_t key =
        random.one_in(2) ? random.below(600) + 1 : (random.below(600) + 1) << 44;
    const auto known = model.find(key);
    REQUIRE(map.find(key) == (known == model.end() ? 0 : known->second));
    if (known != model.end()) {
      if (random.one_in(2)) continue;
      map.erase(key);
      model.erase(known);
    } else if (model.size() < kCapacity) {
      const auto index = static_cast<std::uint32_t>(step + 1);
      map.insert(key, index);
      model.emplace(key, index);
    }
    REQUIRE(map.size() == model.size());
  }
  for (const auto& [key, index] : model) REQUIRE(map.find(key) == index);
  CHECK(map.find(0) == 0);
}

TEST_CASE("IndexMap: filled to its capacity and emptied it finds nothing") {
  IndexMap map(64);
  for (std::uint64_t key = 1; key <= 64; ++key) map.insert(key, static_cast<std::uint32_t>(key));
  for (std::uint64_t key = 1; key <= 64; ++key) REQUIRE(map.find(key) == key);
  for (std::uint64_t key = 64; key > 0; --key) map.erase(key);
  CHECK(map.size() == 0);
  for (std::uint64_t key = 1; key <= 64; ++key) REQUIRE(map.find(key) == 0);
}

TEST_CASE("Pool: hands out each index once, none when full, fresh objects when used again") {
  Pool<std::string> pool(3);
  std::vector<std::uint32_t> taken;
  for (int i = 0; i < 3; ++i) taken.push_back(pool.take());
  CHECK(pool.is_full());
  CHECK(pool.take() == 0);
  CHECK(pool.in_use() == 3);
  CHECK(pool.capacity() == 3);
  std::vector<std::uint32_t> sorted = taken;
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted == std::vector<std::uint32_t>{1, 2, 3});

  pool[taken[1]] = "used";
  pool.give_back(taken[1]);
  CHECK(pool.in_use() == 2);
  const std::uint32_t again = pool.take();
  CHECK(again == taken[1]);
  CHECK(pool[again].empty());
}

TEST_CASE("Histogram: percentiles lie within one step above the true ones") {
  test::Random random(7);
  INFO(random.reproduce());
  Histogram histogram;
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random.any_size() >> 4;
    histogram.record(value);
    all.push_back(value);
  }
  std::sort(all.begin(), all.end());
  CHECK(histogram.count() == all.size());
  CHECK(histogram.max() == all.back());
  for (const std::uint32_t per_million : {1U, 10'000U, 500'000U, 900'000U, 999'000U, 1'000'000U}) {
    const std::size_t rank = (all.size() * per_million + 999'999) / 1'000'000;
    const std::uint64_t truth = all[rank - 1];
    const std::uint64_t told = histogram.percentile(per_million);
    CAPTURE(per_million, truth, told);
    CHECK(told >= truth);
    CHECK(told - truth <= truth / 32 + 1);
  }
}

TEST_CASE("Histogram: the smallest values are exact, the largest do not leave the table") {
  Histogram histogram;
  CHECK(histogram.percentile(500'000) == 0);
  for (std::uint64_t value = 0; value < 64; ++value) histogram.record(value);
  CHECK(histogram.percentile(500'000) == 31);
  CHECK(histogram.percentile(1'000'000) == 63);
  histogram.record(~std::uint64_t{0}, 1'000);
  CHECK(histogram.percentile(990'000) == ~std::uint64_t{0});
  CHECK(histogram.count() == 1'064);
  histogram.reset();
  CHECK(histogram.count() == 0);
  CHECK(histogram.max() == 0);
}

TEST_CASE("Digest: every bit of every byte counts, and so does the order") {
  std::vector<unsigned char> bytes(19);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i * 37);
  const auto digest_of = [&] {
    Digest digest;
    digest.mix_bytes(bytes.data(), bytes.size());
    return digest.value();
  };
  const std::uint64_t before = digest_of();
  CHECK(digest_of() == before);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] ^= static_cast<unsigned char>(1U << bit);
      REQUIRE(digest_of() != before);
      bytes[i] ^= static_cast<unsigned char>(1U << bit);
    }
  }
  Digest ab;
  ab.mix(1);
  ab.mix(2);
  Digest ba;
  ba.mix(2);
  ba.mix(1);
  CHECK(ab.value() != ba.value());
  Digest one;
  one.mix(0);
  Digest two;
  two.mix(0);
  two.mix(0);
  CHECK(one.value() != two.value());
}

TEST_CASE("Digest: a tail is not its zero-padded self") {
  const unsigned char bytes[8] = {1, 2, 3};
  Digest three;
  three.mix_bytes(bytes, 3);
  Digest four;
  four.mix_bytes(bytes, 4);
  Digest eight;
  eight.mix_bytes(bytes, 8);
  CHECK(three.value() != four.value());
  CHECK(three.value() != eight.value());
  CHECK(four.value() != eight.value());
}

}  // namespace
}  // namespace tribook::base
