#pragma once

#include <optional>
#include <string>
#include <vector>

#include "differential/operation.h"

// What an engine answers to an operation and what it holds afterwards, in words that both share.
// Objects carry labels; 0 is one that no operation made, a close of the engine's own.

namespace tribook::differential {

struct OrderTold {
  Label order = 0;
  Label position = 0;
  std::string status;
  std::string code;
  std::string reason;  ///< of a close
  std::string side;
  Rational volume = 0;
  Rational filled = 0;
  Rational price = 0;  ///< average of the fills
};

struct TradeTold {
  Label order = 0;
  Label position = 0;
  std::string side;
  std::string reason;
  Rational volume = 0;
  Rational price = 0;
};

struct EntryTold {
  Label account = 0;
  Label position = 0;
  std::string type;
  std::string house;
  Rational amount = 0;
  Rational before = 0;
  Rational after = 0;
};

struct CallTold {
  Label account = 0;
  Rational level = 0;  ///< the threshold of a call; a stop-out's margin level
};

/// Of a venue something is asked; they count from 1 in the order in which they are told.
struct RequestTold {
  Label position = 0;  ///< of a close
  std::string kind;    ///< OPEN, CLOSE, HEDGE_BACK
  std::string symbol;
  std::string side;
  Rational volume = 0;
  Rational limit = 0;  ///< worst price; 0: any
};

/// What a venue owes the house.
struct SettledTold {
  Label position = 0;
  std::string currency;
  Rational amount = 0;
};

/// Of an order that was placed or changed.
struct WarnedTold {
  Label order = 0;
  std::string limits;  ///< names, in their order, a space before each
};

struct Told {
  std::string code;  ///< empty: accepted
  std::vector<OrderTold> orders;
  std::vector<TradeTold> trades;
  std::vector<EntryTold> entries;
  std::vector<CallTold> calls;
  std::vector<CallTold> stop_outs;
  std::vector<RequestTold> requests;
  std::vector<SettledTold> settled;
  std::vector<WarnedTold> warned;  ///< by order
};

/// Only who places or changes an order waits for what it passes.
inline bool tells_of_warnings(const Operation& operation) {
  return std::holds_alternative<reference::PlaceOrder>(operation.action) ||
         std::holds_alternative<reference::PlaceOco>(operation.action) ||
         std::holds_alternative<reference::ModifyOrder>(operation.action);
}

struct AccountHeld {
  Label account = 0;
  Rational balance = 0;
  Rational credit = 0;
  Rational unrealized = 0;
  Rational equity = 0;
  Rational margin = 0;
  Rational free_margin = 0;
  std::optional<Rational> level;
};

struct PositionHeld {
  Label position = 0;
  Label account = 0;
  std::string symbol;
  std::string side;
  Rational volume = 0;
  Rational cost = 0;
  Rational stop_loss = 0;
  Rational take_profit = 0;
  Rational commission = 0;
  Rational unrealized = 0;
  Rational highest = 0;
  Rational lowest = 0;
  Rational at_venue = 0;
  Rational closing = 0;  ///< of it, what is on its way to be closed
};

/// Of one symbol, buys less sells.
struct ExposureHeld {
  std::string symbol;
  Rational at_venues = 0;
  Rational undone = 0;  ///< of it, the house's until it is hedged back
};

/// At rest, or on its way at a venue.
struct OrderHeld {
  Label order = 0;
  Label partner = 0;
  std::string status;
  Rational volume = 0;
  Rational filled = 0;
  Rational price = 0;
  Rational trigger = 0;
  Rational expires = 0;  ///< ms; 0: never
};

struct Held {
  std::vector<AccountHeld> accounts;    ///< by label
  std::vector<PositionHeld> positions;  ///< by label
  std::vector<OrderHeld> orders;        ///< by label
  std::vector<ExposureHeld> exposures;  ///< by name
  Label closes = 0;  ///< orders of the engine's own that are on their way at venues
};

}  // namespace tribook::differential
