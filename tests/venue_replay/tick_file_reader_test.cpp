#include "venue/replay/tick_file_reader.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "venue_replay/tick_files.h"

namespace tribook::venue::replay {
namespace {

using Catch::Matchers::Contains;
using tests::TickFolder;
using Result = TickFileReader::Result;

constexpr std::int64_t kMay1Ns = 1'398'902'400'000'000'000;

// What a file said, to its end.
struct Reading {
  std::vector<std::int64_t> times_ns;
  std::vector<std::uint64_t> tick_lines;
  std::vector<std::uint64_t> malformed_lines;
  Result end = Result::Tick;
  std::string error;
};

Reading read_all(const std::string& path, int offset_minutes = 0) {
  TickFileReader reader(path, offset_minutes);
  Reading reading;
  while (true) {
    const Result result = reader.next();
    switch (result) {
      case Result::Tick:
        reading.times_ns.push_back(reader.tick().time.ns);
        reading.tick_lines.push_back(reader.line());
        continue;
      case Result::Malformed:
        reading.malformed_lines.push_back(reader.line());
        continue;
      case Result::End:
      case Result::Failed:
        break;
    }
    reading.end = result;
    reading.error = reader.error();
    CHECK(reader.next() == result);  // and it stays so
    return reading;
  }
}

// Rows of many lengths, so that they fall on every place of a buffer's end.
std::string many_rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "20140501," + std::to_string(i) + "." +
            std::string(static_cast<std::size_t>(i % 97 + 1), '0') + ",1.5,2.5\n";
  }
  return text;
}

TEST_CASE("rows with LF, CRLF, blank lines and no end of line at the end") {
  TickFolder folder;
  const Reading reading =
      read_all(folder.write_gzip("t.gz", "20140501,1,1,2\n\n20140501,2,1,2\r\n\r\n20140501,3,1,2"));
  CHECK(reading.end == Result::End);
  CHECK(reading.times_ns ==
        std::vector<std::int64_t>{kMay1Ns + 1'000'000, kMay1Ns + 2'000'000, kMay1Ns + 3'000'000});
  CHECK(reading.tick_lines == std::vector<std::uint64_t>{1, 3, 5});
  CHECK(reading.malformed_lines.empty());
}

TEST_CASE("malformed rows are told with their line, and reading goes on") {
  TickFolder folder;
  const Reading reading = read_all(folder.write_gzip(
      "t.gz", "time,bid,ask\n20140501,1,1,2\n20140501,x,1,2\n20140501,2,1,2\n20140501,3,1"));
  CHECK(reading.end == Result::End);
  CHECK(reading.tick_lines == std::vector<std::uint64_t>{2, 4});
  CHECK(reading.malformed_lines == std::vector<std::uint64_t>{1, 3, 5});
}

