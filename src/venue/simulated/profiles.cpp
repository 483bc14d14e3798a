#include "venue/simulated/profiles.h"

#include <algorithm>

namespace tribook::venue::simulated {
namespace {

using enum Rhythm;

// Levels near those of the end of 2025.
// clang-format off
constexpr std::array kCurrencies{
    //           name    price                 dollar europe  risk equity metal crypto  own  spread ticks
    AssetProfile{"USD",  1,                   {                                    },   0.0, 0.20, 1.8, Global},
    AssetProfile{"EUR",  1.16,                { 5.5,   3.0,   0.0,  0.0,  0.0,  0.0},   2.5, 0.35, 1.2, Global},
    AssetProfile{"GBP",  1.33,                { 5.5,   3.0,   2.0,  0.0,  0.0,  0.0},   4.0, 0.45, 1.1, Global},
    AssetProfile{"JPY",  1 / 155.0,           { 4.5,   0.0,  -3.0, -2.0,  0.0,  0.0},   6.5, 0.30, 1.2, Global},
    AssetProfile{"CHF",  1 / 0.80,            { 4.5,   3.0,  -2.5,  0.0,  0.0,  0.0},   3.5, 0.65, 0.8, Global},
    AssetProfile{"AUD",  0.655,               { 5.5,   0.0,   5.0,  2.0,  0.0,  0.0},   4.0, 0.65, 0.9, Global},
    AssetProfile{"NZD",  0.575,               { 5.5,   0.0,   5.0,  1.5,  0.0,  0.0},   4.5, 0.95, 0.7, Global},
    AssetProfile{"CAD",  1 / 1.40,            { 3.5,   0.0,   3.5,  1.0,  0.0,  0.0},   3.0, 0.60, 0.8, Global},
    AssetProfile{"SEK",  1 / 9.50,            { 6.0,   4.0,   3.0,  1.0,  0.0,  0.0},   4.0, 2.00, 0.5, Global},
    AssetProfile{"NOK",  1 / 10.10,           { 5.5,   3.5,   5.0,  0.5,  0.0,  0.0},   4.5, 2.50, 0.5, Global},
    AssetProfile{"DKK",  1.16 / 7.46,         { 5.5,   3.0,   0.0,  0.0,  0.0,  0.0},   2.5, 1.50, 0.4, Global},
    AssetProfile{"PLN",  1.16 / 4.25,         { 6.5,   4.0,   3.0,  1.0,  0.0,  0.0},   4.0, 3.00, 0.5, Global},
    AssetProfile{"CZK",  1.16 / 24.3,         { 6.0,   3.5,   2.0,  0.5,  0.0,  0.0},   3.0, 3.00, 0.4, Global},
    AssetProfile{"HUF",  1.16 / 385.0,        { 6.5,   4.0,   3.5,  1.0,  0.0,  0.0},   5.0, 3.50, 0.4, Global},
    AssetProfile{"SGD",  1 / 1.30,            { 3.0,   0.5,   1.0,  0.0,  0.0,  0.0},   1.5, 1.20, 0.6, Global},
    AssetProfile{"HKD",  1 / 7.78,            { 0.2,   0.0,   0.0,  0.0,  0.0,  0.0},   0.5, 0.80, 0.4, Global},
    AssetProfile{"CNH",  1 / 7.10,            { 1.5,   0.0,   1.0,  0.0,  0.0,  0.0},   2.0, 1.20, 0.6, Global},
    AssetProfile{"MXN",  1 / 18.4,            { 3.0,   0.0,   7.0,  2.0,  0.0,  0.0},   6.0, 4.00, 0.6, Global},
    AssetProfile{"ZAR",  1 / 17.2,            { 5.0,   0.0,   8.0,  2.0,  2.0,  0.0},   8.0, 5.00, 0.6, Global},
    AssetProfile{"TRY",  1 / 42.0,            { 1.0,   0.0,   3.0,  1.0,  0.0,  0.0},   8.0, 9.00, 0.4, Global},
    AssetProfile{"XAU",  4'000,               { 4.0,   0.0,   0.0, -1.5, 11.0,  0.0},   5.0, 0.40, 1.6, Global},
    AssetProfile{"XAG",  50,                  { 4.0,   0.0,   5.0,  2.0, 17.0,  0.0},  17.0, 4.00, 1.0, Global},
    AssetProfile{"XPT",  1'550,               { 4.0,   0.0,   6.0,  2.0, 12.0,  0.0},  20.0, 9.00, 0.5, Global},
    AssetProfile{"XPD",  1'400,               { 4.0,   0.0,   7.0,  2.0, 10.0,  0.0},  30.0, 20.0, 0.4, Global},
    AssetProfile{"BTC",  95'000,              { 1.0,   0.0,   0.0,  8.0,  0.0, 32.0},  14.0, 1.40, 1.6, Crypto},
    AssetProfile{"ETH",  3'200,               { 1.0,   0.0,   0.0, 10.0,  0.0, 42.0},  26.0, 2.50, 1.4, Crypto},
    AssetProfile{"SOL",  140,                 { 1.0,   0.0,   0.0, 10.0,  0.0, 48.0},  44.0, 6.00, 1.2, Crypto},
    AssetProfile{"XRP",  2.2,                 { 1.0,   0.0,   0.0,  8.0,  0.0, 42.0},  45.0, 8.00, 1.0, Crypto},
    AssetProfile{"BNB",  900,                 { 1.0,   0.0,   0.0,  6.0,  0.0, 36.0},  28.0, 5.00, 0.9, Crypto},
    AssetProfile{"LTC",  90,                  { 1.0,   0.0,   0.0,  8.0,  0.0, 42.0},  38.0, 10.0, 0.8, Crypto},
    AssetProfile{"ADA",  0.50,                { 1.0,   0.0,   0.0,  8.0,  0.0, 46.0},  46.0, 12.0, 0.8, Crypto},
    AssetProfile{"DOGE", 0.16,                { 1.0,   0.0,   0.0,  8.0,  0.0, 48.0},  52.0, 12.0, 0.9, Crypto},
    AssetProfile{"LINK", 14,                  { 1.0,   0.0,   0.0,  8.0,  0.0, 46.0},  42.0, 12.0, 0.7, Crypto},
    AssetProfile{"DOT",  2.5,                 { 1.0,   0.0,   0.0,  8.0,  0.0, 46.0},  46.0, 14.0, 0.6, Crypto},
    AssetProfile{"USDT", 1,                   {                                    },   0.2, 0.40, 1.2, Crypto},
    AssetProfile{"USDC", 1,                   {                                    },   0.1, 0.40, 1.0, Crypto}};

constexpr std::array kListed{
    AssetProfile{"US500",  6'700,             { 0.0,   0.0,   1.0, 13.0,  0.0,  0.0},   3.0, 0.70, 1.2, Global},
    AssetProfile{"US30",   47'000,            { 0.0,   0.0,   1.0, 12.0,  0.0,  0.0},   4.5, 0.60, 1.2, Global},
    AssetProfile{"US100",  25'000,            { 0.0,   0.0,   0.0, 17.0,  0.0,  0.0},   7.0, 0.70, 1.4, Global},
    AssetProfile{"NAS100", 25'000,            { 0.0,   0.0,   0.0, 17.0,  0.0,  0.0},   7.0, 0.70, 1.4, Global},
    AssetProfile{"US2000", 2'450,             { 0.0,   0.0,   4.0, 16.0,  0.0,  0.0},   9.0, 2.50, 0.8, Global},
    AssetProfile{"DE40",   24'000,            { 0.0,   2.5,   2.0, 11.0,  0.0,  0.0},   8.0, 0.60, 1.0, Global},
    AssetProfile{"UK100",  9'700,             { 0.0,   1.0,   3.0,  8.0,  0.0,  0.0},   7.0, 1.20, 0.8, Global},
    AssetProfile{"FR40",   8'100,             { 0.0,   2.5,   2.0, 11.0,  0.0,  0.0},   7.0, 1.30, 0.8, Global},
    AssetProfile{"EU50",   5'650,             { 0.0,   2.5,   2.0, 11.0,  0.0,  0.0},   6.0, 2.50, 0.8, Global},
    AssetProfile{"JP225",  50'000,            {-2.0,   0.0,   3.0, 12.0,  0.0,  0.0},  14.0, 1.60, 0.9, Global},
    AssetProfile{"HK50",   26'000,            { 0.0,   0.0,   4.0, 10.0,  0.0,  0.0},  18.0, 2.50, 0.8, Global},
    AssetProfile{"AU200",  8'600,             { 0.0,   0.0,   4.0,  8.0,  0.0,  0.0},   8.0, 1.50, 0.6, Global},
    AssetProfile{"USOIL",  60,                { 2.0,   0.0,  12.0,  3.0,  0.0,  0.0},  26.0, 5.00, 1.0, Global},
    AssetProfile{"UKOIL",  64,                { 2.0,   0.0,  12.0,  3.0,  0.0,  0.0},  25.0, 5.00, 0.9, Global},
    AssetProfile{"NATGAS", 4.4,               { 0.0,   0.0,   6.0,  0.0,  0.0,  0.0},  52.0, 18.0, 0.8, Global}};

// What is not in the tables.
constexpr AssetProfile kCurrency{"", 1,       { 3.0,   0.0,   4.0,  0.0,  0.0,  0.0},   7.0, 3.00, 0.5, Global};
constexpr AssetProfile kMetal{"",    1'000,   { 3.0,   0.0,   4.0,  0.0, 12.0,  0.0},  18.0, 8.00, 0.5, Global};
constexpr AssetProfile kCoin{"",     10,      { 1.0,   0.0,   0.0,  8.0,  0.0, 46.0},  50.0, 15.0, 0.7, Crypto};
constexpr AssetProfile kIndex{"",    10'000,  { 0.0,   0.0,   2.0, 11.0,  0.0,  0.0},   9.0, 2.00, 0.8, Global};
constexpr AssetProfile kStock{"",    100,     { 0.0,   0.0,   0.0, 16.0,  0.0,  0.0},  22.0, 4.00, 0.6, Global};
constexpr AssetProfile kCfd{"",      100,     { 1.0,   0.0,   8.0,  2.0,  0.0,  0.0},  22.0, 6.00, 0.6, Global};
// clang-format on

template <typename Table>
const AssetProfile* find(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [name](const AssetProfile& profile) {
    return profile.name == name;
  });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const AssetProfile& currency_profile(std::string_view code, Category category) {
  if (const AssetProfile* found = find(kCurrencies, code)) return *found;
  if (category == Category::Crypto) return kCoin;
  return category == Category::Metal ? kMetal : kCurrency;
}

const AssetProfile& listed_profile(std::string_view symbol, Category category) {
  const std::string_view name = symbol.substr(0, symbol.find_first_of("._-#"));
  if (const AssetProfile* found = find(kListed, name)) return *found;
  if (category == Category::Index) return kIndex;
  return category == Category::Stock ? kStock : kCfd;
}

}  // namespace tribook::venue::simulated
