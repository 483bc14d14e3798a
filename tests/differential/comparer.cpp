#include "differential/comparer.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "differential/capabilities.h"

namespace tribook::differential {
namespace {

// The product's code and the reference's word for the same reason.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kSameReasons{{
    {"ACCOUNT_DISABLED", "FORBIDDEN"},
    {"ACCOUNT_CLOSE_ONLY", "FORBIDDEN"},
    {"SYMBOL_CLOSE_ONLY", "SYMBOL_DISABLED"},
    {"IN_USE", "VALIDATION"},
    {"DUPLICATE", "VALIDATION"},
    {"INSUFFICIENT_MARGIN", "INSUFFICIENT_FUNDS"},
    {"ORDER_NOT_WORKING", "VALIDATION"},
    {"CLOSING_ORDER", "FORBIDDEN"},
    {"NOT_OPPOSITE", "VALIDATION"},
    {"BOOKS_DIFFER", "VALIDATION"},
    {"GROUP_UNKNOWN", "NOT_FOUND"},
    {"NOT_PENDING", "VALIDATION"},
    {"INSUFFICIENT_FUNDS", "VALIDATION"},
    {"CLOSING_AT_VENUE", "VOLUME_OUT_OF_RANGE"},
    {"CLOSING_AT_VENUE", "VALIDATION"},
}};

std::string shown(const std::string& text) { return text.empty() ? "nothing" : text; }
std::string shown(const Rational& value) { return reference::text_of(value); }
std::string shown(Label value) { return std::to_string(value); }
std::string shown(const std::optional<Rational>& value) { return value ? shown(*value) : "none"; }

// Looks at one thing after another and keeps the first difference.
class Search {
 public:
  explicit Search(std::string whose) : whose_(std::move(whose)) {}

  template <typename T>
  Search& same(const char* what, const T& engine, const T& reference) {
    if (found_ || engine == reference) return *this;
    note(what, shown(engine), shown(reference));
    // Other words are another difference: the shrinker keeps to this one.
    if constexpr (std::is_same_v<T, std::string>) found_->what += ' ' + engine + '/' + reference;
    return *this;
  }
  Search& same_code(const char* what, const std::string& engine, const std::string& reference) {
    const std::pair<std::string_view, std::string_view> both{engine, reference};
    const bool known =
        std::find(kSameReasons.begin(), kSameReasons.end(), both) != kSameReasons.end();
    return known ? *this : same(what, engine, reference);
  }
  [[nodiscard]] std::optional<Difference> found() const { return found_; }

 private:
  void note(const std::string& what, const std::string& engine, const std::string& reference) {
    found_ = Difference{what, whose_ + ": " + what + " is " + engine + " in the engine and " +
                                  reference + " in the reference"};
  }
  std::string whose_;
  std::optional<Difference> found_;
};

std::optional<Difference> compare(const OrderTold& a, const OrderTold& b) {
  const Label of = a.order != 0 ? a.order : b.order;
  const std::string whose =
      of != 0 ? "order " + std::to_string(of) : "close of position " + std::to_string(a.position);
  return Search(whose)
      .same("order", a.order, b.order)
      .same("order's status", a.status, b.status)
      .same_code("order's code", a.code, b.code)
      .same("order's position", a.position, b.position)
      .same("order's side", a.side, b.side)
      .same("order's reason", a.reason, b.reason)
      .same("order's volume", a.volume, b.volume)
      .same("order's filled volume", a.filled, b.filled)
      .same("order's filled price", a.price, b.price)
      .found();
}

std::optional<Difference> compare(const TradeTold& a, const TradeTold& b) {
  return Search("trade of position " + std::to_string(a.position))
      .same("trade's position", a.position, b.position)
      .same("trade's order", a.order, b.order)
      .same("trade's side", a.side, b.side)
      .same("trade's reason", a.reason, b.reason)
      .same("trade's volume", a.volume, b.volume)
      .same("trade's price", a.price, b.price)
      .found();
}

std::optional<Difference> compare(const EntryTold& a, const EntryTold& b) {
  return Search("ledger entry of account " + std::to_string(a.account) + ", " + a.type)
      .same("entry's account", a.account, b.account)
      .same("entry's type", a.type, b.type)
      .same("entry's amount", a.amount, b.amount)
      .same("entry's balance before", a.before, b.before)
      .same("entry's balance after", a.after, b.after)
      .same("entry's position", a.position, b.position)
      .same("entry's house account", a.house, b.house)
      .found();
}

std::optional<Difference> compare(const CallTold& a, const CallTold& b) {
  return Search("account " + std::to_string(a.account))
      .same("alert's account", a.account, b.account)
      .same("alert's level", a.level, b.level)
      .found();
}

std::optional<Difference> compare(const WarnedTold& a, const WarnedTold& b) {
  return Search("order " + std::to_string(a.order))
      .same("warned order", a.order, b.order)
      .same("warnings", a.limits, b.limits)
      .found();
}

