#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "app/house_guard.h"
#include "app/pipeline.h"
#include "config/config.h"
#include "tribook/base/time.h"

namespace tribook::app {

/// Shows the guard the house each second and sends what it says, by the daemon's own gateway.
class GuardKeeper {
 public:
  static constexpr std::chrono::seconds kEvery{1};

  /// REQUIRES: the pipeline has its own port, and nobody else uses it any more.
  GuardKeeper(const config::Config& config, Pipeline& pipeline, const base::Clock& clock);

  // One thread.

  /// Often.
  void look(std::chrono::steady_clock::time_point now);
  /// Takes the answers off their ring, which must not fill. Also what look() begins with.
  void take_answers();

 private:
  [[nodiscard]] GuardFigures figures(std::chrono::steady_clock::time_point now) const;
  [[nodiscard]] std::vector<GuardFigures::Symbol> symbols() const;
  bool send(const GuardCommand& command);

  Pipeline& pipeline_;
  const base::Clock& clock_;
  const bool is_driven_;  // time is the engine's own
  const std::uint8_t gateway_;
  GatewayPort port_;
  HouseGuard guard_;
  std::vector<GuardCommand> unsent_;
  std::size_t unanswered_ = 0;
  std::uint32_t last_request_ = 0;
  std::chrono::steady_clock::time_point last_look_{};
};

}  // namespace tribook::app
