#include "gateway/api/account_risk.h"

#include <algorithm>

#include "gateway/api/render.h"
#include "gateway/api/risk_json.h"
#include "tribook/domain/net_value.h"

namespace tribook::gateway {
namespace {

std::optional<Money> sum_of(const std::optional<Money>& a, const std::optional<Money>& b) {
  if (!a || !b) return std::nullopt;
  const auto sum = checked_add(a->raw, b->raw);
  return sum ? std::optional(Money{*sum}) : std::nullopt;
}

Money without_sign(Money amount) { return amount.is_negative() ? -amount : amount; }

// In account currency, at mid.
std::optional<Money> converted(const Context& context, Product amount, Currency from, Currency to) {
  if (!context.mirror.rates().convert(amount, from, to, Crossing::Mid)) return std::nullopt;
  return amount.round(minor_digits(to));
}

void add_to(AccountRisk& risk, Currency currency, Currency own, const std::optional<Money>& more) {
  if (currency == own) return;
  const auto [place, is_new] = risk.currencies.try_emplace(currency, Money{});
  place->second = sum_of(place->second, more);
}

void weigh(const Context& context, const views::AccountView& account, SymbolId id,
           StakeInSymbol& stake, AccountRisk& risk) {
  const Instrument* symbol = context.mirror.symbols().find(id);
  if (symbol == nullptr || stake.net == 0) {
    stake.value = Money{};
    return;
  }
  const Quote quote = context.mirror.quote(id, account.group_id);
  const Currency own = account.currency;
  const auto worth = worth_of_net(*symbol, quote, stake.net);
  const auto value =
      quote.is_known() ? converted(context, worth, symbol->quote, own) : std::optional<Money>();
  if (value) stake.value = without_sign(*value);
  const auto owed = value ? std::optional(-*value) : std::nullopt;
  add_to(risk, symbol->base, own,
         converted(context, units_of_net(*symbol, stake.net), symbol->base, own));
  add_to(risk, symbol->quote, own, owed);
}

// part / whole in percent, cut to two decimals; none of a whole that is not above zero.
std::optional<Ratio> percent_of(const std::optional<Money>& part,
                                const std::optional<Money>& whole) {
  if (!part || !whole || whole->raw <= 0) return std::nullopt;
  const auto scaled = checked_multiply<int128>(part->raw, 10'000);
  if (!scaled) return std::nullopt;
  constexpr int128 most = kMaxFixedRaw / (kFixedOne / 100);
  const int128 hundredths = std::clamp<int128>(*scaled / whole->raw, -most, most);
  return Ratio{static_cast<std::int64_t>(hundredths) * (kFixedOne / 100)};
}

void ratio_or_null(json::Writer& writer, std::string_view key, const std::optional<Ratio>& ratio) {
  if (ratio) {
    writer.field(key, *ratio);
  } else {
    writer.null(key);
  }
}

// Below a margin-call level it is critical, below one and a half times that high, twice that
// medium; a limit that is crossed makes it critical, one that is near high.
RiskLevel level_of(const views::AccountView& account, const AccountValue& value, bool is_killed) {
  if (is_killed || account.crossed != 0) return RiskLevel::Critical;
  RiskLevel level = account.near != 0 ? RiskLevel::High : RiskLevel::Low;
  const MarginCallLevels& calls = account.margin_call_levels;
  if (!value.margin_level) return level;
  const std::int64_t call =
      std::max(account.stop_out_level.raw, calls.count != 0 ? calls.level[0].raw : 0);
  const std::int64_t now = value.margin_level->raw;
  if (now < call) return RiskLevel::Critical;
  if (now < call / 2 * 3) level = std::max(level, RiskLevel::High);
  if (now < call * 2) level = std::max(level, RiskLevel::Medium);
  return level;
}

void write_stakes(json::Writer& writer, const Context& context, const AccountRisk& risk,
                  int digits) {
  writer.begin_object("exposure");
  money_or_null(writer, "total", risk.exposure, digits);
  writer.begin_array("symbols");
  for (const auto& [id, stake] : risk.symbols) {
    writer.begin_object().field("symbol", symbol_name(context, id)).field("net", Volume{stake.net});
    money_or_null(writer, "value", stake.value, digits);
    writer.end_object();
  }
  writer.end_array().begin_array("currencies");
  for (const auto& [currency, value] : risk.currencies) {
    writer.begin_object().field("currency", currency);
    money_or_null(writer, "value", value, digits);
    writer.end_object();
  }
  writer.end_array().end_object();
}

void write_position_risk(json::Writer& writer, const Context& context,
                         const views::AccountView& account, const views::PositionView& position,
                         const std::optional<Money>& equity, int digits) {
  const PositionValue value = context.mirror.value(position, owner_of(account));
  const auto loss = value.unrealized_pnl ? std::optional(std::max(-*value.unrealized_pnl, Money{}))
                                         : std::nullopt;
  writer.begin_object()
      .field("positionId", position.id.value)
      .field("symbol", symbol_name(context, position.symbol));
  money_or_null(writer, "loss", loss, digits);
  ratio_or_null(writer, "lossPercent", percent_of(loss, equity));
  const Instrument* symbol = context.mirror.symbols().find(position.symbol);
  const bool has_stop = !position.stop_loss.is_zero();
  writer.field("missingStop", !has_stop && position.trailing_distance.is_zero());
  const Quote quote = context.mirror.quote(position.symbol, account.group_id);
  if (has_stop && quote.is_known() && symbol != nullptr) {
    const std::int64_t away = position.side == Side::Buy
                                  ? (closing_price(position.side, quote) - position.stop_loss).raw
                                  : (position.stop_loss - closing_price(position.side, quote)).raw;
    const int128 pips = static_cast<int128>(away) * kFixedOne / symbol->pip_size.raw;
    constexpr int128 most = kMaxFixedRaw;
    writer.field("stopDistancePips",
                 Ratio{static_cast<std::int64_t>(std::clamp<int128>(pips, -most, most))});
  } else {
    writer.null("stopDistancePips");
  }
  writer.end_object();
}

}  // namespace

AccountRisk risk_of(const Context& context, const views::AccountSnapshot& snapshot,
                    bool is_killed) {
  const views::AccountView& account = snapshot.account;
  AccountRisk risk;
  risk.value = context.mirror.value(snapshot);
  if (risk.value.equity) {
    const Money equity = *risk.value.equity;
    risk.daily_pnl = equity - account.day_base;
    risk.peak = std::max(account.peak, equity);
    risk.drawdown = *risk.peak - equity;
  }
  for (const views::PositionView& position : snapshot.positions) {
    const std::int64_t volume = position.volume.raw;
    risk.symbols[position.symbol].net += position.side == Side::Buy ? volume : -volume;
  }
  risk.exposure = Money{};
  for (auto& [id, stake] : risk.symbols) {
    weigh(context, account, id, stake, risk);
    risk.exposure = sum_of(risk.exposure, stake.value);
  }
  risk.level = level_of(account, risk.value, is_killed);
  return risk;
}

void write_account_risk(json::Writer& writer, const Context& context,
                        const views::AccountSnapshot& snapshot, const AccountRisk& risk) {
  const views::AccountView& account = snapshot.account;
  const int digits = minor_digits(account.currency);
  money_or_null(writer, "dailyPnL", risk.daily_pnl, digits);
  ratio_or_null(writer, "dailyPnLPercent", percent_of(risk.daily_pnl, account.day_base));
  money_or_null(writer, "peak", risk.peak, digits);
  money_or_null(writer, "drawdown", risk.drawdown, digits);
  ratio_or_null(writer, "drawdownPercent", percent_of(risk.drawdown, risk.peak));
  write_stakes(writer, context, risk, digits);
  const auto percent = percent_of(risk.exposure, risk.value.equity);
  ratio_or_null(writer, "leverage",
                percent ? std::optional(Ratio{percent->raw / 100}) : std::nullopt);
  writer.field("riskLevel", risk.level).begin_array("near");
  write_limit_names(writer, account.near & ~account.crossed);
  writer.end_array().begin_array("crossed");
  write_limit_names(writer, account.crossed);
  writer.end_array().begin_array("positionRisks");
  for (const views::PositionView& position : snapshot.positions) {
    write_position_risk(writer, context, account, position, risk.value.equity, digits);
  }
  writer.end_array();
}

}  // namespace tribook::gateway
