#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>

#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "runtime/stage_thread.h"
#include "tribook/journal/writer.h"

// A second house that reads the journal beside the live one, and the sinks it fills.

namespace tribook::test {
namespace {

/// A follower of a house, and what it said.
struct Followed {
  Followed(HouseRunner& house, journal::Disk& disk, const core::FollowerOptions& options)
      : follower(options,
                 {[&house] { return house.pipeline().journal_stage().written(); },
                  [this](Sequence last, const std::string& what) {
                    stopped_at.push_back(last);
                    stops.push_back(what);
                  },
                  [this](const std::string& what) { failures.push_back(what); },
                  [this](const core::House& of, const core::FormingCandles& candles,
                         const journal::EndPosition& position) {
                    snapshots.push_back(core::snapshot_of(of, candles, position));
                    return true;
                  }},
                 disk) {}

  RecordingSink& add_sink(Sequence stored = {}) {
    RecordingSink& sink = sinks.emplace_back(follower.slab());
    sink.set_stored(stored);
    follower.add_sink(sink);
    return sink;
  }
  void catch_up(TimeNs now = {}) {
    while (follower.do_work(now) != 0) {
    }
  }

  std::deque<RecordingSink> sinks;
  std::vector<Sequence> stopped_at;
  std::vector<std::string> stops;
  std::vector<std::string> failures;
  std::vector<snapshot::Snapshot> snapshots;
  core::Follower follower;
};

void play(HouseRunner& house, Traffic& traffic, int steps) {
  for (int i = 0; i < steps; ++i) traffic.step();
  for (int i = 0; i < 3; ++i) house.pump();
}

std::uint64_t live_hash(HouseRunner& house) {
  return house.pipeline().sequencer().house().state_hash();
}

}  // namespace

TEST_CASE("a follower comes to the live state and its sinks to every event") {
  const Random random(31);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  core::FollowerOptions options = small_follower();
  options.records_of_one_turn = 7;
  options.events_held = 40;
  options.texts = 3;
  Followed followed(house, disk, options);
  RecordingSink& whole = followed.add_sink();
  RecordingSink& lazy = followed.add_sink();
  lazy.is_lazy = true;
  RecordingSink& later = followed.add_sink(Sequence{150});

  Traffic traffic(house, random);
  for (int i = 0; i < 300; ++i) {
    traffic.step();
    if (traffic.random().one_in(5)) followed.follower.do_work({});
    if (!traffic.random().one_in(40)) continue;
    followed.catch_up();
    CHECK(followed.follower.figures().lag == 0);
    CHECK(followed.follower.house().state_hash() == live_hash(house));
  }
  house.stop();
  followed.catch_up();

  const std::vector<Row> expected = replayed(disk);
  REQUIRE(expected.size() > 500);
  CHECK(followed.follower.house().state_hash() == live_hash(house));
  CHECK(whole.rows == expected);
  CHECK(lazy.rows == expected);
  CHECK(later.rows == rows_after(expected, Sequence{150}));
  CHECK_FALSE(later.was_given_old);
  CHECK(whole.stored() == house.pipeline().sequencer().last_sequence());
  CHECK(followed.follower.slab().in_use() == 0);
  CHECK(followed.follower.figures().events_held == 0);
  CHECK(followed.stops.empty());
}

TEST_CASE("a follower that begins late catches up, with sinks that have a part already") {
  const Random random(32);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  std::vector<Row> first;
  Sequence stored;
  {
    HouseRunner house(Layout::Stepped, disk);
    Traffic traffic(house, random);
    play(house, traffic, 60);
    Followed followed(house, disk, small_follower());
    const RecordingSink& sink = followed.add_sink();
    followed.catch_up();
    first = sink.rows;
    stored = sink.stored();
    play(house, traffic, 60);
    house.abandon();
  }
  HouseRunner again(Layout::Stepped, disk);
  Followed followed(again, disk, small_follower());
  const RecordingSink& sink = followed.add_sink(stored);
  followed.catch_up();
  for (int i = 0; i < 10; ++i) again.pump();
  again.submit(again.create_account("dora", "USD", Money::from_whole(1)));
  followed.catch_up();
  first.insert(first.end(), sink.rows.begin(), sink.rows.end());
  CHECK(first == replayed(disk));
  CHECK(followed.follower.house().state_hash() == live_hash(again));
}

TEST_CASE("commits that fail lose nothing and double nothing") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Random random(seed);
    INFO(random.reproduce());
    journal::MemoryDisk disk;
    HouseRunner house(Layout::Stepped, disk);
    core::FollowerOptions options = small_follower();
    options.records_of_one_turn = 1 + seed * 3;
    options.events_held = 20 * seed;
    options.texts = static_cast<std::uint32_t>(1 + seed);
    options.retry_after = std::chrono::nanoseconds{0};
    Followed followed(house, disk, options);
    RecordingSink& bad = followed.add_sink();
    RecordingSink& good = followed.add_sink();
    Traffic traffic(house, random);
    for (int i = 0; i < 150; ++i) {
      traffic.step();
      if (traffic.random().one_in(10)) bad.failures = traffic.random().below(6);
      bad.is_lazy = traffic.random().one_in(2);
      if (traffic.random().one_in(3)) followed.follower.do_work({});
    }
    house.stop();
    bad.failures = 0;
    followed.catch_up();
    const std::vector<Row> expected = replayed(disk);
    CHECK(bad.rows == expected);
    CHECK(good.rows == expected);
    CHECK(followed.follower.house().state_hash() == live_hash(house));
    CHECK(followed.follower.figures().sink_failures > 0);
    CHECK(followed.follower.slab().in_use() == 0);
  }
}

