#include "engine/venue_archive.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/fields.h"
#include "engine/positions.h"

// Requests by id, flights by order, reports by age. Who waits for what, and in which order requests
// were done with, follows from what they say of themselves.

namespace tribook::engine {
namespace {

int128 signed_raw(Side side, Volume volume) {
  return side == Side::Buy ? int128{volume.raw} : -int128{volume.raw};
}

VenuePart part_of_position(const State& state, const Position& position) {
  return position.venue_part != 0 ? state.desk.parts[position.venue_part] : VenuePart{};
}

std::vector<std::uint32_t> requests_by_id(const State& state) {
  std::vector<std::uint32_t> all;  // cold
  for (std::uint32_t i = 1; i <= state.desk.requests.extent(); ++i) {
    if (state.desk.requests[i].id) all.push_back(i);
  }
  std::sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.desk.requests[a].id < state.desk.requests[b].id;
  });
  return all;
}

struct NamedFlight {
  OrderId order;
  std::uint32_t index = 0;
};

const WorkingOrder& order_of(const State& state, const Flight& flight) {
  return flight.order != 0 ? state.orders.pool[flight.order] : flight.ended;
}

std::vector<NamedFlight> flights_by_order(const State& state) {
  std::vector<NamedFlight> all;  // cold
  for (std::uint32_t i = 1; i <= state.desk.flights.extent(); ++i) {
    const OrderId order = order_of(state, state.desk.flights[i]).id;
    if (order) all.push_back({order, i});
  }
  std::sort(all.begin(), all.end(),
            [](const NamedFlight& a, const NamedFlight& b) { return a.order < b.order; });
  return all;
}

void save_flight(base::ArchiveWriter& archive, const State& state, const NamedFlight& named) {
  const Flight& flight = state.desk.flights[named.index];
  const bool has_ended = flight.order == 0;
  archive(named.order, has_ended, flight.deferred, flight.worst_price);
  archive.any(flight.code);
  if (!has_ended) return;
  describe_order(archive, flight.ended);
  archive.any(flight.ended.ended_with);
}

bool is_volume(Volume volume) { return volume.raw >= 0 && volume.raw <= kMaxFixedRaw; }

bool is_sane_ended(const State& state, const WorkingOrder& order) {
  return order.id && order.account && order.account.value < state.accounts.size() && order.symbol &&
         order.symbol.value < state.symbols.size() && is_volume(order.volume) &&
         order.filled.raw >= 0 && order.filled <= order.volume && is_final(order.status) &&
         order.place == 0 && !order.is_out;
}

void load_flight(base::ArchiveReader& archive, State& state, std::vector<NamedFlight>& all) {
  NamedFlight named;
  bool has_ended = false;
  Flight flight;
  archive(named.order, has_ended, flight.deferred, flight.worst_price);
  archive.any(flight.code);
  if (has_ended) {
    describe_order(archive, flight.ended);
    archive.any(flight.ended.ended_with);
  }
  flight.order = has_ended ? 0 : state.orders.index.find(named.order.value);
  archive.demand(named.order && (all.empty() || all.back().order < named.order));
  archive.demand(has_ended ? flight.ended.id == named.order && is_sane_ended(state, flight.ended)
                           : flight.order != 0);
  archive.demand(is_volume(flight.deferred) && (!has_ended || flight.deferred.is_zero()));
  named.index = archive.ok() ? state.desk.flights.take() : 0;
  if (named.index == 0) return archive.fail();
  state.desk.flights[named.index] = flight;
  engine::order_of(state, named.index).flight = named.index;
  all.push_back(named);  // cold
}

std::uint32_t flight_of_order(const std::vector<NamedFlight>& all, OrderId order) {
  const auto found = std::lower_bound(
      all.begin(), all.end(), order,
      [](const NamedFlight& flight, OrderId wanted) { return flight.order < wanted; });
  return found != all.end() && found->order == order ? found->index : 0;
}

