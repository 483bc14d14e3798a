#include "app/metrics.h"

#include <algorithm>
#include <array>

#include "metrics/text.h"
#include "tribook/domain/decimal.h"

namespace tribook::app {
namespace {

using metrics::Text;

std::string label(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + std::string(value) + "\"";
}

void render_house(Text& out, const MetricsSources& sources) {
  const views::Figures figures = sources.pipeline.views().figures();
  out.gauge("tribook_active_positions", "Open positions").sample({}, figures.open_positions);
  std::array<char, kDecimalTextMax> lots{};
  out.gauge("tribook_daily_volume", "Lots dealt today (UTC day of the engine's time)");
  out.sample_text(
      {}, {lots.data(), static_cast<std::size_t>(
                            format_decimal(lots.data(), figures.daily_volume.raw) - lots.data())});
  out.gauge("tribook_accounts", "Accounts").sample({}, figures.accounts);
  out.gauge("tribook_orders", "Orders by status; final ones since the start");
  for (std::size_t i = 0; i < figures.orders.size(); ++i) {
    out.sample(label("status", name_of(static_cast<OrderStatus>(i))), figures.orders[i]);
  }
  out.counter("tribook_errors_total",
              "Things that a limit kept from being shown, and refused connections");
  out.sample(label("kind", "views_overflow"), figures.overflows);
  for (std::size_t i = 0; i < http::kDropReasonCount; ++i) {
    const auto reason = static_cast<http::DropReason>(i);
    out.sample(label("kind", http::name_of(reason)),
               sources.client.dropped(reason) + sources.admin.dropped(reason));
  }
}

void render_http(Text& out, const MetricsSources& sources) {
  out.counter("tribook_http_requests_total", "Answered requests by listener and status class");
  for (const auto& [listener, counters] :
       {std::pair{"client", &sources.client}, std::pair{"admin", &sources.admin}}) {
    for (std::size_t status = 1; status < counters->responses_by_class.size(); ++status) {
      out.sample(label("listener", listener) + "," + label("class", std::to_string(status) + "xx"),
                 counters->responses_by_class[status]);
    }
  }
  out.gauge("tribook_http_connections", "Open connections");
  out.sample(label("listener", "client"), sources.client.connections());
  out.sample(label("listener", "admin"), sources.admin.connections());
  out.gauge("tribook_websocket_connections", "Open WebSocket sessions")
      .sample({}, sources.client.ws_sessions());
  out.histogram("tribook_order_execution_latency_seconds",
                "From an order's arrival at the gateway to its answer, the disk included",
                sources.order_latency);
}

void render_rings(Text& out, const std::vector<runtime::RingFigures>& rings) {
  out.gauge("tribook_ring_depth", "Items waiting in a ring");
  for (const auto& ring : rings) out.sample(label("ring", ring.name), ring.depth);
  out.gauge("tribook_ring_capacity", "Places in a ring");
  for (const auto& ring : rings) out.sample(label("ring", ring.name), ring.capacity);
  out.counter("tribook_ring_refusals_total", "Times that a full ring took nothing");
  for (const auto& ring : rings) out.sample(label("ring", ring.name), ring.refused);
}

void render_journal(Text& out, Pipeline& pipeline) {
  const core::JournalStage::Figures figures = pipeline.journal_stage().figures();
  out.counter("tribook_journal_records_total", "Records written").sample({}, figures.records);
  out.counter("tribook_journal_commits_total", "Batches committed").sample({}, figures.commits);
  out.counter("tribook_journal_commit_seconds_total", "Time spent in commits")
      .seconds({}, figures.commit_ns_total);
  out.gauge("tribook_journal_commit_seconds_max", "Longest commit")
      .seconds({}, figures.commit_ns_max);
  out.counter("tribook_journal_late_preparations_total",
              "Segments that a commit had to prepare itself, while orders waited");
  out.sample({}, figures.late_preparations);
  out.gauge("tribook_journal_sequence", "Last sequenced record")
      .sample({}, pipeline.sequencer().last_sequence().value);
  out.gauge("tribook_journal_written", "Last written record")
      .sample({}, pipeline.journal_stage().written().value);
  const core::Storage& storage = pipeline.journal_stage().storage();
  out.gauge("tribook_journal_storage_level",
            "0 ample, 1 short: no next segment, new orders are refused, 2 nearly used up, 3 full");
  out.sample({}, static_cast<std::uint64_t>(storage.level()));
  out.gauge("tribook_journal_room_bytes", "Free in the segments that are there")
      .sample({}, storage.room());
  out.counter("tribook_journal_storage_refusals_total",
              "Commands refused and quotes left out because the disk is full");
  out.sample({}, pipeline.sequencer().storage_refusals());
}

void render_threads(Text& out, const Threads& threads) {
  out.counter("tribook_thread_rounds_total", "Rounds of a thread over its stages");
  for (const auto& thread : threads.threads())
    out.sample(label("thread", thread->options().name), thread->rounds());
  out.counter("tribook_thread_busy_rounds_total", "Rounds that found work: the duty cycle");
  for (const auto& thread : threads.threads())
    out.sample(label("thread", thread->options().name), thread->busy_rounds());
  out.gauge("tribook_thread_longest_round_seconds", "Longest round with work");
  for (const auto& thread : threads.threads()) {
    out.seconds(label("thread", thread->options().name),
                static_cast<std::uint64_t>(thread->longest_round_ns()));
  }
}

void render_progress(Text& out, const ProgressWatch* progress) {
  if (progress == nullptr) return;
  out.gauge("tribook_thread_stands_still", "1 while a thread makes no progress");
  for (const auto& [name, stands_still] : progress->states()) {
    out.sample(label("thread", name), stands_still ? 1 : 0);
  }
}

void render_parts(Text& out, const MetricsSources& sources) {
  out.counter("tribook_part_restarts_total",
              "How often a part that failed began anew while the rest went on");
  for (const auto* part : sources.parts.all()) {
    out.sample(label("part", part->part()), part->restarts());
  }
  out.gauge("tribook_part_down", "1 while a part that failed waits to begin anew");
  for (const auto* part : sources.parts.all()) {
    out.sample(label("part", part->part()), part->is_down() ? 1 : 0);
  }
  out.counter("tribook_gateway_errors_total",
              "Requests and sessions that a mistake of ours kept from being served");
  for (const auto& faults : sources.faults)
    out.sample(label("gateway", faults.gateway), faults.errors);
  out.counter("tribook_gateway_discarded_events_total",
              "Events for sessions that were dropped because their gateway failed");
  for (const auto& faults : sources.faults) {
    out.sample(label("gateway", faults.gateway), faults.discarded);
  }
}

void render_quotes(Text& out, const QuoteSource* source) {
  if (source == nullptr) return;
  const market_data::QuoteFilter& filter = source->filter();
  out.counter("tribook_quotes_accepted_total", "Quotes that passed validation")
      .sample({}, filter.accepted());
  out.counter("tribook_quotes_refused_total", "Quotes refused, by reason");
  for (std::size_t i = 1; i < market_data::kQuoteRefusals; ++i) {
    const auto reason = static_cast<market_data::QuoteRefusal>(i);
    out.sample(label("reason", name_of(reason)), filter.refused(reason));
  }
  out.counter("tribook_quotes_malformed_total", "Rows of tick files that are no tick");
  out.sample({}, source->malformed());
}

void render_archive(Text& out, const ArchiveKeeper* archive) {
  if (archive == nullptr) return;
  const archive::Archiver::Figures figures = archive->figures();
  out.counter("tribook_journal_segments_archived_total", "Journal files moved into the archive")
      .sample({}, figures.segments);
  out.counter("tribook_journal_archive_failures_total",
              "Attempts to archive a file that failed and are made again");
  out.sample({}, figures.failures);
}

void render_history(Text& out, HistoryKeeper* history) {
  if (history == nullptr) return;
  const HistoryKeeper::Figures figures = history->figures();
  out.gauge("tribook_store_lag_records", "Written records that the store does not have yet");
  const std::uint64_t written = figures.follower.applied.value + figures.follower.lag;
  out.sample({}, written - std::min(written, figures.stored.value));
  out.gauge("tribook_follower_lag_records", "Written records that were not read back yet")
      .sample({}, figures.follower.lag);
  out.gauge("tribook_follower_stopped", "1 when the journal is followed no more")
      .sample({}, figures.follower.has_stopped ? 1 : 0);
  out.gauge("tribook_follower_diverged",
            "1 when replaying the journal gave other events than were recorded");
  out.sample({}, figures.follower.has_diverged ? 1 : 0);
  out.gauge("tribook_follower_events_held", "Events that not everybody has stored yet")
      .sample({}, figures.follower.events_held);
  out.counter("tribook_follower_sink_failures_total",
              "Times that what was read back could not be stored and was given again");
  out.sample({}, figures.follower.sink_failures);
  out.counter("tribook_store_rows_total", "Rows written").sample({}, figures.rows);
  out.counter("tribook_store_failures_total", "Commits that failed and were tried again")
      .sample({}, figures.commit_failures);
  if (figures.commits != nullptr) {
    out.histogram("tribook_store_commit_duration_seconds", "Transactions of the store",
                  *figures.commits);
  }
  out.histogram("tribook_database_query_duration_seconds", "Reads of the store",
                history->pool().durations());
  out.gauge("tribook_database_queries_waiting", "Reads that wait for a thread")
      .sample({}, history->pool().waiting());
  out.counter("tribook_database_queries_refused_total", "Reads refused because too many waited")
      .sample({}, history->pool().refusals());
}

void render_backups(Text& out, const BackupKeeper* backups) {
  if (backups == nullptr) return;
  const BackupKeeper::Figures figures = backups->figures();
  out.gauge("tribook_backup_last_success_timestamp_seconds",
            "When the newest good backup was begun; 0 if there is none");
  out.sample({}, static_cast<std::uint64_t>(figures.last_success.value_or(TimeNs{}).ms() / 1'000));
  out.gauge("tribook_backup_last_failed", "1 when the last backup failed")
      .sample({}, figures.has_failed ? 1 : 0);
  out.gauge("tribook_backup_overdue", "1 without a good backup for twice the time between two")
      .sample({}, figures.is_overdue ? 1 : 0);
  out.gauge("tribook_backup_duration_seconds", "How long the last good backup took")
      .seconds({}, figures.duration_ns);
  out.gauge("tribook_backup_bytes", "Size of the last good backup of this run")
      .sample({}, figures.bytes);
  out.counter("tribook_backup_taken_total", "Good backups").sample({}, figures.taken);
  out.counter("tribook_backup_failures_total", "Backups that failed").sample({}, figures.failures);
}

void render_risk(Text& out, const MetricsSources& sources) {
  if (sources.alerts == nullptr) return;
  out.counter("tribook_alerts_total", "Alerts since the start, by type");
  for (std::size_t i = 0; i < AlertLog::kKinds; ++i) {
    const auto kind = static_cast<AlertKind>(i);
    out.sample(label("type", name_of(kind)), sources.alerts->count(kind));
  }
  out.gauge("tribook_kill_switches", "Kill switches that are on")
      .sample({}, sources.pipeline.views().kill_switches().size());
}

}  // namespace

std::string render_metrics(const MetricsSources& sources) {
  Text out;
  render_house(out, sources);
  render_http(out, sources);
  render_rings(out, sources.pipeline.ring_figures());
  render_journal(out, sources.pipeline);
  render_threads(out, sources.threads);
  render_progress(out, sources.progress);
  render_parts(out, sources);
  render_quotes(out, sources.quotes);
  render_history(out, sources.history);
  render_archive(out, sources.archive);
  render_backups(out, sources.backups);
  render_risk(out, sources);
  return out.text();
}

}  // namespace tribook::app
