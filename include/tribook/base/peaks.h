#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "tribook/base/assert.h"

// The largest value of a series since each of many moments.
//
// Members join a series one after another, and each asks for the largest value noted since it
// joined. Who joined earlier has seen all that a later one has, so peaks never rise from older to
// newer members: members with one peak stand in a row, and a row is one node of a stack, newest on
// top. A value takes the rows that it passes together into one; a value that passes nothing costs
// one comparison, however many members there are. Each joining makes one row at most, so all the
// taking together costs no more than the joinings.
//
// A member's row is found over jump pointers in logarithmic time (Myers, "An applicative
// random-access stack"). A row that everybody left stays in the stack until half of the rows are
// such; then they are swept out. So there are never more rows than twice the members.

namespace tribook::base {

/// One row. Nodes are named by index; 0 is the bottom of every stack.
struct PeakNode {
  std::uint64_t first;  ///< the lowest member that may be in it
  std::int64_t peak;
  std::uint32_t older;
  std::uint32_t jump;
  std::uint32_t members;
  std::uint32_t depth;
};
static_assert(sizeof(PeakNode) == 32);

/// Nothing was noted since.
inline constexpr std::int64_t kNoPeak = std::numeric_limits<std::int64_t>::min();

/// One series; owned by whoever keeps it.
struct PeakSeries {
  std::int64_t peak = kNoPeak;  ///< of the newest row
  std::uint32_t newest = 0;
  std::uint32_t rows = 0;
  std::uint32_t empty = 0;  ///< rows without members
  std::uint32_t reserved = 0;
};

/// Rows of any number of series. `Nodes` keeps them: get(index), put(index, node), for 0 to
/// capacity, of which those that were not put yet are never got.
template <typename Nodes>
class Peaks {
 public:
  /// REQUIRES: room for nodes_for(most members of all series together).
  Peaks(Nodes& nodes, std::uint32_t capacity) : nodes_(nodes), capacity_(capacity) {
    nodes_.put(0, PeakNode{0, kNoPeak, 0, 0, 0, 0});
  }
  static constexpr std::uint32_t nodes_for(std::uint32_t members) { return members * 2; }

  /// REQUIRES: the member is above all that ever joined this series.
  void join(PeakSeries& series, std::uint64_t member) { restore(series, member, kNoPeak); }

  /// Joins with what was noted since it joined elsewhere. False, and nothing done, when that is
  /// more than what an older member has. REQUIRES: as join().
  bool restore(PeakSeries& series, std::uint64_t member, std::int64_t peak) {
    if (series.newest != 0 && peak > series.peak) return false;
    if (series.newest == 0 || peak < series.peak) {
      push(series, take(), member, peak, 1);
      return true;
    }
    PeakNode row = nodes_.get(series.newest);
    ++row.members;
    nodes_.put(series.newest, row);
    return true;
  }

  void note(PeakSeries& series, std::int64_t value) {
    if (series.newest == 0 || value <= series.peak) return;
    PeakNode row = nodes_.get(series.newest);
    while (row.older != 0) {
      PeakNode older = nodes_.get(row.older);
      if (older.peak > value) break;
      if (older.members == 0) --series.empty;
      older.members += row.members;
      release(series, series.newest);
      series.newest = row.older;
      row = older;
    }
    row.peak = series.peak = value;
    nodes_.put(series.newest, row);
    if (series.empty * 2 > series.rows) sweep(series);
  }

  /// The largest value noted since the member joined, or kNoPeak. REQUIRES: it joined and did not
  /// leave.
  [[nodiscard]] std::int64_t peak(const PeakSeries& series, std::uint64_t member) const {
    return nodes_.get(find(series, member)).peak;
  }

  /// REQUIRES: it joined and did not leave.
  void leave(PeakSeries& series, std::uint64_t member) {
    const std::uint32_t index = find(series, member);
    PeakNode row = nodes_.get(index);
    TB_ASSERT(row.members > 0);
    --row.members;
    nodes_.put(index, row);
    if (row.members != 0) return;
    ++series.empty;
    if (index == series.newest) pop_empty(series);
    if (series.empty * 2 > series.rows) sweep(series);
  }

 private:
  // More than any stack is deep in jumps; only who reads while another writes comes to it.
  static constexpr int kStepsMax = 256;

  // The newest row that begins at or before the member.
  [[nodiscard]] std::uint32_t find(const PeakSeries& series, std::uint64_t member) const {
    std::uint32_t index = series.newest;
    for (int steps = 0; steps < kStepsMax; ++steps) {
      const PeakNode row = nodes_.get(index);
      if (row.first <= member) return index;
      index = nodes_.get(row.jump).first > member ? row.jump : row.older;
    }
    return 0;
  }

  void push(PeakSeries& series, std::uint32_t index, std::uint64_t first, std::int64_t peak,
            std::uint32_t members) {
    const PeakNode below = nodes_.get(series.newest);
    const PeakNode jumped = nodes_.get(below.jump);
    const bool is_even = below.depth - jumped.depth == jumped.depth - nodes_.get(jumped.jump).depth;
    nodes_.put(index, PeakNode{first, peak, series.newest, is_even ? jumped.jump : series.newest,
                               members, below.depth + 1});
    series.newest = index;
    series.peak = peak;
    ++series.rows;
  }

  void pop_empty(PeakSeries& series) {
    PeakNode row = nodes_.get(series.newest);
    while (series.newest != 0 && row.members == 0) {
      release(series, series.newest);
      --series.empty;
      series.newest = row.older;
      row = nodes_.get(series.newest);
    }
    series.peak = row.peak;
  }

  // Turns the stack over, without the empty rows, and back.
  void sweep(PeakSeries& series) {
    std::uint32_t turned = 0;
    for (std::uint32_t index = series.newest; index != 0;) {
      PeakNode row = nodes_.get(index);
      const std::uint32_t older = row.older;
      if (row.members == 0) {
        release(series, index);
      } else {
        row.older = turned;
        nodes_.put(index, row);
        turned = index;
      }
      index = older;
    }
    series = PeakSeries{};
    while (turned != 0) {
      const PeakNode row = nodes_.get(turned);
      push(series, turned, row.first, row.peak, row.members);
      turned = row.older;
    }
  }

  std::uint32_t take() {
    if (free_ == 0) {
      TB_ASSERT(used_ < capacity_);
      return ++used_;
    }
    const std::uint32_t index = free_;
    free_ = nodes_.get(index).older;
    return index;
  }
  void release(PeakSeries& series, std::uint32_t index) {
    PeakNode row = nodes_.get(index);
    row.older = free_;
    nodes_.put(index, row);
    free_ = index;
    --series.rows;
  }

  Nodes& nodes_;
  std::uint32_t capacity_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = 0;
};

}  // namespace tribook::base
