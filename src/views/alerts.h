#pragma once

#include <cstddef>
#include <span>

#include "tribook/message/event.h"
#include "views/view_types.h"

namespace tribook::views {

/// What an event of this kind says, as it is shown.
AlertView alert_of(const EventHeader& header, const MarginCallRaised& event);
AlertView alert_of(const EventHeader& header, const StopOutStarted& event);
AlertView alert_of(const EventHeader& header, const PositionLiquidated& event);
AlertView alert_of(const EventHeader& header, const RiskAlert& event);
/// `text`: of the event.
AlertView alert_of(const EventHeader& header, const KillSwitchChanged& event,
                   std::span<const std::byte> text);

AlertSeverity severity_of(const AlertView& alert);

}  // namespace tribook::views
