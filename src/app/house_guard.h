#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "config/config.h"
#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/ids.h"
#include "tribook/message/risk_commands.h"

namespace tribook::app {

/// What the guard looks at: a moment of the house.
struct GuardFigures {
  struct Symbol {
    SymbolId id;
    bool is_open = false;  ///< its market
    TimeNs last_quote{};   ///< 0: none yet, or not known now
  };
  struct Switch {
    RiskScope scope;
    UserId actor;  ///< 0: the house itself
    KillCause cause = KillCause::Manual;
  };

  TimeNs time{};                     ///< the engine's: what quotes are stamped with
  TimeNs clock{};                    ///< one that never stands still nor goes back
  std::vector<Symbol> symbols;       ///< enabled ones
  Sequence sequenced;                ///< the last record
  Sequence written;                  ///< the last that is durable
  std::uint64_t venue_failures = 0;  ///< requests that venues failed, so far
  std::vector<Switch> switches;      ///< of the house and of symbols, that are on
};

struct GuardCommand {
  SetKillSwitch set;
  KillReason reason{};
};

/// Says which kill switches the house sets off by itself: for a feed that is silent, a journal that
/// is behind, venues that fail. Each is set off once; again only after what set it off was over. A
/// switch that is on already is left as it is, whosever it is; taken away is only one of a feed of
/// the house's own, when quotes have come again.
class HouseGuard {
 public:
  explicit HouseGuard(const config::Guard& settings) : settings_(settings) {}

  /// From time to time. REQUIRES: `figures` show what came of the commands of the look before.
  [[nodiscard]] std::vector<GuardCommand> look(const GuardFigures& figures);

 private:
  struct Feed {
    bool is_open = false;
    bool has_fired = false;
    TimeNs opened{};  // as far as we saw it
  };
  struct Mark {
    Sequence last;  // sequenced when it was
    TimeNs at{};
  };
  struct Failures {
    std::uint64_t count = 0;
    TimeNs at{};
  };
  using Commands = std::vector<GuardCommand>;

  void look_at_feeds(const GuardFigures& figures, Commands& commands);
  void look_at_feed(const GuardFigures& figures, const GuardFigures::Symbol& symbol,
                    Commands& commands);
  void look_at_house(const GuardFigures& figures, Commands& commands);
  void note_records(const GuardFigures& figures);
  void note_failures(const GuardFigures& figures);

  const config::Guard settings_;
  std::map<std::uint16_t, Feed> feeds_;  // by symbol
  std::deque<Mark> marks_;               // of records that wait
  std::deque<Failures> failures_;        // within the window
  std::uint64_t failed_ = 0;             // sum of them
  std::uint64_t failures_seen_ = 0;
  bool has_looked_ = false;
  bool has_journal_fired_ = false;
  bool has_venue_fired_ = false;
};

}  // namespace tribook::app
