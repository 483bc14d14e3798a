#include "support/ticks.h"

#include <cstdio>
#include <fstream>

#include "tribook/domain/decimal.h"

namespace tribook::bench {
namespace {

std::string field(const std::string& line, std::size_t number) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < number; ++i) {
    begin = line.find(',', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return line.substr(begin, line.find_first_of(",\r", begin) - begin);
}

}  // namespace

std::vector<BidAsk> read_ticks(const std::string& file) {
  std::vector<BidAsk> ticks;
  std::ifstream stream(file);
  std::uint64_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto bid = parse_price(field(line, 2));
    const auto ask = parse_price(field(line, 3));
    if (!bid || !ask) {
      std::fprintf(stderr, "%s: line %llu is not day,milliseconds,bid,ask\n", file.c_str(),
                   static_cast<unsigned long long>(number));
      return {};
    }
    if (*bid <= *ask) ticks.push_back({*bid, *ask});
  }
  if (ticks.empty()) std::fprintf(stderr, "%s: there are no ticks in it\n", file.c_str());
  return ticks;
}

std::vector<BidAsk> walk(BidAsk from, std::int64_t tick, std::uint64_t count, std::uint64_t seed) {
  std::vector<BidAsk> ticks;
  ticks.reserve(count);
  std::uint64_t state = 88'172'645'463'325'252ULL + seed;
  for (std::uint64_t i = 0; i < count; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const std::int64_t step = (static_cast<std::int64_t>((state >> 20) % 7) - 3) * tick;
    from = {Price{from.bid.raw + step}, Price{from.ask.raw + step}};
    ticks.push_back(from);
  }
  return ticks;
}

}  // namespace tribook::bench
