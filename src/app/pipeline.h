#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/ahead.h"
#include "app/state_start.h"
#include "core/journal_stage.h"
#include "core/replica.h"
#include "core/sequencer.h"
#include "core/silence.h"
#include "egress/egress_stage.h"
#include "risk/risk_stage.h"
#include "router/router_stage.h"
#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/base/time.h"
#include "tribook/engine/limits.h"
#include "tribook/journal/disk.h"
#include "tribook/message/slab.h"
#include "tribook/risk/risk.h"
#include "tribook/router/router.h"
#include "views/views.h"

namespace tribook::app {

struct PipelineSettings {
  engine::EngineLimits limits;
  views::ViewLimits views;
  std::uint32_t texts = 16'384;    ///< blocks of the slab
  std::size_t ring = 16'384;       ///< places in each ring
  std::uint32_t gateways = 1;      ///< I/O threads that submit and get events
  bool has_own_port = false;       ///< one more gateway, the daemon's own, which gets only answers
  std::uint32_t venues = 0;        ///< stages that send quotes and reports straight to the engine
  bool has_dealing_venue = false;  ///< one of them is asked to deal
  core::ClockKind clock = core::ClockKind::System;
  TimeNs start{};  ///< engine time at the first start, when driven
  std::string journal_directory;
  std::string snapshot_directory;  ///< empty: none are kept
  /// Begin with the newest good one. Histories then begin behind it: a store must have the rest.
  bool begins_with_snapshot = false;
  std::span<const std::uint32_t> rules_taken_over = engine::kRulesTakenOver;  ///< from a snapshot
  std::function<std::string(Sequence last)> why_no_take_over = {};  ///< see StateStartOptions
  std::function<void(const StartProgress&)> on_progress = {};       ///< often; during start()
  /// Asked while another process holds the journal: true, some time later, to try again. None: no.
  std::function<bool()> waits_for_lock = {};
  /// Asked at a start whose journal ends with `last`: the store, if it has more.
  std::function<std::optional<Ahead>(Sequence last)> store_ahead = {};
  std::uint64_t segment_bytes = 64ULL << 20;
  std::uint64_t batch_bytes = 512ULL << 10;  ///< at most: see journal::WriterOptions
  journal::Durability durability = journal::Durability::Sync;
  std::chrono::nanoseconds sync_every{0};  ///< Durability::Batch: at least so often; else 0
};

/// Where commands come in and answers go out: one a gateway.
struct GatewayPort {
  runtime::Ring<Command>* commands = nullptr;
  runtime::Ring<Event>* events = nullptr;
  std::atomic<bool>* quotes_missed = nullptr;
};

/// What recovery found.
struct Recovery {
  bool is_good = false;
  std::string problem;
  std::uint64_t records = 0;             ///< replayed
  Sequence snapshot;                     ///< that it began with; 0: with the journal
  Sequence last;                         ///< the journal's
  std::vector<std::string> passed_over;  ///< snapshots that were no good, and why
  std::vector<Sequence> set_aside;       ///< snapshots of records that the journal has not
  std::optional<Ahead> store_ahead;      ///< to be set aside before anything new is sequenced
  std::uint64_t state_hash = 0;
  bool tail_was_cut = false;
  std::string tail_message;
  std::vector<core::Silence> silences;  ///< the oldest first; not the one that ends now
  TimeNs last_tick{};                   ///< 0: none yet
};

/// All stages and all rings of the house, on one page: see pipeline.cpp. Threads are given by
/// whoever runs it (ThreadPlan), so the same pipeline runs split, fused or step by step.
class Pipeline {
 public:
  Pipeline(const PipelineSettings& settings, const base::Clock& clock, journal::Disk& disk);
  ~Pipeline();

  /// Makes state, risk and views from a snapshot and the journal, then opens the journal for
  /// writing and builds the stages. Once, before any stage runs; when it was no good, all that is
  /// left to do with the pipeline is to drop it. `on_failure` is called when the journal can no
  /// longer be written.
  Recovery start(const core::JournalStage::FailureHandler& on_failure);

  // After a good start().
  [[nodiscard]] GatewayPort gateway(std::size_t index);
  /// The daemon's own: REQUIRES has_own_port. Its index follows the gateways'.
  [[nodiscard]] GatewayPort own_port() { return gateway(settings_.gateways); }
  /// Nothing is under way to the engine or the journal, and every record is written.
  [[nodiscard]] bool is_drained() const;
  [[nodiscard]] std::size_t venues() const { return venue_commands_.size(); }
  [[nodiscard]] runtime::Ring<Command>& venue(std::size_t index) { return *venue_commands_[index]; }

