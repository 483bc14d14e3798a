#include "app/dry_run.h"

#include <optional>

#include "core/timer_queue.h"
#include "gateway/json/writer.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::app {
namespace {

using engine::AccountFigures;
using engine::Engine;

bool is_margin_below(bool is_equity_known, Money equity, Money used_margin, Ratio level) {
  return is_equity_known && !used_margin.is_zero() && is_below_level(equity, used_margin, level);
}

// As the engine decides it. On what money cannot express nothing is decided.
bool is_to_be_stopped_out(const AccountFigures& now) {
  if (now.positions == 0 || !now.is_equity_known) return false;
  if (now.used_margin.is_zero()) return now.equity.is_negative();
  return is_below_level(now.equity, now.used_margin, now.options.stop_out_level);
}

// What is left of a timer comes before anything else.
std::optional<Command> unfinished(const Engine& engine) {
  if (engine.timer_run().kind == CommandKind::None) return std::nullopt;
  return core::TimerQueue(engine).take(engine.now());
}

void write_level(json::Writer& out, std::string_view key, bool is_equity_known, Money equity,
                 Money used_margin) {
  const auto level = is_equity_known ? margin_level(equity, used_margin) : std::nullopt;
  if (level) {
    out.field(key, *level);
  } else {
    out.null(key);
  }
}

}  // namespace

DryRun::DryRun(core::House& house, engine::Outbox& outbox, Slab& slab)
    : house_(house),
      outbox_(outbox),
      slab_(slab),
      sequence_(house.engine().last_sequence()),
      time_(house.engine().now()) {
  const Engine& engine = house.engine();
  while (const auto rest = unfinished(engine)) give(*rest);
  for (std::uint32_t i = 1; i <= engine.last_account().value; ++i) {
    const AccountFigures now = engine.figures(AccountId{i});
    if (now.positions == 0) continue;
    before_.push_back({AccountId{i}, is_to_be_stopped_out(now), now.is_equity_known, now.equity,
                       now.used_margin, now.options.margin_call_levels});
  }
}

// The first refusal of what followed.
RejectCode DryRun::give(const Command& command) {
  const Engine& engine = house_.engine();
  house_.apply({Sequence{engine.last_sequence().value + 1}, engine.now(), command}, outbox_);
  RejectCode code = RejectCode::None;
  for (const Event& event : outbox_) {
    if (event.header.kind == EventKind::Refused && code == RejectCode::None)
      code = event.get<Refused>().code;
  }
  outbox_.clear();
  return code;
}

// An instrument's id, which the sequencer writes into it, the engine takes from the command.
bool DryRun::apply(const gateway::ProposedCommand& part) {
  Command command = part.command;
  if (!part.attachment.empty()) command.header.text = slab_.put(part.attachment);
  refused_ = give(command);
  slab_.release(command.header.text);
  if (refused_ != RejectCode::None) return false;
  ++accepted_;
  return true;
}

bool DryRun::is_below(const Standing& before, Ratio level) {
  for (std::size_t i = 0; i < before.levels.count; ++i) {
    if (before.levels.level[i] != level) continue;
    return is_margin_below(before.is_equity_known, before.equity, before.used_margin, level);
  }
  return false;
}

// A level that is new was not crossed before, whatever stood in its place. Of several the lowest.
DryRun::Told DryRun::compare(const Standing& before, const AccountFigures& now) {
  if (is_to_be_stopped_out(now) && !before.is_stopped_out)
    return {Fate::StopOut, now.options.stop_out_level};
  const MarginCallLevels& levels = now.options.margin_call_levels;
  Told told;
  for (std::size_t i = 0; i < levels.count; ++i) {
    const Ratio level = levels.level[i];
    if (!is_margin_below(now.is_equity_known, now.equity, now.used_margin, level)) break;
    if (!is_below(before, level)) told = {Fate::Call, level};
  }
  return told;
}

void DryRun::write(json::Writer& out, const Standing& before, const AccountFigures& now,
                   const Told& told) {
  const int digits = minor_digits(now.currency);
  out.field("event", told.fate == Fate::Call ? "MARGIN_CALL" : "STOP_OUT");
  out.field("currency", now.currency).field("equity", now.equity, digits);
  out.begin_object("margin").field("before", before.used_margin, digits);
  out.field("after", now.used_margin, digits).end_object();
  out.begin_object("marginLevel");
  write_level(out, "before", before.is_equity_known, before.equity, before.used_margin);
  write_level(out, "after", now.is_equity_known, now.equity, now.used_margin);
  out.end_object().field("threshold", told.threshold);
}

std::string DryRun::answer_json(const std::string& account_number_prefix) const {
  std::string text;
  json::Writer out(text);
  out.begin_object().field("sequence", sequence_.value).field("time", time_);
  if (refused_ == RejectCode::None) {
    out.null("refused");
  } else {
    out.begin_object("refused").field("code", name_of(refused_));
    out.field("detail", describe(refused_)).field("accepted", accepted_).end_object();
  }
  out.begin_array("accounts");
  std::size_t calls = 0;
  std::size_t stop_outs = 0;
  for (const Standing& before : before_) {
    const AccountFigures now = house_.engine().figures(before.account);
    const Told told = compare(before, now);
    if (told.fate == Fate::None) continue;
    ++(told.fate == Fate::Call ? calls : stop_outs);
    if (calls + stop_outs > kAccountsTold) continue;
    const std::uint32_t id = before.account.value;
    out.begin_object().field("accountId", id);
    out.field("accountNumber", account_number_prefix + std::to_string(id));
    write(out, before, now, told);
    out.end_object();
  }
  out.end_array().field("marginCalls", calls).field("stopOuts", stop_outs);
  if (calls + stop_outs > kAccountsTold) out.field("isCut", true);
  out.end_object();
  return text;
}

}  // namespace tribook::app