std::optional<Difference> compare(const AccountHeld& a, const AccountHeld& b) {
  return Search("account " + std::to_string(a.account))
      .same("account", a.account, b.account)
      .same("balance", a.balance, b.balance)
      .same("credit", a.credit, b.credit)
      .same("unrealised P&L", a.unrealized, b.unrealized)
      .same("used margin", a.margin, b.margin)
      .same("equity", a.equity, b.equity)
      .same("free margin", a.free_margin, b.free_margin)
      .same("margin level", a.level, b.level)
      .found();
}

std::optional<Difference> compare(const PositionHeld& a, const PositionHeld& b) {
  return Search("position " + std::to_string(a.position))
      .same("position", a.position, b.position)
      .same("position's account", a.account, b.account)
      .same("position's symbol", a.symbol, b.symbol)
      .same("position's side", a.side, b.side)
      .same("position's volume", a.volume, b.volume)
      .same("position's open cost", a.cost, b.cost)
      .same("position's stop-loss", a.stop_loss, b.stop_loss)
      .same("position's take-profit", a.take_profit, b.take_profit)
      .same("position's commission", a.commission, b.commission)
      .same("position's unrealised P&L", a.unrealized, b.unrealized)
      .same("position's highest mark", a.highest, b.highest)
      .same("position's lowest mark", a.lowest, b.lowest)
      .same("position's volume at its venue", a.at_venue, b.at_venue)
      .same("position's volume on its way", a.closing, b.closing)
      .found();
}

std::optional<Difference> compare(const OrderHeld& a, const OrderHeld& b) {
  return Search("resting order " + std::to_string(a.order))
      .same("resting order", a.order, b.order)
      .same("resting order's partner", a.partner, b.partner)
      .same("resting order's status", a.status, b.status)
      .same("resting order's volume", a.volume, b.volume)
      .same("resting order's filled volume", a.filled, b.filled)
      .same("resting order's price", a.price, b.price)
      .same("resting order's trigger", a.trigger, b.trigger)
      .same("resting order's end", a.expires, b.expires)
      .found();
}

std::optional<Difference> compare(const RequestTold& a, const RequestTold& b) {
  return Search("request of " + a.symbol + "'s venue")
      .same("request's kind", a.kind, b.kind)
      .same("request's symbol", a.symbol, b.symbol)
      .same("request's position", a.position, b.position)
      .same("request's side", a.side, b.side)
      .same("request's volume", a.volume, b.volume)
      .same("request's limit", a.limit, b.limit)
      .found();
}

std::optional<Difference> compare(const SettledTold& a, const SettledTold& b) {
  return Search("settlement of position " + std::to_string(a.position))
      .same("settlement's position", a.position, b.position)
      .same("settlement's currency", a.currency, b.currency)
      .same("settlement's amount", a.amount, b.amount)
      .found();
}

std::optional<Difference> compare(const ExposureHeld& a, const ExposureHeld& b) {
  return Search("exposure in " + a.symbol)
      .same("exposure's symbol", a.symbol, b.symbol)
      .same("exposure at venues", a.at_venues, b.at_venues)
      .same("exposure to be hedged back", a.undone, b.undone)
      .found();
}

// In order; then whether one has more.
template <typename T>
std::optional<Difference> compare_all(const std::string& name, const std::vector<T>& engine,
                                      const std::vector<T>& reference) {
  const std::size_t both = std::min(engine.size(), reference.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (const auto found = compare(engine[i], reference[i])) return found;
  }
  return Search(name)
      .same(("number of " + name).c_str(), Label(engine.size()), Label(reference.size()))
      .found();
}

}  // namespace

std::optional<Difference> compare(const Told& engine, const Told& reference) {
  if (const auto found = Search("answer").same_code("code", engine.code, reference.code).found()) {
    return found;
  }
  if (const auto found = compare_all("orders", engine.orders, reference.orders)) return found;
  if (const auto found = compare_all("trades", engine.trades, reference.trades)) return found;
  if (const auto found = compare_all("entries", engine.entries, reference.entries)) return found;
  if (of_engine().has(Capability::MarginAtOnce)) {
    if (const auto found = compare_all("margin calls", engine.calls, reference.calls)) return found;
  }
  if (const auto found = compare_all("requests", engine.requests, reference.requests)) return found;
  if (const auto found = compare_all("settlements", engine.settled, reference.settled))
    return found;
  if (of_engine().has(Capability::Warnings)) {
    if (const auto found = compare_all("warnings", engine.warned, reference.warned)) return found;
  }
  return compare_all("stop-outs", engine.stop_outs, reference.stop_outs);
}

std::optional<Difference> compare(const Held& engine, const Held& reference) {
  if (const auto found = compare_all("positions", engine.positions, reference.positions)) {
    return found;
  }
  if (const auto found = compare_all("resting orders", engine.orders, reference.orders)) {
    return found;
  }
  if (const auto found = compare_all("exposures", engine.exposures, reference.exposures)) {
    return found;
  }
  if (const auto found = Search("closes at venues")
                             .same("number of closes at venues", engine.closes, reference.closes)
                             .found()) {
    return found;
  }
  return compare_all("accounts", engine.accounts, reference.accounts);
}

}  // namespace tribook::differential
