#pragma once

#include "engine/positions.h"
#include "engine/working_orders.h"
#include "tribook/base/hash.h"
#include "tribook/message/text.h"

// What all orders have in common that are filled, however they came to be executed.

namespace tribook::engine {

[[nodiscard]] OrderUpdated describe(const NewOrder& order, OrderId id);
/// Of a client's own texts all but his id.
void mix_texts(base::Digest& digest, const Texts& texts);

/// What of an order closes and what opens, were it all filled by the house.
struct Plan {
  Volume closing;
  Volume opening;
  Price price;
  Opening opened;

  [[nodiscard]] bool only_closes() const { return opening.is_zero(); }
};

/// As things stand, at the price of now.
[[nodiscard]] Plan split(const State& state, const Account& account, const NewOrder& order);
/// Whether kill switches, account and symbol let it in, session aside.
[[nodiscard]] RejectCode check_states(const State& state, const Account& account,
                                      const Symbol& symbol, bool only_closes);
/// Whatever kill switches say: of a change that makes an order no larger.
[[nodiscard]] RejectCode check_states_alone(const Account& account, const Symbol& symbol,
                                            bool only_closes);

/// Whether a new market order may be executed: what does not depend on where it is filled.
[[nodiscard]] RejectCode check_market(const State& state, AccountId account, const NewOrder& order);
/// Whether a new order would be refused, were it filled by the house, or what it would be warned
/// of.
[[nodiscard]] OrderCheck foresee(const State& state, AccountId account, const NewOrder& order);
/// An order while it is filled.
struct Filling {
  explicit Filling(WorkingOrder& of) : order(of) {}
  Filling(WorkingOrder& of, TextRef its_text) : order(of), text(its_text), is_new(true) {}

  WorkingOrder& order;  // in the pool or not
  TextRef text{};       // told with its first event
  bool is_new = false;  // nothing was told of it
  Price price;          // of its last fill
  Volume at_price;      // filled there, with a charge that is not counted yet
};

/// As far as the commission of its next fill goes, at the same price as the last or another.
[[nodiscard]] FilledBefore filled_before(const Filling& filling);
/// Tells of the order, and for the first time its texts.
void tell_filling(State& state, Filling& filling);

/// A part of an order, all of which closes or all of which opens.
struct Fill {
  Volume volume;
  Price price;
  bool closes = false;
  Opening opened;
  std::uint32_t warned = 0;  // limits that it passes and that only warn, a bit each
};

/// The next part of at most that volume.
[[nodiscard]] Fill next_fill(const State& state, const WorkingOrder& order, Volume volume,
                             Price price);
/// Whether there is room and margin for it, and limits let it; prices it. `besides`: positions that
/// open before.
[[nodiscard]] RejectCode check_fill(const State& state, Filling& filling, Fill& fill,
                                    std::uint32_t besides = 0);
/// The same of what the house would fill next of all that is left, at its price of now; the order
/// is warned of what that passes.
[[nodiscard]] RejectCode check_house_fill(const State& state, WorkingOrder& order);
/// Books and tells a fill; its partner ends. An order that is full stays where it is, in or out of
/// the pool. REQUIRES: check_fill was good.
void book_fill(State& state, Filling& filling, const Fill& fill);
/// Counts a fill; its charge is not settled yet.
void count_fill(Filling& filling, const Fill& fill);
/// Counts the charge of what was filled at one price; no fill at that price follows.
void settle_charge(const State& state, Filling& filling);

}  // namespace tribook::engine
