#include <map>
#include <set>
#include <utility>

#include <catch2/catch.hpp>

#include "tribook/domain/lifecycle.h"

namespace tribook {
namespace {

using S = OrderStatus;
using E = OrderEvent;

// The legal moves, written from the meaning of each status.
const std::map<std::pair<S, E>, S> kLegal{
    // Received: risk and router say yes or no.
    {{S::Pending, E::Accept}, S::Accepted},
    {{S::Pending, E::Reject}, S::Rejected},
    // Accepted: the engine may still refuse it; it rests, goes to a venue, or is done at once.
    {{S::Accepted, E::Reject}, S::Rejected},
    {{S::Accepted, E::Rest}, S::Working},
    {{S::Accepted, E::Send}, S::Filling},
    {{S::Accepted, E::FillPart}, S::PartiallyFilled},
    {{S::Accepted, E::Fill}, S::Filled},
    {{S::Accepted, E::Cancel}, S::Cancelled},
    {{S::Accepted, E::Expire}, S::Expired},
    // Resting: it can no more be rejected, only cancelled.
    {{S::Working, E::Trigger}, S::Triggered},
    {{S::Working, E::Send}, S::Filling},
    {{S::Working, E::FillPart}, S::PartiallyFilled},
    {{S::Working, E::Fill}, S::Filled},
    {{S::Working, E::Cancel}, S::Cancelled},
    {{S::Working, E::Expire}, S::Expired},
    // Triggered: checked anew, so it may be refused, or go back to rest.
    {{S::Triggered, E::Reject}, S::Rejected},
    {{S::Triggered, E::Rest}, S::Working},
    {{S::Triggered, E::Send}, S::Filling},
    {{S::Triggered, E::FillPart}, S::PartiallyFilled},
    {{S::Triggered, E::Fill}, S::Filled},
    {{S::Triggered, E::Cancel}, S::Cancelled},
    {{S::Triggered, E::Expire}, S::Expired},
    // At a venue, which may refuse it or give it back.
    {{S::Filling, E::Reject}, S::Rejected},
    {{S::Filling, E::Rest}, S::Working},
    {{S::Filling, E::FillPart}, S::PartiallyFilled},
    {{S::Filling, E::Fill}, S::Filled},
    {{S::Filling, E::Cancel}, S::Cancelled},
    {{S::Filling, E::Expire}, S::Expired},
    // Part of it is done: the rest waits, is done, or is given up; never rejected.
    {{S::PartiallyFilled, E::Rest}, S::PartiallyFilled},
    {{S::PartiallyFilled, E::Trigger}, S::Triggered},
    {{S::PartiallyFilled, E::Send}, S::Filling},
    {{S::PartiallyFilled, E::FillPart}, S::PartiallyFilled},
    {{S::PartiallyFilled, E::Fill}, S::Filled},
    {{S::PartiallyFilled, E::Cancel}, S::Cancelled},
    {{S::PartiallyFilled, E::Expire}, S::Expired},
};

TEST_CASE("Order lifecycle: each pair of status and event is legal or not, as listed") {
  for (std::size_t s = 0; s < kOrderStatuses; ++s) {
    for (std::size_t e = 0; e < kOrderEvents; ++e) {
      const auto status = static_cast<S>(s);
      const auto event = static_cast<E>(e);
      const auto legal = kLegal.find({status, event});
      CAPTURE(name_of(status), e);
      CHECK(next_status(status, event) == (legal == kLegal.end() ? kIllegal : legal->second));
    }
  }
}

TEST_CASE("Order lifecycle: final is what nothing leads out of, and all others can end") {
  const std::set<S> finals{S::Filled, S::Cancelled, S::Rejected, S::Expired};
  for (std::size_t s = 0; s < kOrderStatuses; ++s) {
    const auto status = static_cast<S>(s);
    CAPTURE(name_of(status));
    bool has_exit = false;
    bool can_end = false;
    for (std::size_t e = 0; e < kOrderEvents; ++e) {
      const S next = next_status(status, static_cast<E>(e));
      has_exit = has_exit || next != kIllegal;
      can_end = can_end || (next != kIllegal && is_final(next));
    }
    CHECK(is_final(status) == (finals.count(status) == 1));
    CHECK(has_exit != is_final(status));
    CHECK(can_end != is_final(status));
  }
}

TEST_CASE("Order lifecycle: every status can be reached from PENDING") {
  std::set<S> reached{S::Pending};
  for (bool grew = true; grew;) {
    grew = false;
    for (const S status : std::set<S>(reached)) {
      for (std::size_t e = 0; e < kOrderEvents; ++e) {
        const S next = next_status(status, static_cast<E>(e));
        if (next != kIllegal && reached.insert(next).second) grew = true;
      }
    }
  }
  CHECK(reached.size() == kOrderStatuses);
}

}  // namespace
}  // namespace tribook
