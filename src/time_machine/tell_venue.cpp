#include "time_machine/teller.h"

// What was asked of a liquidity provider for an order or a position, and what it said. What the
// house settles and undoes with it is the house's own affair.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

const char* title_of(const VenueReported& reported) {
  switch (reported.report_kind) {
    case VenueReportKind::Accepted:
      return "the venue has it";
    case VenueReportKind::Rejected:
      return "the venue does not deal it";
    case VenueReportKind::TimedOut:
      return "the venue did not answer in time: it was given up";
    case VenueReportKind::Filled:
      break;
  }
  return reported.is_late != 0 ? "the venue filled it after it was given up"
                               : "the venue filled it";
}

const char* words_of(VenueOutcome outcome) {
  switch (outcome) {
    case VenueOutcome::Booked:
      return "the fill is booked";
    case VenueOutcome::HedgedBack:
      return "the house keeps the fill and hedges it back";
    case VenueOutcome::Ended:
      return "the request is over";
    case VenueOutcome::Repeated:
      return "said before: it counts once";
    case VenueOutcome::Noted:
      break;
  }
  return "noted";
}

// What the house does with a fill that it keeps is its own affair.
const char* words_to_client(VenueOutcome outcome) {
  return outcome == VenueOutcome::HedgedBack
             ? "it could not be given to you any more: nothing of it is in your account"
             : words_of(outcome);
}

}  // namespace

void Teller::hear_requested(const VenueRequested& requested) {
  const bool is_ours = subject_.order
                           ? requested.order == subject_.order
                           : subject_.position && requested.position == subject_.position;
  if (!is_ours) return;
  Section& section = add("VENUE_REQUEST", "a venue was asked for it");
  section.is_of_house = requested.request_kind == VenueRequestKind::HedgeBack;
  section.number("request", whole(requested.request.value));
  section.number("venue", whole(requested.venue.value));
  section.say("for", name_of(requested.request_kind));
  section.say("side", name_of(requested.side));
  section.number("volume", requested.volume.raw);
  section.price("worst price", requested.limit);
  section.price("house price", requested.seen);
  section.say("to be done by", time_text(requested.deadline));
}

void Teller::hear_reported(const VenueReported& reported) {
  has_reported_ = true;
  const bool is_of_position =
      subject_.position &&
      (reported.position == subject_.position || (chapter_ && chapter_->order == reported.order));
  const bool is_ours = subject_.order ? reported.order == subject_.order : is_of_position;
  if (!is_ours) return;
  Section& section = add("VENUE_REPORT", title_of(reported));
  section.is_of_house = reported.request_kind == VenueRequestKind::HedgeBack;
  section.number("request", whole(reported.request.value));
  section.number("venue", whole(reported.venue.value));
  section.say("for", name_of(reported.request_kind));
  section.say("report", name_of(reported.report_kind));
  section.say_apart("outcome", words_of(reported.outcome), words_to_client(reported.outcome));
  if (reported.report_kind == VenueReportKind::Filled) {
    section.number("volume", reported.volume.raw);
    section.price("venue price", reported.price);
  }
  section.number("left", reported.left.raw);
  if (reported.is_late != 0) section.say("late", "yes");
  if (reported.venue_time != TimeNs{}) section.say("venue time", time_text(reported.venue_time));
}

void Teller::hear_settled(const VenueSettled& settled) {
  const bool is_ours = subject_.order ? chapter_ && chapter_->position == settled.position
                                      : subject_.position && settled.position == subject_.position;
  if (!is_ours) return;
  Section& section = add("SETTLED", "what the venue owes the house for it");
  section.is_of_house = true;
  section.number("venue", whole(settled.venue.value));
  section.number("amount", settled.amount.raw);
  section.say("currency", CurrencyText(settled.currency).view());
}

}  // namespace tribook::time_machine
