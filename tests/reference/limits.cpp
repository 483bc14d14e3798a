#include "reference/limits.h"

#include "reference/engine.h"

namespace tribook::reference {
namespace {

struct Words {
  const char* name;
  const char* code;
};
constexpr Words kWords[kLimits] = {{"minOrderVolume", "ORDER_TOO_SMALL"},
                                   {"maxOrderVolume", "ORDER_TOO_LARGE"},
                                   {"maxOrderValue", "ORDER_VALUE"},
                                   {"maxPriceDistance", "PRICE_DISTANCE"},
                                   {"minStopDistance", "STOP_DISTANCE"},
                                   {"stopLossRequired", "STOP_LOSS_REQUIRED"},
                                   {"minRewardRisk", "REWARD_RISK"},
                                   {"maxPendingOrders", "PENDING_ORDERS"},
                                   {"duplicateWindow", "DUPLICATE_ORDER"},
                                   {"maxPositionVolume", "POSITION_SIZE"},
                                   {"maxOpenPositions", "OPEN_POSITIONS"},
                                   {"maxExposure", "EXPOSURE"},
                                   {"maxSymbolExposure", "SYMBOL_EXPOSURE"},
                                   {"maxCurrencyExposure", "CURRENCY_EXPOSURE"},
                                   {"maxConcentration", "CONCENTRATION"},
                                   {"maxDayVolume", "DAY_VOLUME"},
                                   {"maxRiskPerTrade", "RISK_PER_TRADE"},
                                   {"maxLossPerTrade", "LOSS_PER_TRADE"},
                                   {"maxDailyLoss", "DAILY_LOSS"},
                                   {"maxDailyLossPercent", "DAILY_LOSS_PERCENT"},
                                   {"maxDrawdown", "DRAWDOWN"},
                                   {"maxLeverage", "LEVERAGE"}};

bool is_set(const std::optional<Rational>& price) { return price && *price != 0; }

bool is_alike(const PlaceOrder& a, const PlaceOrder& b) {
  return a.account == b.account && a.symbol == b.symbol && a.side == b.side && a.type == b.type &&
         a.volume == b.volume && a.price == b.price && a.trigger == b.trigger &&
         a.sl.value_or(0) == b.sl.value_or(0) && a.tp.value_or(0) == b.tp.value_or(0);
}

bool is_live(const Order& order) {
  return order.status == OrderStatus::Working || order.status == OrderStatus::Triggered ||
         order.status == OrderStatus::Filling || order.status == OrderStatus::PartiallyFilled;
}

}  // namespace

std::optional<Rational> trailing_pips(const PlaceOrder& request) {
  const bool is_own = request.type == OrderType::TrailingStop;
  if (is_own || !request.trailing || request.trailing->distance_pips == 0) return std::nullopt;
  return request.trailing->distance_pips;
}

std::string code_of(Limit limit) { return kWords[int(limit)].code; }
std::string name_of(Limit limit) { return kWords[int(limit)].name; }

std::vector<Scope> scopes_of(Id account, const std::string& group, const std::string& symbol) {
  std::vector<Scope> result;
  if (!symbol.empty()) result.push_back({Scope::Level::Symbol, 0, symbol});
  result.push_back({Scope::Level::Account, account, ""});
  if (!group.empty()) result.push_back({Scope::Level::Group, 0, group});
  result.push_back({});
  return result;
}

std::string Engine::scope_refusal(const Scope& scope) const {
  switch (scope.level) {
    case Scope::Level::House:
      return "";
    case Scope::Level::Group:
      return groups_.contains(scope.name) ? "" : "NOT_FOUND";
    case Scope::Level::Account:
      return accounts_.contains(scope.account) ? "" : "NOT_FOUND";
    case Scope::Level::Symbol:
      return symbols_.contains(scope.name) ? "" : "SYMBOL_UNKNOWN";
  }
  return "";
}

// Whole: what it does not set is set no more.
std::string Engine::put_limits(const PutLimits& put) {
  const std::string refusal = scope_refusal(put.scope);
  if (!refusal.empty()) return refusal;
  limits_[put.scope] = put.limits;
  return "";
}

// The narrowest level that says something of it.
LimitSetting Engine::in_force(Limit limit, Id id, const std::string& traded) const {
  for (const Scope& scope : scopes_of(id, account(id).settings.group, traded)) {
    const auto level = limits_.find(scope);
    if (level == limits_.end()) continue;
    const auto found = level->second.find(limit);
    if (found != level->second.end()) return found->second;
  }
  return {0, LimitMode::Off};
}

bool Engine::is_any_set(Limit limit) const {
  for (const auto& [scope, set] : limits_) {
    if (set.contains(limit)) return true;
  }
  return false;
}

// ---- Of what is asked ----

std::string Engine::asked_refusal(const PlaceOrder& request, const Asking& asking,
                                  std::set<Limit>& warned) const {
  Order probe;
  probe.request = request;
  const Rational opening = request.volume - smaller(request.volume, closable(probe));
  if (opening == 0) return "";
  for (int i = 0; i < kAskedLimits; ++i) {
    const Limit limit = Limit(i);
    const LimitSetting now = in_force(limit, request.account, request.symbol);
    if (now.mode == LimitMode::Off) continue;
    if (!passes_asked(limit, now.threshold, request, opening, asking)) continue;
    if (now.mode == LimitMode::Reject) return code_of(limit);
    warned.insert(limit);
  }
  return "";
}

// Whether it is beyond the limit.
bool Engine::passes_asked(Limit limit, const Rational& threshold, const PlaceOrder& request,
                          const Rational& opening, const Asking& asking) const {
  const Account& owner = account(request.account);
  const Symbol& traded = symbol(request.symbol);
  const auto entry = entry_price(request);
  const auto sl_distance = stop_distance(request, entry);
  switch (limit) {
    case Limit::MinOrderVolume:
      return opening < threshold;
    case Limit::MaxOrderVolume:
      return opening > threshold;
    case Limit::MaxOrderValue: {
      if (!entry) return false;
      const auto value = convert(opening * traded.contract * *entry, traded.quote,
                                 owner.settings.currency, Crossing::Mid);
      return value && *value > threshold;
    }
    case Limit::MaxPriceDistance:
      return is_far(request, threshold);
    case Limit::MinStopDistance:
      return sl_distance && *sl_distance < threshold * traded.pip;
    case Limit::StopLossRequired:
      return !is_set(request.sl) && !trailing_pips(request);
    case Limit::MinRewardRisk:
      if (!sl_distance || !entry || !is_set(request.tp)) return false;
      return absolute(*request.tp - *entry) < threshold * *sl_distance;
    case Limit::MaxPendingOrders:
      if (asking.is_change || at_once(request)) return false;
      return orders_at_rest(request) + asking.resting > threshold;
    case Limit::DuplicateWindow:
      return !asking.is_change && !asking.is_pair && is_repeated(request, threshold);
    default:
      return false;
  }
}

// Where it would open: its limit, else its trigger, else the price of now.
std::optional<Rational> Engine::entry_price(const PlaceOrder& request) const {
  if (has_limit(request.type)) return request.price;
  if (has_trigger(request.type)) return request.trigger;
  const auto rate = quote_for(account(request.account), symbol(request.symbol));
  if (!rate) return std::nullopt;
  return request.side == Side::Buy ? rate->ask : rate->bid;
}

// In price: of the stop-loss, else of a trailing stop.
std::optional<Rational> Engine::stop_distance(const PlaceOrder& request,
                                              const std::optional<Rational>& entry) const {
  if (is_set(request.sl)) {
    if (!entry) return std::nullopt;
    return absolute(*entry - *request.sl);
  }
  if (const auto pips = trailing_pips(request)) return *pips * symbol(request.symbol).pip;
  return std::nullopt;
}

bool Engine::is_far(const PlaceOrder& request, const Rational& percent) const {
  const auto rate = quote_for(account(request.account), symbol(request.symbol));
  if (!rate) return false;
  const Rational here = request.side == Side::Buy ? rate->ask : rate->bid;
  const auto far = [&](const Rational& price) {
    return absolute(price - here) * 100 > percent * here;
  };
  return (has_limit(request.type) && far(request.price)) ||
         (has_trigger(request.type) && far(request.trigger));
}

int Engine::orders_at_rest(const PlaceOrder& request) const {
  int result = 0;
  for (const auto& [id, order] : orders_) {
    const bool is_of = order.request.account == request.account &&
                       order.request.symbol == request.symbol && order.closes == 0;
    if (is_of && is_live(order)) ++result;
  }
  return result;
}

bool Engine::is_repeated(const PlaceOrder& request, const Rational& seconds) const {
  for (const Recent& recent : recent_) {
    if (is_alike(recent.request, request) && Rational(now_ - recent.time) < seconds * 1'000) {
      return true;
    }
  }
  return false;
}

// A position keeps a stop-loss where one is required, unless it trails.
bool Engine::takes_away_stop(const Position& position, const ModifyPosition& change) const {
  if (!position.sl || !change.sl || *change.sl != 0) return false;
  const bool trails =
      change.trailing ? change.trailing->distance_pips != 0 : position.trailing.has_value();
  const LimitSetting now = in_force(Limit::StopLossRequired, position.account, position.symbol);
  return !trails && now.mode == LimitMode::Reject;
}

// What was taken, for as long as anybody asks.
void Engine::remember(const PlaceOrder& request) {
  if (is_any_set(Limit::DuplicateWindow)) recent_.push_back({request, now_});
}

}  // namespace tribook::reference
