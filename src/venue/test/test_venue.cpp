#include "venue/test/test_venue.h"

#include <algorithm>

namespace tribook::venue::test {
namespace {

constexpr Volume kLotStep{kFixedOne / 100};

}  // namespace

TestVenue::TestVenue(TestVenueSettings settings, runtime::Ring<Event>& requests,
                     runtime::Ring<Command>& to_engine)
    : settings_(std::move(settings)), requests_(requests), to_engine_(to_engine) {
  waiting_.reserve(settings_.waiting_max);
}

std::size_t TestVenue::take_requests(TimeNs now) {
  std::size_t taken = 0;
  while (taken < kBatch && waiting_.size() + Answers::kMost <= settings_.waiting_max) {
    const Event* event = requests_.peek();
    if (event == nullptr) break;
    const auto request = event->get<VenueRequested>();
    const TimeNs asked = event->header.time;
    requests_.pop();
    ++taken;
    const Volume step = settings_.lot_step ? settings_.lot_step(request.symbol) : kLotStep;
    const Answers answers = answers_to(settings_.answers, request, request.deadline - asked, step);
    for (std::size_t i = 0; i < answers.count; ++i) {
      waiting_.push_back({now + answers.all[i].after, ++number_, answers.all[i].report});
      std::push_heap(waiting_.begin(), waiting_.end());
    }
  }
  taken_.fetch_add(taken, std::memory_order_relaxed);
  return taken;
}

std::size_t TestVenue::send_due(TimeNs now) {
  std::size_t sent = 0;
  while (sent < kBatch && !waiting_.empty() && waiting_.front().time <= now) {
    Command command = Command::make(waiting_.front().report);
    VenueReport report = waiting_.front().report;
    report.venue_time = waiting_.front().time;
    command.set(report);
    if (!to_engine_.try_push(command)) break;
    std::pop_heap(waiting_.begin(), waiting_.end());
    waiting_.pop_back();
    ++sent;
  }
  sent_.fetch_add(sent, std::memory_order_relaxed);
  return sent;
}

std::size_t TestVenue::do_work(TimeNs now) {
  const TimeNs time = settings_.engine_time ? settings_.engine_time() : now;
  std::size_t work = take_requests(time);
  work += send_due(time);
  waiting_count_.store(waiting_.size(), std::memory_order_relaxed);
  to_engine_.notify();
  requests_.notify_room();
  return work;
}

}  // namespace tribook::venue::test
