#include <algorithm>
#include <limits>

#include "engine/commands.h"
#include "engine/flight_fills.h"
#include "engine/flights.h"
#include "engine/positions.h"
#include "tribook/domain/arithmetic.h"

// What venues say. A fill is never lost, however late: it is the client's, or the house's until it
// is undone.

namespace tribook::engine {
namespace {

VenueReported describe(const VenueRequest& request, const VenueReport& report) {
  VenueReported reported;
  reported.request = request.id;
  reported.order = request.order;
  reported.position = request.position;
  reported.volume = report.volume;
  reported.left = request.left;
  reported.price = report.price;
  reported.venue_time = report.venue_time;
  reported.symbol = request.symbol;
  reported.venue = request.venue;
  reported.side = request.side;
  reported.request_kind = request.kind;
  reported.report_kind = report.kind;
  reported.is_late = request.is_done() ? 1 : 0;
  return reported;
}

void tell(State& state, VenueReported reported, VenueOutcome outcome, AccountId account) {
  reported.outcome = outcome;
  state.emit(account, reported);
}

int128 signed_raw(Side side, Volume volume) {
  return side == Side::Buy ? int128{volume.raw} : -int128{volume.raw};
}

// Without room to ask, it stays the house's: the exposure says so.
void hedge_back(State& state, const VenueRequest& request, Volume volume, Price price) {
  state.symbol(request.symbol).exposure.undone += signed_raw(request.side, volume);
  if (!has_room_for_requests(state, 1)) return;
  VenueRequest back;
  back.volume = volume;
  back.undone = price;
  back.order = request.order;
  back.position = request.position;
  back.symbol = request.symbol;
  back.side = opposite(request.side);
  back.kind = VenueRequestKind::HedgeBack;
  ask_venue(state, back);
}

void undo(State& state, const VenueRequest& request, Volume volume, Price price) {
  Symbol& symbol = state.symbol(request.symbol);
  symbol.exposure.undone += signed_raw(request.side, volume);
  const Cost before = cost_of(request.undone, volume);
  const Cost now = cost_of(price, volume);
  const Cost gain = request.side == Side::Buy ? before - now : now - before;
  settle_with_venue(state, symbol, gain, request.id, request.position);
}

void release_margin(State& state, VenueRequest& request, Volume filled) {
  if (request.is_done() || request.reserved.is_zero()) return;
  const Volume before = request.left + filled;
  const Money released{share_of(request.reserved.raw, filled, before)};
  request.reserved -= released;
  state.account(request.account).reserved_margin -= released;
}

}  // namespace

void stop_closing(State& state, const VenueRequest& request, Volume volume) {
  if (!request.position) return;  // a late fill of an older request closed it
  const std::uint32_t index = find_position(state, request.account, request.position);
  TB_ASSERT(index != 0 && state.positions[index].venue_part != 0);
  Position& position = state.positions[index];
  state.desk.parts[position.venue_part].closing -= volume;
  rearm_levels(state, index);
  emit_position(state, position, PositionAction::Modified);
}

namespace {

VenueOutcome take_fill(State& state, std::uint32_t index, Volume volume, Price price) {
  VenueRequest& request = state.desk.requests[index];
  Symbol& symbol = state.symbol(request.symbol);
  request.left -= volume;
  symbol.exposure.at_venues += signed_raw(request.side, volume);
  release_margin(state, request, volume);
  if (request.kind == VenueRequestKind::HedgeBack) {
    undo(state, request, volume, price);
    return VenueOutcome::Booked;
  }
  const bool is_late = request.is_done();
  const bool may_give = !is_late || symbol.instrument.venue.late_fill == LateFill::GiveToClient;
  if (may_give && give_to_client(state, request, volume, price)) return VenueOutcome::Booked;
  if (!is_late && request.kind == VenueRequestKind::Close) stop_closing(state, request, volume);
  if (!is_late && request.kind == VenueRequestKind::Open)
    state.emit_account(state.account(request.account));
  hedge_back(state, request, volume, price);
  return VenueOutcome::HedgedBack;
}

void end_request(State& state, std::uint32_t index, RejectCode code) {
  const VenueRequest& request = state.desk.requests[index];
  const VenueRequestKind kind = request.kind;
  finish_request(state, index);
  if (kind == VenueRequestKind::Close && !request.left.is_zero())
    stop_closing(state, request, request.left);
  if (kind == VenueRequestKind::Open) state.emit_account(state.account(request.account));
  if (request.flight != 0) settle_flight(state, request.flight, code);
}

void on_fill(State& state, std::uint32_t index, const VenueReport& report) {
  // A copy: to ask for the opposite of a late fill may take its place.
  const VenueRequest before = state.desk.requests[index];
  VenueReported reported = describe(before, report);
  reported.left = before.left - report.volume;
  const VenueOutcome outcome = take_fill(state, index, report.volume, report.price);
  tell(state, reported, outcome, before.account);
  if (reported.left.is_zero() && !before.is_done()) end_request(state, index, RejectCode::None);
}

// A report of what was forgotten: no client waits for it.
void on_forgotten(State& state, const VenueReport& report) {
  VenueRequest forgotten;
  forgotten.id = report.request;
  forgotten.symbol = report.symbol;
  forgotten.venue = report.venue;
  forgotten.side = report.side;
  forgotten.done = 1;
  const VenueReported reported = describe(forgotten, report);
  if (report.kind != VenueReportKind::Filled) return tell(state, reported, VenueOutcome::Noted, {});
  state.symbol(report.symbol).exposure.at_venues += signed_raw(report.side, report.volume);
  hedge_back(state, forgotten, report.volume, report.price);
  tell(state, reported, VenueOutcome::HedgedBack, {});
}

bool is_amount(std::int64_t raw) { return raw > 0 && raw <= kMaxFixedRaw; }

RejectCode check_report(State& state, std::uint32_t index, const VenueReport& report) {
  const bool is_forgotten = index == 0 && was_asked(state, report.request) &&
                            state.find_symbol(report.symbol) != nullptr && is_valid(report.side);
  if (index == 0 && !is_forgotten) return RejectCode::NotFound;
  if (!is_valid(report.kind)) return RejectCode::Validation;
  if (report.kind != VenueReportKind::Filled) return RejectCode::None;
  if (!is_amount(report.volume.raw) || !is_amount(report.price.raw)) return RejectCode::Validation;
  const bool fits = index == 0 || report.volume <= state.desk.requests[index].left;
  return fits ? RejectCode::None : RejectCode::Validation;
}

}  // namespace

void on_venue_report(State& state, const VenueReport& report) {
  const std::uint32_t index = find_request(state, report.request);
  if (is_repeated_report(state, report)) {
    VenueRequest known;
    known.id = report.request;
    if (index != 0) known = state.desk.requests[index];
    return tell(state, describe(known, report), VenueOutcome::Repeated, {});
  }
  const RejectCode code = check_report(state, index, report);
  if (code != RejectCode::None) return state.refuse({}, code);
  remember_report(state, report);
  if (index == 0) return on_forgotten(state, report);
  VenueRequest& request = state.desk.requests[index];
  if (report.kind == VenueReportKind::Filled) return on_fill(state, index, report);
  const VenueReported reported = describe(request, report);
  if (request.is_done() || report.kind == VenueReportKind::Accepted) {
    request.is_accepted = true;
    return tell(state, reported, VenueOutcome::Noted, request.account);
  }
  tell(state, reported, VenueOutcome::Ended, request.account);
  const bool is_rejected = report.kind == VenueReportKind::Rejected;
  end_request(state, index, is_rejected ? RejectCode::VenueRejected : RejectCode::VenueTimedOut);
}

void on_expire_venue_requests(State& state, const ExpireVenueRequests& timer) {
  VenueDesk& desk = state.desk;
  desk.due.clear();
  while (const std::uint32_t index =
             desk.deadlines.top_within(desk.by_deadline, timer.nominal.ns)) {
    desk.deadlines.remove(desk.by_deadline, index);
    desk.due.push_back(index);
  }
  std::sort(desk.due.begin(), desk.due.end(), [&](std::uint32_t a, std::uint32_t b) {
    return desk.requests[a].id < desk.requests[b].id;
  });
  for (const std::uint32_t index : desk.due) {
    VenueReport report;
    report.kind = VenueReportKind::TimedOut;
    const VenueRequest& request = desk.requests[index];
    tell(state, describe(request, report), VenueOutcome::Ended, request.account);
    end_request(state, index, RejectCode::VenueTimedOut);
  }
}

Sequence Engine::awaited_by(VenueRequestId id) const {
  const std::uint32_t index = find_request(*state_, id);
  const std::uint32_t flight = index != 0 ? state_->desk.requests[index].flight : 0;
  const std::uint32_t order = flight != 0 ? state_->desk.flights[flight].order : 0;
  if (order == 0 || !state_->orders.pool[order].is_awaited) return {};
  return state_->orders.pool[order].cause;
}

std::optional<TimeNs> Engine::next_venue_deadline() const {
  const VenueDesk& desk = state_->desk;
  const std::uint32_t first =
      desk.deadlines.top_within(desk.by_deadline, std::numeric_limits<std::int64_t>::max());
  if (first == 0) return std::nullopt;
  return TimeNs{desk.deadlines.key(first)};
}

}  // namespace tribook::engine
