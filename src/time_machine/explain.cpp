#include "time_machine/explain.h"

#include <charconv>
#include <limits>

namespace tribook::time_machine {

std::optional<std::vector<Subject>> parse_subjects(std::string_view text) {
  std::string_view kind;
  for (const std::string_view prefix :
       {"order:", "ORD-", "position:", "entry:", "alert:", "account:"}) {
    if (!text.starts_with(prefix)) continue;
    kind = prefix;
    text.remove_prefix(prefix.size());
    break;
  }
  std::uint64_t number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || end != last || number == 0) return std::nullopt;
  Subject subject;
  if (kind == "entry:") subject.entry = LedgerId{number};
  if (kind == "alert:") subject.alert = AlertId{number};
  if (kind == "account:") {
    if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    subject.account = AccountId{static_cast<std::uint32_t>(number)};
  }
  if (kind == "order:" || kind == "ORD-" || kind.empty()) subject.order = OrderId{number};
  if (kind == "position:") subject.position = PositionId{number};
  std::vector<Subject> subjects{subject};
  if (kind.empty()) subjects.push_back({{}, PositionId{number}});
  return subjects;
}

Tellers::Tellers(const std::vector<Subject>& subjects, std::size_t symbols_max, Slab& slab)
    : slab_(slab), book_(symbols_max, slab) {
  tellers_.reserve(subjects.size());
  for (const Subject& subject : subjects) tellers_.emplace_back(subject, book_, slab);
}

void Tellers::begin(const Record& record) {
  book_.begin(record);
  for (Teller& teller : tellers_) teller.begin(record);
}

void Tellers::hear(const Event& event) {
  for (Teller& teller : tellers_) teller.hear(event);
  book_.apply(event);
}

void Tellers::finish(const engine::Engine& engine) {
  for (Teller& teller : tellers_) teller.finish(engine);
}

core::ReplayResult explain(core::Replica& replica, journal::Disk& disk,
                           const std::string& directory, const core::ReplayUntil& until, Slab& slab,
                           std::size_t symbols_max, const std::vector<Subject>& subjects,
                           std::vector<Story>& stories) {
  Tellers tellers(subjects, symbols_max, slab);
  const core::ReplayResult result = replica.replay(
      disk, directory, until, [&](const Event& event) { tellers.hear(event); },
      [&](const Record& record) { tellers.begin(record); });
  tellers.finish(replica.house().engine());
  for (const Teller& teller : tellers.all()) {
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

std::string answer_json(const Story& story, const engine::Engine& engine) {
  std::string text;
  json::Writer out(text);
  out.begin_object().field("subject", story.subject);
  out.field("sequence", engine.last_sequence().value).field("time", engine.now());
  write_sections(out, story);
  out.field("text", story_text(story)).end_object();
  return text;
}

}  // namespace tribook::time_machine
