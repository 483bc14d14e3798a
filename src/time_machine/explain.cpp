#include "time_machine/explain.h"

#include <charconv>

namespace tribook::time_machine {

std::optional<std::vector<Subject>> parse_subjects(std::string_view text) {
  bool is_order = true;
  bool is_position = true;
  const bool is_entry = text.starts_with("entry:");
  for (const std::string_view prefix : {"order:", "ORD-", "position:", "entry:"}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    is_order = prefix != "position:";
    is_position = !is_order;
    break;
  }
  std::uint64_t number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || end != last || number == 0) return std::nullopt;
  std::vector<Subject> subjects;
  if (is_entry) return std::vector<Subject>{{{}, {}, LedgerId{number}}};
  if (is_order) subjects.push_back({OrderId{number}, {}});
  if (is_position) subjects.push_back({{}, PositionId{number}});
  return subjects;
}

core::ReplayResult explain(core::Replica& replica, journal::Disk& disk,
                           const std::string& directory, const core::ReplayUntil& until,
                           const Slab& slab, std::size_t symbols_max,
                           const std::vector<Subject>& subjects, std::vector<Story>& stories) {
  Book book(symbols_max, slab);
  std::vector<Teller> tellers;
  tellers.reserve(subjects.size());
  for (const Subject& subject : subjects) tellers.emplace_back(subject, book, slab);
  const auto on_record = [&](const Record& record) {
    for (Teller& teller : tellers) teller.begin(record);
  };
  const auto on_event = [&](const Event& event) {
    for (Teller& teller : tellers) teller.hear(event);
    book.apply(event);
  };
  const core::ReplayResult result = replica.replay(disk, directory, until, on_event, on_record);
  const engine::Engine& engine = replica.house().engine();
  for (Teller& teller : tellers) {
    teller.finish(engine.last_sequence(), engine.now());
    if (teller.has_story()) stories.push_back(teller.story());
  }
  return result;
}

std::string stories_text(const std::vector<Story>& stories) {
  std::string text;
  for (const Story& story : stories) {
    if (!text.empty()) text += "\n";
    text += story_text(story);
  }
  return text;
}

std::string stories_json(const std::vector<Story>& stories) {
  std::string text;
  json::Writer out(text);
  out.begin_object().begin_array("stories");
  for (const Story& story : stories) write_story(out, story);
  out.end_array().end_object();
  text += '\n';
  return text;
}

}  // namespace tribook::time_machine