  /// What is asked of venues. REQUIRES: has_dealing_venue.
  [[nodiscard]] runtime::Ring<Event>& venue_requests() { return *venue_requests_; }

  [[nodiscard]] runtime::Stage& risk_stage() { return *risk_stage_; }
  [[nodiscard]] runtime::Stage& router_stage() { return *router_stage_; }
  [[nodiscard]] core::Sequencer& sequencer() { return *sequencer_; }
  [[nodiscard]] core::JournalStage& journal_stage() { return *journal_stage_; }
  [[nodiscard]] runtime::Stage& segment_stage() { return *segment_stage_; }
  [[nodiscard]] egress::EgressStage& egress_stage() { return *egress_stage_; }

  /// Tells the rings' writers whom to wake: the thread that runs the reader; and readers, of rings
  /// whose writer waits for room: the thread that runs the writer.
  struct Wakers {
    runtime::Waker* clients = nullptr;  ///< for what gateways send, besides others
    runtime::Waker* venues = nullptr;   ///< for what venues send, besides others
    runtime::Waker* risk = nullptr;
    runtime::Waker* router = nullptr;
    runtime::Waker* sequencer = nullptr;
    runtime::Waker* journal = nullptr;
    runtime::Waker* egress = nullptr;
    std::vector<runtime::Waker*> gateways;
    runtime::Waker* dealing_venue = nullptr;
  };
  void set_wakers(const Wakers& wakers);

  [[nodiscard]] views::Views& views() { return *views_; }
  /// What the house has room for: a second one that replays the same journal needs as much.
  [[nodiscard]] const engine::EngineLimits& capacity() const { return capacity_; }
  [[nodiscard]] const risk::Risk& risk() const { return *risk_; }
  [[nodiscard]] const router::Router& router() const { return router_; }
  [[nodiscard]] Slab& slab() { return slab_; }
  [[nodiscard]] std::vector<runtime::RingFigures> ring_figures() const;

 private:
  void set_writers(const Wakers& wakers);
  StateStart::Result make_state();
  [[nodiscard]] std::vector<Sequence> snapshots_ahead(Sequence last) const;
  std::string why_too_short(const journal::End& end, Recovery& recovery) const;
  std::string set_snapshots_aside(Recovery& recovery);
  void build(std::unique_ptr<core::House> house, std::unique_ptr<journal::Writer> writer,
             const core::JournalStage::FailureHandler& on_failure);

  PipelineSettings settings_;
  engine::EngineLimits capacity_;  // the settings' limits, and what the state needs
  const base::Clock& clock_;
  journal::Disk& disk_;
  Slab slab_;
  std::unique_ptr<views::Views> views_;
  std::unique_ptr<risk::Risk> risk_;
  router::Router router_;

  // Rings, in the order of the numbers in build().
  std::vector<std::unique_ptr<runtime::Ring<Command>>> gateway_commands_;
  std::unique_ptr<runtime::Ring<Command>> decided_;
  std::unique_ptr<runtime::Ring<Command>> routed_;
  std::vector<std::unique_ptr<runtime::Ring<Command>>> venue_commands_;
  std::unique_ptr<runtime::Ring<core::JournalItem>> records_;
  std::unique_ptr<runtime::Ring<Durable>> durable_;
  std::unique_ptr<runtime::Ring<Command>> triggered_;
  std::unique_ptr<runtime::Ring<Event>> feedback_;
  std::unique_ptr<runtime::Ring<Event>> events_;
  std::unique_ptr<runtime::Ring<Event>> quotes_;
  std::vector<std::unique_ptr<runtime::Ring<Event>>> gateway_events_;
  std::vector<std::unique_ptr<std::atomic<bool>>> quotes_missed_;
  std::unique_ptr<runtime::Ring<Event>> router_feedback_;
  std::unique_ptr<runtime::Ring<Event>> venue_requests_;

  std::unique_ptr<risk::RiskStage> risk_stage_;
  std::unique_ptr<router::RouterStage> router_stage_;
  std::unique_ptr<core::Sequencer> sequencer_;
  std::unique_ptr<core::JournalStage> journal_stage_;
  std::unique_ptr<core::SegmentStage> segment_stage_;
  std::unique_ptr<egress::EgressStage> egress_stage_;
};

}  // namespace tribook::app
