#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/replica.h"
#include "time_machine/teller.h"

namespace tribook::time_machine {

/// "order:12" and "ORD-12" name an order, "position:7" a position, "7" both; "entry:5" an entry of
/// the ledger.
std::optional<std::vector<Subject>> parse_subjects(std::string_view text);

/// Replays and tells; stories that have nothing to tell are left out.
core::ReplayResult explain(core::Replica& replica, journal::Disk& disk,
                           const std::string& directory, const core::ReplayUntil& until,
                           const Slab& slab, std::size_t symbols_max,
                           const std::vector<Subject>& subjects, std::vector<Story>& stories);

std::string stories_text(const std::vector<Story>& stories);
std::string stories_json(const std::vector<Story>& stories);

}  // namespace tribook::time_machine
