#pragma once

#include <cstdint>
#include <vector>

#include "core/silence.h"
#include "directory/directory.h"
#include "tribook/engine/engine.h"
#include "tribook/message/retelling.h"
#include "tribook/message/slab.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
}  // namespace tribook::base

namespace tribook::core {

/// The state that the journal determines: the engine's and the directory's. The live engine thread
/// and every replica own one each and apply the same records to it. (Risk and router keep replicas
/// of parts of it, fed by its events, whose digest is part of its hash.)
class House {
 public:
  House(const engine::EngineLimits& limits, const Slab& slab);

  /// Applies a record that has its place. What follows from it is appended to `out`.
  void apply(const Record& record, engine::Outbox& out);
  /// See Engine::finish_timer.
  void finish_timer(engine::Outbox& out) { engine_.finish_timer(out); }

  /// For the live house; see Engine::take_triggered.
  bool take_triggered(Command& command) { return engine_.take_triggered(command); }
  void give_triggered_again() { engine_.give_triggered_again(); }

  [[nodiscard]] const engine::Engine& engine() const { return engine_; }
  [[nodiscard]] const directory::Directory& directory() const { return directory_; }
  [[nodiscard]] std::uint64_t events_digest() const { return engine_.events_digest(); }
  [[nodiscard]] std::uint64_t state_hash() const;
  /// Times without a tick, the oldest first; of very many, the latest. Not the one that goes on.
  [[nodiscard]] const std::vector<Silence>& silences() const { return silences_; }
  /// 0: none yet.
  [[nodiscard]] TimeNs last_tick() const { return finder_.last_tick(); }

  /// The state as events, without the way to it, for whoever keeps something of it and sees events
  /// alone: users; symbols with session and last quote, as a reference; accounts; open positions,
  /// the oldest first; and what the house has behind it. Each is told by what the engine would say
  /// of it, with the time at which it was so; positions as Carried. Texts lie in the slab during
  /// the visit. An account's text has nothing of its user.
  void retell(Slab& slab, const EventVisitor& visit) const;

  /// All of the state as bytes, the same for the same state.
  void save(base::ArchiveWriter& archive) const;
  /// Becomes what was saved. When archive.ok() does not hold afterwards, or bytes are left, the
  /// house is of no use. REQUIRES: nothing was applied or loaded; room for what
  /// engine().room_needed() was.
  void load(base::ArchiveReader& archive);

 private:
  RejectCode apply_own(const Record& record, engine::Outbox& out);
  void begin_run(const Record& record);
  void note_tick(const Record& record);
  void add_user(const Record& record, const UserSpec& spec, engine::Outbox& out);
  RejectCode create_account(const Record& record, engine::Outbox& out);
  RejectCode change_password(const Record& record, engine::Outbox& out);
  RejectCode create_user(const Record& record, engine::Outbox& out);
  void pass_by_engine(const Record& record, engine::Outbox& out);

  const Slab& slab_;
  engine::Engine engine_;
  directory::Directory directory_;
  SilenceFinder finder_;
  std::vector<Silence> silences_;
  TimeNs told_;  // time of the last record that anything followed from
};

}  // namespace tribook::core