bool is_sane(const State& state, const VenueRequest& request) {
  const bool has_flight = request.kind != VenueRequestKind::HedgeBack;
  const bool is_at_once =
      request.time_in_force == TimeInForce::Ioc || request.time_in_force == TimeInForce::Fok;
  return request.id && find_request(state, request.id) == 0 && is_volume(request.volume) &&
         is_at_once && request.worst.raw >= 0 && is_volume(request.left) &&
         request.left <= request.volume && request.symbol &&
         request.symbol.value < state.symbols.size() &&
         request.account.value < state.accounts.size() && request.reserved.raw >= 0 &&
         request.reserved <= kMaxMoney && (request.is_done() || !request.left.is_zero()) &&
         (!request.is_done() || request.reserved.is_zero()) &&
         has_flight == static_cast<bool>(request.account) && has_flight == (request.flight != 0);
}

void load_request(base::ArchiveReader& archive, State& state,
                  const std::vector<NamedFlight>& flights, std::vector<std::uint32_t>& all) {
  VenueRequest request;
  describe_request(archive, request);
  if (request.kind != VenueRequestKind::HedgeBack)
    request.flight = flight_of_order(flights, request.order);
  archive.demand(is_sane(state, request));
  const std::uint32_t index = archive.ok() ? state.desk.requests.take() : 0;
  if (index == 0) return archive.fail();
  state.desk.requests[index] = request;
  all.push_back(index);  // cold
}

// Those that are done with, in the order in which they were; closes add up to what their positions
// say.
void link_requests(base::ArchiveReader& archive, State& state, std::vector<std::uint32_t>& all) {
  VenueDesk& desk = state.desk;
  std::stable_sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
    return desk.requests[a].done < desk.requests[b].done;
  });
  std::uint64_t before = 0;
  for (const std::uint32_t index : all) {
    const VenueRequest& request = desk.requests[index];
    archive.demand(find_request(state, request.id) == 0);
    archive.demand(!request.is_done() || (request.done > before && request.done <= desk.last_done));
    if (!archive.ok()) return;
    before = request.done;
    link_request(state, index);
    const std::uint32_t position =
        request.closes() ? find_position(state, request.account, request.position) : 0;
    archive.demand(!request.closes() ||
                   (position != 0 && state.positions[position].venue_part != 0));
    if (request.closes() && archive.ok()) {
      VenuePart& part = desk.parts[state.positions[position].venue_part];
      archive.demand(part.closing >= request.left);
      part.closing -= request.left;
    }
  }
}

// They were counted down to nothing while the requests were linked.
void restore_closing(base::ArchiveReader& archive, State& state,
                     const std::vector<std::uint32_t>& all) {
  for (std::uint32_t i = 1; i <= state.desk.parts.extent(); ++i) {
    archive.demand(state.desk.parts[i].closing.is_zero());
  }
  for (const std::uint32_t index : all) {
    const VenueRequest& request = state.desk.requests[index];
    if (!request.closes()) continue;
    const std::uint32_t position = find_position(state, request.account, request.position);
    state.desk.parts[state.positions[position].venue_part].closing += request.left;
  }
}

void check_flights(base::ArchiveReader& archive, const State& state) {
  for (std::uint32_t i = 1; i <= state.desk.flights.extent(); ++i) {
    const Flight& flight = state.desk.flights[i];
    archive.demand(flight.order != 0 || flight.remembered != 0);
    const bool is_out = flight.open != 0 || !flight.deferred.is_zero();
    archive.demand(flight.order == 0 || state.orders.pool[flight.order].is_out == is_out);
  }
  for (const Account& account : state.accounts) {
    for (std::uint32_t o = account.first_order; o != 0; o = state.orders.pool[o].next_of_account) {
      archive.demand(!state.orders.pool[o].is_out || state.orders.pool[o].flight != 0);
    }
  }
}

void load_reports(base::ArchiveReader& archive, State& state) {
  const std::uint64_t most = std::min<std::uint64_t>(state.desk.reports.capacity(),
                                                     std::uint64_t{state.limits.orders} * 2);
  for (auto left = archive.count(most, kReportBytes); left > 0 && archive.ok(); --left) {
    VenueReport report;
    archive(report.venue, report.execution_id);
    archive.demand(!report.execution_id.view().empty() && !is_repeated_report(state, report));
    if (archive.ok()) remember_report(state, report);
  }
}

}  // namespace

void save_venue_part(base::ArchiveWriter& archive, const State& state, const Position& position) {
  const VenuePart part = part_of_position(state, position);
  describe_venue_part(archive, part);
}

