#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/replica.h"
#include "time_machine/outcome.h"
#include "time_machine/what_if_settings.h"

namespace tribook::time_machine {

/// The recorded input as it went, and as it would have gone under other settings.
struct Comparison {
  Outcome recorded;
  Outcome other;
  Sequence sequence;
  TimeNs time{};
  std::uint64_t only_recorded_filled = 0;  ///< orders
  std::uint64_t only_other_filled = 0;
  std::uint64_t closes_of_nothing = 0;   ///< their position was not there, or not any more
  std::uint64_t changes_of_nothing = 0;  ///< of stop-loss and take-profit, likewise
  std::uint64_t kept_decisions = 0;      ///< of risk, see decide() in what_if.cpp
  std::vector<std::string> notes;
  std::string problem;  ///< why the settings cannot be laid over this journal; empty when good
};

core::ReplayResult compare(journal::Disk& disk, const std::string& directory,
                           const core::ReplayUntil& until, const Settings& settings,
                           Comparison& comparison);

/// One account's line alone, when it is named.
std::string comparison_text(const Comparison& comparison, AccountId account);
std::string comparison_json(const Comparison& comparison, AccountId account);

}  // namespace tribook::time_machine
