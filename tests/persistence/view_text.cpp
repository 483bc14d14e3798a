#include "view_text.h"

#include <concepts>
#include <string_view>
#include <type_traits>

#include "support/values.h"

namespace tribook::test {
namespace {

class Line {
 public:
  template <typename T>
  Line& add(const char* name, const T& value) {
    text_ += std::string(name) + "=" + print(value) + " ";
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  template <typename T>
  static std::string print(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return std::to_string(static_cast<int>(value));
    } else if constexpr (requires { value.ns; }) {
      return std::to_string(value.ns);
    } else if constexpr (std::same_as<T, Money>) {
      return test::text_of(value.raw);
    } else if constexpr (requires { value.raw; }) {
      return std::to_string(value.raw);
    } else if constexpr (requires { value.value; }) {
      return std::to_string(value.value);
    } else if constexpr (requires { value.view(); }) {
      return std::string(value.view());
    } else if constexpr (std::integral<T>) {
      return std::to_string(value);
    } else {
      return std::string(value);
    }
  }
  std::string text_;
};

}  // namespace

std::string text_of(const views::OrderView& o) {
  return Line()
      .add("id", o.id)
      .add("position", o.position)
      .add("volume", o.volume)
      .add("filled", o.filled_volume)
      .add("price", o.filled_price)
      .add("limit", o.limit)
      .add("trigger", o.trigger)
      .add("bid", o.triggered_bid)
      .add("ask", o.triggered_ask)
      .add("partner", o.partner)
      .add("expires", o.expires)
      .add("distance", o.trailing_distance.hundredths)
      .add("step", o.trailing_step.hundredths)
      .add("sl", o.stop_loss)
      .add("tp", o.take_profit)
      .add("required", o.required_margin_raw)
      .add("free", o.free_margin_raw)
      .add("created", o.created)
      .add("updated", o.updated)
      .add("client_id", o.client_order_id)
      .add("strategy", o.strategy)
      .add("account", o.account)
      .add("symbol", o.symbol)
      .add("code", o.code)
      .add("rule", o.routing_rule)
      .add("side", o.side)
      .add("type", o.type)
      .add("tif", o.time_in_force)
      .add("status", o.status)
      .add("book", o.book)
      .add("reason", o.reason)
      .add("origin", o.origin)
      .add("comment", o.comment)
      .add("metadata", o.metadata)
      .add("lost", o.texts_lost)
      .text();
}

std::string text_of(const views::AlertView& a) {
  return Line()
      .add("id", a.id)
      .add("kind", a.kind)
      .add("sequence", a.sequence)
      .add("account", a.account)
      .add("equity", a.equity)
      .add("used", a.used_margin)
      .add("threshold", a.threshold)
      .add("level", a.level)
      .add("symbol", a.symbol)
      .add("bid", a.bid)
      .add("ask", a.ask)
      .add("venue", a.venue)
      .add("venue time", a.venue_time)
      .add("quote", a.quote)
      .add("stop-out", a.stop_out)
      .add("position", a.position)
      .add("order", a.order)
      .add("volume", a.volume)
      .add("time", a.time)
      .text();
}

std::string text_of(const views::TradeView& t) {
  return Line()
      .add("id", t.id)
      .add("pnl", t.realized_pnl)
      .add("commission", t.commission)
      .add("swap", t.swap)
      .add("order", t.order)
      .add("position", t.position)
      .add("volume", t.volume)
      .add("price", t.price)
      .add("time", t.time)
      .add("account", t.account)
      .add("symbol", t.symbol)
      .add("side", t.side)
      .add("book", t.book)
      .add("reason", t.reason)
      .text();
}

std::string text_of(const views::LedgerView& e) {
  return Line()
      .add("id", e.id)
      .add("amount", e.amount)
      .add("after", e.balance_after)
      .add("reference", e.reference_id)
      .add("time", e.time)
      .add("account", e.account)
      .add("type", e.type)
      .add("house", e.house)
      .add("method", e.method)
      .add("is_position", e.reference_is_position)
      .add("payment", e.payment_reference)
      .add("note", e.note)
      .add("of_credit", e.is_of_credit)
      .add("adjustment", e.adjustment)
      .add("lost", e.texts_lost)
      .text();
}

std::string text_of(const views::WithdrawalView& w) {
  return Line()
      .add("id", w.id)
      .add("amount", w.amount)
      .add("entry", w.entry)
      .add("requested", w.requested)
      .add("decided", w.decided)
      .add("account", w.account)
      .add("by", w.requested_by)
      .add("decided_by", w.decided_by)
      .add("method", w.method)
      .add("status", w.status)
      .add("reference", w.reference)
      .add("note", w.note)
      .add("address", w.address)
      .add("decision", w.decision_note)
      .text();
}

std::string text_of(const views::ClosedPositionView& c) {
  return Line()
      .add("id", c.id)
      .add("pnl", c.realized_pnl)
      .add("commission", c.commission)
      .add("swap", c.swap)
      .add("volume", c.volume)
      .add("open", c.open_price)
      .add("close", c.close_price)
      .add("highest", c.highest)
      .add("lowest", c.lowest)
      .add("open_time", c.open_time)
      .add("close_time", c.close_time)
      .add("account", c.account)
      .add("symbol", c.symbol)
      .add("side", c.side)
      .add("book", c.book)
      .add("reason", c.reason)
      .text();
}

}  // namespace tribook::test
