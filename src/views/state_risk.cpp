#include "tribook/base/assert.h"
#include "views/alerts.h"
#include "views/state.h"

// Alerts, limits and kill switches.

namespace tribook::views {

bool Views::State::on(const EventHeader& header, const MarginCallRaised& event) {
  alerts.append(alert_of(header, event), header.root);
  return true;
}

bool Views::State::on(const EventHeader& header, const StopOutStarted& event) {
  alerts.append(alert_of(header, event), header.root);
  return true;
}

bool Views::State::on(const EventHeader& header, const PositionLiquidated& event) {
  alerts.append(alert_of(header, event), header.root);
  return true;
}

bool Views::State::on(const EventHeader& header, const RiskAlert& event) {
  alerts.append(alert_of(header, event), header.root);
  return true;
}

bool Views::State::on(const EventHeader& header, const LimitsUpdated& event) {
  const auto limits = read_spec<LimitSet>(slab.get(header.text));
  TB_ASSERT(limits.has_value());
  return rules.put_limits(event.scope, *limits);
}

bool Views::State::on(const EventHeader& header, const KillSwitchChanged& event) {
  const auto text = slab.get(header.text);
  if (event.is_carried == 0) alerts.append(alert_of(header, event, text), header.root);
  return rules.put_switch(event.scope, kill_switch_of(event, text));
}

}  // namespace tribook::views
