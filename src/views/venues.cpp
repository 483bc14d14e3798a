#include "views/venues.h"

#include <algorithm>
#include <mutex>

namespace tribook::views {
namespace {

int128 signed_raw(Side side, Volume volume) {
  return side == Side::Buy ? int128{volume.raw} : -int128{volume.raw};
}

int128 join(std::int64_t low, std::int64_t high) {
  return (static_cast<int128>(high) << 64) | static_cast<std::uint64_t>(low);
}

}  // namespace

Venues::Venues(std::size_t symbols_max, std::size_t requests_max)
    : symbols_max_(symbols_max),
      requests_max_(requests_max),
      exposures_(new Versioned<VenueExposureView>[symbols_max + 1]) {}

// What is asked again when the daemon comes up stands here already, with its account.
bool Venues::apply(const EventHeader& header, const VenueRequested& event) {
  const std::unique_lock lock(mutex_);
  if (requests_.contains(event.request.value)) return true;
  if (requests_.size() == requests_max_) return false;
  VenueRequestView& view = requests_[event.request.value];
  view.id = event.request;
  view.order = event.order;
  view.position = event.position;
  view.volume = event.volume;
  view.left = event.left;
  view.limit = event.limit;
  view.seen = event.seen;
  view.deadline = event.deadline;
  view.account = header.account;
  view.symbol = event.symbol;
  view.venue = event.venue;
  view.side = event.side;
  view.kind = event.request_kind;
  view.time_in_force = event.time_in_force;
  view.is_accepted = event.is_accepted != 0;
  return true;
}

// A fill changes what stands there, however late; what is hedged back is nobody's until it is done.
void Venues::note_fill(const VenueReported& event) {
  VenueExposureView view = exposures_[event.symbol.value].own();
  const int128 change = signed_raw(event.side, event.volume);
  view.at_venue += change;
  const bool is_back = event.request_kind == VenueRequestKind::HedgeBack;
  if (is_back || event.outcome == VenueOutcome::HedgedBack) view.undone += change;
  view.venue = event.venue;
  exposures_[event.symbol.value].store(view);
}

bool Venues::apply(const VenueReported& event) {
  if (event.outcome == VenueOutcome::Repeated) return true;
  const bool is_fill = event.report_kind == VenueReportKind::Filled;
  const bool is_shown = event.symbol && event.symbol.value <= symbols_max_;
  if (is_fill && is_shown) note_fill(event);
  const std::unique_lock lock(mutex_);
  const auto found = requests_.find(event.request.value);
  if (found == requests_.end()) return is_shown;  // it was late
  const bool is_done = event.outcome == VenueOutcome::Ended || (is_fill && event.left.is_zero());
  if (is_done) {
    requests_.erase(found);
  } else {
    found->second.left = event.left;
    if (!is_fill) found->second.is_accepted = true;
  }
  return is_shown;
}

bool Venues::apply(const VenueExposureCarried& event) {
  if (!event.symbol || event.symbol.value > symbols_max_) return false;
  VenueExposureView view;
  view.at_venue = join(event.at_venues_low, event.at_venues_high);
  view.undone = join(event.undone_low, event.undone_high);
  view.venue = event.venue;
  exposures_[event.symbol.value].store(view);
  return true;
}

Page<VenueRequestView> Venues::page(AccountId only, VenueRequestId after, std::size_t limit) const {
  Page<VenueRequestView> page;
  limit = std::clamp<std::size_t>(limit, 1, kPageMax);
  const std::shared_lock lock(mutex_);
  for (auto at = requests_.upper_bound(after.value); at != requests_.end(); ++at) {
    if (only && at->second.account != only) continue;
    if (page.items.size() == limit) {
      page.next = page.items.back().id.value;
      break;
    }
    page.items.push_back(at->second);
  }
  return page;
}

}  // namespace tribook::views
