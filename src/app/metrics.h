#pragma once

#include <string>
#include <vector>

#include "app/alert_log.h"
#include "app/archive_keeper.h"
#include "app/backup_keeper.h"
#include "app/doors.h"
#include "app/history_keeper.h"
#include "app/parts.h"
#include "app/pipeline.h"
#include "app/progress_watch.h"
#include "app/quote_source.h"
#include "app/thread_plan.h"
#include "gateway/http/counters.h"
#include "metrics/latency.h"

namespace tribook::app {

struct MetricsSources {
  Pipeline& pipeline;
  const Threads& threads;
  http::CountersSnapshot client;
  http::CountersSnapshot admin;
  std::vector<Doors::Faults> faults;
  const Parts& parts;
  const metrics::LatencyHistogram& order_latency;
  const QuoteSource* quotes = nullptr;
  HistoryKeeper* history = nullptr;
  const ProgressWatch* progress = nullptr;
  const ArchiveKeeper* archive = nullptr;
  const BackupKeeper* backups = nullptr;
  const AlertLog* alerts = nullptr;
};

/// The daemon's figures in Prometheus' text format. Base units, no account label.
std::string render_metrics(const MetricsSources& sources);

}  // namespace tribook::app
