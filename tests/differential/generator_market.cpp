#include "differential/generator.h"

namespace tribook::differential {

std::optional<reference::Rate> Generator::rate_of(const std::string& symbol) const {
  return engine().rate(symbol);
}

// Within so many ticks, kept above zero.
Rational Generator::moved(const reference::Symbol& symbol, const Rational& price,
                          std::uint64_t ticks) {
  const auto range = static_cast<std::int64_t>(ticks);
  const Rational next = price + symbol.tick * random_.between(-range, range);
  return next > symbol.tick * 4 ? next : price;
}

reference::Quote Generator::first_quote(const Listing& listing) {
  const reference::Symbol& symbol = engine().symbols().at(listing.name);
  const Rational bid = floor_to(reference::number(listing.price), symbol.tick);
  return {listing.name, bid, bid + symbol.tick * static_cast<std::int64_t>(below(20))};
}

// Mostly of what somebody holds.
std::optional<Action> Generator::quote() {
  const std::vector<reference::Position> open = open_positions();
  return quote_of(open.empty() || one_in(3) ? any_symbol() : any(open).symbol);
}

// Small steps, now and then a gap, a spike of the spread alone, or prices that cross.
reference::Quote Generator::quote_of(const std::string& name) {
  const reference::Symbol& symbol = engine().symbols().at(name);
  const auto last = rate_of(name);
  if (!last) {
    for (const Listing& listing : kListings) {
      if (listing.name == name) return first_quote(listing);
    }
  }
  const std::uint64_t per_mille = std::max<std::uint64_t>(
      4, static_cast<std::uint64_t>(floor_of(last->bid / symbol.tick / 1'000)));
  std::uint64_t reach = per_mille / 2 + 1;
  if (one_in(8)) reach = per_mille * 12;
  if (one_in(40)) reach = per_mille * 120;
  reference::Quote quote{name, moved(symbol, last->bid, reach), 0};
  const std::uint64_t spread = one_in(40) ? per_mille * 30 : per_mille / 8 + 2;
  quote.ask = quote.bid + symbol.tick * static_cast<std::int64_t>(below(spread));
  if (one_in(150)) quote.ask = quote.bid - symbol.tick;
  return quote;
}

std::optional<Action> Generator::wait() {
  constexpr reference::Time kSecond = 1'000;
  reference::Time by = kSecond * static_cast<reference::Time>(1 + below(20));
  if (one_in(4)) by = kSecond * static_cast<reference::Time>(30 + below(120));
  if (has(Capability::Swap) && one_in(4)) by = kSecond * 86'400;
  if (one_in(10)) by = kSecond * static_cast<reference::Time>(1 + below(12 * 3'600));
  return reference::AdvanceTime{engine().now() + by};
}

// Closed markets are opened again soon.
std::optional<Action> Generator::session() {
  for (const auto& [name, symbol] : engine().symbols()) {
    if (symbol.schedule.kind == reference::Schedule::Kind::Custom && !one_in(3)) {
      return SetSession{name, true};
    }
  }
  return SetSession{any_symbol(), one_in(5)};
}

}  // namespace tribook::differential
