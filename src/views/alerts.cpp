#include "views/alerts.h"

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

}  // namespace tribook::views
