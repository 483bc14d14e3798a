#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "archive/reading_disk.h"
#include "core/replica.h"
#include "sim/violation.h"
#include "sim/world.h"
#include "snapshot/shelf.h"
#include "tribook/journal/format.h"
#include "tribook/journal/reader.h"

// Bytes that change while the house is down. Of the journal on copies of the disk, several at each
// strike: a start on them must name the file, or cut what nothing proves to have been durable, or
// come to the same state. Where the journal's end is gone, a start must notice what is ahead of it.

namespace tribook::sim {
namespace {

constexpr std::string_view kName = "no start with another state";
constexpr int kTries = 4;

struct Place {
  std::string file;  ///< path
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
};

struct Known {
  std::uint64_t hash = 0;
  std::uint64_t last = 0;
  std::uint64_t proven = 0;  ///< the last record that a later footer calls durable
  std::uint64_t unproven_segment = 0;
  std::uint64_t unproven_offset = 0;
  std::vector<Place> records;              ///< where each begins
  std::vector<std::uint64_t> batch_lasts;  ///< each batch's last record
};

void copy_disk(journal::MemoryDisk& from, const std::string& folder, journal::MemoryDisk& to) {
  static_cast<void>(to.create_directories(folder));
  for (const std::string& name : from.list(folder).names) {
    const std::string path = folder + "/" + name;
    to.put(path, from.get(path));
  }
}

void copy_house(const World& world, journal::MemoryDisk& from, journal::MemoryDisk& to) {
  copy_disk(from, world.plan.settings.journal_directory, to);
  copy_disk(from, world.plan.settings.snapshot_directory, to);
  copy_disk(from, world.plan.archiver.folders.archive, to);
}

/// The journal with what is archived of it.
archive::ReadingDisk whole(const World& world, journal::MemoryDisk& disk) {
  return {disk, world.plan.archiver.folders.journal, world.plan.archiver.folders.archive};
}

Known what_is_there(const World& world, journal::MemoryDisk& disk) {
  const std::string& folder = world.plan.settings.journal_directory;
  Known known;
  archive::ReadingDisk all = whole(world, disk);
  journal::Reader reader(all, {folder, {}, 1});
  std::vector<std::uint64_t> sequences;
  for (auto step = reader.next(); step != journal::Reader::Step::End; step = reader.next()) {
    if (step == journal::Reader::Step::BatchEnd && reader.batch_end().record_count != 0) {
      known.batch_lasts.push_back(reader.batch_end().last_sequence);
    }
    if (step != journal::Reader::Step::Record) continue;
    const journal::RecordView& record = reader.record();
    known.records.push_back({folder + "/" + journal::segment_name(record.segment_id),
                             record.segment_id, record.offset});
    sequences.push_back(record.header.sequence);
  }
  const journal::EndPosition& end = reader.end().position;
  known.last = end.last_sequence;
  known.unproven_segment = end.segment_id;
  known.unproven_offset = end.unproven_offset;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Place& place = known.records[i];
    if (place.segment < end.segment_id || place.offset < end.unproven_offset) {
      known.proven = sequences[i];
    }
  }
  const auto names = disk.list(folder).names;
  std::erase_if(known.records, [&](const Place& place) {  // those in the archive
    return std::find(names.begin(), names.end(), journal::segment_name(place.segment)) ==
           names.end();
  });
  return known;
}

std::uint64_t hash_at(const World& world, journal::MemoryDisk& disk, std::uint64_t sequence) {
  Slab texts(16);
  core::Replica replica(world.plan.settings.limits, texts);
  archive::ReadingDisk all = whole(world, disk);
  const auto result = replica.replay(all, world.plan.settings.journal_directory,
                                     {Sequence{sequence}, std::nullopt});
  demand(result.is_good, kName, result.problem);
  return replica.house().state_hash();
}

std::vector<std::string> kept_files(journal::MemoryDisk& disk, const std::string& folder) {
  std::vector<std::string> names = disk.list(folder).names;
  std::erase_if(names, [](const std::string& name) { return name.find(".cut-at-") == name.npos; });
  return names;
}

/// What was cut behind the damaged batch: another one or more, whole, and they must not be gone.
void demand_kept(World& world, journal::MemoryDisk& disk, const Known& known, const Place& place,
                 const std::vector<std::byte>& before, const std::vector<std::string>& kept_before,
                 std::uint64_t last) {
  constexpr std::string_view kKept = "whole batches that are cut are kept";
  const auto lost = std::count_if(known.batch_lasts.begin(), known.batch_lasts.end(),
                                  [&](std::uint64_t sequence) { return sequence > last; });
  if (lost < 2) return;
  const std::string& folder = world.plan.settings.journal_directory;
  const auto kept = kept_files(disk, folder);
  const std::string where = "a bit flipped in " + place.file + " at offset " +
                            std::to_string(place.offset) + ", " + std::to_string(lost) + " lost";
  demand(kept.size() == kept_before.size() + 1, kKept, where);
  for (const std::string& name : kept) {
    if (std::find(kept_before.begin(), kept_before.end(), name) != kept_before.end()) continue;
    const std::uint64_t offset = std::stoull(name.substr(name.find(".cut-at-") + 8));
    std::vector<std::byte> wanted(before.begin() + static_cast<std::ptrdiff_t>(offset),
                                  before.end());
    while (!wanted.empty() && wanted.back() == std::byte{}) wanted.pop_back();
    demand(disk.get(folder + "/" + name) == wanted, kKept, where + ": " + name);
    ++world.figures.cuts_kept;
  }
}

void start_on(World& world, journal::MemoryDisk& good, journal::MemoryDisk& damaged,
              const Known& known, const Place& place) {
  const std::vector<std::byte> before = damaged.get(place.file);
  const auto kept_before = kept_files(damaged, world.plan.settings.journal_directory);
  archive::ReadingDisk all = whole(world, damaged);
  app::Pipeline pipeline(world.plan.settings, world.clock, all);
  const app::Recovery found = pipeline.start([](const std::string&) {});
  const std::string where = place.file + " at offset " + std::to_string(place.offset);
  if (!found.is_good) {
    const std::string file = place.file.substr(place.file.rfind('/') + 1);
    demand(found.problem.find(file) != std::string::npos &&
               found.problem.find("offset") != std::string::npos,
           "damage is named", "a bit flipped in " + where + ": " + found.problem);
    ++world.figures.flips_refused;
    return;
  }
  const core::House& house = pipeline.sequencer().house();
  const std::uint64_t last = house.engine().last_sequence().value;
  demand(last >= known.proven && last <= known.last, kName,
         "a bit flipped in " + where + ": " + std::to_string(last) + " of " +
             std::to_string(known.last) + " records, durable were " + std::to_string(known.proven));
  const std::uint64_t expected = last == known.last ? known.hash : hash_at(world, good, last);
  demand(house.state_hash() == expected, kName, "a bit flipped in " + where);
  demand_kept(world, damaged, known, place, before, kept_before, last);
  ++(last == known.last ? world.figures.flips_harmless : world.figures.flips_cut);
}

/// Any byte, and more often than their share those that were written.
Place draw_place(World& world, const Known& known) {
  Random& random = world.strike_random;
  if (!known.records.empty() && random.percent(80)) {
    Place place = known.records[random.below(known.records.size())];
    place.offset += random.below(200);
    return place;
  }
  const std::string& folder = world.plan.settings.journal_directory;
  const auto names = world.memory.list(folder).names;
  std::vector<std::string> segments;
  for (const std::string& name : names) {
    if (journal::parse_segment_name(name)) segments.push_back(folder + "/" + name);
  }
  if (segments.empty()) return {};
  const std::string path = segments[random.below(segments.size())];
  const std::uint64_t size = world.memory.get(path).size();
  return {path, 0, random.percent(30) ? random.below(64) : random.below(size)};
}

void flip(World& world, journal::MemoryDisk& disk, const Place& place) {
  std::vector<std::byte> bytes = disk.get(place.file);
  if (place.offset >= bytes.size()) return;
  bytes[place.offset] ^= static_cast<std::byte>(1U << world.strike_random.below(8));
  disk.put(place.file, std::move(bytes));
}

/// Another record in its place, whole in itself, as a write that went astray would leave it.
bool replace_record(World& world, journal::MemoryDisk& disk, const Known& known, Place& place) {
  if (known.records.size() < 3) return false;
  const std::size_t which = 1 + world.strike_random.below(known.records.size() - 2);
  place = known.records[which];
  const Place& before = known.records[which - 1];
  std::vector<std::byte> bytes = disk.get(place.file);
  journal::RecordHeader header;
  std::memcpy(&header, bytes.data() + place.offset, sizeof header);
  const bool has_attachment = (header.flags & 1U) != 0;
  if (has_attachment || before.segment != place.segment || header.size < 32) return false;
  // What stands just before it is the record before, or that one's footer.
  std::uint32_t chain = 0;
  const std::uint64_t footer = place.offset - sizeof(journal::BatchFooter);
  std::uint64_t at = before.offset;
  journal::RecordHeader last;
  std::memcpy(&last, bytes.data() + at, sizeof last);
  if ((last.flags & 1U) != 0) return false;
  if (before.offset + last.size != place.offset) at = footer;
  std::memcpy(&chain, bytes.data() + at, sizeof chain);
  const std::uint64_t changed = place.offset + 24 + world.strike_random.below(header.size - 24);
  bytes[changed] ^= std::byte{1};
  const std::uint32_t crc = journal::record_crc(
      chain, std::span<const std::byte>(bytes).subspan(place.offset + 4, header.size - 4U));
  std::memcpy(bytes.data() + place.offset, &crc, sizeof crc);
  disk.put(place.file, std::move(bytes));
  return true;
}

/// What stands there, and all behind it.
void lose_end(World& world, journal::MemoryDisk& disk, const Place& place) {
  std::vector<std::byte> bytes = disk.get(place.file);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(place.offset), bytes.end(), std::byte{0});
  disk.put(place.file, std::move(bytes));
  const std::string& folder = world.plan.settings.journal_directory;
  for (const std::string& name : disk.list(folder).names) {
    const auto segment = journal::parse_segment_name(name);
    if (segment && *segment > place.segment) {
      static_cast<void>(disk.remove(folder + "/" + name));
    }
  }
  static_cast<void>(disk.sync_directory(folder));
}

