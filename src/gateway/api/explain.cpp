#include "gateway/api/explain.h"

namespace tribook::gateway {
namespace {

constexpr unsigned kTimedOut = 504;

http::HttpResponse response_of(const Explanation& told) {
  switch (told.outcome) {
    case Explanation::Outcome::Told:
      return json_response(200, told.text);
    case Explanation::Outcome::Unknown:
      return problem(RejectCode::NotFound);
    case Explanation::Outcome::TooLate: {
      ProblemExtras extras;
      extras.status = kTimedOut;
      return problem(RejectCode::Unavailable,
                     "The journal could not be read so far back in time; try again later", extras);
    }
    case Explanation::Outcome::Stopped:
      return problem(RejectCode::Unavailable);
    default:
      return problem(RejectCode::Unavailable, "The journal of that time cannot be read");
  }
}

}  // namespace

void explain(const Call& call, const Question& question) {
  if (call.context.explainer == nullptr) {
    return call.refuse(RejectCode::Unavailable, "Nothing is explained here");
  }
  const bool is_taken = call.context.explainer->ask(
      question, [&network = call.context.network, handle = call.handle](const Explanation& told) {
        network.reply(handle, response_of(told));
      });
  if (!is_taken) {
    call.refuse(RejectCode::Busy, "Too many wait for an explanation, or one of yours does");
  }
}

std::optional<Question::Part> read_part(const Call& call) {
  const std::string of = call.request.param("of").value_or("all");
  if (of == "all") return Question::Part::All;
  if (of == "equity") return Question::Part::Equity;
  if (of == "margin") return Question::Part::Margin;
  if (of == "level") return Question::Part::Level;
  call.refuse(RejectCode::Validation, "of must be all, equity, margin or level");
  return std::nullopt;
}

}  // namespace tribook::gateway
