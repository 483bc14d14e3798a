#pragma once

#include <cstdint>

#include "directory/directory.h"
#include "tribook/engine/engine.h"
#include "tribook/message/slab.h"

namespace tribook::core {

/// The state that the journal determines: the engine's and the directory's. The live engine thread
/// and every replica own one each and apply the same records to it. (Risk and router keep replicas
/// of parts of it, fed by its events, whose digest is part of its hash.)
class House {
 public:
  House(const engine::EngineLimits& limits, const Slab& slab);

  /// Applies a record that has its place. What follows from it is appended to `out`.
  void apply(const Record& record, engine::Outbox& out);

  [[nodiscard]] const engine::Engine& engine() const { return engine_; }
  [[nodiscard]] const directory::Directory& directory() const { return directory_; }
  [[nodiscard]] std::uint64_t events_digest() const { return engine_.events_digest(); }
  [[nodiscard]] std::uint64_t state_hash() const;

 private:
  void add_user(const Record& record, const UserSpec& spec, engine::Outbox& out);
  RejectCode create_account(const Record& record, engine::Outbox& out);
  RejectCode create_user(const Record& record, engine::Outbox& out);
  void pass_by_engine(const Record& record, engine::Outbox& out);

  const Slab& slab_;
  engine::Engine engine_;
  directory::Directory directory_;
};

}  // namespace tribook::core
