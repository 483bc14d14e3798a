#pragma once

#include <string_view>

#include "support/values.h"
#include "tribook/domain/instrument.h"

namespace tribook::test {

/// A symbol with a contract of 100,000, volumes 0.01 to 1,000 in steps of 0.01, five digits; quoted
/// in JPY it has three. Margin FOREX in the base currency, no commission, stale after a minute.
inline Instrument forex(std::string_view base, std::string_view quote) {
  const bool is_yen = quote == "JPY";
  Instrument instrument;
  instrument.name = SymbolName::of(std::string(base) + std::string(quote));
  instrument.base = Currency::of(base);
  instrument.quote = Currency::of(quote);
  instrument.margin_currency = instrument.base;
  instrument.commission.currency = instrument.quote;
  instrument.digits = is_yen ? 3 : 5;
  instrument.tick_size = price(is_yen ? "0.001" : "0.00001");
  instrument.pip_size = price(is_yen ? "0.01" : "0.0001");
  instrument.contract_size = quantity("100000");
  instrument.min_volume = lots("0.01");
  instrument.max_volume = lots("1000");
  instrument.volume_step = lots("0.01");
  return instrument;
}

/// Another category, quoted in cents; margin CFD_LEVERAGE in the quote currency.
inline Instrument contract(std::string_view name, Category category, std::string_view base,
                           std::string_view quote, std::string_view size) {
  Instrument instrument = forex(base, quote);
  instrument.name = SymbolName::of(name);
  instrument.category = category;
  instrument.digits = 2;
  instrument.tick_size = price("0.01");
  instrument.pip_size = price("0.1");
  instrument.contract_size = quantity(size);
  instrument.margin.mode = MarginMode::CfdLeverage;
  instrument.margin_currency = instrument.quote;
  return instrument;
}

}  // namespace tribook::test
