#include "venue/replay/tick_row.h"

#include <catch2/catch.hpp>
#include <string>

namespace tribook::venue::replay {
namespace {

constexpr std::int64_t kMay1Ns = 1'398'902'400'000'000'000;  // 2014-05-01 00:00 UTC

TEST_CASE("rows that are ticks") {
  struct Row {
    std::string text;
    std::int64_t time_ns;
    std::int64_t bid_raw;
    std::int64_t ask_raw;
  };
  const Row row = GENERATE(
      Row{"20140501,292,1.38676,1.38686", kMay1Ns + 292'000'000, 138'676'000, 138'686'000},
      Row{"20140501,0,1,2", kMay1Ns, 100'000'000, 200'000'000},
      Row{"20140501,86399999,1,2", kMay1Ns + 86'399'999'000'000, 100'000'000, 200'000'000},
      Row{"20140501,43.142,1291.677,1292.033", kMay1Ns + 43'142'000, 129'167'700'000,
          129'203'300'000},
      Row{"20140501,62.2662,1,2", kMay1Ns + 62'266'200, 100'000'000, 200'000'000},
      Row{"20140501,0.000001,1,2", kMay1Ns + 1, 100'000'000, 200'000'000},
      Row{"20140501,0.9999999999,1,2", kMay1Ns + 999'999, 100'000'000, 200'000'000},
      Row{"20140501,000000292,1,2", kMay1Ns + 292'000'000, 100'000'000, 200'000'000},
      Row{"19700101,0,1,2", 0, 100'000'000, 200'000'000},
      Row{"20160229,0,1,2", 1'456'704'000'000'000'000, 100'000'000, 200'000'000},
      Row{"22611231,86399999.999999,1,2", 9'214'646'399'999'999'999, 100'000'000, 200'000'000},
      Row{"20140501,0,0.00000001,10000000000", kMay1Ns, 1, kMaxFixedRaw},
      Row{"20140501,0,-1.5,0", kMay1Ns, -150'000'000, 0});
  INFO(row.text);
  const TickRow result = parse_tick_row(row.text);
  REQUIRE(name_of(result.error) == "");
  CHECK(result.tick.time.ns == row.time_ns);
  CHECK(result.tick.bid.raw == row.bid_raw);
  CHECK(result.tick.ask.raw == row.ask_raw);
}

TEST_CASE("rows that are none") {
  struct Row {
    std::string text;
    TickRowError error;
  };
  using enum TickRowError;
  const Row row = GENERATE(
      Row{"", Columns}, Row{",", Columns}, Row{"20140501,292,1.38676", Columns},
      Row{"20140501,292,1.38676,1.38686,", Columns}, Row{"20140501;292;1;2", Columns},
      Row{",,,", Date}, Row{"date,time,bid,ask", Date}, Row{"2014050,0,1,2", Date},
      Row{"201405011,0,1,2", Date}, Row{"2014050a,0,1,2", Date}, Row{"-2014501,0,1,2", Date},
      Row{"20140001,0,1,2", Date}, Row{"20141301,0,1,2", Date}, Row{"20140500,0,1,2", Date},
      Row{"20140431,0,1,2", Date}, Row{"20150229,0,1,2", Date}, Row{"19691231,0,1,2", Date},
      Row{"22620101,0,1,2", Date}, Row{"99991231,0,1,2", Date}, Row{"20140501,,1,2", Time},
      Row{"20140501,-1,1,2", Time}, Row{"20140501,+1,1,2", Time}, Row{"20140501, 1,1,2", Time},
      Row{"20140501,1.,1,2", Time}, Row{"20140501,.5,1,2", Time}, Row{"20140501,1.2.3,1,2", Time},
      Row{"20140501,1e3,1,2", Time}, Row{"20140501,86400000,1,2", Time},
      Row{"20140501,99999999999999999999,1,2", Time}, Row{"20140501,1.5x,1,2", Time},
      Row{"20140501,0,,2", Bid}, Row{"20140501,0,abc,2", Bid}, Row{"20140501,0,NaN,2", Bid},
      Row{"20140501,0,1.000000001,2", Bid}, Row{"20140501,0,10000000001,2", Bid},
      Row{"20140501,0, 1,2", Bid}, Row{"20140501,0,1,", Ask}, Row{"20140501,0,1,1.2.3", Ask},
      Row{"20140501,0,1,2 ", Ask}, Row{"20140501,0,1,1e400", Ask},
      Row{std::string("20140501,0,1,2\0", 15), Ask});
  INFO(row.text);
  CHECK(name_of(parse_tick_row(row.text).error) == name_of(row.error));
}

TEST_CASE("a row may have 256 bytes and no more") {
  const std::string start = "20140501,0.";
  const std::string end = ",1,2";
  const std::string longest =
      start + std::string(kTickRowMax - start.size() - end.size(), '0') + end;
  REQUIRE(longest.size() == 256);
  CHECK(parse_tick_row(longest).error == TickRowError::None);
  CHECK(parse_tick_row(longest + "0").error == TickRowError::TooLong);
}

}  // namespace
}  // namespace tribook::venue::replay