TEST_CASE("while a sink fails, reading stops at the bound and trading goes on") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  core::FollowerOptions options = small_follower();
  options.events_held = 30;
  options.retry_after = std::chrono::seconds{1};
  options.report_every = std::chrono::seconds{10};
  Followed followed(house, disk, options);
  RecordingSink& sink = followed.add_sink();
  sink.failures = 1'000;
  Traffic traffic(house, Random(5));
  play(house, traffic, 100);

  // Tried once a second, told once in ten.
  TimeNs now = TimeNs::from_ms(1'400'000'000'000);
  for (int i = 0; i < 250; ++i) {
    followed.follower.do_work(now);
    now = now + std::chrono::milliseconds{100};
  }
  CHECK(sink.commits == 25);
  CHECK(followed.failures.size() == 3);
  CHECK(followed.failures[0] ==
        "records from 1 on cannot be stored, failures: 1: the disk is full");
  CHECK(followed.failures[1] ==
        "records from 1 on cannot be stored, failures: 10: the disk is full");
  const auto figures = followed.follower.figures();
  CHECK(figures.sink_failures == 25);
  CHECK(figures.lag > 50);
  CHECK(figures.events_held >= 30);
  CHECK(figures.events_held < 60);
  play(house, traffic, 20);
  CHECK(followed.follower.figures().lag > figures.lag);
  CHECK(sink.rows.empty());

  sink.failures = 0;
  now = now + std::chrono::seconds{1};
  followed.catch_up(now);
  house.stop();
  followed.catch_up(now);
  CHECK(sink.rows == replayed(disk));
  CHECK(followed.stops.empty());
}

TEST_CASE("a close lets sinks write what they hold") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  core::FollowerOptions options = small_follower();
  options.records_of_one_turn = 20;
  Followed followed(house, disk, options);
  RecordingSink& sink = followed.add_sink();
  sink.is_lazy = true;
  Traffic traffic(house, Random(6));
  play(house, traffic, 50);
  followed.follower.do_work({});
  CHECK(sink.rows.empty());
  followed.follower.on_close();
  CHECK(sink.stored() == Sequence{40});
}

