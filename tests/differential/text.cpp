#include <array>

#include "differential/operation.h"

// Operations in words.

namespace tribook::differential {
namespace {

using reference::text_of;

constexpr std::array<const char*, 5> kOrderTypes{"market", "limit", "stop", "stop-limit",
                                                 "trailing stop"};
constexpr std::array<const char*, 5> kTimesInForce{"GTC", "DAY", "IOC", "FOK", "GTD"};
constexpr std::array<const char*, 4> kMoneyKinds{"deposit", "bonus", "adjustment", "credit"};
constexpr std::array<const char*, 4> kMarginModes{"FOREX", "CFD", "CFD_LEVERAGE", "FUTURES"};
constexpr std::array<const char*, 4> kHedged{"LARGER_LEG", "SUM", "NET", "PERCENT"};
constexpr std::array<const char*, 3> kBases{"PER_LOT", "PER_MILLION", "PERCENT"};
constexpr std::array<const char*, 3> kTradeStates{"OPEN", "CLOSE_ONLY", "DISABLED"};
constexpr std::array<const char*, 3> kSelfTrades{"CANCEL_NEWEST", "CANCEL_OLDEST", "DECREMENT"};
constexpr std::array<const char*, 4> kSwapModes{"NONE", "POINTS", "MONEY", "PERCENT"};

std::string side(reference::Side side) { return side == reference::Side::Buy ? "BUY" : "SELL"; }
std::string named(const char* name, const std::string& text) {
  return " " + std::string(name) + " " + text;
}
std::string named(const char* name, const Rational& value) { return named(name, text_of(value)); }
std::string if_any(const char* name, const std::optional<Rational>& value) {
  return value ? named(name, *value) : "";
}
std::string unless_zero(const char* name, const Rational& value) {
  return value != 0 ? named(name, value) : "";
}

std::string text(const SetSession& session) {
  return (session.is_open ? "open " : "close ") + session.symbol + "'s market";
}

std::string text(const reference::MarginSettings& margin) {
  std::string result = named("margin", kMarginModes[std::size_t(margin.mode)]);
  if (margin.mode == reference::MarginMode::Cfd) result += named("percent", margin.percent);
  if (margin.mode == reference::MarginMode::Futures) {
    result += named("a lot", margin.initial_per_lot);
  }
  result += named("rate", margin.initial_rate) + if_any("maintenance", margin.maintenance_rate) +
            unless_zero("cap", margin.leverage_cap);
  result += named("hedged", kHedged[std::size_t(margin.hedged)]);
  if (margin.hedged == reference::HedgedPolicy::Percent) {
    result += named("percent", margin.hedged_percent);
  }
  for (const reference::Tier& tier : margin.tiers) {
    result += if_any("tier to lots", tier.up_to_volume) +
              if_any("tier to notional", tier.up_to_notional) + named("at 1 :", tier.leverage);
  }
  return result;
}

std::string text(const reference::CommissionSettings& commission) {
  if (commission.amount == 0 && commission.minimum == 0) return "";
  return named("commission", commission.amount) +
         named(kBases[std::size_t(commission.basis)], commission.currency) +
         unless_zero("minimum", commission.minimum);
}

std::string text(const reference::SwapSettings& swap) {
  if (swap.mode == reference::SwapMode::None) return "";
  return named("swap", kSwapModes[std::size_t(swap.mode)]) + named("long", swap.long_rate) +
         named("short", swap.short_rate) +
         named("triple day", swap.triple_day ? std::to_string(*swap.triple_day) : "NONE") +
         named("days in year", std::to_string(swap.days_in_year)) +
         (swap.at_open_price ? " at the open price" : "");
}

std::string text(const reference::PutSymbol& put) {
  const reference::Symbol& s = put.symbol;
  return "symbol " + s.name + named("in", s.quote) + named("tick", s.tick) + named("pip", s.pip) +
         named("contract", s.contract) + named("lots", s.min_volume) + named("to", s.max_volume) +
         named("step", s.volume_step) + named("stale after ms", std::to_string(s.stale_after_ms)) +
         unless_zero("markup", s.markup_pips) + unless_zero("stops level", s.stops_level_pips) +
         (s.margin_currency.empty() ? "" : named("margin in", s.margin_currency)) + text(s.margin) +
         text(s.commission) + text(s.swap) + unless_zero("funding", s.funding.rate) +
         named("venue's step", s.venue_step) + unless_zero("from", s.venue_min_volume) +
         (s.venue_currency.empty() ? "" : named("in", s.venue_currency)) +
         (s.late_fill == reference::LateFill::HedgeBack ? " hedges back" : "") +
         named("", kSelfTrades[std::size_t(s.self_trade)]) +
         named("", kTradeStates[std::size_t(s.state)]);
}

std::string text(const reference::PutGroup& put) {
  std::string result = "group " + put.group.name;
  for (const auto& [name, special] : put.group.symbols) {
    result += named("for", name.empty() ? "all" : name) + if_any("markup", special.markup_pips) +
              if_any("cap", special.leverage_cap);
    if (special.commission) result += text(*special.commission);
    if (special.swap) result += text(*special.swap);
  }
  return result;
}

std::string text(const reference::AccountSettings& settings) {
  constexpr std::array<const char*, 3> kClosing{"ANY", "FIFO", "LIFO"};
  constexpr std::array<const char*, 3> kOrders{"LARGEST_LOSS", "LARGEST_MARGIN", "SMART"};
  constexpr std::array<const char*, 4> kStates{"ACTIVE", "CLOSE_ONLY", "SUSPENDED", "CLOSED"};
  const reference::AccountOptions& options = settings.options;
  std::string result = settings.currency + " 1:" + text_of(settings.leverage) + " " +
                       kStates[std::size_t(settings.state)];
  if (settings.mode == reference::AccountMode::Netting) result += " NETTING";
  if (!settings.group.empty()) result += named("group", settings.group);
  if (options.closing) result += named("closing", kClosing[std::size_t(*options.closing)]);
  result += if_any("stop-out", options.stop_out_level);
  if (options.stop_out_order) {
    result += named("by", kOrders[std::size_t(*options.stop_out_order)]);
  }
  if (options.margin_call_levels) {
    for (const Rational& level : *options.margin_call_levels) result += named("call", level);
  }
  if (!options.negative_balance_protection.value_or(true)) result += " unprotected";
  if (options.swap_free.value_or(false)) {
    result += named("swap-free days", std::to_string(options.swap_free_days.value_or(0))) +
              if_any("then", options.swap_free_fee);
  }
  return result;
}

std::string text(const reference::CreateAccount& create) {
  return "account " + text(create.settings);
}
std::string text(const reference::ChangeAccount& change) {
  return "account " + std::to_string(change.account) + " becomes " + text(change.settings);
}
std::string text(const reference::MoveMoney& move) {
  return "account " + std::to_string(move.account) + " " + kMoneyKinds[std::size_t(move.kind)] +
         " " + text_of(move.amount);
}
std::string text(const reference::RequestWithdrawal& request) {
  return "account " + std::to_string(request.account) + " withdraws " + text_of(request.amount);
}
std::string text(const reference::DecideWithdrawal& decision) {
  return "withdrawal " + std::to_string(decision.withdrawal) +
         (decision.approve ? " approved" : " rejected");
}
std::string text(const reference::Quote& quote) {
  return "quote " + quote.symbol + " " + text_of(quote.bid) + " " + text_of(quote.ask);
}

std::string text(const reference::Trailing& trailing) {
  return named("trailing", trailing.distance_pips) + named("step", trailing.step_pips);
}

std::string text(const reference::PlaceOrder& order) {
  constexpr std::array<const char*, 3> kBooks{"", " ABOOK", " CBOOK"};
  std::string result = "account " + std::to_string(order.account) + " orders " +
                       kOrderTypes[std::size_t(order.type)] + " " + side(order.side) + " " +
                       text_of(order.volume) + " " + order.symbol + unless_zero("at", order.price) +
                       unless_zero("from", order.trigger) + if_any("sl", order.sl) +
                       if_any("tp", order.tp) + if_any("slippage", order.max_slippage_pips) +
                       if_any("expected", order.expected_price);
  if (order.trailing) result += text(*order.trailing);
  const bool is_whole = order.time_in_force == reference::TimeInForce::Fok;
  if (order.type != reference::OrderType::Market || is_whole) {
    result += named("", kTimesInForce[std::size_t(order.time_in_force)]);
  }
  if (order.expires_at != 0) result += named("until", std::to_string(order.expires_at));
  result += kBooks[std::size_t(order.book)];
  return result + unless_zero("hedged", order.hedge_ratio);
}

std::string text(const reference::PlaceOco& pair) {
  return text(pair.first) + "; or " + text(pair.second);
}
std::string text(const reference::ModifyOrder& change) {
  std::string result = "order " + std::to_string(change.order) + " becomes" +
                       if_any("volume", change.volume) + if_any("price", change.price) +
                       if_any("trigger", change.trigger) + if_any("sl", change.sl) +
                       if_any("tp", change.tp);
  if (change.expires_at) result += named("until", std::to_string(*change.expires_at));
  return result;
}
std::string text(const reference::CancelOrder& cancel) {
  return "order " + std::to_string(cancel.order) + " cancelled";
}
std::string text(const reference::ClosePosition& close) {
  return "position " + std::to_string(close.position) + " closed" + if_any("by", close.volume) +
         (close.by_admin ? " by the admin" : "");
}
std::string text(const reference::CloseBy& pair) {
  return "position " + std::to_string(pair.position) + " closed by " + std::to_string(pair.other);
}
std::string text(const reference::CloseAll& close) {
  return "account " + std::to_string(close.account) + " closes all " + close.symbol;
}
std::string text(const reference::ModifyPosition& change) {
  std::string result = "position " + std::to_string(change.position) + " gets" +
                       if_any("sl", change.sl) + if_any("tp", change.tp) +
                       if_any("break-even", change.break_even_pips);
  return change.trailing ? result + text(*change.trailing) : result;
}
std::string text(const reference::Scope& scope) {
  switch (scope.level) {
    case reference::Scope::Level::House:
      return "the house";
    case reference::Scope::Level::Group:
      return "group " + scope.name;
    case reference::Scope::Level::Account:
      return "account " + std::to_string(scope.account);
    case reference::Scope::Level::Symbol:
      break;
  }
  return "symbol " + scope.name;
}
std::string text(const reference::PutLimits& put) {
  constexpr std::array<const char*, 3> kModes{"OFF", "WARN", "REJECT"};
  std::string result = "limits of " + text(put.scope);
  for (const auto& [limit, setting] : put.limits) {
    result += named(name_of(limit).c_str(), setting.threshold) +
              named("", kModes[std::size_t(setting.mode)]);
  }
  return result;
}
std::string text(const reference::SetKillSwitch& set) {
  constexpr std::array<const char*, 4> kActions{"NONE", "BLOCK", "CANCEL", "FLATTEN"};
  return "kill switch of " + text(set.scope) + named("", kActions[std::size_t(set.action)]);
}
std::string text(const reference::VenueReport& report) {
  constexpr std::array<const char*, 3> kKinds{"fills", "rejects", "is late with"};
  return std::string("venue ") + kKinds[std::size_t(report.kind)] + " request " +
         std::to_string(report.request) + named("volume", report.volume) +
         named("at", report.price);
}
std::string text(const reference::AdvanceTime& advance) {
  return "time goes to " + std::to_string(advance.now);
}

}  // namespace

std::string text_of(const Operation& operation) {
  return std::to_string(operation.number) + ": " +
         std::visit([](const auto& action) { return text(action); }, operation.action);
}

}  // namespace tribook::differential
