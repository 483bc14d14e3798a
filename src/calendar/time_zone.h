#pragma once

#include <cstdint>
#include <string_view>

namespace date {
class time_zone;
}

// The system's time zone data, all of it read once: nothing is read from disk later, and an update
// of the system's data takes a restart. Its table ends in 2037; after that daylight saving is not
// followed.

namespace tribook::calendar {

/// Reads the data. At start-up, before other threads use the calendar. Throws std::runtime_error
/// with what to install when there is none, or when it is of the kind without a table of future
/// changes.
void load_time_zones();

/// A stretch of time in which a zone's clocks are the same distance from UTC.
struct ZoneSpan {
  std::int64_t begin_s = 0;   ///< seconds since 1970, UTC
  std::int64_t end_s = 0;     ///< first second after it
  std::int64_t offset_s = 0;  ///< local = UTC + offset
};

/// A zone of the data; cheap to copy. REQUIRES: load_time_zones() was called before.
class TimeZone {
 public:
  TimeZone() = default;
  /// By IANA name ("America/New_York"); unknown ones give an empty zone.
  explicit TimeZone(std::string_view name);

  [[nodiscard]] bool is_known() const { return zone_ != nullptr; }
  /// REQUIRES: is_known().
  [[nodiscard]] ZoneSpan span_at(std::int64_t utc_s) const;

 private:
  const date::time_zone* zone_ = nullptr;
};

/// True for the name of a zone that a ScheduleSpec can hold.
bool is_time_zone(std::string_view name);

}  // namespace tribook::calendar
