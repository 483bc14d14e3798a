#include "support/house_runner.h"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace tribook::test {

std::string to_string(Layout layout) {
  switch (layout) {
    case Layout::Stepped:
      return "stepped";
    case Layout::Fused:
      return "fused";
    case Layout::Split:
      return "split";
  }
  return {};
}

app::PipelineSettings small_settings() {
  app::PipelineSettings settings;
  settings.limits = {1'000, 20'000, 64, 4'096, 1'000};
  settings.views.accounts = 1'001;
  settings.views.users = 2'100;
  settings.views.symbols = 65;
  settings.views.open_positions = 20'000;
  settings.views.open_orders = 1'024;
  settings.views.orders = 16'384;
  settings.views.trades = 16'384;
  settings.views.ledger = 16'384;
  settings.views.closed_positions = 8'192;
  settings.views.text_bytes = 1 << 20;
  settings.texts = 256;
  settings.ring = 1'024;
  settings.clock = core::ClockKind::Driven;
  settings.journal_directory = "journal";
  settings.segment_bytes = 4 << 20;
  return settings;
}

HouseRunner::HouseRunner(Layout layout, journal::Disk& disk, app::PipelineSettings settings,
                         const MakeVenue& make_venue, std::chrono::nanoseconds longest_park)
    : layout_(layout) {
  pipeline_ = std::make_unique<app::Pipeline>(settings, clock_, disk);
  recovery_ = pipeline_->start([](const std::string& what) { throw std::runtime_error(what); });
  if (!recovery_.is_good) throw std::runtime_error("recovery: " + recovery_.problem);
  port_ = pipeline_->gateway(0);
  if (make_venue) venue_ = make_venue(*pipeline_);
  if (layout == Layout::Stepped) {
    pipeline_->sequencer().on_start();
  } else {
    app::ThreadPlan plan;
    plan.is_split = layout == Layout::Split;
    plan.longest_park = longest_park;
    std::vector<runtime::Stage*> venues;
    if (venue_) venues.push_back(venue_.get());
    threads_ = std::make_unique<app::Threads>(*pipeline_, plan, clock_, venues,
                                              std::vector<runtime::Waker*>{}, venue_.get());
    threads_->start();
  }
}

HouseRunner::~HouseRunner() {
  if (!is_abandoned_) stop();
}

void HouseRunner::pump() {
  if (layout_ != Layout::Stepped) {
    std::this_thread::yield();
    return;
  }
  const TimeNs now = clock_.now();
  pipeline_->risk_stage().do_work(now);
  pipeline_->router_stage().do_work(now);
  if (venue_) venue_->do_work(now);
  pipeline_->sequencer().do_work(now);
  pipeline_->journal_stage().do_work(now);
  pipeline_->egress_stage().do_work(now);
}

bool HouseRunner::post(Command command) {
  command.header.gateway = 0;
  command.header.request = ++last_request_;
  if (!port_.commands->try_push(command)) return false;
  port_.commands->notify();
  return true;
}

bool HouseRunner::poll(Event& event) {
  if (!port_.events->try_pop(event)) return false;
  port_.events->notify_room();
  slab().release(event.header.text);
  return true;
}

std::vector<Event> HouseRunner::submit(Command command) {
  while (!post(command)) pump();
  std::vector<Event> events;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  for (;;) {
    Event event;
    if (!poll(event)) {
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no answer");
      pump();
      continue;
    }
    if (event.header.kind == EventKind::Settled && event.header.request == last_request_)
      return events;
    events.push_back(event);
  }
}

void HouseRunner::stop() {
  if (is_stopped_) return;
  is_stopped_ = true;
  if (threads_) {
    threads_->stop();
    return;
  }
  for (int i = 0; i < 100; ++i) pump();
  pipeline_->journal_stage().on_close();
}

Command HouseRunner::create_account(std::string_view username, std::string_view currency,
                                    Money deposit, std::uint32_t leverage) {
  AccountSpec spec;
  spec.user.username = FixedText<100>::of(username);
  spec.user.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
  spec.currency = Currency::of(currency);
  spec.leverage = leverage;
  Deposit amount;
  set_amount(amount, deposit);
  spec.initial_deposit_low = amount.amount_low;
  spec.initial_deposit_high = amount.amount_high;
  Command command = Command::make(CreateAccount{});
  command.header.text = put_spec(slab(), spec);
  return command;
}

Command HouseRunner::create_symbol(const Instrument& instrument) {
  Command command = Command::make(CreateSymbol{});
  command.header.text = put_spec(slab(), instrument);
  return command;
}

}  // namespace tribook::test