/// Whole files that know more than the journal though no power cut explains it: with sync all, else
/// those of a segment behind one that is missing. A damaged file proves nothing.
std::vector<std::string> proofs_of_loss(World& world, journal::MemoryDisk& disk, Sequence last,
                                        std::uint64_t last_segment) {
  const app::PipelineSettings& settings = world.plan.settings;
  const bool is_sync = settings.durability == journal::Durability::Sync;
  const snapshot::Shelf shelf(disk, settings.snapshot_directory, 1);
  std::vector<std::string> proofs;
  for (const Sequence sequence : shelf.list()) {
    if (sequence <= last) break;
    const auto read = shelf.get(sequence).snapshot;
    if (read && (is_sync || read->about.segment_id > last_segment + 1)) {
      proofs.push_back(shelf.path_of(sequence));
    }
  }
  if (is_sync && world.database.stored > last) proofs.emplace_back("database");
  return proofs;
}

/// What proves a loss is named and left where it is, all else that is ahead makes way.
void start_without_end(World& world, journal::MemoryDisk& good, journal::MemoryDisk& disk,
                       const Place& place) {
  constexpr std::string_view kShort = "a journal that is too short is noticed";
  const app::PipelineSettings& settings = world.plan.settings;
  const snapshot::Shelf shelf(disk, settings.snapshot_directory, 1);
  const Sequence last{what_is_there(world, disk).last};
  const auto before = disk.list(settings.snapshot_directory).names;
  const auto proofs = proofs_of_loss(world, disk, last, place.segment);
  const bool is_ahead =
      world.database.stored > last || (!shelf.list().empty() && shelf.list().front() > last);
  const std::string where = "cut in " + place.file + " at offset " + std::to_string(place.offset);

  archive::ReadingDisk all = whole(world, disk);
  app::Pipeline pipeline(settings, world.clock, all);
  const app::Recovery found = pipeline.start([](const std::string&) {});
  const bool is_refused = !proofs.empty();
  if (found.is_good) {
    demand(!is_refused, kShort, where + ": it started");
    const core::House& house = pipeline.sequencer().house();
    demand(house.engine().last_sequence() == last, kShort, where);
    demand(house.state_hash() == hash_at(world, good, last.value), kShort, where);
    demand(shelf.list().empty() || shelf.list().front() <= last, kShort, where + ": a snapshot");
    if (is_ahead) ++world.figures.ends_set_aside;
    return;
  }
  demand(disk.list(settings.snapshot_directory).names == before, kShort,
         where + ": a start that was refused changed the snapshots");
  const bool is_named = found.problem.find("offset") != std::string::npos || last == Sequence{};
  // One whose end lies in the archive is refused in any case.
  if (!is_refused) {
    demand(found.problem.find("archived") != std::string::npos, kShort, where + found.problem);
    return;
  }
  demand(is_named, kShort, where + ": " + found.problem);
  for (const std::string& path : proofs) {
    demand(found.problem.find(path) != std::string::npos, kShort,
           where + ": " + path + " is not named: " + found.problem);
  }
  ++world.figures.ends_refused;
}

}  // namespace

