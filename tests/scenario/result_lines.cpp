#include "scenario/result_lines.h"

#include <algorithm>

#include "scenario/json_line.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::scenario {
namespace {

JsonLine start(std::string_view event, std::size_t number) {
  JsonLine line;
  line.text("event", event).number("op", number);
  return line;
}

std::string write(std::size_t number, const OrderUpdated& order) {
  JsonLine line = start("order", number);
  line.number("order", order.order.value).text("status", name_of(order.status));
  if (order.code != RejectCode::None) return line.text("code", name_of(order.code)).finish();
  line.number("position", order.position.value);
  return line.decimal("price", order.filled_price.raw).finish();
}

std::string write(std::size_t number, const TradeExecuted& trade) {
  JsonLine line = start("trade", number);
  line.number("trade", trade.trade.value).number("order", trade.order.value);
  line.number("position", trade.position.value).text("side", name_of(trade.side));
  line.decimal("volume", trade.volume.raw).decimal("price", trade.price.raw);
  line.decimal("realizedPnL", trade.realized_pnl.raw);
  return line.decimal("commission", trade.commission.raw).finish();
}

std::string write(std::size_t number, AccountId account, const LedgerPosted& posted) {
  JsonLine line = start("ledger", number);
  line.number("id", posted.entry.value).number("account", account.value);
  line.text("type", name_of(posted.type)).decimal("amount", posted.amount.raw);
  return line.decimal("balance", posted.balance_after.raw).finish();
}

std::string write(std::size_t number, const PositionReduced& reduced) {
  JsonLine line = start("closed", number);
  line.number("position", reduced.position.value).text("reason", name_of(reduced.reason));
  line.decimal("volume", reduced.closed_volume.raw).decimal("price", reduced.price.raw);
  return line.decimal("left", reduced.left_volume.raw).finish();
}

std::string write(std::size_t number, const PositionUpdated& position) {
  JsonLine line = start("modified", number);
  line.number("position", position.position.value);
  line.decimal_or_null("sl", position.stop_loss.raw);
  return line.decimal_or_null("tp", position.take_profit.raw).finish();
}

std::string write_level(std::string_view event, std::size_t number, AccountId account, Ratio level,
                        bool has_level) {
  JsonLine line = start(event, number);
  line.number("account", account.value);
  return (has_level ? line.decimal("level", level.raw) : line.null("level")).finish();
}

}  // namespace

void ResultLines::add(std::size_t number, const Operation& cause, const Event& event) {
  const AccountId account = event.header.account;
  switch (event.header.kind) {
    case EventKind::OrderUpdated: {
      const auto order = event.get<OrderUpdated>();
      if (order.reason == CloseReason::None) lines_.push_back(write(number, order));
      return;
    }
    case EventKind::TradeExecuted:
      lines_.push_back(write(number, event.get<TradeExecuted>()));
      return;
    case EventKind::LedgerPosted:
      lines_.push_back(write(number, account, event.get<LedgerPosted>()));
      return;
    case EventKind::PositionReduced:
      lines_.push_back(write(number, event.get<PositionReduced>()));
      return;
    case EventKind::PositionUpdated:
      if (std::holds_alternative<Modify>(cause)) {
        lines_.push_back(write(number, event.get<PositionUpdated>()));
      }
      return;
    case EventKind::Refused:
      lines_.push_back(
          start("refused", number).text("code", name_of(event.get<Refused>().code)).finish());
      return;
    case EventKind::MarginCall: {
      const auto call = event.get<MarginCallRaised>();
      lines_.push_back(write_level("margin_call", number, account, call.level, true));
      return;
    }
    case EventKind::StopOut: {
      const auto started = event.get<StopOutStarted>();
      lines_.push_back(
          write_level("stop_out", number, account, started.level, !started.used_margin.is_zero()));
      return;
    }
    case EventKind::None:
    case EventKind::AccountUpdated:
    case EventKind::AccountCreated:
    case EventKind::AccountOptionsUpdated:
    case EventKind::UserCreated:
    case EventKind::PasswordChanged:
    case EventKind::SymbolUpdated:
    case EventKind::QuoteApplied:
    case EventKind::SessionChanged:
    case EventKind::ClockMoved:
    case EventKind::PositionCarried:
    case EventKind::HouseCarried:
    case EventKind::AccountDayEnded:
    case EventKind::PositionLiquidated:
    case EventKind::WithdrawalUpdated:
    case EventKind::GroupUpdated:
    case EventKind::GroupTermsUpdated:
    case EventKind::OrderTerms:
    case EventKind::PositionFollowed:
    case EventKind::TradeSwap:
    case EventKind::BookPrinted:
    case EventKind::DepthChanged:
    case EventKind::Settled:
    case EventKind::VenueRequested:
    case EventKind::VenueReported:
    case EventKind::VenueSettled:
    case EventKind::VenueExposureCarried:
    case EventKind::LimitsUpdated:
    case EventKind::KillSwitchChanged:
    case EventKind::KillSwept:
    case EventKind::OrderWarned:
    case EventKind::RiskAlert:
    case EventKind::AccountWatched:
      return;
  }
}

void ResultLines::add_figures(const engine::Engine& engine) {
  for (std::uint32_t id = 1; id <= stream_.accounts; ++id) {
    const engine::AccountFigures figures = engine.figures(AccountId{id});
    JsonLine line;
    line.text("event", "account").number("account", id);
    line.decimal("balance", figures.balance.raw).decimal("equity", figures.equity.raw);
    line.decimal("margin", figures.used_margin.raw).decimal("freeMargin", figures.free_margin.raw);
    const auto level = margin_level(figures.equity, figures.used_margin);
    level ? line.decimal("marginLevel", level->raw) : line.null("marginLevel");
    lines_.push_back(line.decimal("unrealizedPnL", figures.unrealized_pnl.raw).finish());
  }
  std::vector<engine::PositionFigures> positions;
  engine.for_each_position([&](const engine::PositionFigures& p) { positions.push_back(p); });
  std::sort(positions.begin(), positions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const engine::PositionFigures& p : positions) {
    JsonLine line;
    line.text("event", "position")
        .number("position", p.id.value)
        .number("account", p.account.value);
    line.text("symbol", stream_.instrument(p.symbol).name.view()).text("side", name_of(p.side));
    line.decimal("volume", p.volume.raw);
    line.decimal("openPrice", divide_half_away(p.open_cost.raw, p.volume.raw));
    line.decimal("unrealizedPnL", p.unrealized_pnl.raw).decimal("commission", p.commission.raw);
    line.decimal_or_null("sl", p.stop_loss.raw);
    lines_.push_back(line.decimal_or_null("tp", p.take_profit.raw).finish());
  }
}

}  // namespace tribook::scenario
