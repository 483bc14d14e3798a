#include <algorithm>

#include "engine/positions.h"
#include "tribook/base/canary.h"
#include "tribook/domain/charges.h"

// What of positions stands at venues.

namespace tribook::engine {
namespace {

const VenuePart kNoPart{};

const VenuePart& part_at_venue(const State& state, const Position& position) {
  return position.venue_part != 0 ? state.desk.parts[position.venue_part] : kNoPart;
}

Volume in_steps(const Instrument& instrument, int128 raw) {
  const VenueSpec& spec = instrument.venue;
  const Volume volume{static_cast<std::int64_t>(raw / spec.step.raw * spec.step.raw)};
  return volume < spec.min_volume ? Volume{} : volume;
}

int128 signed_raw(Side side, Volume volume) {
  return side == Side::Buy ? int128{volume.raw} : -int128{volume.raw};
}

}  // namespace

Volume volume_at_venue(const State& state, const Position& position) {
  return part_at_venue(state, position).volume;
}

Volume closing_at_venue(const State& state, const Position& position) {
  return part_at_venue(state, position).closing;
}

Volume closable_volume(const State& state, const Position& position) {
  return position.volume - closing_at_venue(state, position);
}

Volume venue_share_of_close(const State& state, const Position& position, Volume volume) {
  const VenuePart& part = part_at_venue(state, position);
  const Volume available = part.volume - part.closing;
  if (available.is_zero() || volume == position.volume - part.closing) return available;
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const int128 share = int128{volume.raw} * part.volume.raw / position.volume.raw;
  const Volume house = position.volume - part.volume;
  return std::min(std::max(in_steps(instrument, share), volume - house), available);
}

Volume venue_share_of_opening(const Instrument& instrument, Book book, Volume volume) {
  if (book == Book::A) return in_steps(instrument, volume.raw);
  if (book != Book::C) return {};
  const int128 share = int128{volume.raw} * instrument.venue.hedge_percent.raw / (100 * kFixedOne);
  return in_steps(instrument, share);
}

void refresh_book(State& state, Position& position) {
  const Volume volume = volume_at_venue(state, position);
  if (volume.is_zero()) {
    position.book = Book::B;
  } else {
    position.book = volume == position.volume ? Book::A : Book::C;
  }
}

void add_venue_part(State& state, Position& position, Volume volume, Price price) {
  VenueDesk& desk = state.desk;
  if (position.venue_part == 0) position.venue_part = desk.parts.take();
  TB_ASSERT(position.venue_part != 0);  // as many as positions
  VenuePart& part = desk.parts[position.venue_part];
  part.volume += volume;
  part.cost = part.cost + cost_of(price, volume);
  state.symbol(position.symbol).exposure.parts += signed_raw(position.side, volume);
}

Cost take_venue_part(State& state, Position& position, Volume volume) {
  VenueDesk& desk = state.desk;
  VenuePart& part = desk.parts[position.venue_part];
  TB_ASSERT(volume <= part.volume);
  const Cost cost{share_of(part.cost.raw, volume, part.volume)};
  part.cost = part.cost - cost;
  part.volume -= volume;
  state.symbol(position.symbol).exposure.parts -= signed_raw(position.side, volume);
  if (part.volume.is_zero()) {
    desk.parts.give_back(position.venue_part);
    position.venue_part = 0;
  }
  return cost;
}

void settle_with_venue(State& state, const Symbol& symbol, Cost gain, VenueRequestId request,
                       PositionId position) {
  const Instrument& instrument = symbol.instrument;
  const VenueSpec& spec = instrument.venue;
  const Currency currency = spec.currency ? spec.currency : instrument.quote;
  const Money amount = venue_settlement(instrument, gain, currency, state.rates).value_or(Money{});
  if (amount.is_zero() || !state.ledger.add_currency(currency)) return;
  state.ledger.move(currency, HouseAccount::LpSettlement, HouseAccount::TradingPnl, amount);
  VenueSettled settled;
  settled.amount = amount;
  settled.currency = currency;
  settled.request = request;
  settled.position = position;
  settled.symbol = instrument.id;
  settled.venue = spec.venue;
  state.emit({}, settled);
}

// The client pays it on either side.
Price price_with_markup(const State& state, const Account& owner, const Instrument& instrument,
                        Side side, Price price) {
  const Ratio markup = state.groups.markup_pips(owner.group, instrument);
  if (markup.is_zero() || base::is_broken(base::Broken::VenuesMarkupLost)) return price;
  const BidAsk marked = marked_up(instrument, markup, price, price);
  return side == Side::Buy ? marked.ask : marked.bid;
}

Price price_without_markup(const State& state, const Account& owner, const Instrument& instrument,
                           Side side, Price price) {
  const Ratio markup = state.groups.markup_pips(owner.group, instrument);
  if (price.is_zero() || markup.is_zero()) return price;
  const BidAsk bare = marked_up(instrument, markup, price, price);
  return side == Side::Buy ? bare.bid : bare.ask;
}

}  // namespace tribook::engine
