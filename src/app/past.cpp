#include "app/past.h"

#include <utility>

#include "persistence/sqlite/database.h"

namespace tribook::app {

Past::Past(const config::Config& config, Pipeline& pipeline, journal::Disk& reading,
           journal::Disk& disk, const base::Clock& clock)
    : config_(config),
      disk_(disk),
      clock_(clock),
      history_(config, pipeline, reading, clock),
      opening_("the store", "cannot be opened: no history, no snapshots, no archive",
               [this] { return try_to_open(); }) {}

void Past::open(const Recovery& recovery, QuoteSource* quotes, std::vector<core::Silence> silences,
                Attempt::Time now) {
  recovery_ = &recovery;
  quotes_ = quotes;
  silences_ = std::move(silences);
  opening_.begin(now);
}

std::string Past::try_to_open() {
  try {
    history_.open(*recovery_, quotes_, silences_);
  } catch (const persistence::sqlite::Error& error) {
    if (!error.is_of_disk()) throw;
    return error.what();
  }
  history_.start();
  if (config_.journal.archive) {
    archive_ = std::make_unique<ArchiveKeeper>(config_, disk_, clock_,
                                               [this] { return history_.settled(); });
    archive_->start();
  }
  is_open_.store(true);
  return {};
}

std::string Past::trouble() const {
  std::string trouble = opening_.trouble();
  return trouble.empty() ? history_.trouble() : trouble;
}

void Past::stop() {
  if (archive_) archive_->stop();
  history_.stop();
}

}  // namespace tribook::app
