#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"

// What fills would come to, so that all of them can be checked before the first one is booked.
//
// Each is done to the accounts, holdings and positions themselves, as far as the next one depends
// on them: then the same functions check it as check a fill that is booked. Nothing is told, posted
// or armed, and all of it is taken back, the last change first, so that pools hand out what they
// would have. The room for what is to be taken back is fixed; fills that need more do not go.

namespace tribook::engine {

struct Account;
struct Fill;
struct Filling;
struct Holding;
struct Position;
struct State;
struct Trail;

class Rehearsal {
 public:
  static constexpr std::size_t kMakersMax = 1'024;

  Rehearsal();

  /// Does it. False when there is no room to take it back. REQUIRES: check_fill was good.
  [[nodiscard]] bool fill(State& state, Filling& filling, const Fill& fill);
  /// As it was before the first fill.
  void take_back(State& state);

  // Whose partner was filled, so that they would end; of up to so many makers.
  std::vector<std::uint32_t> ended_partners;

 private:
  static constexpr std::size_t kChangesMax = 16'384;

  enum class Kind : std::uint8_t {
    Account,
    DayVolume,
    Holding,
    Position,
    HoldingTaken,
    HoldingGiven,
    PositionTaken,
    PositionGiven,
    TrailTaken,
    TrailGiven
  };
  struct Change {
    Kind kind;
    std::uint32_t index;
    std::uint64_t id;
  };

  [[nodiscard]] bool has_room() const;
  void keep_account(const State& state, AccountId account);
  void deal(State& state, AccountId account, Volume volume);
  void keep_holding(const State& state, std::uint32_t holding);
  void keep_position(const State& state, std::uint32_t position);
  bool open(State& state, Filling& filling, const Fill& fill);
  bool close(State& state, Filling& filling, const Fill& fill);
  std::uint32_t make_position(State& state, const Filling& filling);
  void end_position(State& state, std::uint32_t position);
  void end_holding(State& state, std::uint32_t holding);
  void follow(State& state, PositionId position);
  void take_back_one(State& state, const Change& change);

  std::vector<Change> changes_;
  // As they were, in the order of the changes.
  std::vector<Account> accounts_;
  std::vector<Holding> holdings_;
  std::vector<Position> positions_;
  std::vector<Trail> trails_;
};

}  // namespace tribook::engine
