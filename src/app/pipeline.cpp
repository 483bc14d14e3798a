#include "app/pipeline.h"

#include <algorithm>

#include "app/journal_end.h"
#include "app/resume_candles.h"
#include "snapshot/shelf.h"

namespace tribook::app {
namespace {

template <typename T>
std::unique_ptr<runtime::Ring<T>> make_ring(const std::string& name, std::size_t places) {
  return std::make_unique<runtime::Ring<T>>(name, places);
}

risk::RiskLimits risk_limits(const engine::EngineLimits& engine) {
  risk::RiskLimits limits;
  limits.accounts = engine.accounts;
  limits.positions = engine.positions;
  limits.symbols = engine.symbols;
  return limits;
}

std::string why_not_locked(const std::string& directory, journal::DiskStatus status) {
  if (status == journal::DiskStatus::Locked)
    return directory + ": another process uses this journal";
  return directory + "/" + std::string(journal::kLockName) + ": cannot be locked (" +
         std::string(to_string(status)) + ")";
}

}  // namespace

Pipeline::Pipeline(const PipelineSettings& settings, const base::Clock& clock, journal::Disk& disk)
    : settings_(settings),
      capacity_(settings.limits),
      clock_(clock),
      disk_(disk),
      slab_(settings.texts),
      router_(slab_) {}

Pipeline::~Pipeline() = default;

// The way of an order. Each line is one ring: from one thread to one other, bounded.
void Pipeline::build(std::unique_ptr<core::House> house, std::unique_ptr<journal::Writer> writer,
                     const core::JournalStage::FailureHandler& on_failure) {
  const std::size_t places = settings_.ring;
  const std::uint32_t ports = settings_.gateways + (settings_.has_own_port ? 1 : 0);
  for (std::uint32_t g = 0; g < ports; ++g) {
    const std::string gateway = "gateway" + std::to_string(g);
    gateway_commands_.push_back(make_ring<Command>(gateway + "_to_risk", places));  // 1
    gateway_events_.push_back(make_ring<Event>("egress_to_" + gateway, places));    // 10
    quotes_missed_.push_back(std::make_unique<std::atomic<bool>>(false));
  }
  decided_ = make_ring<Command>("risk_to_router", places);   // 2
  routed_ = make_ring<Command>("router_to_engine", places);  // 3
  for (std::uint32_t v = 0; v < settings_.venues; ++v) {
    venue_commands_.push_back(
        make_ring<Command>("venue" + std::to_string(v) + "_to_engine", places));  // 4
  }
  records_ = make_ring<core::JournalItem>("engine_to_journal", places);  // 5
  feedback_ = make_ring<Event>("engine_to_risk", places * 4);            // 6
  events_ = make_ring<Event>("engine_to_egress", places * 4);            // 7
  quotes_ = make_ring<Event>("engine_quotes_to_egress", places);         // 8
  durable_ = make_ring<Durable>("journal_to_egress", places);            // 9
  triggered_ = make_ring<Command>("engine_to_risk_triggered", places);   // 11
  router_feedback_ = make_ring<Event>("engine_to_router", places);       // 12
  if (settings_.has_dealing_venue) {
    venue_requests_ = make_ring<Event>("egress_to_venue", places);  // 13
  }

  risk::RiskStage::Ports risk_ports{{}, feedback_.get(), decided_.get()};
  for (const auto& ring : gateway_commands_) risk_ports.commands.push_back(ring.get());
  risk_ports.commands.push_back(triggered_.get());
  const bool is_driven = settings_.clock == core::ClockKind::Driven;
  risk_stage_ = std::make_unique<risk::RiskStage>(
      *risk_, slab_, risk_ports, is_driven ? risk::TimeSource::Events : risk::TimeSource::Clock);

  router_stage_ = std::make_unique<router::RouterStage>(
      router_, slab_,
      router::RouterStage::Ports{decided_.get(), router_feedback_.get(), routed_.get()});

  core::Sequencer::Ports engine_ports{{routed_.get()},       records_.get(), triggered_.get(),
                                      feedback_.get(),       events_.get(),  quotes_.get(),
                                      router_feedback_.get()};
  for (const auto& ring : venue_commands_) engine_ports.inputs.push_back(ring.get());
  sequencer_ =
      std::make_unique<core::Sequencer>(std::move(house), settings_.limits, capacity_, slab_,
                                        engine_ports, settings_.clock, settings_.start);

  journal_stage_ = std::make_unique<core::JournalStage>(
      std::move(writer), clock_, slab_, core::JournalStage::Ports{records_.get(), durable_.get()},
      settings_.sync_every, on_failure);
  sequencer_->watch(journal_stage_->storage());
  segment_stage_ =
      std::make_unique<core::SegmentStage>(journal_stage_->writer(), journal_stage_->storage());

  egress::EgressStage::Ports egress_ports{
      events_.get(), quotes_.get(), durable_.get(), {}, venue_requests_.get()};
  for (std::uint32_t g = 0; g < ports; ++g) {
    egress_ports.gateways.push_back(
        {gateway_events_[g].get(), quotes_missed_[g].get(), g == settings_.gateways});
  }
  egress_stage_ = std::make_unique<egress::EgressStage>(*views_, slab_, egress_ports);
}

// What counted for nothing is made anew before it is told another beginning.
StateStart::Result Pipeline::make_state() {
  StateStartOptions options;
  options.journal_directory = settings_.journal_directory;
  if (settings_.begins_with_snapshot) options.snapshot_directory = settings_.snapshot_directory;
  options.limits = settings_.limits;
  options.rules_taken_over = settings_.rules_taken_over;
  options.why_no_take_over = settings_.why_no_take_over;
  options.on_progress = settings_.on_progress;
  StateStart::Ports ports;
  ports.on_begin = [this](const engine::EngineLimits& capacity) {
    capacity_ = capacity;
    views_ = std::make_unique<views::Views>(settings_.views, slab_);
    risk_ = std::make_unique<risk::Risk>(risk_limits(capacity_), slab_);
  };
  ports.on_event = [this](const Event& event) {
    risk_->apply(event);
    router_.apply(event);
    views_->apply(event);
  };
  ports.on_told = [this](Sequence last, const core::FormingCandles& candles) {
    views_->begin_behind(last);
    resume_candles(candles, last, *views_);
  };
  return StateStart(std::move(options), std::move(ports), disk_, slab_).run();
}

std::vector<Sequence> Pipeline::snapshots_ahead(Sequence last) const {
  if (settings_.snapshot_directory.empty()) return {};
  std::vector<Sequence> found = snapshot::Shelf(disk_, settings_.snapshot_directory, 1).list();
  std::erase_if(found, [last](Sequence sequence) { return sequence <= last; });
  return found;
}

// What no power cut explains was lost to something worse, and these files may be all that is left
// to tell of it. A damaged one says nothing but its name. Empty: the journal is as long as anybody
// knows, or may be shorter.
std::string Pipeline::why_too_short(const journal::End& end, Recovery& recovery) const {
  if (settings_.store_ahead) recovery.store_ahead = settings_.store_ahead(recovery.last);
  const snapshot::Shelf shelf(disk_, settings_.snapshot_directory, 1);
  std::vector<Ahead> ahead;
  for (const Sequence sequence : snapshots_ahead(recovery.last)) {
    const auto read = shelf.get(sequence);
    if (!read.snapshot) continue;
    ahead.push_back({shelf.path_of(sequence), sequence, read.snapshot->about.segment_id});
  }
  if (recovery.store_ahead) ahead.push_back(*recovery.store_ahead);
  const auto proofs = proofs_of_loss(ahead, settings_.durability, end);
  if (proofs.empty()) return {};
  return why_ahead_is_refused(end, settings_.journal_directory, proofs, settings_.durability);
}

// Of records that the journal has not (it lost them with the power, or is an older copy) no
// snapshot may stay: it would pass for one of the records that come to have the same numbers.
std::string Pipeline::set_snapshots_aside(Recovery& recovery) {
  recovery.set_aside = snapshots_ahead(recovery.last);
  if (recovery.set_aside.empty()) return {};
  return snapshot::Shelf(disk_, settings_.snapshot_directory, 1).set_aside_after(recovery.last);
}

Recovery Pipeline::start(const core::JournalStage::FailureHandler& on_failure) {
  Recovery recovery;
  const std::string& directory = settings_.journal_directory;
  if (const auto status = disk_.create_directories(directory); status != journal::DiskStatus::Ok) {
    recovery.problem = directory + ": cannot be made (" + std::string(to_string(status)) + ")";
    return recovery;
  }
  const auto& waits = settings_.waits_for_lock;
  auto lock = disk_.lock(directory + "/" + journal::kLockName);
  while (lock.status == journal::DiskStatus::Locked && waits && waits()) {
    lock = disk_.lock(directory + "/" + journal::kLockName);
  }
  if (lock.status != journal::DiskStatus::Ok) {
    recovery.problem = why_not_locked(directory, lock.status);
    return recovery;
  }
  StateStart::Result state = make_state();
  recovery.passed_over = std::move(state.passed_over);
  recovery.problem = std::move(state.problem);
  if (!state.house) return recovery;
  views_->flush();
  recovery.snapshot = state.snapshot;
  recovery.records = state.records;
  recovery.last = state.house->engine().last_sequence();
  recovery.problem = why_too_short(state.end, recovery);
  if (!recovery.problem.empty()) return recovery;
  recovery.state_hash = state.house->state_hash();
  recovery.silences = state.house->silences();
  recovery.last_tick = state.house->last_tick();
  recovery.tail_was_cut = state.end.kind == journal::EndKind::TornTail;
  recovery.tail_message = describe(state.end);

  journal::WriterOptions options;
  options.directory = directory;
  options.segment_bytes = settings_.segment_bytes;
  options.batch_bytes = settings_.batch_bytes;
  options.durability = settings_.durability;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(disk_, options, state.end, std::move(lock.lock));
  if (opened.writer == nullptr) {
    recovery.problem = opened.message;
    return recovery;
  }
  recovery.problem = set_snapshots_aside(recovery);
  if (!recovery.problem.empty()) return recovery;
  build(std::move(state.house), std::move(opened.writer), on_failure);
  recovery.is_good = true;
  return recovery;
}

GatewayPort Pipeline::gateway(std::size_t index) {
  return {gateway_commands_[index].get(), gateway_events_[index].get(),
          quotes_missed_[index].get()};
}

void Pipeline::set_wakers(const Wakers& wakers) {
  for (const auto& ring : gateway_commands_) ring->set_reader(wakers.clients);
  feedback_->set_reader(wakers.risk);
  triggered_->set_reader(wakers.risk);
  router_feedback_->set_reader(wakers.router);
  if (venue_requests_) venue_requests_->set_reader(wakers.dealing_venue);
  decided_->set_reader(wakers.router);
  routed_->set_reader(wakers.sequencer);
  for (const auto& ring : venue_commands_) ring->set_reader(wakers.venues);
  records_->set_reader(wakers.journal);
  durable_->set_reader(wakers.egress);
  events_->set_reader(wakers.egress);
  quotes_->set_reader(wakers.egress);
  for (std::size_t g = 0; g < wakers.gateways.size(); ++g) {
    gateway_events_[g]->set_reader(wakers.gateways[g]);
  }
  set_writers(wakers);
}

// Who waits until a full ring has room. Gateways do not, and venues look again by themselves.
void Pipeline::set_writers(const Wakers& wakers) {
  decided_->set_writer(wakers.risk);
  routed_->set_writer(wakers.router);
  records_->set_writer(wakers.sequencer);
  triggered_->set_writer(wakers.sequencer);
  feedback_->set_writer(wakers.sequencer);
  router_feedback_->set_writer(wakers.sequencer);
  events_->set_writer(wakers.sequencer);
  quotes_->set_writer(wakers.sequencer);
  durable_->set_writer(wakers.journal);
  for (const auto& ring : gateway_events_) ring->set_writer(wakers.egress);
  if (venue_requests_) venue_requests_->set_writer(wakers.egress);
}

bool Pipeline::is_drained() const {
  for (const auto& ring : gateway_commands_) {
    if (ring->depth() != 0) return false;
  }
  for (const auto& ring : venue_commands_) {
    if (ring->depth() != 0) return false;
  }
  return triggered_->depth() == 0 && decided_->depth() == 0 && routed_->depth() == 0 &&
         records_->depth() == 0 && journal_stage_->written() >= sequencer_->last_sequence();
}

std::vector<runtime::RingFigures> Pipeline::ring_figures() const {
  std::vector<runtime::RingFigures> figures;
  for (const auto& ring : gateway_commands_) figures.push_back(ring->figures());
  for (const auto& ring : venue_commands_) figures.push_back(ring->figures());
  for (const runtime::RingBase* ring : {static_cast<runtime::RingBase*>(decided_.get()),
                                        static_cast<runtime::RingBase*>(routed_.get()),
                                        static_cast<runtime::RingBase*>(records_.get()),
                                        static_cast<runtime::RingBase*>(durable_.get()),
                                        static_cast<runtime::RingBase*>(feedback_.get()),
                                        static_cast<runtime::RingBase*>(events_.get()),
                                        static_cast<runtime::RingBase*>(quotes_.get()),
                                        static_cast<runtime::RingBase*>(triggered_.get()),
                                        static_cast<runtime::RingBase*>(router_feedback_.get())}) {
    figures.push_back(ring->figures());
  }
  if (venue_requests_) figures.push_back(venue_requests_->figures());
  for (const auto& ring : gateway_events_) figures.push_back(ring->figures());
  return figures;
}

}  // namespace tribook::app
