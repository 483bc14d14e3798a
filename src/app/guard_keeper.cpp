#include "app/guard_keeper.h"

#include <string>

#include "app/log.h"
#include "tribook/message/text.h"

namespace tribook::app {
namespace {

// What is on of accounts and groups is not the guard's.
std::vector<GuardFigures::Switch> switches_of(const views::Views& views) {
  std::vector<GuardFigures::Switch> switches;
  for (const views::KillSwitchView& on : views.kill_switches()) {
    const ScopeLevel level = on.scope.level;
    if (level != ScopeLevel::House && level != ScopeLevel::Symbol) continue;
    switches.push_back({on.scope, on.kill_switch.actor, on.kill_switch.cause});
  }
  return switches;
}

std::string text_of(const GuardCommand& command, const views::SymbolTable& symbols) {
  const RiskScope& scope = command.set.scope;
  std::string text = "guard: the house";
  if (scope.level == ScopeLevel::Symbol) {
    const Instrument* found = symbols.find(SymbolId{static_cast<std::uint16_t>(scope.id)});
    text = "guard: " + (found != nullptr ? std::string(found->name.view()) : "a symbol");
  }
  text += ": " + std::string(command.reason.text.view()) + ": kill switch ";
  if (command.set.action == KillAction::None) return text + "off";
  return text + std::string(name_of(command.set.action));
}

}  // namespace

GuardKeeper::GuardKeeper(const config::Config& config, Pipeline& pipeline, const base::Clock& clock)
    : pipeline_(pipeline),
      clock_(clock),
      is_driven_(config.clock_type() != config::ClockType::System),
      gateway_(static_cast<std::uint8_t>(config.gateway.io_threads)),
      port_(pipeline.own_port()),
      guard_(config.risk.guard) {}

// A look waits for the answers to the one before: then the views have what came of it.
void GuardKeeper::look(std::chrono::steady_clock::time_point now) {
  take_answers();
  if (unanswered_ == 0 && unsent_.empty() && now - last_look_ >= kEvery) {
    last_look_ = now;
    unsent_ = guard_.look(figures(now));
    const auto symbols = pipeline_.views().symbols();
    for (const GuardCommand& command : unsent_) log_warning(text_of(command, *symbols));
  }
  while (!unsent_.empty() && send(unsent_.front())) unsent_.erase(unsent_.begin());
}

void GuardKeeper::take_answers() {
  Event event;
  while (port_.events->try_pop(event)) {
    port_.events->notify_room();
    pipeline_.slab().release(event.header.text);
    if (event.header.kind == EventKind::Settled && unanswered_ != 0) --unanswered_;
    if (event.header.kind != EventKind::Refused) continue;
    const RejectCode code = event.get<Refused>().code;
    log_warning("guard: a kill switch was refused: " + std::string(name_of(code)));
  }
}

bool GuardKeeper::send(const GuardCommand& guard_command) {
  Command command = Command::make(guard_command.set);
  command.header.gateway = gateway_;
  command.header.request = ++last_request_;
  command.header.text = put_spec(pipeline_.slab(), guard_command.reason);
  if (!command.header.text) return false;
  if (!port_.commands->try_push(command)) {
    pipeline_.slab().release(command.header.text);
    return false;
  }
  port_.commands->notify();
  ++unanswered_;
  return true;
}

GuardFigures GuardKeeper::figures(std::chrono::steady_clock::time_point now) const {
  GuardFigures figures;
  figures.time = is_driven_ ? pipeline_.sequencer().engine_time() : clock_.now();
  figures.clock = {std::chrono::nanoseconds(now.time_since_epoch()).count()};
  figures.symbols = symbols();
  figures.sequenced = pipeline_.sequencer().last_sequence();
  figures.written = pipeline_.journal_stage().written();
  figures.venue_failures = pipeline_.egress_stage().venue_failures();
  figures.switches = switches_of(pipeline_.views());
  return figures;
}

std::vector<GuardFigures::Symbol> GuardKeeper::symbols() const {
  const views::Views& views = pipeline_.views();
  std::vector<GuardFigures::Symbol> symbols;
  for (const auto& instrument : views.symbols()->all()) {
    if (instrument->effective_state() == SymbolState::Disabled) continue;
    GuardFigures::Symbol symbol;
    symbol.id = instrument->id;
    symbol.is_open = views.session_open(instrument->id);
    views::QuoteView quote;
    if (views.quote(instrument->id, quote) == views::ReadStatus::Found)
      symbol.last_quote = quote.time;
    symbols.push_back(symbol);
  }
  return symbols;
}

}  // namespace tribook::app
