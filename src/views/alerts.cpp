#include "views/alerts.h"

#include "tribook/message/text.h"

namespace tribook::views {
namespace {

// What all three say.
template <typename Body>
AlertView common(const EventHeader& header, const Body& event, AlertKind kind) {
  AlertView alert;
  alert.id = event.alert;
  alert.kind = kind;
  alert.account = header.account;
  alert.sequence = header.root;
  alert.time = header.time;
  alert.level = event.level;
  alert.threshold = event.threshold;
  alert.bid = event.bid;
  alert.ask = event.ask;
  alert.venue_time = event.venue_time;
  alert.symbol = event.symbol;
  alert.venue = event.venue;
  return alert;
}

}  // namespace

AlertView alert_of(const EventHeader& header, const MarginCallRaised& event) {
  AlertView alert = common(header, event, AlertKind::MarginCall);
  alert.equity = event.equity;
  alert.used_margin = event.used_margin;
  if (event.symbol) alert.quote = header.root;
  return alert;
}

AlertView alert_of(const EventHeader& header, const StopOutStarted& event) {
  AlertView alert = common(header, event, AlertKind::StopOut);
  alert.equity = event.equity;
  alert.used_margin = event.used_margin;
  alert.quote = header.root;
  return alert;
}

AlertView alert_of(const EventHeader& header, const PositionLiquidated& event) {
  AlertView alert = common(header, event, AlertKind::Liquidation);
  alert.stop_out = event.stop_out;
  alert.quote = event.quote;
  alert.position = event.position;
  alert.order = event.order;
  alert.volume = event.volume;
  return alert;
}

AlertView alert_of(const EventHeader& header, const RiskAlert& event) {
  AlertView alert;
  alert.id = event.alert;
  alert.kind = AlertKind::Limit;
  alert.account = header.account;
  alert.sequence = header.root;
  alert.time = header.time;
  alert.equity = event.equity;
  alert.base = event.base;
  alert.measured = {event.measured};
  alert.threshold = {event.threshold};
  alert.position = event.position;
  alert.symbol = event.symbol;
  alert.limit = event.limit;
  alert.is_over = event.is_over != 0;
  alert.of_limit = event.severity;
  return alert;
}

AlertView alert_of(const EventHeader& header, const KillSwitchChanged& event,
                   std::span<const std::byte> text) {
  AlertView alert;
  alert.id = event.alert;
  alert.kind = AlertKind::KillSwitch;
  if (event.scope.level == ScopeLevel::Account) alert.account = AccountId{event.scope.id};
  alert.sequence = header.root;
  alert.time = header.time;
  alert.scope = event.scope;
  alert.measured = {event.measured};
  alert.threshold = {event.threshold};
  alert.actor = event.actor;
  alert.action = event.action;
  alert.cause = event.cause;
  alert.limit = event.limit;
  if (const auto reason = read_spec<KillReason>(text)) alert.reason = reason->text;
  return alert;
}

AlertSeverity severity_of(const AlertView& alert) {
  switch (alert.kind) {
    case AlertKind::MarginCall:
      return AlertSeverity::Warning;
    case AlertKind::StopOut:
    case AlertKind::Liquidation:
      return AlertSeverity::Critical;
    case AlertKind::Limit:
      return alert.of_limit;
    case AlertKind::KillSwitch:
      return alert.action == KillAction::None ? AlertSeverity::Info : AlertSeverity::Critical;
  }
  return AlertSeverity::Info;
}

}  // namespace tribook::views