bool is_sane(const VenuePart& part, const Position& position) {
  const bool is_none = part.volume.is_zero() && part.closing.is_zero() && part.cost.raw == 0;
  return is_none || (part.volume.raw > 0 && part.volume <= position.volume &&
                     part.closing.raw >= 0 && part.closing <= part.volume && part.cost.raw >= 0);
}

void restore_venue_part(State& state, std::uint32_t index, const VenuePart& part) {
  Position& position = state.positions[index];
  position.venue_part = 0;
  if (part.volume.is_zero()) return;
  position.venue_part = state.desk.parts.take();
  TB_ASSERT(position.venue_part != 0);  // as many as positions
  state.desk.parts[position.venue_part] = part;
  state.symbol(position.symbol).exposure.parts += signed_raw(position.side, part.volume);
}

void mix_venue_part(base::Digest& digest, const State& state, const Position& position) {
  const VenuePart part = part_of_position(state, position);
  digest.mix_value(part.cost);
  digest.mix_value(part.volume);
  digest.mix_value(part.closing);
}

void save_desk(base::ArchiveWriter& archive, const State& state) {
  const VenueDesk& desk = state.desk;
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    archive(state.symbols[i].exposure.at_venues, state.symbols[i].exposure.undone);
  }
  const auto flights = flights_by_order(state);
  archive(static_cast<std::uint32_t>(flights.size()));
  for (const NamedFlight& flight : flights) save_flight(archive, state, flight);
  const auto requests = requests_by_id(state);
  archive(desk.last_done, static_cast<std::uint32_t>(requests.size()));
  for (const std::uint32_t index : requests) describe_request(archive, desk.requests[index]);
  archive(desk.reports.in_use());
  for (std::uint32_t i = desk.first_report; i != 0; i = desk.reports[i].next) {
    archive(desk.reports[i].venue, desk.reports[i].execution_id);
  }
}

void load_desk(base::ArchiveReader& archive, State& state) {
  VenueDesk& desk = state.desk;
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    VenueExposure& exposure = state.symbols[i].exposure;
    archive(exposure.at_venues, exposure.undone);
    archive.demand(exposure.at_venues == exposure.parts + exposure.undone);
  }
  std::vector<NamedFlight> flights;  // cold
  for (auto left = archive.count(desk.flights.capacity(), kFlightBytes); left > 0 && archive.ok();
       --left) {
    load_flight(archive, state, flights);
  }
  archive(desk.last_done);
  std::vector<std::uint32_t> requests;  // cold
  for (auto left = archive.count(desk.requests.capacity(), kRequestBytes); left > 0 && archive.ok();
       --left) {
    load_request(archive, state, flights, requests);
  }
  if (archive.ok()) link_requests(archive, state, requests);
  if (archive.ok()) restore_closing(archive, state, requests);
  if (archive.ok()) check_flights(archive, state);
  if (archive.ok()) load_reports(archive, state);
}

void mix_desk(base::Digest& digest, const State& state) {
  base::ArchiveWriter fields;
  save_desk(fields, state);
  const auto& bytes = fields.bytes();
  digest.mix_bytes(bytes.data(), bytes.size());
}

void retell_requests(const Retelling& to, const State& state) {
  for (const std::uint32_t index : requests_by_id(state)) {
    const VenueRequest& request = state.desk.requests[index];
    if (!request.is_done()) to.tell({}, request.account, describe(request));
  }
}

void Engine::for_each_request(
    const std::function<void(const VenueRequested&)>& visit) const {  // not start-up: cold
  for (const std::uint32_t index : requests_by_id(*state_)) {
    const VenueRequest& request = state_->desk.requests[index];
    if (!request.is_done()) visit(describe(request));
  }
}

ExposureFigures Engine::exposure(SymbolId id) const {
  const State& state = *state_;
  const VenueExposure& kept = state.symbol(id).exposure;
  ExposureFigures figures;
  figures.at_venues = kept.at_venues;
  figures.undone = kept.undone;
  for (std::uint32_t h = state.symbol(id).first_holding; h != 0;
       h = state.holdings[h].next_of_symbol) {
    for (std::uint32_t p = state.holdings[h].first_position; p != 0; p = state.positions[p].next) {
      const Position& position = state.positions[p];
      const Volume at_venue = volume_at_venue(state, position);
      figures.clients += signed_raw(position.side, position.volume);
      figures.house += signed_raw(position.side, position.volume - at_venue);
    }
  }
  return figures;
}

}  // namespace tribook::engine
