#pragma once

#include "app/pipeline.h"
#include "app/thread_plan.h"
#include "config/config.h"

namespace tribook::app {

/// The pipeline that a configuration asks for.
PipelineSettings pipeline_settings(const config::Config& config);
engine::EngineLimits engine_limits(const config::Config& config);

/// `auto` resolved for this machine: split from 6 cores on, else fused; waiting is parking.
ThreadPlan thread_plan(const config::Threads& threads);

/// The journal's folder below a data folder.
std::string journal_directory(const std::string& data_directory);
/// Of its old segments.
std::string archive_directory(const std::string& data_directory);
std::string snapshot_directory(const std::string& data_directory);

}  // namespace tribook::app