namespace {

/// The journal once more, with another digest in its batch number `wrong`; that batch's sequence.
Sequence copy_with_wrong_digest(journal::Disk& from, journal::Disk& to, std::uint64_t wrong) {
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 4 << 20;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(to, options, journal::End{});
  REQUIRE(opened.writer != nullptr);
  journal::Reader reader(from, {"journal", std::nullopt, 0});
  std::uint64_t batch = 0;
  Sequence last;
  for (auto step = reader.next(); step != journal::Reader::Step::End; step = reader.next()) {
    if (step == journal::Reader::Step::Record) {
      const journal::RecordView& view = reader.record();
      REQUIRE(opened.writer->append(view.header.kind, view.header.sequence, view.header.time_ns,
                                    view.payload, view.attachment));
      continue;
    }
    const bool is_wrong = ++batch == wrong;
    if (is_wrong) last = Sequence{reader.batch_end().last_sequence};
    REQUIRE(opened.writer->commit(reader.batch_end().event_digest ^ (is_wrong ? 1 : 0)) ==
            journal::DiskStatus::Ok);
  }
  return last;
}

}  // namespace

TEST_CASE("other events than the live house's are told once, and nothing is stored after") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, Random(7));
  play(house, traffic, 80);
  journal::MemoryDisk other;
  const Sequence wrong = copy_with_wrong_digest(disk, other, 50);
  REQUIRE(wrong.value > 0);

  core::FollowerOptions options = small_follower();
  options.records_of_one_turn = 10;
  Followed followed(house, other, options);
  RecordingSink& sink = followed.add_sink();
  followed.catch_up();
  followed.catch_up();
  REQUIRE(followed.stops.size() == 1);
  CHECK(followed.stops[0].find("the batch that ends at record " + std::to_string(wrong.value)) !=
        std::string::npos);
  CHECK(followed.stopped_at[0] < wrong);
  CHECK(followed.follower.figures().has_diverged);
  CHECK(followed.follower.has_stopped());
  CHECK(sink.stored() < wrong);
  CHECK(followed.follower.figures().lag > 0);
  house.submit(house.create_account("emil", "USD", Money::from_whole(1)));
  followed.follower.on_close();
  CHECK(followed.stops.size() == 1);
}

TEST_CASE("a damaged journal is told once, what came before it is stored") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, Random(8));
  play(house, traffic, 80);
  const std::vector<Row> expected = replayed(disk);
  journal::MemoryDisk other;
  const std::string path = "journal/" + journal::segment_name(1);
  auto bytes = disk.get(path);
  bytes[12'000] ^= std::byte{1};
  other.put(path, bytes);

  Followed followed(house, other, small_follower());
  const RecordingSink& sink = followed.add_sink();
  followed.catch_up();
  followed.catch_up();
  REQUIRE(followed.stops.size() == 1);
  CHECK(followed.stops[0].find(path) != std::string::npos);
  CHECK_FALSE(followed.follower.figures().has_diverged);
  REQUIRE(followed.stopped_at[0].value > 0);
  CHECK(sink.stored() == followed.stopped_at[0]);
  REQUIRE(sink.rows.size() < expected.size());
  CHECK(sink.rows ==
        std::vector<Row>(expected.begin(),
                         expected.begin() + static_cast<std::ptrdiff_t>(sink.rows.size())));
}

TEST_CASE("a follower that throws is told once, and nothing is stored after") {
  const Random random(80);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, random);
  play(house, traffic, 50);
  bool throws = false;
  std::vector<std::string> stops;
  core::FollowerOptions options = small_follower();
  options.records_of_one_turn = 20;
  core::Follower follower(options,
                          {[&] {
                             if (throws) throw std::runtime_error("out of memory");
                             return house.pipeline().journal_stage().written();
                           },
                           [&](Sequence, const std::string& what) { stops.push_back(what); },
                           [](const std::string&) {}},
                          disk);
  RecordingSink sink(follower.slab());
  follower.add_sink(sink);
  follower.do_work({});
  throws = true;
  follower.do_work({});
  throws = false;
  CHECK(stops == std::vector<std::string>{"out of memory"});
  CHECK(follower.has_stopped());
  const auto commits = sink.commits;
  for (int i = 0; i < 10; ++i) CHECK(follower.do_work({}) == 0);
  follower.on_close();
  CHECK(sink.commits == commits);
  CHECK(stops.size() == 1);
}

