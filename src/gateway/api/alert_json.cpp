#include "gateway/api/alert_json.h"

#include <string>

#include "gateway/api/render.h"
#include "gateway/api/risk_json.h"
#include "gateway/bodies/limit_json.h"
#include "tribook/domain/arithmetic.h"
#include "views/alerts.h"

namespace tribook::gateway {
namespace {

void write_tick(json::Writer& writer, const Context& context, const views::AlertView& alert) {
  const int digits = price_digits(context, alert.symbol);
  const auto& venue_name = context.options.venue_name;
  writer.field("symbol", symbol_name(context, alert.symbol))
      .field("bid", alert.bid, digits)
      .field("ask", alert.ask, digits)
      .field("lp", venue_name ? venue_name(alert.venue) : std::string())
      .field("venueTime", alert.venue_time)
      .field("quoteSequence", alert.quote.value);
}

// Of a margin call, a stop-out or a liquidation.
void write_margin(json::Writer& writer, const Context& context, const views::AlertView& alert,
                  Currency currency) {
  const bool is_liquidation = alert.kind == AlertKind::Liquidation;
  writer.field("threshold", alert.threshold);
  const bool has_level = is_liquidation ? !alert.level.is_zero()
                                        : margin_level(alert.equity, alert.used_margin).has_value();
  write_level(writer, "marginLevel", has_level ? std::optional(alert.level) : std::nullopt);
  if (is_liquidation) {
    writer.field("stopOutId", alert.stop_out.value)
        .field("positionId", alert.position.value)
        .field("orderId", alert.order.value)
        .field("volume", alert.volume);
  } else {
    writer.field("equity", alert.equity, minor_digits(currency))
        .field("margin", alert.used_margin, minor_digits(currency));
  }
  if (alert.symbol) write_tick(writer, context, alert);
}

void write_limit(json::Writer& writer, const Context& context, const views::AlertView& alert,
                 Currency currency) {
  const int digits = minor_digits(currency);
  writer.field("over", alert.is_over);
  write_trigger(writer, alert.limit, alert.measured.raw, alert.threshold.raw);
  writer.field("equity", alert.equity, digits).field("base", alert.base, digits);
  if (alert.position) writer.field("positionId", alert.position.value);
  if (alert.symbol) writer.field("symbol", symbol_name(context, alert.symbol));
}

void write_switch(json::Writer& writer, const Context& context, const views::AlertView& alert,
                  Audience audience) {
  write_scope(writer, "scope", context, alert.scope, audience);
  writer.field("action", alert.action)
      .field("cause", alert.cause)
      .text_or_null("reason", alert.reason.view());
  if (audience == Audience::Admin) write_actor(writer, context, alert.actor);
  write_trigger(writer, alert.limit, alert.measured.raw, alert.threshold.raw);
}

void write_details(json::Writer& writer, const Context& context, const views::AlertView& alert,
                   Currency currency, Audience audience) {
  if (alert.kind == AlertKind::Limit) return write_limit(writer, context, alert, currency);
  if (alert.kind == AlertKind::KillSwitch) return write_switch(writer, context, alert, audience);
  write_margin(writer, context, alert, currency);
}

std::string percent(Ratio value) {
  std::string text;
  json::append_decimal(text, value.raw);
  return text += " %";
}

std::string_view describe(KillAction action) {
  switch (action) {
    case KillAction::None:
      return " is off";
    case KillAction::Block:
      return " is on: nothing opens";
    case KillAction::Cancel:
      return " is on: nothing opens, orders at rest are cancelled";
    case KillAction::Flatten:
      return " is on: nothing opens, orders at rest are cancelled, positions are closed";
  }
  return {};
}

std::string describe_limit(const views::AlertView& alert) {
  const bool is_warning = alert.of_limit == AlertSeverity::Warning;
  const bool is_position = alert.limit == Limit::MaxPositionLoss;
  const std::string_view how = alert.is_over                ? "Well again: "
                               : is_warning && !is_position ? "Near its limit: "
                                                            : "At its limit: ";
  const auto what = alert.limit < Limit::Count ? terms_of(alert.limit).text : std::string_view();
  return std::string(how) + std::string(what);
}

std::string_view describe(ScopeLevel level) {
  switch (level) {
    case ScopeLevel::House:
      return "the house";
    case ScopeLevel::Group:
      return "a group";
    case ScopeLevel::Account:
      return "an account";
    case ScopeLevel::Symbol:
      return "a symbol";
  }
  return {};
}

// One sentence for people, without a full stop; the numbers are in the details.
std::string message_of(const views::AlertView& alert) {
  switch (alert.kind) {
    case AlertKind::MarginCall:
      return "The margin level is below " + percent(alert.threshold);
    case AlertKind::StopOut:
      return "The margin level is below " + percent(alert.threshold) + ": positions are closed";
    case AlertKind::Liquidation:
      return "A stop-out closed a position";
    case AlertKind::Limit:
      return describe_limit(alert);
    case AlertKind::KillSwitch:
      return "The kill switch of " + std::string(describe(alert.scope.level)) +
             std::string(describe(alert.action));
  }
  return {};
}

}  // namespace

void write_alert(json::Writer& writer, const Context& context, const views::AlertView& alert,
                 Currency currency, Audience audience) {
  writer.field("id", alert.id.value).field("severity", views::severity_of(alert));
  if (audience == Audience::Admin) writer.field("type", alert.kind);
  writer.field("kind", alert.kind);
  if (alert.account) {
    writer.field("accountId", alert.account.value);
  } else {
    writer.null("accountId");
  }
  writer.field("message", message_of(alert));
  const bool is_of_margin = alert.kind != AlertKind::Limit && alert.kind != AlertKind::KillSwitch;
  if (is_of_margin) write_margin(writer, context, alert, currency);
  writer.begin_object("details");
  write_details(writer, context, alert, currency, audience);
  writer.end_object();
}

}  // namespace tribook::gateway
