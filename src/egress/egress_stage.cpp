#include "egress/egress_stage.h"

namespace tribook::egress {
namespace {

// Answers go to whoever asked; what happens to accounts and symbols concerns every gateway's
// streams.
bool is_for_all(EventKind kind) {
  switch (kind) {
    case EventKind::Refused:
    case EventKind::Settled:
    case EventKind::UserCreated:
    case EventKind::AccountCreated:
    case EventKind::OrderWarned:
      return false;
    default:
      return true;
  }
}

constexpr Sequence kNewest{~std::uint64_t{0}};

// Not what is between the house and its venues, nor what only views keep.
bool is_for_gateways(EventKind kind) {
  return kind != EventKind::VenueRequested && kind != EventKind::VenueReported &&
         kind != EventKind::VenueSettled && kind != EventKind::AccountWatched;
}

}  // namespace

EgressStage::EgressStage(views::Views& views, Slab& slab, Ports ports)
    : views_(views), slab_(slab), ports_(std::move(ports)) {}

// Readers work out groups' prices themselves, so what changed them comes first. It stood in its
// ring before the quote stood in this one.
bool EgressStage::is_priced(const Event& quote) {
  const Sequence priced_by = quote.get<QuoteApplied>().priced_by;
  if (priced_by > durable_) return false;
  const Event* next = ports_.events->peek();
  return next == nullptr || next->header.root > priced_by;
}

// A quarter of a gateway's ring stays free for what must not be lost.
std::size_t EgressStage::show_quotes(Sequence until) {
  std::size_t shown = 0;
  while (const Event* quote = ports_.quotes->peek()) {
    if (quote->header.root > until || !is_priced(*quote)) break;
    views_.apply(*quote);
    for (const Gateway& gateway : ports_.gateways) {
      if (gateway.only_answers) continue;
      const bool has_room = gateway.events->has_room(gateway.events->capacity() / 4 + 1);
      if (!has_room || !gateway.events->try_push(*quote)) {
        gateway.quotes_missed->store(true, std::memory_order_release);
      }
    }
    ports_.quotes->pop();
    ++shown;
  }
  return shown;
}

bool EgressStage::deliver_to(std::size_t index, const Event& event) {
  const bool is_wanted = is_for_all(event.header.kind) && !ports_.gateways[index].only_answers;
  if (!is_wanted && event.header.gateway != index) return true;
  slab_.hold(event.header.text);
  if (ports_.gateways[index].events->try_push(event)) return true;
  slab_.release(event.header.text);
  return false;
}

bool EgressStage::deliver_to_venues(const Event& event) {
  if (event.header.kind != EventKind::VenueRequested || ports_.venues == nullptr) return true;
  return ports_.venues->try_push(event);
}

// A venue that says no after its time was over has failed once.
void EgressStage::count(const Event& event) {
  if (event.header.kind != EventKind::VenueReported) return;
  const auto& reported = event.get<VenueReported>();
  const bool has_failed = reported.report_kind == VenueReportKind::Rejected ||
                          reported.report_kind == VenueReportKind::TimedOut;
  if (!has_failed || reported.is_late != 0 || reported.outcome == VenueOutcome::Repeated) return;
  venue_failures_.store(venue_failures() + 1, std::memory_order_relaxed);
}

// Goes on where it stopped when a gateway's ring was full.
bool EgressStage::deliver(const Event& event) {
  if (!is_in_views_) {
    views_.apply(event);
    count(event);
  }
  is_in_views_ = true;
  // Before the answer to a command goes out, its account must be whole for readers.
  if (event.header.kind == EventKind::Settled) views_.flush();
  const std::size_t gateways = is_for_gateways(event.header.kind) ? ports_.gateways.size() : 0;
  for (; next_gateway_ < gateways; ++next_gateway_) {
    if (!deliver_to(next_gateway_, event)) return false;
  }
  if (!deliver_to_venues(event)) return false;
  is_in_views_ = false;
  next_gateway_ = 0;
  return true;
}

// A quote stands in its ring before the answers that follow from it stand in theirs: seeing an
// event, then showing the quotes up to its record, shows them in order. Quotes overtake answers
// that wait, for the disk or for a reader, but not those that are only many: what a position missed
// is looked for in the ticks after its opening, and a house that is behind must not look far.
std::size_t EgressStage::do_work(TimeNs) {
  Durable durable;
  while (ports_.durable->try_pop(durable)) durable_ = durable.sequence;
  ports_.durable->notify_room();
  std::size_t work = 0;
  is_waiting_ = false;
  while (work < kBatch) {
    const Event* event = ports_.events->peek();
    is_waiting_ = event != nullptr && event->header.root > durable_;
    if (event == nullptr || is_waiting_) break;
    work += show_quotes(event->header.root);
    if (!deliver(*event)) break;
    released_.store(event->header.root.value, std::memory_order_relaxed);
    slab_.release(event->header.text);
    ports_.events->pop();
    ++work;
  }
  if (work < kBatch) work += show_quotes(kNewest);
  views_.flush();
  for (const Gateway& gateway : ports_.gateways) gateway.events->notify();
  if (ports_.venues != nullptr) ports_.venues->notify();
  ports_.events->notify_room();
  ports_.quotes->notify_room();
  return work;
}

}  // namespace tribook::egress
