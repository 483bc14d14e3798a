#include "tribook/domain/currency.h"

#include <algorithm>

namespace tribook {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ISO 4217 codes whose minor unit has two decimals; sorted, for binary search.
constexpr std::string_view kTwoDigits[] = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
    "CHE", "CHF", "CHW", "CNY", "COP", "COU", "CRC", "CUC", "CUP", "CVE", "CZK", "DKK", "DOP",
    "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ",
    "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS",
    "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD",
    "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN",
    "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
    "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP",
    "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "USD", "USN", "UYU", "UZS", "VED", "VES", "WST", "XCD", "YER", "ZAR", "ZMW", "ZWL"};
constexpr std::string_view kNoDigits[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                          "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                          "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::string_view kFourDigits[] = {"CLF", "UYW"};

template <std::size_t N>
bool is_among(const std::string_view (&codes)[N], std::string_view code) {
  return std::binary_search(std::begin(codes), std::end(codes), code);
}

int find_minor_digits(std::string_view code) {
  if (is_among(kTwoDigits, code)) return 2;
  if (is_among(kNoDigits, code)) return 0;
  if (is_among(kThreeDigits, code)) return 3;
  if (is_among(kFourDigits, code)) return 4;
  return 8;
}

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  if (code.size() < 2 || code.size() > 8 || !is_upper(code.front())) return std::nullopt;
  for (const char c : code) {
    if (!is_upper(c) && !is_digit(c)) return std::nullopt;
  }
  return of(code);
}

int minor_digits(Currency currency) {
  // The usual ones without a search: this stands on the hot path.
  if (currency == Currency::of("USD") || currency == Currency::of("EUR")) return 2;
  if (currency == Currency::of("JPY")) return 0;
  return find_minor_digits(CurrencyText(currency).view());
}

}  // namespace tribook
