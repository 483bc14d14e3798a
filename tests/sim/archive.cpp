#include <algorithm>

#include "sim/world.h"
#include "tribook/journal/format.h"

// The journal's old segments are archived and their files written anew, under all faults. What is
// read afterwards, by the house and by the stranger who audits it, begins with the first record.

namespace tribook::sim {

void World::make_archiver() {
  oldest_snapshot = {};
  archive::Archiver::Ports ports;
  ports.on_archived = [this](const archive::Segment& segment) {
    ++figures.archived;
    say("archived: " + journal::segment_name(segment.id));
  };
  ports.on_failure = [this](const std::string& what) {
    ++figures.archive_failures;
    say("archive: " + what);
  };
  archiver = std::make_unique<archive::Archiver>(disk_beneath(), plan.archiver, std::move(ports));
}

void World::note_snapshots() {
  const auto kept = shelf(disk()).list();
  oldest_snapshot = kept.empty() ? Sequence{} : kept.back();
}

std::size_t World::archive_a_piece() {
  return archiver->work(clock.now(), std::min(oldest_snapshot, store->stored()));
}

}  // namespace tribook::sim
