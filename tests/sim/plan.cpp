#include "sim/plan.h"

#include <algorithm>

namespace tribook::sim {
namespace {

void draw_durability(Random& random, app::PipelineSettings& settings) {
  constexpr std::int64_t every_ms[] = {1, 50, 300, 5'000};
  const std::uint64_t draw = random.below(100);
  if (draw < 55) return;  // Sync
  settings.durability = draw < 85 ? journal::Durability::Batch : journal::Durability::None;
  if (draw < 85) settings.sync_every = std::chrono::milliseconds{random.one_of(every_ms)};
}

}  // namespace

bool Cut::leaves_out(std::string_view name) const {
  return std::find(without.begin(), without.end(), name) != without.end();
}

// Everything is small: tables fill, rings fill, ids are forgotten, segments end.
Plan draw_plan(Random random) {
  Plan plan;
  plan.is_driven = random.percent(40);
  plan.can_lose_power = random.percent(80);
  plan.fault_one_in = random.one_in(8) ? 0 : std::uint64_t{1} << random.between(6, 10);
  plan.quiet_one_in = std::uint64_t{1} << random.between(9, 12);

  app::PipelineSettings& settings = plan.settings;
  constexpr std::uint32_t positions[] = {8, 32, 200};
  constexpr std::uint32_t client_ids[] = {8, 64, 2'048};
  settings.limits.accounts = static_cast<std::uint32_t>(random.between(5, 12));
  settings.limits.positions = random.one_of(positions);
  settings.limits.symbols = static_cast<std::uint32_t>(random.between(5, 8));
  settings.limits.client_ids = random.one_of(client_ids);
  constexpr std::uint32_t orders[] = {3, 16, 64};
  settings.limits.orders = random.one_of(orders);
  settings.views.accounts = settings.limits.accounts + 1;
  settings.views.users = settings.limits.accounts + 1'002;
  settings.views.symbols = settings.limits.symbols + 1;
  settings.views.open_positions = settings.limits.positions;
  settings.views.open_orders = settings.limits.orders + 256;  // those that ended lately
  settings.views.orders = 1'024;
  settings.views.trades = 1'024;
  settings.views.ledger = 1'024;
  settings.views.closed_positions = 256;
  settings.views.text_bytes = 1 << 16;
  constexpr std::uint32_t texts[] = {6, 24, 128};
  constexpr std::size_t rings[] = {4, 7, 15, 33, 64, 256};
  settings.texts = random.one_of(texts);
  settings.ring = random.one_of(rings);
  settings.gateways = static_cast<std::uint32_t>(random.between(1, 3));
  // Those that quote, and behind them the one that deals.
  plan.quoting_venues = static_cast<std::uint32_t>(random.between(0, 2));
  settings.venues = plan.quoting_venues + 1;
  settings.has_dealing_venue = true;
  const auto chance = [&] { return static_cast<std::uint32_t>(random.below(4) * 10); };
  plan.dealing.seed = random.bits();
  plan.dealing.latency = std::chrono::milliseconds{random.between(0, 300)};
  plan.dealing.jitter = std::chrono::milliseconds{random.between(0, 2'000)};
  plan.dealing.slippage_ppm = static_cast<std::uint32_t>(random.below(3) * 100);
  plan.dealing.faults = {chance(), chance(), chance(), chance(), chance(), chance()};
  settings.clock = plan.is_driven ? core::ClockKind::Driven : core::ClockKind::System;
  settings.journal_directory = "journal";
  // In the smallest a segment ends every few dozen records.
  constexpr std::uint64_t batches[] = {8U << 10, 32U << 10, 128U << 10, 512U << 10};
  settings.batch_bytes = random.one_of(batches);
  settings.segment_bytes = settings.batch_bytes + 4096U * (2 + random.below(32));
  draw_durability(random, settings);
  plan.loss_bound = settings.sync_every;

  constexpr std::size_t turns[] = {1, 5, 40, 2'000};
  constexpr std::size_t held[] = {1, 20, 300, 65'536};
  plan.follower.journal_directory = settings.journal_directory;
  plan.follower.limits = settings.limits;
  plan.follower.texts = random.one_of(texts);
  plan.follower.records_of_one_turn = random.one_of(turns);
  plan.follower.events_held = random.one_of(held);
  plan.follower.retry_after = plan.follower.report_every = std::chrono::nanoseconds{0};

  constexpr std::uint64_t snapshot_records[] = {0, 1, 10, 100, 1'000};
  settings.snapshot_directory = "snapshots";
  plan.follower.snapshot_after_records = random.one_of(snapshot_records);
  plan.follower.snapshot_after = std::chrono::seconds{random.between(0, 30)};
  plan.snapshots_kept = static_cast<std::size_t>(random.between(1, 3));

  plan.archiver.folders = {settings.journal_directory, "archive"};
  plan.archiver.keep_segments = static_cast<std::size_t>(random.between(1, 3));
  plan.archiver.spares = random.below(3);
  if (random.percent(60)) {  // many segments
    settings.batch_bytes = 8U << 10;
    settings.segment_bytes = (16U << 10) + 4096U * random.below(8);
  }
  return plan;
}

}  // namespace tribook::sim
