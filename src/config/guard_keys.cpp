#include "config/guard_keys.h"

#include "config/key_types.h"

namespace tribook::config {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

template <typename T>
Key<Guard> key(const char* name, T Guard::*at, Range range, const char* explanation) {
  Key<Guard> made;
  made.name = name;
  made.explanation = explanation;
  made.takes = words_of<T>(range);
  made.read = [at, range](const Reading& reading, const Value& value, Guard& guard) {
    return read_value(reading, value, range, guard.*at);
  };
  made.print = [at](const Guard& guard) { return toml_of(guard.*at); };
  return made;
}

/// What is done has to be something: a zero beside it says that nothing is.
Key<Guard> action(const char* name, KillAction Guard::*at, const char* explanation) {
  Key<Guard> made = key(name, at, {}, explanation);
  constexpr auto& names = EnumNames<KillAction>::value;
  made.takes = name_words(names.data() + 1, names.size() - 1);
  made.read = [at](const Reading& reading, const Value& value, Guard& guard) {
    std::size_t index = 0;
    if (!read_name(reading, value, names.data() + 1, names.size() - 1, index)) return false;
    guard.*at = static_cast<KillAction>(index + 1);
    return true;
  };
  return made;
}

}  // namespace

const Keys<Guard>& guard_keys() {
  static const Keys<Guard> keys{
      key("feed_silent_ms", &Guard::feed_silent, {0, kDayMs},
          "Milliseconds without a quote of a symbol whose market is open, after which it is "
          "switched off; 0: never."),
      action("feed_action", &Guard::feed_action, "What is done then, to that symbol."),
      key("feed_lifts", &Guard::feed_lifts, {},
          "Whether the house takes that switch away by itself once quotes come again."),
      key("journal_behind_ms", &Guard::journal_behind, {0, kDayMs},
          "Milliseconds that a record waits to be durable, after which the house is switched off; "
          "0: never."),
      action("journal_action", &Guard::journal_action, "What is done then, to the house."),
      key("venue_failures", &Guard::venue_failures, {0, 1'000'000},
          "Requests that venues reject, or do not answer in time, within venue_window_s, after "
          "which the house is switched off; 0: never."),
      key("venue_window_s", &Guard::venue_window, {1, 86'400}, "Seconds in which they count."),
      action("venue_action", &Guard::venue_action, "What is done then, to the house.")};
  return keys;
}

}  // namespace tribook::config
