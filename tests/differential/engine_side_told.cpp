#include <algorithm>

#include "differential/engine_side.h"
#include "differential/to_engine.h"
#include "tribook/domain/arithmetic.h"

// What the engine tells and holds, in the words that both share.

namespace tribook::differential {

// ---- Events ----

Told EngineSide::tell(const Operation& operation) {
  Told told;
  told_orders_.clear();
  const bool places = std::holds_alternative<reference::PlaceOrder>(operation.action);
  const bool pairs = std::holds_alternative<reference::PlaceOco>(operation.action);
  Label next = operation.number;
  for (const Event& event : events_) {
    if (event.header.kind == EventKind::OrderUpdated && (places || pairs) && next != 0) {
      const OrderId id = event.get<OrderUpdated>().order;
      if (!order_labels_.contains(id.value)) {
        order_labels_[id.value] = next;
        orders_[next] = {id, event.header.account};
        next = pairs && next > 0 ? second_of(next) : 0;
      }
    }
    tell(event, told);
  }
  // Of an order that ended the engine knows nothing; the gateway does.
  const auto* change = std::get_if<reference::ModifyOrder>(&operation.action);
  const auto* cancel = std::get_if<reference::CancelOrder>(&operation.action);
  const Label meant = change != nullptr ? change->order : cancel != nullptr ? cancel->order : 0;
  if (told.code == "NOT_FOUND" && orders_.contains(meant)) told.code = "ORDER_NOT_WORKING";
  if (places && !told.orders.empty() && told.orders.front().status == "REJECTED") {
    told.code = told.orders.front().code;
  }
  if (tells_of_warnings(operation)) tell_warnings(told);
  return told;
}

void EngineSide::tell(const Event& event, Told& told) {
  const AccountId account = event.header.account;
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return tell_order(event.get<OrderUpdated>(), told);
    case EventKind::TradeExecuted: {
      const auto trade = event.get<TradeExecuted>();
      // The first trade of a position is the one that opens it.
      if (!position_labels_.contains(trade.position.value)) {
        const Label label = label_of(trade.order);
        position_labels_[trade.position.value] = label;
        positions_[label] = {trade.position, account};
        for (std::size_t i = 0; i < told_orders_.size(); ++i) {
          if (told_orders_[i] == trade.order.value) told.orders[i].position = label;
        }
      }
      return tell_trade(trade, told);
    }
    case EventKind::LedgerPosted:
      return tell_entry(account, event.get<LedgerPosted>(), told);
    case EventKind::MarginCall:
      told.calls.push_back({label_of(account), exact(event.get<MarginCallRaised>().threshold.raw)});
      return;
    case EventKind::StopOut:
      told.stop_outs.push_back({label_of(account), exact(event.get<StopOutStarted>().level.raw)});
      return;
    case EventKind::VenueRequested:
      return tell_request(event.get<VenueRequested>(), told);
    case EventKind::VenueSettled: {
      const auto settled = event.get<VenueSettled>();
      told.settled.push_back({label_of(settled.position),
                              std::string(CurrencyText(settled.currency).view()),
                              exact(settled.amount.raw)});
      return;
    }
    case EventKind::Refused:
      told.code = name_of(event.get<Refused>().code);
      return;
    default:  // nothing that the reference tells
      return;
  }
}

void EngineSide::tell_order(const OrderUpdated& updated, Told& told) {
  const auto found = std::find(told_orders_.begin(), told_orders_.end(), updated.order.value);
  if (found == told_orders_.end()) {
    told_orders_.push_back(updated.order.value);
    told.orders.emplace_back();
  }
  const auto place = std::find(told_orders_.begin(), told_orders_.end(), updated.order.value);
  OrderTold& one = told.orders[static_cast<std::size_t>(place - told_orders_.begin())];
  one.order = label_of(updated.order);
  one.position = label_of(updated.position);
  one.status = name_of(updated.status);
  one.code = name_of(updated.code);
  one.reason = name_of(updated.reason);
  is_opening_ = updated.reason == CloseReason::None;
  one.side = name_of(updated.side);
  one.volume = exact(updated.volume.raw);
  one.filled = exact(updated.filled_volume.raw);
  one.price = exact(updated.filled_price.raw);
}

