#pragma once

#include <string>

#include "differential/operation.h"
#include "tribook/domain/group.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/rate_book.h"
#include "tribook/message/command.h"
#include "tribook/message/text.h"

// The reference's numbers and settings in the engine's types, and back.

namespace tribook::differential {

/// At 10^-8. Throws std::range_error when it is finer or does not fit.
int128 raw_of(const Rational& value);
std::int64_t word_of(const Rational& value);
/// The other way.
Rational exact(int128 raw);
Rational exact_cost(int128 raw);

Instrument instrument_of(const reference::Symbol& symbol);
AccountSpec spec_of(const reference::AccountSettings& settings);
GroupSpec spec_of(const reference::Group& group);
GroupTerms terms_of(const reference::GroupSymbol& special);
LimitSet limits_of(const reference::LimitSet& limits);
PipDistance pips_of(const Rational& pips);
Book book_of(reference::Book book);
NewOrder order_of(const reference::PlaceOrder& order, SymbolId symbol, TimeNs now);
/// What risk writes into an order: beyond it a market order is refused; 0 = any.
Price worst_price(const reference::PlaceOrder& order, const Instrument& instrument,
                  const Quote& quote);
/// The reference's name of a house account.
std::string reference_name(HouseAccount house);

}  // namespace tribook::differential
