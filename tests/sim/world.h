#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/pipeline.h"
#include "archive/archiver.h"
#include "archive/reading_disk.h"
#include "journal/memory_disk.h"
#include "sim/figures.h"
#include "sim/log_entry.h"
#include "sim/market.h"
#include "sim/plan.h"
#include "sim/random.h"
#include "sim/reference.h"
#include "sim/store.h"
#include "sim/violation.h"
#include "snapshot/shelf.h"
#include "tribook/base/hash.h"
#include "venue/test/test_venue.h"

// One simulated house and everything around it: clock, disk, clients behind their gateways, venues.
// The parts: life.cpp starts it, lets it die and settles it; edges.cpp sends commands and takes
// events; store.cpp is the database that follows; audit.cpp reads the journal as a stranger would;
// snapshots.cpp keeps and loads the follower's snapshots; archive.cpp archives the journal's old
// segments; damage.cpp flips bits; commands.cpp, faults.cpp and invariants.cpp are the tables of
// what may be asked, what may go wrong and what must hold.

namespace tribook::sim {

class SimulatedClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override { return now_; }
  void set(TimeNs now) { now_ = now; }

 private:
  TimeNs now_{1'400'000'000'000'000'000};
};

/// What a client wants, in a form that can be sent again.
struct Draft {
  Command command;
  std::array<std::string, 4> parts;  ///< texts of an order or payment; 0 its own id, 2 the wish
  std::vector<std::byte> spec;       ///< or a specification
  bool is_misuse = false;            ///< another wish under a used id
  std::string_view name;             ///< row of the table that it is of

  [[nodiscard]] bool is_repeatable() const { return !parts[0].empty() && !is_misuse; }
};

/// Whose turn it may be.
enum class Turn : std::uint8_t {
  Risk,
  Router,
  Engine,
  Journal,
  Segments,
  Egress,
  Send,
  Read,
  Venue,
  Clock,
  Follower
};
inline constexpr std::size_t kTurns = 11;

struct Outstanding {
  Draft draft;
  std::uint32_t answers = 0;  ///< orders and refusals addressed to it
};

/// A gateway as the clients behind it see it.
struct Edge {
  std::uint8_t index = 0;
  app::GatewayPort port;
  std::uint32_t last_request = 0;
  std::map<std::uint32_t, Outstanding> outstanding;
  std::deque<Draft> to_send;        ///< again, after the answer was lost
  std::uint64_t stalled_until = 0;  ///< step
  Sequence last_root;               ///< of what waits for the disk
  Sequence last_quote;
  TimeNs last_time{};        ///< of events that are no quotes
  std::size_t log_seen = 0;  ///< place in World::log of its next event
};

class World {
 public:
  explicit World(const Options& options);
  ~World();

  // life.cpp
  void boot();
  void kill();       ///< the process dies; what it wrote stays, durable or not
  void cut_power();  ///< what was not synced may be gone, torn or there
  void die(const PowerCut& cut);
  void stop();                  ///< as on SIGTERM; everything has settled before
  void settle();                ///< until nobody has anything left to do
  void settle_without_store();  ///< the same while the database is away
  void found();                 ///< symbols and accounts to begin with
  void advance_clock(std::int64_t ns);
  std::size_t run_journal(TimeNs now);
  std::size_t run_stages_once();

  // edges.cpp
  bool submit(Edge& edge, const Draft& draft);
  std::size_t drain(Edge& edge, std::size_t most);
  void take_answer(Edge& edge, const Event& event);
  [[nodiscard]] static bool is_for_all(const Event& event);
  [[nodiscard]] static std::uint64_t digest_of(std::span<const std::byte> bytes);
  [[nodiscard]] static LogEntry entry_of(const Event& event);

  // damage.cpp
  void flip_in_journal();    ///< what a start makes of it, tried on copies of the disk
  void cut_journal();        ///< its end is gone; tried likewise
  void flip_in_snapshots();  ///< of the house that is down

  // snapshots.cpp
  void keep_snapshot(const core::House& house, const core::FormingCandles& candles,
                     const journal::EndPosition& position);
  void begin_with_snapshot();
  /// What each of them must be found to be: the state's hash, and the bytes of its candles.
  struct SnapshotTaken {
    std::uint64_t hash = 0;
    std::vector<std::byte> candles;
  };
  [[nodiscard]] std::map<std::uint64_t, SnapshotTaken> snapshots_taken();

  // archive.cpp
  void make_archiver();
  void make_dealer();
  void note_snapshots();
  std::size_t archive_a_piece();