TEST_CASE("a sink that forgets what it stored ends the following") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, Random(9));
  play(house, traffic, 20);
  Followed followed(house, disk, small_follower());
  RecordingSink& sink = followed.add_sink();
  followed.catch_up();
  const std::size_t rows = sink.rows.size();
  sink.set_stored(Sequence{3});
  play(house, traffic, 20);
  followed.catch_up();
  REQUIRE(followed.stops.size() == 1);
  CHECK(sink.rows.size() == rows);
}

TEST_CASE("a follower on its own thread keeps up with a house on others") {
  const Random random(33);
  INFO(random.reproduce());
  const Layout layout = GENERATE(Layout::Fused, Layout::Split);
  CAPTURE(to_string(layout));
  journal::MemoryDisk disk;
  HouseRunner house(layout, disk);
  core::FollowerOptions options = small_follower();
  options.texts = 5;
  options.retry_after = std::chrono::nanoseconds{0};
  Followed followed(house, disk, options);
  RecordingSink& sink = followed.add_sink();
  sink.failures = 3;
  const SteppedClock clock;
  runtime::StageThread thread({.name = "store"}, clock, {&followed.follower});
  Traffic traffic(house, random);
  play(house, traffic, 30);
  thread.start();
  play(house, traffic, 120);
  house.stop();
  const Sequence last = house.pipeline().sequencer().last_sequence();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (followed.follower.applied() < last && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  thread.stop();
  CHECK(followed.follower.applied() == last);
  CHECK(followed.follower.house().state_hash() == live_hash(house));
  CHECK(followed.stops.empty());
  CHECK(followed.follower.figures().sink_failures == 3);
  CHECK(sink.rows == replayed(disk));
  CHECK_FALSE(sink.was_given_old);
}

TEST_CASE("a follower takes snapshots by records and by time, and one that begins there goes on") {
  const Random random(77);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  core::FollowerOptions options = small_follower();
  options.snapshot_after_records = 50;
  Followed by_records(house, disk, options);
  by_records.add_sink();
  options.snapshot_after_records = 0;
  options.snapshot_after = std::chrono::seconds{10};
  Followed by_time(house, disk, options);
  options.snapshot_after = std::chrono::nanoseconds{0};
  Followed never(house, disk, options);

  Traffic traffic(house, random);
  TimeNs now{1};
  for (int i = 0; i < 200; ++i) {
    traffic.step();
    now = now + std::chrono::seconds{1};
    for (Followed* each : {&by_records, &by_time, &never}) each->catch_up(now);
  }
  CHECK(by_records.snapshots.size() >= 4);
  CHECK(by_time.snapshots.size() == 19);
  CHECK(never.snapshots.empty());
  never.follower.on_close();  // a proper stop
  REQUIRE(never.snapshots.size() == 1);
  CHECK(never.snapshots.back().about.sequence == never.follower.applied());
  never.follower.on_close();
  CHECK(never.snapshots.size() == 1);

  const snapshot::Snapshot& begin = by_records.snapshots[1];
  Followed late(house, disk, options);
  RecordingSink& sink = late.add_sink(Sequence{begin.about.sequence.value + 7});
  CHECK(late.follower.least_stored() == sink.stored());
  auto loaded = core::house_of(begin, options.limits, late.follower.slab());
  REQUIRE(loaded.house);
  late.follower.begin_with(std::move(loaded.house), std::move(loaded.candles));
  CHECK(late.follower.applied() == begin.about.sequence);
  for (int i = 0; i < 50; ++i) traffic.step();
  house.pump();
  late.catch_up(now);
  CHECK(late.stops.empty());
  CHECK(late.follower.applied() == house.pipeline().sequencer().last_sequence());
  CHECK(late.follower.house().state_hash() == live_hash(house));
  CHECK(sink.rows == rows_after(replayed(disk), Sequence{begin.about.sequence.value + 7}));
}

TEST_CASE("after a snapshot the sinks get their turn, however often one is due") {
  const Random random(80);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, random);
  std::vector<Sequence> ends;  // of batches
  for (int i = 0; i < 30; ++i) {
    play(house, traffic, 1);
    const Sequence written = house.pipeline().journal_stage().written();
    if (ends.empty() || ends.back() < written) ends.push_back(written);
  }
  core::FollowerOptions options = small_follower();
  options.snapshot_after_records = 1;
  std::vector<std::uint64_t> commits_before;  // a snapshot
  RecordingSink* sink = nullptr;
  const core::Follower* followed = nullptr;
  core::Follower::Ports ports;
  // As if a batch were written whenever the one before has been read.
  ports.written = [&] {
    return *std::find_if(ends.begin(), ends.end() - 1,
                         [&](Sequence end) { return end > followed->applied(); });
  };
  ports.on_stop = [](Sequence, const std::string& what) { FAIL(what); };
  ports.on_snapshot = [&](const core::House&, const core::FormingCandles&,
                          const journal::EndPosition&) {
    commits_before.push_back(sink->commits);
    return true;
  };
  core::Follower follower(options, ports, disk);
  followed = &follower;
  RecordingSink recording(follower.slab());
  sink = &recording;
  follower.add_sink(recording);
  while (follower.do_work({}) != 0) {
  }
  CHECK(follower.applied() == ends.back());
  REQUIRE(commits_before.size() == ends.size());
  for (std::size_t i = 1; i < commits_before.size(); ++i) {
    CHECK(commits_before[i] > commits_before[i - 1]);
  }
  CHECK(recording.rows == replayed(disk));
}

