#include "gateway/api/render.h"

#include "calendar/schedule_text.h"

namespace tribook::gateway {
namespace {

json::Writer& price_or_null(json::Writer& writer, std::string_view key, Price price, int digits) {
  return price.is_zero() ? writer.null(key) : writer.field(key, price, digits);
}

template <typename Tag, typename Integer>
json::Writer& id_or_null(json::Writer& writer, std::string_view key, Id<Tag, Integer> id) {
  return id ? writer.field(key, id.value) : writer.null(key);
}

}  // namespace

int price_digits(const Context& context, SymbolId symbol) {
  const Instrument* instrument = context.mirror.find(symbol);
  return instrument == nullptr ? kFixedDigits : instrument->digits;
}

std::string_view symbol_name(const Context& context, SymbolId symbol) {
  const Instrument* instrument = context.mirror.find(symbol);
  return instrument == nullptr ? std::string_view{} : instrument->name.view();
}

json::Writer& money_or_null(json::Writer& writer, std::string_view key,
                            const std::optional<Money>& money, int digits) {
  return money ? writer.field(key, *money, digits) : writer.null(key);
}

void write_level(json::Writer& writer, std::string_view key, const std::optional<Ratio>& level) {
  constexpr int digits = 2;
  if (level) {
    writer.field(key, Money{level->raw}, digits);
  } else {
    writer.null(key);
  }
}

void write_candle(json::Writer& writer, const Candle& candle, int digits) {
  writer.field("open", candle.open, digits)
      .field("high", candle.high, digits)
      .field("low", candle.low, digits)
      .field("close", candle.close, digits)
      .field("volume", candle.ticks);
}

void write_summary(json::Writer& writer, const views::AccountView& account,
                   const AccountValue& value, bool with_credit) {
  const int digits = minor_digits(account.currency);
  writer.field("balance", account.balance, digits);
  money_or_null(writer, "equity", value.equity, digits);
  writer.field("margin", account.used_margin, digits);
  money_or_null(writer, "freeMargin", value.free_margin, digits);
  write_level(writer, "marginLevel", value.margin_level);
  money_or_null(writer, "unrealizedPnL", value.unrealized_pnl, digits);
  if (with_credit)
    writer.field("credit", account.credit, digits).field("currency", account.currency);
}

void write_position(json::Writer& writer, const Context& context,
                    const views::PositionView& position, const Owner& owner, bool with_account) {
  const int digits = price_digits(context, position.symbol);
  const int money = minor_digits(owner.currency);
  const PositionValue value = context.mirror.value(position, owner);
  writer.begin_object().field("id", position.id.value);
  if (with_account) writer.field("accountId", position.account.value);
  writer.field("symbol", symbol_name(context, position.symbol))
      .field("side", position.side)
      .field("volume", position.volume)
      .field("openPrice", position.open_price(), digits);
  price_or_null(writer, "currentPrice", value.current_price, digits);
  money_or_null(writer, "unrealizedPnL", value.unrealized_pnl, money)
      .field("swap", position.swap, money)
      .field("commission", position.commission, money)
      .field("realizedPnL", position.realized_pnl, money);
  price_or_null(writer, "sl", position.stop_loss, digits);
  price_or_null(writer, "tp", position.take_profit, digits);
  write_trailing(writer, position.trailing_distance, position.trailing_step);
  if (position.waits_for_break_even) {
    writer.begin_object("breakEven")
        .field("offsetPips", position.break_even_offset.pips())
        .end_object();
  } else {
    writer.null("breakEven");
  }
  writer.field("openTime", position.open_time)
      .field("venue", position.book)
      .field("state", std::string_view(position.is_closing ? "CLOSING" : "OPEN"));
  price_or_null(writer, "highestPrice", position.highest, digits);
  price_or_null(writer, "lowestPrice", position.lowest, digits);
  writer.end_object();
}

void write_closed_position(json::Writer& writer, const Context& context,
                           const views::ClosedPositionView& position, Currency currency) {
  const int digits = price_digits(context, position.symbol);
  const int money = minor_digits(currency);
  writer.begin_object()
      .field("id", position.id.value)
      .field("symbol", symbol_name(context, position.symbol))
      .field("side", position.side)
      .field("volume", position.volume)
      .field("openPrice", position.open_price, digits)
      .field("closePrice", position.close_price, digits)
      .field("realizedPnL", position.realized_pnl, money)
      .field("swap", position.swap, money)
      .field("commission", position.commission, money)
      .field("openTime", position.open_time)
      .field("closeTime", position.close_time)
      .field("closeReason", position.reason)
      .field("venue", position.book);
  price_or_null(writer, "highestPrice", position.highest, digits);
  price_or_null(writer, "lowestPrice", position.lowest, digits);
  writer.end_object();
}

void write_trailing(json::Writer& writer, PipDistance distance, PipDistance step) {
  if (distance.is_zero()) {
    writer.null("trailing");
    return;
  }
  writer.begin_object("trailing")
      .field("distancePips", distance.pips())
      .field("stepPips", step.pips())
      .end_object();
}

void write_order(json::Writer& writer, const Context& context, const views::OrderView& order,
                 bool with_account, std::string_view type_key) {
  const int digits = price_digits(context, order.symbol);
  writer.begin_object().field("orderId", order.id.value);
  if (with_account) writer.field("accountId", order.account.value);
  writer.text_or_null("clientOrderId", order.client_order_id.view())
      .text_or_null("symbol", symbol_name(context, order.symbol))
      .field(type_key, order.type)
      .field("side", order.side)
      .field("volume", order.volume)
      .field("filledVolume", order.filled_volume);
  price_or_null(writer, "price", order.limit, digits);
  price_or_null(writer, "triggerPrice", order.trigger, digits);
  price_or_null(writer, "filledPrice", order.filled_price, digits);
  price_or_null(writer, "sl", order.stop_loss, digits);
  price_or_null(writer, "tp", order.take_profit, digits);
  write_trailing(writer, order.trailing_distance, order.trailing_step);
  writer.field("status", order.status).field("timeInForce", order.time_in_force);
  if (order.expires.ns == 0) {
    writer.null("expiresAt");
  } else {
    writer.field("expiresAt", order.expires);
  }
  id_or_null(writer, "ocoOrderId", order.partner);
  id_or_null(writer, "positionId", order.position);
  writer.text_or_null("venue", name_of(order.book))
      .text_or_null("routingReason", context.routing_reason(order.routing_rule))
      .text_or_null("rejectCode", name_of(order.code))
      .text_or_null("strategyId", order.strategy.view())
      .text_or_null("comment", order.comment);
  if (order.metadata.empty()) {
    writer.null("metadata");
  } else {
    writer.raw("metadata", order.metadata);
  }
  writer.field("createdAt", order.created).field("updatedAt", order.updated).end_object();
}

void write_trade(json::Writer& writer, const Context& context, const views::TradeView& trade,
                 Currency currency) {
  const int money = minor_digits(currency);
  writer.begin_object()
      .field("id", trade.id.value)
      .field("orderId", trade.order.value)
      .field("positionId", trade.position.value)
      .field("symbol", symbol_name(context, trade.symbol))
      .field("side", trade.side)
      .field("volume", trade.volume)
      .field("price", trade.price, price_digits(context, trade.symbol))
      .field("realizedPnL", trade.realized_pnl, money)
      .field("commission", trade.commission, money)
      .field("swap", trade.swap, money)
      .field("venue", trade.book)
      .field("executedAt", trade.time)
      .end_object();
}

void write_day(json::Writer& writer, const views::AccountDayView& day, Currency currency) {
  const int money = minor_digits(currency);
  writer.begin_object()
      .field("date", calendar::date_text(views::date_of(day.id)))
      .field("balance", day.balance, money)
      .field("equity", day.equity, money)
      .field("pnl", day.pnl, money)
      .field("realizedPnL", day.realized_pnl, money)
      .field("charges", day.charges, money)
      .field("volume", day.volume)
      .field("openPositions", day.positions)
      .field("endedAt", day.time)
      .end_object();
}

void write_ledger_entry(json::Writer& writer, const views::LedgerView& entry, Currency currency) {
  const int money = minor_digits(currency);
  const std::string_view reference = entry.reference_id == 0                ? ""
                                     : entry.type == LedgerType::Withdrawal ? "WITHDRAWAL"
                                     : entry.reference_is_position          ? "POSITION"
                                                                            : "ORDER";
  writer.begin_object()
      .field("id", entry.id.value)
      .field("type", entry.type)
      .field("amount", entry.amount, money)
      .field("balanceBefore", entry.balance_before(), money)
      .field("balanceAfter", entry.balance_after, money)
      .text_or_null("referenceType", reference);
  if (entry.reference_id == 0) {
    writer.null("referenceId");
  } else {
    writer.field("referenceId", entry.reference_id);
  }
  writer.text_or_null("reference", entry.payment_reference)
      .text_or_null("method", name_of(entry.method))
      .text_or_null("note", entry.note);
  // A CREDIT entry is of the credit, or of the balance where credit has paid for a loss.
  if (entry.type == LedgerType::Credit)
    writer.field("of", entry.is_of_credit ? "CREDIT" : "BALANCE");
  if (entry.type == LedgerType::Adjustment || entry.type == LedgerType::Bonus)
    writer.field("adjustment", entry.adjustment);
  writer.field("createdAt", entry.time).end_object();
}

void write_withdrawal(json::Writer& writer, const Context& context,
                      const views::WithdrawalView& withdrawal, bool with_account) {
  views::AccountView account;
  static_cast<void>(context.views.account(withdrawal.account, account));
  writer.begin_object().field("id", withdrawal.id.value);
  if (with_account) {
    writer.field("accountId", withdrawal.account.value);
    writer.field("accountNumber", context.account_number(withdrawal.account));
  }
  writer.field("amount", withdrawal.amount, minor_digits(account.currency))
      .field("currency", account.currency)
      .field("status", withdrawal.status)
      .text_or_null("method", name_of(withdrawal.method))
      .text_or_null("reference", withdrawal.reference)
      .text_or_null("note", withdrawal.note)
      .text_or_null("destination", withdrawal.address)
      .field("requestedAt", withdrawal.requested);
  if (withdrawal.status == WithdrawalStatus::Pending) {
    writer.null("decidedAt");
  } else {
    writer.field("decidedAt", withdrawal.decided);
  }
  writer.text_or_null("decisionNote", withdrawal.decision_note);
  if (with_account) {
    id_or_null(writer, "requestedBy", withdrawal.requested_by);
    id_or_null(writer, "decidedBy", withdrawal.decided_by);
  }
  writer.end_object();
}

}  // namespace tribook::gateway
