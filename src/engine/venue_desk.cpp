#include "engine/venue_desk.h"

#include <chrono>

#include "engine/state.h"
#include "tribook/base/hash.h"

namespace tribook::engine {
VenueDesk::VenueDesk(std::uint32_t orders, std::uint32_t positions)
    : parts(positions),
      requests(orders),
      request_index(orders),
      flights(orders * 2 + 1),
      deadlines(orders),
      reports(orders * 2),
      report_index(std::size_t{orders} * 2) {
  due.reserve(orders);
}

bool has_room_for_requests(const State& state, std::uint32_t count) {
  return std::uint64_t{state.desk.open} + count <= state.limits.orders;
}

std::uint32_t find_request(const State& state, VenueRequestId id) {
  return id ? state.desk.request_index.find(id.value) : 0;
}

bool was_asked(const State& state, VenueRequestId id) {
  const Sequence root = root_of(id);
  return root && root < state.root;
}

namespace {

void forget_request(State& state) {
  VenueDesk& desk = state.desk;
  const std::uint32_t index = desk.first_done;
  TB_ASSERT(index != 0);
  const VenueRequest request = desk.requests[index];
  desk.first_done = request.next_done;
  if (desk.first_done == 0) desk.newest_done = 0;
  desk.request_index.erase(request.id.value);
  desk.requests.give_back(index);
  if (request.flight == 0) return;
  --desk.flights[request.flight].remembered;
  drop_idle_flight(state, request.flight);
}

void append_done(VenueDesk& desk, std::uint32_t index) {
  (desk.newest_done != 0 ? desk.requests[desk.newest_done].next_done : desk.first_done) = index;
  desk.newest_done = index;
}

}  // namespace

void link_request(State& state, std::uint32_t index) {
  VenueDesk& desk = state.desk;
  const VenueRequest& request = desk.requests[index];
  desk.request_index.insert(request.id.value, index);
  if (request.flight != 0) ++desk.flights[request.flight].remembered;
  if (request.is_done()) return append_done(desk, index);
  ++desk.open;
  desk.deadlines.insert(desk.by_deadline, index, request.deadline.ns);
  if (request.flight != 0) ++desk.flights[request.flight].open;
  if (!request.account) return;
  Account& account = state.account(request.account);
  account.reserved_margin += request.reserved;
  if (request.kind == VenueRequestKind::Close) ++account.closes_at_venues;
}

std::uint32_t ask_venue(State& state, VenueRequest wanted) {
  VenueDesk& desk = state.desk;
  TB_ASSERT(has_room_for_requests(state, 1));
  while (desk.requests.in_use() >= state.limits.orders) forget_request(state);
  const Symbol& symbol = state.symbol(wanted.symbol);
  const VenueSpec& spec = symbol.instrument.venue;
  TB_ASSERT(desk.asked < (1U << kRequestPlaceBits));
  wanted.id = request_id(state.root, desk.asked++);
  while (find_request(state, wanted.id) != 0) ++wanted.id.value;  // sequences beyond 44 bits
  wanted.venue = spec.venue;
  wanted.left = wanted.volume;
  wanted.deadline = state.now + std::chrono::milliseconds{spec.timeout_ms};
  wanted.seen = wanted.side == Side::Buy ? symbol.venue_prices.ask : symbol.venue_prices.bid;
  const std::uint32_t index = desk.requests.take();
  TB_ASSERT(index != 0);
  desk.requests[index] = wanted;
  link_request(state, index);
  state.emit(wanted.account, describe(wanted));
  return index;
}

void finish_request(State& state, std::uint32_t index) {
  VenueDesk& desk = state.desk;
  VenueRequest& request = desk.requests[index];
  TB_ASSERT(!request.is_done());
  desk.deadlines.remove(desk.by_deadline, index);
  request.done = ++desk.last_done;
  append_done(desk, index);
  --desk.open;
  if (request.flight != 0) --desk.flights[request.flight].open;
  if (!request.account) return;
  Account& account = state.account(request.account);
  account.reserved_margin -= request.reserved;
  request.reserved = {};
  if (request.kind == VenueRequestKind::Close) --account.closes_at_venues;
}

VenueRequested describe(const VenueRequest& request) {
  VenueRequested requested;
  requested.request = request.id;
  requested.order = request.order;
  requested.position = request.position;
  requested.volume = request.volume;
  requested.left = request.left;
  requested.limit = request.limit;
  requested.seen = request.seen;
  requested.deadline = request.deadline;
  requested.symbol = request.symbol;
  requested.venue = request.venue;
  requested.side = request.side;
  requested.request_kind = request.kind;
  requested.time_in_force = request.time_in_force;
  requested.is_accepted = request.is_accepted ? 1 : 0;
  return requested;
}

namespace {

std::uint64_t next_key(std::uint64_t key) { return key + 1 != 0 ? key + 1 : 1; }

TakenReport taken(const VenueReport& report) {
  base::Digest digest;
  digest.mix(report.venue.value);
  digest.mix_bytes(report.execution_id.bytes.data(), report.execution_id.bytes.size());
  TakenReport taken;
  taken.execution_id = report.execution_id;
  taken.key = digest.value() != 0 ? digest.value() : 1;
  taken.venue = report.venue;
  return taken;
}

void forget_report(VenueDesk& desk) {
  const std::uint32_t index = desk.first_report;
  desk.report_index.erase(desk.reports[index].key);
  desk.first_report = desk.reports[index].next;
  if (desk.first_report == 0) desk.newest_report = 0;
  desk.reports.give_back(index);
}

}  // namespace

// Two ids of one digest stand under keys of their own.
bool is_repeated_report(const State& state, const VenueReport& report) {
  if (report.execution_id.view().empty()) return false;
  TakenReport wanted = taken(report);
  while (const std::uint32_t index = state.desk.report_index.find(wanted.key)) {
    const TakenReport& known = state.desk.reports[index];
    if (known.venue == wanted.venue && known.execution_id == wanted.execution_id) return true;
    wanted.key = next_key(wanted.key);
  }
  return false;
}

void remember_report(State& state, const VenueReport& report) {
  const std::uint32_t most = state.limits.orders * 2;
  if (most == 0 || report.execution_id.view().empty()) return;
  VenueDesk& desk = state.desk;
  while (desk.reports.in_use() >= most) forget_report(desk);
  TakenReport added = taken(report);
  while (desk.report_index.find(added.key) != 0) added.key = next_key(added.key);
  const std::uint32_t index = desk.reports.take();
  TB_ASSERT(index != 0);
  desk.reports[index] = added;
  desk.report_index.insert(added.key, index);
  (desk.newest_report != 0 ? desk.reports[desk.newest_report].next : desk.first_report) = index;
  desk.newest_report = index;
}

std::uint32_t flight_of(State& state, std::uint32_t order) {
  WorkingOrder& working = state.orders.pool[order];
  if (working.flight != 0) return working.flight;
  working.flight = state.desk.flights.take();
  TB_ASSERT(working.flight != 0);  // each has a request that is remembered
  state.desk.flights[working.flight].order = order;
  return working.flight;
}

WorkingOrder& order_of(State& state, std::uint32_t flight) {
  Flight& of = state.desk.flights[flight];
  return of.order != 0 ? state.orders.pool[of.order] : of.ended;
}

void leave_flight(State& state, std::uint32_t order) {
  const WorkingOrder& working = state.orders.pool[order];
  Flight& flight = state.desk.flights[working.flight];
  flight.ended = working;
  flight.ended.texts = flight.ended.partner = 0;
  flight.ended.next_of_account = flight.ended.previous_of_account = 0;
  flight.order = 0;
  flight.deferred = {};
  drop_idle_flight(state, working.flight);
}

void drop_idle_flight(State& state, std::uint32_t flight) {
  const Flight& idle = state.desk.flights[flight];
  if (idle.remembered != 0 || idle.order != 0) return;
  state.desk.flights.give_back(flight);
}

}  // namespace tribook::engine