TEST_CASE("a snapshot that was given up is asked for again at the close, and not before") {
  const Random random(81);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Traffic traffic(house, random);
  play(house, traffic, 20);
  core::FollowerOptions options = small_follower();
  options.snapshot_after_records = 1;
  std::vector<Sequence> asked;
  bool is_kept = false;
  core::Follower::Ports ports;
  ports.written = [&house] { return house.pipeline().journal_stage().written(); };
  ports.on_snapshot = [&](const core::House& of, const core::FormingCandles&,
                          const journal::EndPosition&) {
    asked.push_back(of.engine().last_sequence());
    return is_kept;
  };
  core::Follower follower(options, ports, disk);
  for (int i = 0; i < 5; ++i) follower.do_work({});
  CHECK(asked == std::vector<Sequence>{follower.applied()});
  is_kept = true;
  follower.on_close();
  CHECK(asked == std::vector<Sequence>(2, follower.applied()));
  follower.on_close();
  CHECK(asked.size() == 2);
}

TEST_CASE("a follower that begins with a state of another history stops there") {
  const Random random(78);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  Followed first(house, disk, small_follower());
  Traffic traffic(house, random);
  for (int i = 0; i < 40; ++i) traffic.step();
  first.catch_up();
  first.follower.on_close();
  REQUIRE(first.snapshots.size() == 1);

  journal::MemoryDisk other_disk;
  HouseRunner other(Layout::Stepped, other_disk);
  Traffic other_traffic(other, Random(79));
  for (int i = 0; i < 200; ++i) other_traffic.step();
  Followed late(other, other_disk, small_follower());
  auto loaded = core::house_of(first.snapshots[0], small_settings().limits, late.follower.slab());
  REQUIRE(loaded.house);
  late.follower.begin_with(std::move(loaded.house), std::move(loaded.candles));
  late.catch_up();
  CHECK(late.follower.figures().has_diverged);
}

}  // namespace tribook::test
