#include "venue/test/answers.h"

#include <algorithm>
#include <charconv>

namespace tribook::venue::test {
namespace {

constexpr std::size_t kPartsMost = 4;
// So long after it was given up comes what is late.
constexpr std::chrono::seconds kLateness{1};

// A well mixed sequence of words (splitmix64).
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  /// 0 to below `end`. REQUIRES: end > 0.
  std::uint64_t below(std::uint64_t end) { return bits() % end; }
  bool percent(std::uint32_t chance) { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

class Composer {
 public:
  Composer(const AnswerSettings& settings, const VenueRequested& request,
           std::chrono::nanoseconds patience, Volume lot_step)
      : settings_(settings),
        request_(request),
        patience_(patience),
        lot_step_(lot_step),
        chance_(settings.seed * 0x2545F4914F6CDD1DULL ^ request.request.value) {}

  Answers compose() {
    const Faults& faults = settings_.faults;
    const bool is_rejected = chance_.percent(faults.rejected);
    const bool is_partial = chance_.percent(faults.partial);
    const bool is_in_parts = chance_.percent(faults.in_parts);
    const bool is_silent = chance_.percent(faults.silent);
    const bool is_late = chance_.percent(faults.late);
    is_repeated_ = chance_.percent(faults.repeated);
    const Price price = price_of_fill();
    at_ = settings_.latency;
    if (settings_.jitter.count() > 0)
      at_ += std::chrono::nanoseconds{
          chance_.below(static_cast<std::uint64_t>(settings_.jitter.count()))};
    if (is_silent) return answers_;
    if (is_late) at_ = std::max(at_, patience_ + kLateness);
    say(VenueReportKind::Accepted);
    if (is_rejected || price.is_zero()) {
      say(VenueReportKind::Rejected);
    } else if (request_.time_in_force == TimeInForce::Fok) {
      // Whole or not at all.
      is_partial ? say(VenueReportKind::Rejected) : fill(price, 1, false);
    } else {
      fill(price, is_in_parts || is_partial ? 2 + chance_.below(kPartsMost - 1) : 1, is_partial);
    }
    return answers_;
  }

 private:
  // 0: none that the request's limit allows.
  Price price_of_fill() {
    const std::int64_t seen = request_.seen.raw;
    std::int64_t price = seen;
    if (settings_.slippage_ppm != 0) {
      const int128 most = int128{seen} * settings_.slippage_ppm / 1'000'000;
      const auto width = static_cast<std::uint64_t>(2 * most + 1);
      price += static_cast<std::int64_t>(chance_.below(width)) - static_cast<std::int64_t>(most);
    }
    if (price <= 0) return {};
    const std::int64_t limit = request_.limit.raw;
    const bool is_worse = request_.side == Side::Buy ? price > limit : price < limit;
    return limit != 0 && is_worse ? Price{} : Price{price};
  }

  void fill(Price price, std::uint64_t parts, bool is_partial) {
    Volume left = request_.volume;
    for (std::uint64_t part = parts; part > 0 && !left.is_zero(); --part) {
      const bool is_last = part == 1;
      if (is_last && is_partial) return say(VenueReportKind::Rejected);
      const Volume volume = is_last ? left : part_of(left);
      if (volume.is_zero()) continue;
      left -= volume;
      say(VenueReportKind::Filled, volume, price);
    }
  }

  // 0: it is too little for two.
  Volume part_of(Volume left) {
    const std::int64_t step = std::max<std::int64_t>(lot_step_.raw, 1);
    const auto steps = static_cast<std::uint64_t>(left.raw / step);
    if (steps < 2) return {};
    return Volume{static_cast<std::int64_t>(1 + chance_.below(steps - 1)) * step};
  }

  void say(VenueReportKind kind, Volume volume = {}, Price price = {}) {
    VenueReport report;
    report.request = request_.request;
    report.volume = volume;
    report.price = price;
    report.execution_id = next_id();
    report.symbol = request_.symbol;
    report.venue = request_.venue;
    report.side = request_.side;
    report.kind = kind;
    for (int times = is_repeated_ ? 2 : 1; times > 0 && answers_.count < Answers::kMost; --times) {
      answers_.all[answers_.count++] = {report, at_};
    }
  }

  FixedText<VenueReport::kExecutionMax> next_id() {
    FixedText<VenueReport::kExecutionMax> id;
    char* const begin = id.bytes.data();
    char* end = std::to_chars(begin, begin + 20, request_.request.value).ptr;
    *end++ = '-';
    std::to_chars(end, begin + id.bytes.size(), ++said_);
    return id;
  }

  const AnswerSettings& settings_;
  const VenueRequested& request_;
  std::chrono::nanoseconds patience_;
  Volume lot_step_;
  Chance chance_;
  Answers answers_;
  std::chrono::nanoseconds at_{};
  bool is_repeated_ = false;
  std::uint32_t said_ = 0;
};

}  // namespace

Answers answers_to(const AnswerSettings& settings, const VenueRequested& request,
                   std::chrono::nanoseconds patience, Volume lot_step) {
  return Composer(settings, request, patience, lot_step).compose();
}

}  // namespace tribook::venue::test
