#include "tribook/domain/currency.h"

#include <array>

namespace tribook {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ISO 4217 codes by the decimals of their minor unit.
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

constexpr std::size_t kLetters = 26;
constexpr std::uint8_t kMostDigits = 8;

// Place of a code of three letters in a table of all such; they stand in the lowest three bytes.
constexpr std::size_t place_of(std::uint64_t packed) {
  std::size_t place = 0;
  for (int i = 0; i < 3; ++i) place = place * kLetters + ((packed >> (8 * i)) & 0xFF) - 'A';
  return place;
}

constexpr auto kDigitsByCode = [] {
  std::array<std::uint8_t, kLetters * kLetters * kLetters> digits{};
  digits.fill(kMostDigits);
  const auto set = [&](const auto& codes, std::uint8_t value) {
    for (const std::string_view code : codes) digits[place_of(Currency::of(code).packed)] = value;
  };
  set(kTwoDigits, 2);
  set(kNoDigits, 0);
  set(kThreeDigits, 3);
  set(kFourDigits, 4);
  return digits;
}();

constexpr bool is_three_letters(std::uint64_t packed) {
  if (packed >> 24 != 0) return false;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t letter = (packed >> (8 * i)) & 0xFF;
    if (letter < 'A' || letter > 'Z') return false;
  }
  return true;
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
  const std::uint64_t packed = currency.packed;
  return is_three_letters(packed) ? kDigitsByCode[place_of(packed)] : kMostDigits;
}

}  // namespace tribook
