#include "config/listed_keys.h"

namespace tribook::config {
namespace {

template <std::size_t N>
constexpr ListedKeys all(const ListedKey (&keys)[N]) {
  return {keys, N};
}

constexpr ListedKey kCommission[] = {{"basis"}, {"amount"}, {"currency"}, {"minimum"}};
constexpr ListedKey kTier[] = {{"upToVolume"}, {"upToNotional"}, {"leverage"}};
constexpr ListedKey kMargin[] = {{"mode"},        {"percent"},         {"initialPerLot"},
                                 {"initialRate"}, {"maintenanceRate"}, {"leverageCap"},
                                 {"hedged"},      {"hedgedPercent"},   {"tiers", all(kTier)}};
constexpr ListedKey kSwap[] = {{"mode"},      {"long"},       {"short"},
                               {"tripleDay"}, {"daysInYear"}, {"price"}};
constexpr ListedKey kVenue[] = {{"book"},      {"lotStep"},  {"minVolume"}, {"hedgePercent"},
                                {"timeoutMs"}, {"lateFill"}, {"currency"}};
constexpr ListedKey kFunding[] = {{"intervalHours"}, {"rate"}};
constexpr ListedKey kSession[] = {{"day"}, {"open"}, {"close"}};
constexpr ListedKey kHoliday[] = {{"date"}, {"close"}};
constexpr ListedKey kSchedule[] = {
    {"timeZone"}, {"sessions", all(kSession)}, {"holidays", all(kHoliday)}};
constexpr ListedKey kSymbol[] = {{"symbol"},
                                 {"enabled"},
                                 {"state"},
                                 {"category"},
                                 {"baseCurrency"},
                                 {"quoteCurrency"},
                                 {"marginCurrency"},
                                 {"digits"},
                                 {"tickSize"},
                                 {"pipSize"},
                                 {"contractSize"},
                                 {"minVolume"},
                                 {"maxVolume"},
                                 {"volumeStep"},
                                 {"selfTrade"},
                                 {"stopsLevelPips"},
                                 {"staleAfterMs"},
                                 {"spreadMarkup"},
                                 {"commission", all(kCommission)},
                                 {"margin", all(kMargin)},
                                 {"swap", all(kSwap)},
                                 {"funding", all(kFunding)},
                                 {"venue", all(kVenue)},
                                 {"schedule", all(kSchedule)},
                                 {"limits"},
                                 {"commissionPerLot"},
                                 {"marginPercent"},
                                 {"swapLong"},
                                 {"swapShort"}};
constexpr ListedKey kGroupSymbol[] = {{"symbol"},
                                      {"spreadMarkup"},
                                      {"commission", all(kCommission)},
                                      {"leverageCap"},
                                      {"swap", all(kSwap)}};
constexpr ListedKey kGroup[] = {{"name"},
                                {"stopOutLevel"},
                                {"marginCallLevels"},
                                {"stopOutOrder"},
                                {"negativeBalanceProtection"},
                                {"closing"},
                                {"swapFree"},
                                {"swapFreeDays"},
                                {"swapFreeFee"},
                                {"spreadMarkup"},
                                {"commission", all(kCommission)},
                                {"leverageCap"},
                                {"swap", all(kSwap)},
                                {"limits"},
                                {"symbols", all(kGroupSymbol)}};

}  // namespace

ListedKeys symbol_keys() { return all(kSymbol); }
ListedKeys group_keys() { return all(kGroup); }

}  // namespace tribook::config
