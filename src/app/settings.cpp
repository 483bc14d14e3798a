#include "app/settings.h"

#include <thread>

namespace tribook::app {
namespace {

constexpr unsigned kCoresToSplit = 6;

journal::Durability durability_of(config::Durability durability) {
  switch (durability) {
    case config::Durability::Sync:
      return journal::Durability::Sync;
    case config::Durability::Batch:
      return journal::Durability::Batch;
    case config::Durability::None:
      break;
  }
  return journal::Durability::None;
}

}  // namespace

std::string journal_directory(const std::string& data_directory) {
  return data_directory + "/journal";
}

std::string archive_directory(const std::string& data_directory) {
  return data_directory + "/archive";
}

std::string snapshot_directory(const std::string& data_directory) {
  return data_directory + "/snapshots";
}

engine::EngineLimits engine_limits(const config::Config& config) {
  return {config.limits.accounts, config.limits.positions, config.limits.symbols,
          config.limits.client_ids, config.limits.orders};
}

PipelineSettings pipeline_settings(const config::Config& config) {
  PipelineSettings settings;
  settings.limits = engine_limits(config);
  const config::Limits& limits = config.limits;
  settings.views.accounts = limits.accounts + std::size_t{1};
  settings.views.users = limits.accounts + std::size_t{1'001};
  settings.views.symbols = limits.symbols + std::size_t{1};
  settings.views.open_positions = limits.positions;
  settings.views.open_orders = limits.orders + 4'096;  // those that ended lately stay a while
  settings.views.orders = settings.views.trades = settings.views.ledger = limits.history;
  settings.views.closed_positions = settings.views.days = limits.history;
  settings.texts = limits.texts;
  settings.ring = limits.ring;
  settings.gateways = config.gateway.io_threads;
  settings.has_own_port = true;
  const bool quotes_itself =
      config.has_venue(config::VenueType::Replay) || config.has_venue(config::VenueType::Simulated);
  settings.has_dealing_venue = config.has_venue(config::VenueType::Test);
  settings.venues = (quotes_itself ? 1U : 0U) + (settings.has_dealing_venue ? 1U : 0U);
  settings.clock = config.clock_type() == config::ClockType::System ? core::ClockKind::System
                                                                    : core::ClockKind::Driven;
  settings.start = config.clock.start.value_or(TimeNs{});
  settings.journal_directory = journal_directory(config.data_directory);
  settings.snapshot_directory = snapshot_directory(config.data_directory);
  settings.begins_with_snapshot = config.store.type != config::StoreType::None;
  settings.segment_bytes = config.journal.segment_bytes;
  settings.durability = durability_of(config.journal.durability);
  if (config.journal.durability == config::Durability::Batch)
    settings.sync_every = config.journal.batch;
  return settings;
}

ThreadPlan thread_plan(const config::Threads& threads) {
  const bool is_large = std::thread::hardware_concurrency() >= kCoresToSplit;
  ThreadPlan plan;
  plan.is_split = threads.layout == config::Layout::Split ||
                  (threads.layout == config::Layout::Auto && is_large);
  switch (threads.wait) {
    case config::Wait::Auto:
      plan.wait = runtime::WaitStrategy::Park;
      break;
    case config::Wait::Spin:
      plan.wait = runtime::WaitStrategy::Spin;
      break;
    case config::Wait::Yield:
      plan.wait = runtime::WaitStrategy::Yield;
      break;
    case config::Wait::Park:
      plan.wait = runtime::WaitStrategy::Park;
      break;
  }
  plan.pin = threads.pin;
  return plan;
}

}  // namespace tribook::app
