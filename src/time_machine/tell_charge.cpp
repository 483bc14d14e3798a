#include "calendar/schedule_text.h"
#include "time_machine/charge_sums.h"
#include "time_machine/teller.h"
#include "tribook/domain/charges.h"

// Swap and funding as they were booked to a position, and single ledger entries.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

LedgerLine line_of(const LedgerPosted& posted) {
  return {posted.entry, posted.type, posted.balance_after - posted.amount, posted.amount,
          posted.balance_after};
}

}  // namespace

void Teller::tell_charge(const Event& event, const LedgerPosted& posted) {
  const BookPosition* position = book_.position(PositionId{posted.reference});
  if (position == nullptr) return;
  const bool is_swap = record_.command.header.kind == CommandKind::Rollover;
  const Instrument& instrument = book_.symbol(position->symbol)->instrument;
  charges_ += posted.amount;
  Section& section = is_swap ? add("SWAP", "it was held over the rollover")
                             : add("FUNDING", "paid between the sides");
  section.number("position", whole(position->id.value));
  section.say("symbol", instrument.name.view());
  section.say("side", name_of(position->side));
  section.number("volume", position->volume.raw);
  if (is_swap) {
    const auto rollover = record_.command.get<Rollover>();
    section.say("rollover of", calendar::date_text(rollover.day));
    section.say("due at", time_text(rollover.nominal));
    const BookAccount& account = *book_.account(event.header.account);
    const bool is_free = account.swap_free.is_on != 0;
    const SwapSpec& swap = book_.groups().swap(account.group, instrument);
    section.say("mode", is_free ? "swap-free, with a fee" : name_of(swap.mode));
    section.formulas = {swap_formula(book_, *position, rollover.day, posted.amount.raw)};
  } else {
    section.say("due at", time_text(record_.command.get<Funding>().nominal));
    section.formulas = {funding_formula(book_, *position, posted.amount.raw)};
  }
  section.ledger = {line_of(posted)};
  add_quotes(section, position->symbol, event.header.account);
}

void Teller::tell_entry(const LedgerPosted& posted) {
  Section& section = add("LEDGER", "what was booked");
  if (posted.reference != 0) {
    section.number(posted.reference_is_position != 0 ? "position" : "reference",
                   whole(posted.reference));
  }
  section.ledger = {line_of(posted)};
}

}  // namespace tribook::time_machine
