#pragma once

#include <string_view>

#include "gateway/api/context.h"
#include "gateway/json/writer.h"
#include "tribook/domain/candle.h"
#include "tribook/message/event.h"
#include "views/views.h"

// Records as JSON, one object each, without the braces' owner: callers open lists and messages.

namespace tribook::gateway {

/// Decimals of prices of a symbol; 8 for one that is not known.
int price_digits(const Context& context, SymbolId symbol);
std::string_view symbol_name(const Context& context, SymbolId symbol);

/// open high low close volume, as fields; prices with so many digits.
void write_candle(json::Writer& writer, const Candle& candle, int digits);

/// balance equity margin freeMargin marginLevel unrealizedPnL credit currency, as fields.
void write_summary(json::Writer& writer, const views::AccountView& account,
                   const AccountValue& value, bool with_credit);
/// Null for none.
json::Writer& money_or_null(json::Writer& writer, std::string_view key,
                            const std::optional<Money>& money, int digits);
/// marginLevel with two decimals, or null.
void write_level(json::Writer& writer, std::string_view key, const std::optional<Ratio>& level);

void write_position(json::Writer& writer, const Context& context,
                    const views::PositionView& position, const Owner& owner, bool with_account);
/// `currency` is the account's.
void write_closed_position(json::Writer& writer, const Context& context,
                           const views::ClosedPositionView& position, Currency currency);
/// `type_key` names its type: a message of the stream has a "type" of its own.
void write_order(json::Writer& writer, const Context& context, const views::OrderView& order,
                 bool with_account, std::string_view type_key = "type");
void write_day(json::Writer& writer, const views::AccountDayView& day, Currency currency);
/// distancePips and stepPips, or null.
void write_trailing(json::Writer& writer, PipDistance distance, PipDistance step);
void write_trade(json::Writer& writer, const Context& context, const views::TradeView& trade,
                 Currency currency);
/// Without an account for its own client.
void write_withdrawal(json::Writer& writer, const Context& context,
                      const views::WithdrawalView& withdrawal, bool with_account);
void write_ledger_entry(json::Writer& writer, const views::LedgerView& entry, Currency currency);

}  // namespace tribook::gateway
