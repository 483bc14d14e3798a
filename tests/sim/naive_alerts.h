#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sim/naive_margin.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// What margin calls, stop-outs and liquidations say, held against each other and against the
/// quotes that were. Made of events in the order in which the records gave them.
class NaiveAlerts {
 public:
  /// `prices` has taken the event already.
  void apply(const Event& event, const NaiveMargin& prices);

  /// What was told and is not so; empty when all was right.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

 private:
  struct Tick {
    TimeNs venue_time{};
    VenueId venue;
    Sequence record;
  };

  void on_call(const Event& event, const MarginCallRaised& call);
  void on_stop_out(const Event& event, const StopOutStarted& started);
  void on_liquidation(const Event& event, const PositionLiquidated& liquidated);
  void count(const Event& event, AlertId alert);
  void demand(bool holds, const Event& event, const char* what);
  template <typename Alert>
  [[nodiscard]] bool is_tick_of(const Alert& alert, const Event& event, Sequence record) const;

  std::map<std::uint16_t, Tick> ticks_;                    // by symbol
  std::map<std::uint64_t, PositionReduced> unkept_;        // closes by stop-out, by order
  std::map<std::uint64_t, OrderUpdated> sent_;             // those that a venue closes, by order
  std::map<std::uint32_t, AlertId> stop_outs_;             // of this record, by account
  std::map<std::uint32_t, std::set<std::int64_t>> calls_;  // of this record: levels by account
  const NaiveMargin* prices_ = nullptr;                    // while an event is taken
  Sequence root_;
  AlertId last_;
  std::string problem_;
  std::uint64_t checked_ = 0;
};

}  // namespace tribook::sim
