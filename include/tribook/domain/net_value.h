#pragma once

#include <cstdint>

#include "tribook/domain/instrument.h"
#include "tribook/domain/product.h"
#include "tribook/domain/rate_book.h"

// What a net volume of a symbol is worth, buys less sells, before it is rounded or converted.

namespace tribook {

/// In the symbol's base currency: units. `net`: lots, raw.
constexpr Product units_of_net(const Instrument& instrument, std::int64_t net) {
  Product amount(net);
  amount.divide_by_power_of_ten(kFixedDigits);
  amount.scale_by_fixed(instrument.contract_size.raw);
  return amount;
}

/// In its quote currency, at the mid of the quote.
constexpr Product worth_of_net(const Instrument& instrument, const Quote& quote, std::int64_t net) {
  Product amount(static_cast<int128>(net) * (quote.bid.raw + quote.ask.raw));
  amount.scale(1, 2);
  amount.divide_by_power_of_ten(2 * kFixedDigits);
  amount.scale_by_fixed(instrument.contract_size.raw);
  return amount;
}

}  // namespace tribook
