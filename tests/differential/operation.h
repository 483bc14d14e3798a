#pragma once

#include <string>
#include <variant>
#include <vector>

#include "reference/commands.h"

// What both engines are told to do. The words are the reference's commands, but every id in them is
// a label: it names an account, order, position or withdrawal by the number of the operation that
// made it. So a program from which operations were taken out still means the same.

namespace tribook::differential {

using reference::floor_of;
using reference::floor_to;
using reference::Rational;
using reference::round_digits;
using Label = reference::Id;

/// A position has its order's label. The second order of an OCO pair is minus the first one's; a
/// venue's requests count from 1 in the order in which they are sent.
constexpr Label second_of(Label first) { return -first; }

/// The symbol's market opens or closes.
struct SetSession {
  std::string symbol;
  bool is_open = true;
};

using Action =
    std::variant<SetSession, reference::PutSymbol, reference::PutGroup, reference::CreateAccount,
                 reference::ChangeAccount, reference::MoveMoney, reference::RequestWithdrawal,
                 reference::DecideWithdrawal, reference::Quote, reference::PlaceOrder,
                 reference::PlaceOco, reference::ModifyOrder, reference::CancelOrder,
                 reference::ClosePosition, reference::CloseBy, reference::CloseAll,
                 reference::ModifyPosition, reference::PutLimits, reference::SetKillSwitch,
                 reference::VenueReport, reference::AdvanceTime>;

struct Operation {
  Label number = 0;  ///< 1, 2, 3 .. within its program
  Action action;
};

using Program = std::vector<Operation>;

/// One line, as people would say it.
std::string text_of(const Operation& operation);

/// When every program begins; a Wednesday.
inline constexpr reference::Time kStart = 1'768'996'800'000;  // 2026-01-21 12:00 UTC

}  // namespace tribook::differential
