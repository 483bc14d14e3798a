#include <catch2/catch.hpp>

#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"
#include "tribook/journal/verify.h"
#include "tribook/journal/writer.h"

// A journal of other rules is refused, unless a state of rules that are taken over stands at its
// end.

namespace tribook::test {
namespace {

constexpr std::uint32_t kOther = 1;
static_assert(kOther != engine::kRulesVersion);
constexpr std::array<std::uint32_t, 2> kBoth{kOther, engine::kRulesVersion};

app::PipelineSettings settings(bool takes_over = true) {
  app::PipelineSettings settings = small_settings();
  settings.snapshot_directory = "snapshots";
  settings.begins_with_snapshot = true;
  if (takes_over) settings.rules_taken_over = kBoth;
  return settings;
}

// The same batches, as a release of other rules would have written them.
void write_again(journal::Disk& from, journal::Disk& to) {
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 4 << 20;
  options.rules_version = kOther;
  auto opened = journal::Writer::open(to, options, {});
  REQUIRE(opened.writer != nullptr);
  journal::Reader reader(from, {"journal", std::nullopt, 0});
  for (auto step = reader.next(); step != journal::Reader::Step::End; step = reader.next()) {
    if (step == journal::Reader::Step::BatchEnd) {
      REQUIRE(opened.writer->commit(reader.batch_end().event_digest) == journal::DiskStatus::Ok);
      continue;
    }
    const journal::RecordView& record = reader.record();
    REQUIRE(opened.writer->append(record.header.kind, record.header.sequence, record.header.time_ns,
                                  record.payload, record.attachment));
  }
  REQUIRE(opened.writer->close(reader.batch_end().event_digest) == journal::DiskStatus::Ok);
}

/// A journal of other rules, and the state at one of its records.
struct Old {
  explicit Old(int steps_behind) {
    journal::MemoryDisk written;
    {
      HouseRunner house(Layout::Stepped, written);
      Traffic traffic(house, Random(5));
      for (int i = 0; i < 40; ++i) traffic.step();
      house.stop();
      const core::House& state = house.pipeline().sequencer().house();
      snapshot = core::snapshot_of(state, {}, position_at(written, state.engine().last_sequence()));
    }
    if (steps_behind > 0) {
      HouseRunner house(Layout::Stepped, written);
      Traffic traffic(house, Random(6));
      for (int i = 0; i < steps_behind; ++i) traffic.step();
      house.stop();
    }
    write_again(written, disk);
    snapshot.about.rules_version = kOther;
    snapshot.about.chain = position_at(disk, snapshot.about.sequence).chain;
    REQUIRE(snapshot::Shelf(disk, "snapshots", 3).put(snapshot).empty());
  }
  static journal::EndPosition position_at(journal::Disk& of, Sequence last) {
    journal::Reader reader(of, {"journal", std::nullopt, last.value, last.value});
    while (reader.next() != journal::Reader::Step::End) {
    }
    return reader.end().position;
  }
  [[nodiscard]] app::Recovery start(const app::PipelineSettings& wanted) {
    SteppedClock clock;
    app::Pipeline pipeline(wanted, clock, disk);
    return pipeline.start([](const std::string& what) { throw std::runtime_error(what); });
  }

  journal::MemoryDisk disk;
  snapshot::Snapshot snapshot;
};

}  // namespace

TEST_CASE("a journal of other rules is refused, and what to do is said") {
  Old old(0);
  const app::Recovery recovery = old.start(settings(false));
  CHECK_FALSE(recovery.is_good);
  CHECK(recovery.problem.find("written under rules version 1, this program has 4: start the "
                              "release that wrote it") != std::string::npos);
  REQUIRE(recovery.passed_over.size() == 1);
  CHECK(recovery.passed_over[0].ends_with("it is of rules version 1, this program has 4"));
}

TEST_CASE("a state of other rules with records of them behind it is of no use") {
  Old old(10);
  const app::Recovery recovery = old.start(settings());
  CHECK_FALSE(recovery.is_good);
  REQUIRE(recovery.passed_over.size() == 1);
  CHECK(recovery.passed_over[0].ends_with(
      "the journal behind it is of rules version 1, this program has 4"));
  CHECK(recovery.problem.find("goes on from a snapshot at the journal's end") != std::string::npos);
}

TEST_CASE("a state of other rules may be kept from being gone on from") {
  Old old(0);
  app::PipelineSettings wanted = settings();
  Sequence asked;
  wanted.why_no_take_over = [&](Sequence last) {
    asked = last;
    return "the store is behind";
  };
  const app::Recovery recovery = old.start(wanted);
  CHECK_FALSE(recovery.is_good);
  CHECK(asked == old.snapshot.about.sequence);
  REQUIRE(recovery.passed_over.size() == 1);
  CHECK(recovery.passed_over[0].ends_with("the store is behind"));
}

TEST_CASE("a state of other rules at the journal's end is gone on from, in a new segment") {
  Old old(0);
  const Sequence end = old.snapshot.about.sequence;
  std::uint64_t hash = 0;
  for (const int run : {0, 1, 2}) {  // each begins with the old state
    HouseRunner house(Layout::Stepped, old.disk, settings());
    INFO(house.recovery().problem);
    REQUIRE(house.recovery().is_good);
    CHECK(house.recovery().snapshot == end);
    CHECK(house.recovery().state_hash == (run == 0 ? old.snapshot.about.state_hash : hash));
    Traffic traffic(house, Random(7));
    for (int i = 0; i < 30; ++i) traffic.step();
    if (run == 1) {
      for (int i = 0; i < 100; ++i) house.pump();
      house.abandon();
    } else {
      house.stop();
    }
    hash = house.pipeline().sequencer().house().state_hash();
  }
  const journal::Summary summary = journal::verify(old.disk, "journal");
  CHECK(summary.good());
  CHECK(summary.segments == 2);
  CHECK(summary.end.position.rules_version == engine::kRulesVersion);

  // The store's follower begins there, too.
  core::FollowerOptions options = small_follower();
  std::string stopped;
  core::Follower follower(
      options,
      {[&] { return Sequence{summary.last_sequence}; },
       [&](Sequence, const std::string& what) { stopped = what; }, [](const std::string&) {}},
      old.disk);
  RecordingSink sink(follower.slab());
  sink.set_stored(end);
  follower.add_sink(sink);
  auto loaded = core::house_of(old.snapshot, options.limits, follower.slab(), kBoth);
  REQUIRE(loaded.house != nullptr);
  follower.begin_with(std::move(loaded.house), {});
  while (follower.do_work({}) != 0) {
  }
  CHECK(stopped == "");
  CHECK(follower.house().state_hash() == hash);
}

}  // namespace tribook::test
