#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "app/pipeline.h"
#include "support/random.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"

namespace tribook::test {

/// What happened, as the client side was told.
struct Happened {
  std::uint64_t filled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t refused = 0;   ///< other commands
  std::uint64_t repeated = 0;  ///< client order ids
  std::uint64_t quotes = 0;
  std::uint64_t modified = 0;
  std::uint64_t partly_closed = 0;
  std::uint64_t margin_calls = 0;
  std::uint64_t stop_outs = 0;
  std::array<std::uint64_t, 8> closed_by{};  ///< CloseReason
};

/// A day of a small house, at random: quotes that wander, orders with and without SL, TP and client
/// ids, orders sent again, closes, partial closes, changed levels, orders that are refused, and
/// accounts that are margin called and stopped out. One gateway's side of the pipeline, and one
/// venue's.
class Traffic {
 public:
  Traffic(app::Pipeline& pipeline, Random random);

  /// Symbols, accounts and first quotes; `step` lets the stages work or waits.
  template <typename Step>
  void set_up(const Step& step) {
    for (const Command& command : opening_commands()) {
      while (!submit(command)) step();
      while (settled_ < submitted_) {
        step();
        drain();
      }
    }
  }

  /// Puts the next of everything on the rings, as far as there is room; false when there is none.
  bool push();
  /// Takes what came back.
  void drain();

  /// Orders and changes sent and those answered.
  [[nodiscard]] std::uint64_t submitted() const { return submitted_; }
  [[nodiscard]] std::uint64_t settled() const { return settled_; }
  [[nodiscard]] const Happened& happened() const { return happened_; }

 private:
  struct Open {
    PositionId id;
    AccountId account;
    SymbolId symbol;
    Volume volume;
  };

  [[nodiscard]] std::vector<Command> opening_commands();
  bool submit(Command command);
  bool push_quote();
  [[nodiscard]] Command next_command();
  [[nodiscard]] Command next_order();
  [[nodiscard]] Command change_of(const Open& open);
  /// The last id.
  void attach_client_id(Command& command);
  void take(const Event& event);
  void take_position(const Event& event);

  app::Pipeline& pipeline_;
  app::GatewayPort port_;
  Random random_;
  std::vector<std::int64_t> mids_;
  std::vector<Open> open_;
  std::uint32_t last_request_ = 0;
  std::uint64_t submitted_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t last_client_id_ = 0;
  Command with_client_id_;  // the order that it was given to, to be sent again
  Happened happened_;
};

}  // namespace tribook::test
