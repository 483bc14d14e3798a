#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/api/context.h"
#include "tribook/message/event.h"

// The messages of the stream. Those of an account are made without their opening, which has a
// number of its own for each session: with_seq("position_update", 7, rest) completes them.

namespace tribook::gateway::ws {

/// {"type":"tick",...}: the same for all accounts of a group.
std::string tick_message(const Context& context, SymbolId symbol, GroupId group);

/// {"type":"candle",...}: likewise.
std::string candle_message(const Context& context, SymbolId symbol, Timeframe timeframe,
                           const Candle& candle);

/// {"type":"depth",...} and {"type":"tape",...}: likewise.
std::string depth_message(const Context& context, SymbolId symbol, const views::DepthView& depth);
std::string tape_message(const Context& context, const BookPrinted& print, TimeNs time);

/// An open position and what it is worth.
struct ValuedPosition {
  PositionId id;
  SymbolId symbol;
  PositionValue value;
};
/// {"type":"position_values",...}
std::string position_values(const Context& context, std::span<const ValuedPosition> positions,
                            Currency currency);

std::string with_seq(std::string_view type, std::uint64_t seq, std::string_view rest);

/// Fields after type and seq, with the closing brace; empty when there is nothing to say.
std::string account_update(const Context& context, const views::AccountSnapshot& snapshot);
std::string position_update(const Context& context, const PositionUpdated& position,
                            const Owner& owner);
std::string order_filled(const Context& context, const OrderUpdated& order, TimeNs time);
std::string order_update(const Context& context, const OrderUpdated& order, TimeNs time);
std::string trade(const Context& context, const TradeExecuted& trade, Currency currency,
                  TimeNs time);

/// A margin call, a stop-out, a limit or a kill switch.
std::string alert(const Context& context, const views::AlertView& alert, Currency currency);

/// {"type":"error",...}; the request's id as it stood in the request, empty for none.
std::string error_message(RejectCode code, std::string_view detail, std::string_view request_id);

/// A REST response as the answer to a request: its fields, behind type, requestId, action and
/// status.
std::string answer_message(const http::HttpResponse& response, std::string_view action,
                           std::string_view request_id);

}  // namespace tribook::gateway::ws
