#include <algorithm>
#include <map>
#include <vector>

#include "support/random.h"
#include "support/values.h"
#include "tribook/base/peaks.h"

// Against a map that is gone through for every value.

namespace tribook {
namespace {

struct Nodes {
  std::vector<base::PeakNode> node;
  [[nodiscard]] base::PeakNode get(std::uint32_t index) const { return node[index]; }
  void put(std::uint32_t index, const base::PeakNode& value) { node[index] = value; }
};

class Pair {
 public:
  explicit Pair(std::uint32_t members)
      : nodes_{std::vector<base::PeakNode>(base::Peaks<Nodes>::nodes_for(members) + 1)},
        peaks_(nodes_, base::Peaks<Nodes>::nodes_for(members)) {}

  void join() {
    peaks_.join(series, ++last_);
    naive_[last_] = base::kNoPeak;
  }
  void note(std::int64_t value) {
    peaks_.note(series, value);
    for (auto& [member, peak] : naive_) peak = std::max(peak, value);
  }
  void leave(std::size_t place) {
    const auto member = std::next(naive_.begin(), static_cast<std::ptrdiff_t>(place));
    peaks_.leave(series, member->first);
    naive_.erase(member);
  }
  void check() const {
    for (const auto& [member, peak] : naive_) REQUIRE(peaks_.peak(series, member) == peak);
    REQUIRE(series.rows <= 2 * naive_.size());
    REQUIRE(series.empty * 2 <= series.rows);
  }
  [[nodiscard]] std::size_t size() const { return naive_.size(); }

  base::PeakSeries series;

 private:
  Nodes nodes_;
  base::Peaks<Nodes> peaks_;
  std::map<std::uint64_t, std::int64_t> naive_;
  std::uint64_t last_ = 0;
};

TEST_CASE("Peaks: since each joined") {
  Pair pair(8);
  pair.note(9);  // of nobody
  pair.join();
  pair.check();
  pair.note(5);
  pair.join();
  pair.note(3);
  pair.join();
  pair.check();
  CHECK(pair.series.rows == 3);
  pair.note(4);  // of the newest two, who are in one row now
  CHECK(pair.series.rows == 2);
  pair.check();
  pair.note(7);
  CHECK(pair.series.rows == 1);
  pair.check();
}

TEST_CASE("Peaks: members that join between two values share a row") {
  Pair pair(8);
  for (int i = 0; i < 4; ++i) pair.join();
  CHECK(pair.series.rows == 1);
  pair.note(-1);
  for (int i = 0; i < 4; ++i) pair.join();
  CHECK(pair.series.rows == 2);
  pair.check();
}

TEST_CASE("Peaks: rows that everybody left are swept out, the newest at once") {
  Pair pair(64);
  for (int i = 0; i < 64; ++i) {
    pair.join();
    pair.note(1'000 - i);
  }
  CHECK(pair.series.rows == 64);
  pair.leave(63);
  CHECK(pair.series.rows == 63);
  while (pair.size() > 1) {
    pair.leave(pair.size() - 2);
    pair.check();
  }
  pair.leave(0);
  CHECK(pair.series.rows == 0);
  CHECK(pair.series.newest == 0);
}

TEST_CASE("Peaks: told again in their order, they go on, out of order they are refused") {
  Nodes nodes{std::vector<base::PeakNode>(17)};
  base::Peaks<Nodes> peaks(nodes, 16);
  base::PeakSeries series;
  REQUIRE(peaks.restore(series, 1, 10));
  REQUIRE(peaks.restore(series, 2, 10));
  REQUIRE(peaks.restore(series, 5, 7));
  REQUIRE(peaks.restore(series, 6, base::kNoPeak));
  CHECK_FALSE(peaks.restore(series, 7, 1));
  CHECK(series.rows == 3);
  peaks.note(series, 8);
  CHECK(peaks.peak(series, 1) == 10);
  CHECK(peaks.peak(series, 5) == 8);
  CHECK(peaks.peak(series, 6) == 8);
}

TEST_CASE("Peaks: as a naive list has them") {
  test::Random random(20'261'121);
  INFO(random.reproduce());
  for (int round = 0; round < 30; ++round) {
    Pair pair(200);
    std::int64_t value = 0;
    const std::int64_t drift = random.between(-3, 3);
    for (int step = 0; step < 2'000; ++step) {
      const auto draw = random.below(10);
      if (draw < 3 && pair.size() < 200) {
        pair.join();
      } else if (draw < 6 && pair.size() > 0) {
        pair.leave(random.below(pair.size()));
      } else {
        value += random.between(-10, 10) + drift;
        pair.note(random.one_in(50) ? value + 500 : value);
      }
      if (step % 20 == 0) pair.check();
    }
    pair.check();
  }
}

}  // namespace
}  // namespace tribook
