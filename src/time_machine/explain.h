#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/replica.h"
#include "time_machine/teller.h"

namespace tribook::time_machine {

/// "order:12" and "ORD-12" name an order, "position:7" a position, "7" both; "entry:5" an entry of
/// the ledger, "alert:3" an alert, "account:2" how an account stands.
std::optional<std::vector<Subject>> parse_subjects(std::string_view text);

/// Several subjects' tellers over one book.
class Tellers {
 public:
  /// `symbols_max`: as the house was made for.
  Tellers(const std::vector<Subject>& subjects, std::size_t symbols_max, Slab& slab);

  /// Stands where the house does: what is told begins behind it.
  void begin_with(const core::House& house) { book_.begin_with(house, slab_); }
  /// The next record, before it is applied.
  void begin(const Record& record);
  void hear(const Event& event);
  void finish(const engine::Engine& engine);

  [[nodiscard]] const std::vector<Teller>& all() const { return tellers_; }

 private:
  Slab& slab_;
  Book book_;
  std::vector<Teller> tellers_;
};

/// Replays and tells; stories that have nothing to tell are left out.
core::ReplayResult explain(core::Replica& replica, journal::Disk& disk,
                           const std::string& directory, const core::ReplayUntil& until, Slab& slab,
                           std::size_t symbols_max, const std::vector<Subject>& subjects,
                           std::vector<Story>& stories);

std::string stories_text(const std::vector<Story>& stories);
std::string stories_json(const std::vector<Story>& stories);
/// One story as the API gives it, told at `engine`'s last record: its sections and its text.
std::string answer_json(const Story& story, const engine::Engine& engine);

}  // namespace tribook::time_machine