void EngineSide::tell_request(const VenueRequested& requested, Told& told) const {
  RequestTold one;
  one.position = label_of(requested.position);
  one.kind = name_of(requested.request_kind);
  one.symbol = engine_.instrument(requested.symbol)->name.view();
  one.side = name_of(requested.side);
  one.volume = exact(requested.volume.raw);
  one.limit = exact(requested.limit.raw);
  told.requests.push_back(one);
}

// Of what an order closes on its way to open, the reference tells no reason.
void EngineSide::tell_trade(const TradeExecuted& trade, Told& told) const {
  const CloseReason reason = is_opening_ ? CloseReason::None : trade.reason;
  told.trades.push_back({label_of(trade.order), label_of(trade.position),
                         std::string(name_of(trade.side)), std::string(name_of(reason)),
                         exact(trade.volume.raw), exact(trade.price.raw)});
}

void EngineSide::tell_entry(AccountId account, const LedgerPosted& posted, Told& told) const {
  if (posted.is_duplicate != 0) return;
  EntryTold one;
  one.account = label_of(account);
  if (posted.reference_is_position != 0) one.position = label_of(PositionId{posted.reference});
  one.type = std::string(name_of(posted.type)) + (posted.is_of_credit != 0 ? "(credit)" : "");
  one.house = reference_name(posted.house);
  one.amount = exact(posted.amount.raw);
  one.after = exact(posted.balance_after.raw);
  one.before = one.after - one.amount;
  told.entries.push_back(one);
}

// ---- What it holds ----

Held EngineSide::held() const {
  Held held;
  for (const auto& [label, id] : accounts_) {
    const engine::AccountFigures now = engine_.figures(id);
    AccountHeld one{label,
                    exact(now.balance.raw),
                    exact(now.credit.raw),
                    exact(now.unrealized_pnl.raw),
                    exact(now.equity.raw),
                    exact(now.used_margin.raw),
                    exact(now.free_margin.raw),
                    std::nullopt};
    if (const auto level = margin_level(now.equity, now.used_margin)) one.level = exact(level->raw);
    held.accounts.push_back(one);
  }
  engine_.for_each_position([&](const engine::PositionFigures& position) {
    const Instrument& traded = *engine_.instrument(position.symbol);
    held.positions.push_back({label_of(position.id), label_of(position.account),
                              std::string(traded.name.view()), std::string(name_of(position.side)),
                              exact(position.volume.raw), exact_cost(position.open_cost.raw),
                              exact(position.stop_loss.raw), exact(position.take_profit.raw),
                              exact(position.commission.raw), exact(position.unrealized_pnl.raw),
                              exact(position.highest.raw), exact(position.lowest.raw),
                              exact(position.at_venue.raw), exact(position.closing.raw)});
  });
  std::sort(held.positions.begin(), held.positions.end(),
            [](const PositionHeld& a, const PositionHeld& b) { return a.position < b.position; });
  engine_.for_each_order([&](const engine::OrderFigures& order) {
    // Full, but with a request open yet: what that brings is hedged back.
    if (order.status == OrderStatus::Filled) return;
    if (label_of(order.id) == 0) {
      ++held.closes;
      return;
    }
    held.orders.push_back({label_of(order.id), label_of(order.partner),
                           std::string(name_of(order.status)), exact(order.volume.raw),
                           exact(order.filled.raw), exact(order.limit.raw),
                           exact(order.trigger.raw), order.expires.ms()});
  });
  std::sort(held.orders.begin(), held.orders.end(),
            [](const OrderHeld& a, const OrderHeld& b) { return a.order < b.order; });
  for (const auto& [name, id] : symbols_) {
    const engine::ExposureFigures exposure = engine_.exposure(id);
    held.exposures.push_back({name, exact(exposure.at_venues), exact(exposure.undone)});
  }
  return held;
}

std::string EngineSide::contradiction() const {
  for (const auto& [name, id] : symbols_) {
    if (!engine_.exposure(id).is_matched()) return "the engine holds more or less of " + name;
  }
  return engine_.is_ledger_balanced() ? "" : "the engine's ledger does not sum to zero";
}

}  // namespace tribook::differential
