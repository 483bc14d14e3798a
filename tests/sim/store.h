#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/event_sink.h"
#include "core/follower.h"
#include "sim/log_entry.h"
#include "sim/random.h"

namespace tribook::sim {

class World;

/// A database beside the house: what was committed outlives the process. A power cut may take the
/// last commits back, each as a whole.
struct Database {
  std::vector<LogEntry> rows;
  Sequence stored;
  struct Commit {
    Sequence stored;
    std::size_t rows = 0;
  };
  std::vector<Commit> commits;  ///< the newest, each as it left the database

  void commit(const std::vector<LogEntry>& more, Sequence last);
  void lose_newest(std::size_t most, Random& random);
};

/// The process's side of it: fails, or holds back, as the world's faults say.
class Store final : public core::EventSink {
 public:
  explicit Store(World& world);
  [[nodiscard]] Sequence stored() const override { return stored_; }
  void apply(const Event& event) override;
  void commit(Sequence last, bool is_caught_up) override;

  /// What a sink may never see, if it saw it.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  World& world_;
  Sequence stored_;
  std::vector<LogEntry> open_;
  std::string complaint_;
};

/// A follower of the world's house that fills the world's store.
std::unique_ptr<core::Follower> make_follower(World& world);

/// An event as a store keeps it: with its text, without whom it answers.
LogEntry row_of(const Event& event, const Slab& slab);

}  // namespace tribook::sim
