#include <algorithm>
#include <utility>

#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"
#include "views/alerts.h"

namespace tribook::gateway {

std::shared_ptr<const std::string> Stream::latest_tick(SymbolId symbol, GroupId group) {
  auto& texts = ticks_[symbol.value];
  if (texts.size() <= group.value) texts.resize(group.value + std::size_t{1});
  auto& text = texts[group.value];
  if (text == nullptr) {
    text = std::make_shared<const std::string>(ws::tick_message(context_, symbol, group));
  }
  return text;
}

void Stream::offer_tick(Client& client, SymbolId symbol,
                        const std::shared_ptr<const std::string>& text) {
  if (client.session->queued_messages() < kQuotesQueued) {
    client.session->send(text);
  } else if (std::find(client.waiting.begin(), client.waiting.end(), symbol) ==
             client.waiting.end()) {
    client.waiting.push_back(symbol);
  }
}

void Stream::send_tick(SymbolId symbol) {
  const auto& some = by_symbol_[symbol.value];
  if (some.empty() && all_quotes_.empty()) return;
  const auto offer = [&](Client* client) {
    offer_tick(*client, symbol, latest_tick(symbol, client->price_group));
  };
  std::for_each(some.begin(), some.end(), offer);
  std::for_each(all_quotes_.begin(), all_quotes_.end(), offer);
}

void Stream::drained(http::WsSession& session) {
  auto* client = static_cast<Client*>(session.user());
  if (client == nullptr) return;
  send_waiting_values(*client);
  send_waiting_candles(*client);
  send_waiting_depths(*client);
  const std::vector<SymbolId> waiting = std::move(client->waiting);
  client->waiting.clear();
  for (const SymbolId symbol : waiting)
    offer_tick(*client, symbol, latest_tick(symbol, client->price_group));
}

void Stream::on_quotes_missed() {
  for (auto& texts : ticks_) texts.clear();
  for (const auto& instrument : context_.mirror.symbols().all()) {
    const SymbolId symbol = instrument->id;
    if (symbol.value < ticks_.size() && context_.mirror.quote(symbol).is_known()) send_tick(symbol);
  }
}

// A symbol's markups (0: all symbols') may be others.
void Stream::on_new_prices(SymbolId symbol) {
  if (!symbol) return on_quotes_missed();
  if (symbol.value >= ticks_.size()) return;
  ticks_[symbol.value].clear();
  if (context_.mirror.quote(symbol).is_known()) send_tick(symbol);
}

void Stream::on_event(const Event& event) {
  if (event.header.kind == EventKind::QuoteApplied) {
    const SymbolId symbol = event.get<QuoteApplied>().symbol;
    if (symbol.value >= ticks_.size()) return;
    std::fill(ticks_[symbol.value].begin(), ticks_[symbol.value].end(), nullptr);
    send_tick(symbol);
    return;
  }
  if (event.header.kind == EventKind::SymbolUpdated)
    return on_new_prices(event.get<SymbolUpdated>().symbol);
  if (event.header.kind == EventKind::GroupTermsUpdated)
    return on_new_prices(event.get<GroupTermsUpdated>().symbol);
  if (event.header.kind == EventKind::DepthChanged)
    return on_depth(event.get<DepthChanged>().symbol);
  if (event.header.kind == EventKind::BookPrinted)
    return on_print(event.get<BookPrinted>(), event.header.time);
  if (event.header.kind == EventKind::PasswordChanged)
    return end_sessions_of(event.get<PasswordChanged>().user);
  if (event.header.kind == EventKind::KillSwitchChanged) return on_kill_switch(event);
  if (!event.header.account) return;
  const auto group = groups_.find(event.header.account.value);
  if (group != groups_.end()) send_account_event(*group->second, event);
}

template <typename Wants>
void Stream::send_to(Group& group, Wants wants, std::string_view type, const std::string& rest) {
  for (Client* client : group.clients) {
    if (wants(*client)) client->send(ws::with_seq(type, ++client->seq, rest));
  }
}

// The account may have come to other prices.
void Stream::note_account(Group& group, const Event& event) {
  if (!group.owner.currency) group.owner = find_owner(group.account);
  if (event.header.kind == EventKind::AccountUpdated) {
    group.owner.group = event.get<AccountUpdated>().group;
  }
  for (Client* client : group.clients) client->price_group = group.owner.group;
}

void Stream::send_account_event(Group& group, const Event& event) {
  const auto wants_positions = [](const Client& c) { return c.wants_positions; };
  const auto wants_orders = [](const Client& c) { return c.wants_orders; };
  const auto wants_trades = [](const Client& c) { return c.wants_trades; };
  const auto any = [&](const auto& wants) {
    return std::any_of(group.clients.begin(), group.clients.end(),
                       [&](const Client* c) { return wants(*c); });
  };
  const TimeNs time = event.header.time;
  note_account(group, event);
  switch (event.header.kind) {
    case EventKind::AccountUpdated:
    case EventKind::LedgerPosted:
      if (!group.is_changed) changed_.push_back(&group);
      group.is_changed = true;
      break;
    case EventKind::PositionUpdated: {
      if (!group.is_changed) changed_.push_back(&group);
      group.is_changed = true;
      if (!any(wants_positions)) break;
      const auto position = event.get<PositionUpdated>();
      send_to(group, wants_positions, "position_update",
              ws::position_update(context_, position, group.owner));
      break;
    }
    case EventKind::OrderUpdated: {
      const auto order = event.get<OrderUpdated>();
      if (order.is_duplicate != 0 || !any(wants_orders)) break;
      send_to(group, wants_orders, "order_update", ws::order_update(context_, order, time));
      if (order.status == OrderStatus::Filled || order.status == OrderStatus::PartiallyFilled) {
        send_to(group, wants_orders, "order_filled", ws::order_filled(context_, order, time));
      }
      break;
    }
    case EventKind::TradeExecuted:
      if (!any(wants_trades)) break;
      send_to(group, wants_trades, "trade",
              ws::trade(context_, event.get<TradeExecuted>(), group.owner.currency, time));
      break;
    case EventKind::MarginCall:
      send_alert(group, views::alert_of(event.header, event.get<MarginCallRaised>()));
      break;
    case EventKind::StopOut:
      send_alert(group, views::alert_of(event.header, event.get<StopOutStarted>()));
      break;
    case EventKind::RiskAlert:
      send_alert(group, views::alert_of(event.header, event.get<RiskAlert>()));
      break;
    default:
      break;
  }
}

// The account as it stands now goes with it.
void Stream::send_alert(Group& group, const views::AlertView& alert) {
  if (!group.is_changed) changed_.push_back(&group);
  group.is_changed = true;
  const auto wants_alerts = [](const Client& c) { return c.wants_alerts; };
  const bool any = std::any_of(group.clients.begin(), group.clients.end(),
                               [&](const Client* c) { return wants_alerts(*c); });
  if (any) send_to(group, wants_alerts, "alert", ws::alert(context_, alert, group.owner.currency));
}

// Whom it holds for in all. A symbol's is told with each order that it refuses.
void Stream::on_kill_switch(const Event& event) {
  const auto changed = event.get<KillSwitchChanged>();
  const auto concerns = [&changed](const Group& group) {
    switch (changed.scope.level) {
      case ScopeLevel::House:
        return true;
      case ScopeLevel::Group:
        return group.owner.group.value == changed.scope.id;
      case ScopeLevel::Account:
        return group.account.value == changed.scope.id;
      case ScopeLevel::Symbol:
        return false;
    }
    return false;
  };
  const views::AlertView alert =
      views::alert_of(event.header, changed, context_.pipeline.slab.get(event.header.text));
  for (const auto& [account, group] : groups_) {
    if (concerns(*group)) send_alert(*group, alert);
  }
}

void Stream::send_account(Group& group) {
  const bool any = std::any_of(group.clients.begin(), group.clients.end(),
                               [](const Client* c) { return c->wants_account; });
  views::AccountSnapshot snapshot;
  if (!any || context_.views.snapshot(group.account, snapshot) != views::ReadStatus::Found) return;
  send_account(group, snapshot);
}

void Stream::send_account(Group& group, const views::AccountSnapshot& snapshot) {
  const std::string rest = ws::account_update(context_, snapshot);
  send_to(
      group,
      [&](Client& c) {
        if (!c.wants_account || c.last_account == rest) return false;
        c.last_account = rest;
        return true;
      },
      "account_update", rest);
}

// Quotes have moved.
void Stream::value(Group& group) {
  const bool any = std::any_of(group.clients.begin(), group.clients.end(), [](const Client* c) {
    return c->wants_account || c->wants_positions;
  });
  views::AccountSnapshot snapshot;
  if (!any || context_.views.snapshot(group.account, snapshot) != views::ReadStatus::Found) return;
  send_account(group, snapshot);
  send_values(group, snapshot);
}

void Stream::flush() {
  for (Group* group : changed_) {
    group->is_changed = false;
    send_account(*group);
  }
  changed_.clear();
  send_depths();
}

}  // namespace tribook::gateway
