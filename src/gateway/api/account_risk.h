#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "gateway/api/context.h"
#include "gateway/json/writer.h"
#include "views/views.h"

// How an account stands: its day, its fall from the peak, what it has at stake, at the quotes that
// this thread has. The engine's own figures, for people; it decides by its own.

namespace tribook::gateway {

enum class RiskLevel : std::uint8_t { Low, Medium, High, Critical };

struct StakeInSymbol {
  std::int64_t net = 0;        ///< lots, raw: buys less sells
  std::optional<Money> value;  ///< at mid, without its sign; none without a rate
};

struct AccountRisk {
  AccountValue value;
  std::optional<Money> daily_pnl;  ///< these without a value when equity has none
  std::optional<Money> peak;
  std::optional<Money> drawdown;
  std::optional<Money> exposure;  ///< none when something at stake has no rate
  std::map<SymbolId, StakeInSymbol> symbols;
  std::map<Currency, std::optional<Money>> currencies;  ///< signed; not the account's own
  RiskLevel level = RiskLevel::Low;
};

/// `is_killed`: a kill switch is on for it.
AccountRisk risk_of(const Context& context, const views::AccountSnapshot& snapshot, bool is_killed);

/// dailyPnL dailyPnLPercent peak drawdown drawdownPercent exposure leverage near crossed riskLevel
/// and the positions' share in it, as fields.
void write_account_risk(json::Writer& writer, const Context& context,
                        const views::AccountSnapshot& snapshot, const AccountRisk& risk);

}  // namespace tribook::gateway

namespace tribook {
template <>
struct EnumNames<gateway::RiskLevel> {
  static constexpr std::array<std::string_view, 4> value{"LOW", "MEDIUM", "HIGH", "CRITICAL"};
};
}  // namespace tribook