void World::flip_in_journal() {
  const std::uint64_t cut = std::exchange(disk_calls_until_cut, 0);
  journal::MemoryDisk good;
  copy_house(*this, memory, good);
  Known known = what_is_there(*this, good);
  if (known.last != 0) known.hash = hash_at(*this, good, known.last);
  for (int tries = 0; tries < kTries && known.last != 0; ++tries) {
    journal::MemoryDisk damaged;
    copy_house(*this, good, damaged);
    Place place;
    if (!strike_random.one_in(kTries) || !replace_record(*this, damaged, known, place)) {
      place = draw_place(*this, known);
      flip(*this, damaged, place);
    }
    start_on(*this, good, damaged, known, place);
  }
  disk_calls_until_cut = cut;
}

// As an outside hand or a disk that lies takes it, behind what durable records left.
void World::cut_journal() {
  const std::uint64_t cut = std::exchange(disk_calls_until_cut, 0);
  journal::MemoryDisk good;
  copy_house(*this, memory, good);
  const Known known = what_is_there(*this, good);
  for (int tries = 0; tries < kTries && !known.records.empty(); ++tries) {
    journal::MemoryDisk cut_short;
    copy_house(*this, good, cut_short);
    const Place& place = known.records[strike_random.below(known.records.size())];
    lose_end(*this, cut_short, place);
    start_without_end(*this, good, cut_short, place);
  }
  disk_calls_until_cut = cut;
}

void World::flip_in_snapshots() {
  const std::uint64_t cut = std::exchange(disk_calls_until_cut, 0);
  const snapshot::Shelf kept = shelf(memory);
  for (const Sequence sequence : kept.list()) {
    if (strike_random.one_in(3)) continue;
    const std::string path = kept.path_of(sequence);
    std::vector<std::byte> bytes = memory.get(path);
    if (bytes.empty()) continue;
    bytes[strike_random.below(bytes.size())] ^=
        static_cast<std::byte>(1U << strike_random.below(8));
    damaged_snapshots[sequence.value] = digest_of(bytes);
    memory.put(path, std::move(bytes));
    ++figures.snapshots_damaged;
  }
  disk_calls_until_cut = cut;
}

}  // namespace tribook::sim
