#pragma once

#include <array>

namespace tribook::differential {

/// What there is to trade, with chains of up to three symbols between the currencies, two ways of
/// one length between some, and currencies of no, two, three and eight digits.
struct Listing {
  const char* name;
  const char* base;
  const char* quote;
  const char* price;
  int digits;  ///< the tick is one of the last
  const char* pip;
  const char* contract;
  const char* volume_step;
  bool is_rate;
};

inline constexpr std::array<Listing, 14> kListings{{
    {"EURUSD", "EUR", "USD", "1.08500", 5, "0.0001", "100000", "0.01", true},
    {"USDJPY", "USD", "JPY", "150.250", 3, "0.01", "100000", "0.01", true},
    {"GBPUSD", "GBP", "USD", "1.26500", 5, "0.0001", "100000", "0.01", true},
    {"EURJPY", "EUR", "JPY", "163.100", 3, "0.01", "100000", "0.01", true},
    {"USDCHF", "USD", "CHF", "0.88500", 5, "0.0001", "100000", "0.01", true},
    {"CADCHF", "CAD", "CHF", "0.64500", 5, "0.0001", "100000", "0.01", true},
    {"EURGBP", "EUR", "GBP", "0.85700", 5, "0.0001", "100000", "0.01", true},
    {"XAUUSD", "XAU", "USD", "2030.50", 2, "0.1", "100", "0.01", true},
    {"BTCUSD", "BTC", "USD", "43000.00", 2, "1", "1", "0.001", true},
    {"ETHBTC", "ETH", "BTC", "0.054321", 6, "0.00001", "1", "0.001", true},
    {"USDKWD", "USD", "KWD", "0.30750", 5, "0.0001", "100000", "0.01", true},
    {"US500", "US500", "USD", "4800.0", 1, "0.1", "10", "0.1", false},
    {"DE40", "DE40", "EUR", "16800.0", 1, "1", "1", "0.1", false},
    {"JP225", "JP225", "JPY", "35500", 0, "1", "5", "1", false},
}};

}  // namespace tribook::differential
