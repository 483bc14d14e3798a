#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/house.h"
#include "gateway/api/seams.h"

namespace tribook::json {
class Writer;
}

namespace tribook::app {

/// Of a change's accounts no more are told one by one.
inline constexpr std::size_t kAccountsTold = 1'000;

/// Which accounts a change would bring below a margin-call level or to a stop-out: tried on a house
/// that nobody else has, at the prices that stand. Nothing is closed, as only a quote closes.
class DryRun {
 public:
  /// Finishes a timer that is under way, as the live house would before anything else, and takes
  /// the accounts as they stand then. All three outlive it; the outbox is empty.
  DryRun(core::House& house, engine::Outbox& outbox, Slab& slab);

  /// The change's next part. False when the house refused it: no other comes after it.
  bool apply(const gateway::ProposedCommand& part);

  /// {"sequence","time","refused","accounts","marginCalls","stopOuts"}, and "isCut" when not all
  /// accounts are told: how they stand after the parts that were applied.
  [[nodiscard]] std::string answer_json(const std::string& account_number_prefix) const;

 private:
  /// An account with positions, before.
  struct Standing {
    AccountId account;
    bool is_stopped_out = false;  ///< to be
    bool is_equity_known = true;
    Money equity;
    Money used_margin;
    MarginCallLevels levels;
  };
  enum class Fate : std::uint8_t { None, Call, StopOut };
  struct Told {
    Fate fate = Fate::None;
    Ratio threshold;
  };

  RejectCode give(const Command& command);
  [[nodiscard]] static bool is_below(const Standing& before, Ratio level);
  static void write(json::Writer& out, const Standing& before, const engine::AccountFigures& now,
                    const Told& told);
  [[nodiscard]] static Told compare(const Standing& before, const engine::AccountFigures& now);

  core::House& house_;
  engine::Outbox& outbox_;
  Slab& slab_;
  Sequence sequence_;  // of the house as it was
  TimeNs time_;
  std::vector<Standing> before_;
  std::size_t accepted_ = 0;  // parts
  RejectCode refused_ = RejectCode::None;
};

}  // namespace tribook::app
