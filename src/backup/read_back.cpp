#include "backup/read_back.h"

#include <utility>

#include "backup/archived_check.h"
#include "backup/segment_chain.h"
#include "snapshot/snapshot.h"

namespace tribook::backup {
namespace {

/// Counts what comes by, checks what is of the journal, and hands it on.
class Inspector {
 public:
  Inspector(const ContentsVisitor& also, const std::function<bool()>& should_stop)
      : also_(also), should_stop_(should_stop) {}

  ContentsVisitor visitor() {
    return {[this](const std::string& name, Kind kind, std::uint64_t file_bytes) {
              return begin(name, kind, file_bytes);
            },
            [this](std::span<const std::byte> bytes) { return put(bytes); },
            [this] { return end(); }};
  }
  /// What it says of itself is not what it holds.
  [[nodiscard]] std::string compare(const About& said) const {
    About found = found_;
    journal_.state().tell(found);
    if (found == said) return chain_.problem();
    return "it ends with record " + std::to_string(found.last_sequence) + " in segment " +
           std::to_string(found.last_segment) + " and says that it ends with " +
           std::to_string(said.last_sequence) + " in " + std::to_string(said.last_segment) +
           ", or its counts of files are wrong";
  }
  void tell(Inspection& inspection) const {
    inspection.was_stopped = was_stopped_;
    inspection.replays_behind = chain_.replays_behind();
    const std::string holes = chain_.holes();
    if (!holes.empty()) {
      inspection.hole = "segments are missing between others (" + holes +
                        "), in the journal and in the archive: put them back from an earlier "
                        "backup; or, if nobody has them, move those before them away, too: a "
                        "journal may lack its beginning, and nothing else";
    }
    const std::string missing = chain_.missing();
    if (!missing.empty()) {
      inspection.warnings.push_back("segments are missing (" + missing +
                                    "), in the journal and in the archive: what they hold is not "
                                    "in this backup");
    }
  }

 private:
  std::string begin(const std::string& name, Kind kind, std::uint64_t file_bytes) {
    name_ = name;
    kind_ = kind;
    left_ = file_bytes;
    ++found_.files;
    const std::string file = name.substr(name.find('/') + 1);
    std::string problem;
    if (kind == Kind::Segment) {
      problem = journal_.begin(*journal::parse_segment_name(file), file_bytes);
    } else if (kind == Kind::ArchivedSegment) {
      ++found_.archived_segments;
      problem = of_file(archived_.begin(*archive::parse_file_name(file), file_bytes));
    } else if (kind == Kind::Snapshot) {
      ++found_.snapshots;
      chain_.add_snapshot(snapshot::parse_file_name(file)->value);
    }
    return problem.empty() && also_.begin ? also_.begin(name, kind, file_bytes) : problem;
  }
  std::string put(std::span<const std::byte> bytes) {
    left_ -= bytes.size();
    was_stopped_ = should_stop_ && should_stop_();
    if (was_stopped_) return "stopped";
    std::string problem;
    if (kind_ == Kind::Segment) problem = journal_.put(bytes);
    if (kind_ == Kind::ArchivedSegment) problem = of_file(archived_.put(bytes));
    return problem.empty() && also_.put ? also_.put(bytes) : problem;
  }
  std::string end() {
    std::string problem;
    if (kind_ == Kind::Segment) {
      problem = journal_.end();
      chain_.add(journal_.link());
    } else if (left_ != 0) {
      problem = "a file is not there to its end";
    } else if (kind_ == Kind::ArchivedSegment) {
      problem = of_file(archived_.end());
      chain_.add(archived_.link());
    }
    return problem.empty() && also_.end ? also_.end() : problem;
  }

  [[nodiscard]] std::string of_file(const std::string& problem) const {
    return problem.empty() ? problem : name_ + ": " + problem;
  }

  const ContentsVisitor& also_;
  const std::function<bool()>& should_stop_;
  JournalCheck journal_;
  ArchivedCheck archived_;
  SegmentChain chain_;
  std::string name_;
  About found_;
  Kind kind_ = Kind::Segment;
  std::uint64_t left_ = 0;
  bool was_stopped_ = false;
};

}  // namespace

Inspection read_back(journal::Disk& disk, const std::string& path, const Key& key,
                     const ContentsVisitor& also, const std::function<bool()>& should_stop) {
  Inspection inspection;
  const journal::FileResult opened = disk.open(path, journal::Access::Read);
  if (opened.status != journal::DiskStatus::Ok) {
    inspection.problem = path + ": " + std::string(to_string(opened.status));
    return inspection;
  }
  inspection.bytes = opened.file->size().bytes;
  ChunkReader chunks(*opened.file, key);
  Inspector inspector(also, should_stop);
  ReadResult result{{}, chunks.problem()};
  if (result.problem.empty()) result = read_contents(chunks, inspector.visitor());
  if (result.problem.empty()) result.problem = inspector.compare(result.about);
  inspection.about = result.about;
  inspection.begun = chunks.begun();
  inspector.tell(inspection);
  if (!result.problem.empty()) inspection.problem = path + ": " + result.problem;
  return inspection;
}

}  // namespace tribook::backup
