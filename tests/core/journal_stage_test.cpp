#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "core/journal_stage.h"
#include "journal/memory_disk.h"
#include "tribook/engine/engine.h"

namespace tribook::core {
namespace {

class SetClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override { return at; }
  TimeNs at{1'000'000'000'000};
};

Record quote_at(std::uint64_t sequence) {
  QuoteCommand quote;
  quote.symbol = SymbolId{1};
  return {Sequence{sequence}, TimeNs{5}, Command::make(quote)};
}

}  // namespace

TEST_CASE("JournalStage: a clock that was set back does not put a sync off") {
  journal::MemoryDisk disk;
  SetClock clock;
  Slab slab(4);
  JournalRing records("records", 8);
  DurableRing durable("durable", 8);
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 1 << 20;
  options.durability = journal::Durability::Batch;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(disk, options, journal::End{});
  REQUIRE(opened.writer != nullptr);
  JournalStage stage(std::move(opened.writer), clock, slab, {&records, &durable},
                     std::chrono::milliseconds{50}, [](const std::string&) { FAIL("failed"); });

  REQUIRE(records.try_push({quote_at(1), 0}));
  stage.do_work(clock.now());
  CHECK(stage.writer().durable_sequence() == 1);
  clock.at.ns -= 3'600'000'000'000;
  REQUIRE(records.try_push({quote_at(2), 0}));
  stage.do_work(clock.now());
  CHECK(stage.writer().durable_sequence() == 2);
  REQUIRE(records.try_push({quote_at(3), 0}));
  clock.at.ns += 10'000'000;
  stage.do_work(clock.now());
  CHECK(stage.writer().durable_sequence() == 2);
  clock.at.ns += 50'000'000;
  stage.do_work(clock.now());
  CHECK(stage.writer().durable_sequence() == 3);
}

TEST_CASE("JournalStage: a segment that nobody prepared in time is counted") {
  journal::MemoryDisk disk;
  SetClock clock;
  Slab slab(4);
  JournalRing records("records", 8);
  DurableRing durable("durable", 8);
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 64 << 10;
  options.batch_bytes = 16 << 10;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(disk, options, journal::End{});
  REQUIRE(opened.writer != nullptr);
  JournalStage stage(std::move(opened.writer), clock, slab, {&records, &durable},
                     std::chrono::milliseconds{50}, [](const std::string&) { FAIL("failed"); });
  auto fill_segment = [&, sequence = std::uint64_t{0}]() mutable {
    const std::uint64_t segments = stage.writer().counters().segments;
    while (stage.writer().counters().segments == segments) {
      REQUIRE(records.try_push({quote_at(++sequence), 0}));
      stage.do_work(clock.now());
      Durable told;
      while (durable.try_pop(told)) {
      }
    }
  };
  fill_segment();
  const std::uint64_t before = stage.figures().late_preparations;
  CHECK(stage.writer().prepare_next() == journal::DiskStatus::Ok);
  fill_segment();
  CHECK(stage.figures().late_preparations == before);
  fill_segment();
  CHECK(stage.figures().late_preparations == before + 1);
}

TEST_CASE("JournalStage: what the disk has no room for is kept and tried again each second") {
  journal::MemoryDisk disk;
  SetClock clock;
  Slab slab(4);
  JournalRing records("records", 8);
  DurableRing durable("durable", 8);
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 64 << 10;
  options.batch_bytes = 16 << 10;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(disk, options, journal::End{});
  REQUIRE(opened.writer != nullptr);
  std::string failure;
  JournalStage stage(std::move(opened.writer), clock, slab, {&records, &durable},
                     std::chrono::nanoseconds{0}, [&](const std::string& what) { failure = what; });
  auto refused = journal::DiskStatus::NoSpace;
  const auto what = journal::MemoryDisk::Operation::Write;  // of which half is left
  std::size_t tries = 0;
  disk.set_fault_hook([&](journal::MemoryDisk::Operation operation, const std::string&) {
    if (operation != what) return journal::DiskStatus::Ok;
    ++tries;
    return refused;
  });
  REQUIRE(records.try_push({quote_at(1), 0}));
  stage.do_work(clock.now());

  SECTION("a write") {
    CHECK(stage.storage().level() == StorageLevel::Full);
    REQUIRE(records.try_push({quote_at(2), 0}));
    clock.at.ns += 900'000'000;
    stage.do_work(clock.now());
    CHECK(tries == 1);
    clock.at.ns += 200'000'000;
    stage.do_work(clock.now());
    CHECK(tries == 2);
    CHECK(stage.written().value == 0);
    refused = journal::DiskStatus::Ok;
    clock.at.ns -= 3'600'000'000'000;  // a clock that was set back does not put it off
    stage.do_work(clock.now());
    CHECK(stage.storage().level() == StorageLevel::Ample);
    CHECK(stage.written().value == 2);
    CHECK(failure.empty());
  }
  SECTION("when it is closed") {
    stage.on_close();
    CHECK(failure.find("no space left") != std::string::npos);
  }
}

TEST_CASE("JournalStage: a sync that fails for want of space is the end") {
  journal::MemoryDisk disk;
  SetClock clock;
  Slab slab(4);
  JournalRing records("records", 8);
  DurableRing durable("durable", 8);
  journal::WriterOptions options;
  options.directory = "journal";
  options.segment_bytes = 1 << 20;
  options.rules_version = engine::kRulesVersion;
  auto opened = journal::Writer::open(disk, options, journal::End{});
  REQUIRE(opened.writer != nullptr);
  std::string failure;
  JournalStage stage(std::move(opened.writer), clock, slab, {&records, &durable},
                     std::chrono::nanoseconds{0}, [&](const std::string& what) { failure = what; });
  disk.set_fault_hook([](journal::MemoryDisk::Operation operation, const std::string&) {
    const bool is_sync = operation == journal::MemoryDisk::Operation::Sync;
    return is_sync ? journal::DiskStatus::NoSpace : journal::DiskStatus::Ok;
  });
  REQUIRE(records.try_push({quote_at(1), 0}));
  stage.do_work(clock.now());
  CHECK(failure.find("no space left") != std::string::npos);
  CHECK(stage.storage().level() == StorageLevel::Ample);
}

}  // namespace tribook::core