TEST_CASE("a line of any length is one malformed row") {
  TickFolder folder;
  for (const std::size_t length :
       {257UL, 258UL, 300UL, 65'535UL, 65'536UL, 65'537UL, 1'000'000UL}) {
    INFO(length << " bytes");
    const std::string text = "20140501,1,1,2\n" + std::string(length, '7') + "\n20140501,2,1,2\n";
    const Reading reading = read_all(folder.write_gzip("t.gz", text));
    CHECK(reading.end == Result::End);
    CHECK(reading.tick_lines == std::vector<std::uint64_t>{1, 3});
    CHECK(reading.malformed_lines == std::vector<std::uint64_t>{2});
    const Reading last = read_all(folder.write_gzip("u.gz", std::string(length, '7')));
    CHECK(last.end == Result::End);
    CHECK(last.malformed_lines == std::vector<std::uint64_t>{1});
  }
}

TEST_CASE("rows across the buffer's end") {
  TickFolder folder;
  constexpr int count = 5'000;
  for (std::size_t shift = 0; shift < 100; shift += 9) {
    const std::string first(shift, '\n');
    const Reading reading = read_all(folder.write_gzip("t.gz", first + many_rows(count)));
    REQUIRE(reading.end == Result::End);
    REQUIRE(reading.malformed_lines.empty());
    REQUIRE(reading.times_ns.size() == count);
    for (int i = 0; i < count; ++i) {
      REQUIRE(reading.times_ns[static_cast<std::size_t>(i)] == kMay1Ns + i * 1'000'000LL);
    }
  }
}

TEST_CASE("the clock's offset brings times to UTC") {
  TickFolder folder;
  const std::string path = folder.write_gzip("t.gz", "20140501,0,1,2\n");
  CHECK(read_all(path, -300).times_ns.front() == kMay1Ns + 5 * 3'600'000'000'000);
  CHECK(read_all(path, 330).times_ns.front() == kMay1Ns - 330 * 60'000'000'000);
  CHECK(read_all(path, 1440).times_ns.front() == kMay1Ns - 86'400'000'000'000);
  CHECK_THROWS_AS(TickFileReader(path, 1441), std::invalid_argument);
  CHECK_THROWS_AS(TickFileReader(path, -1441), std::invalid_argument);
}

TEST_CASE("several gzip members in one file are one file") {
  TickFolder folder;
  const std::string a = tests::read_bytes(folder.write_gzip("a.gz", "20140501,1,1,2\n2014"));
  const std::string b = tests::read_bytes(folder.write_gzip("b.gz", "0501,2,1,2\n"));
  CHECK(read_all(folder.write("ab.gz", a + b)).tick_lines == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("a gzip file of nothing is no error") {
  TickFolder folder;
  CHECK(read_all(folder.write_gzip("t.gz", "")).end == Result::End);
}

TEST_CASE("what is no gzip file is told when it is opened") {
  TickFolder folder;
  CHECK_THROWS_WITH(TickFileReader(folder.path("none.gz")),
                    Contains("none.gz") && Contains("No such file"));
  CHECK_THROWS_WITH(TickFileReader(folder.path("")), Contains("Is a directory"));
  CHECK_THROWS_WITH(TickFileReader(folder.write("plain.gz", "20140501,1,1,2\n")),
                    Contains("plain.gz: is not a gzip file"));
  CHECK_THROWS_WITH(TickFileReader(folder.write("empty.gz", "")), Contains("is not a gzip file"));
}

TEST_CASE("a file that breaks off anywhere is an error and gives no half row") {
  TickFolder folder;
  // Prices whose digits, cut short, would be good prices too.
  std::string text;
  for (int i = 0; i < 200; ++i) text += "20140501," + std::to_string(i) + ",1.23456789,1.3456789\n";
  const std::string bytes = tests::read_bytes(folder.write_gzip("whole.gz", text));
  REQUIRE(read_all(folder.path("whole.gz")).times_ns.size() == 200);
  std::size_t longest = 0;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    INFO("cut to " << size << " of " << bytes.size() << " bytes");
    const std::string path = folder.write("cut.gz", std::string_view(bytes).substr(0, size));
    try {
      const Reading reading = read_all(path);
      CHECK(reading.end == Result::Failed);
      CHECK_THAT(reading.error, Contains("cut.gz: the gzip file is truncated"));
      CHECK(reading.malformed_lines.empty());
      longest = std::max(longest, reading.times_ns.size());
      for (std::size_t i = 0; i < reading.times_ns.size(); ++i) {
        REQUIRE(reading.times_ns[i] == kMay1Ns + static_cast<std::int64_t>(i) * 1'000'000);
      }
    } catch (const std::runtime_error& error) {
      CHECK_THAT(error.what(), Contains("truncated") || Contains("not a gzip file"));
    }
  }
  CHECK(longest == 200);  // only the checksum was missing
}

TEST_CASE("a damaged byte never goes unseen") {
  TickFolder folder;
  const std::string text = many_rows(40);
  const std::string bytes = tests::read_bytes(folder.write_gzip("whole.gz", text));
  const Reading whole = read_all(folder.path("whole.gz"));
  int seen = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    INFO("byte " << place);
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    const std::string path = folder.write("damaged.gz", damaged);
    try {
      const Reading reading = read_all(path);
      if (reading.end == Result::Failed) {
        CHECK_THAT(reading.error, Contains("damaged.gz: the gzip file is"));
        ++seen;
      } else {
        CHECK(reading.times_ns == whole.times_ns);  // a byte of the header that says nothing
      }
    } catch (const std::runtime_error&) {
      ++seen;
    }
  }
  CHECK(seen > static_cast<int>(bytes.size()) - 10);
}

}  // namespace
}  // namespace tribook::venue::replay