  // audit.cpp
  void audit(bool is_sealed);

  // stories.cpp
  void note_told(const Event& event);
  void tell_stories();  ///< of what the journal on the disk has, after a stop

  [[nodiscard]] std::string new_intent() { return "wish" + std::to_string(++intents); }
  [[nodiscard]] const core::House& house() const { return pipeline->sequencer().house(); }
  [[nodiscard]] Slab& slab() { return pipeline->slab(); }
  journal::Disk& disk() { return *reading_disk; }
  journal::Disk& disk_beneath() { return broken_disk ? *broken_disk : memory; }
  void say(const std::string& what) const;

  Options options;
  Random plan_random;
  Random schedule_random;
  Random client_random;
  Random market_random;
  Random fault_random;
  Random strike_random;  ///< of the fault that strikes
  Random store_random;
  Plan plan;

  SimulatedClock clock;
  journal::MemoryDisk memory;
  std::unique_ptr<journal::Disk> broken_disk;   ///< a canary's, around `memory`
  std::unique_ptr<journal::Disk> reading_disk;  ///< around both
  Market market;
  std::unique_ptr<app::Pipeline> pipeline;
  std::unique_ptr<venue::test::TestVenue> dealer;  ///< up and down with the house
  app::Recovery recovery;
  std::vector<Edge> edges;
  Database database;
  std::unique_ptr<Store> store;
  std::unique_ptr<core::Follower> follower;
  std::string follower_problem;  ///< why it stopped following
  std::unique_ptr<archive::Archiver> archiver;
  Sequence oldest_snapshot;  ///< once this run has written or read one

  // Faults that are armed.
  std::uint64_t disk_calls_until_cut = 0;  ///< 0 = none
  bool is_cut_a_kill = false;              ///< only the process dies there
  bool fail_next_sync = false;
  bool fail_next_write = false;
  bool is_disk_full = false;
  bool are_files_refused = false;
  bool has_journal_failed = false;
  bool has_been_full = false;                         ///< and refused everything, likewise
  bool has_disk_erred = false;                        ///< since boot() began
  std::uint64_t store_fails_until = 0;                ///< step
  std::uint64_t store_waits_until = 0;                ///< step
  std::uint64_t venues_silent_until = 0;              ///< step
  std::array<std::uint64_t, kTurns> starved_until{};  ///< step
  /// With a flipped bit: sequence, and a digest of the file as it was left.
  std::map<std::uint64_t, std::uint64_t> damaged_snapshots;

  // What is known from outside.
  std::vector<LogEntry> log;           ///< events to everybody that at least one gateway got
  Reference reference;                 ///< the same, added up
  std::uint64_t strangers_before = 0;  ///< of the reference, that the views were never told of
  Sequence acknowledged;               ///< the highest root that a client got
  std::uint64_t durable = 0;           ///< what no power cut can take
  Sequence margins_checked;            ///< so far the journal's margins were found right
  bool may_have_lost = false;          ///< power went, and not everything written was durable
  TimeNs engine_time{};                ///< as seen last
  /// Written and not durable yet: up to which record, and when.
  std::deque<std::pair<std::uint64_t, TimeNs>> unsynced;
  std::map<std::uint64_t, std::uint64_t>
      hashes;  ///< sequence: state hash as the live engine had it
  /// The highest numbers in the journal, of what may be explained.
  struct Told {
    OrderId order;
    PositionId position;
    LedgerId entry;
    AlertId alert;
    AccountId account;
  } told;
  std::deque<Draft> done;         ///< answered wishes, a few
  std::deque<Draft> unanswered;   ///< when the connection was lost
  std::set<std::string> misused;  ///< ids that were used for another wish
  std::uint64_t intents = 0;
  std::uint64_t names = 0;
  std::uint64_t step = 0;
  std::uint64_t commands_drawn = 0;
  std::uint64_t strikes_drawn = 0;
  base::Digest digest;  ///< of everything that was sent and got
  Figures figures;

 private:
  [[nodiscard]] snapshot::Shelf shelf(journal::Disk& of) const;
  [[nodiscard]] bool is_damaged(Sequence sequence, const snapshot::DecodeResult& read) const;
  journal::DiskStatus on_disk_call(journal::MemoryDisk::Operation operation);
  void lose_connections();
  void lift_faults();
  void lift_store_faults();
  void come_to_rest();
  bool wait_for_venue();
  bool try_start();
  void arm_another_death();
  void drop_what_is_ahead();
  void forget_lost(Sequence last);
};

}  // namespace tribook::sim
