#include "persistence/history_pool.h"

#include <pthread.h>

#include <exception>
#include <utility>

namespace tribook::persistence {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

HistoryPool::HistoryPool(HistoryPoolOptions options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { serve(); });
    ::pthread_setname_np(threads_.back().native_handle(), ("read" + std::to_string(i)).c_str());
  }
}

HistoryPool::~HistoryPool() { stop(); }

bool HistoryPool::run(Work work, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopped_ || jobs_.size() >= options_.queue) {
      refusals_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    jobs_.push_back({std::move(work), std::move(done)});
  }
  work_waits_.notify_one();
  return true;
}

void HistoryPool::stop() {
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    left.swap(jobs_);
  }
  work_waits_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  for (const Job& job : left) finish(job, false);
}

std::size_t HistoryPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void HistoryPool::serve() {
  std::unique_ptr<HistoryReader> reader;
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      work_waits_.wait(lock, [this] { return is_stopped_ || !jobs_.empty(); });
      if (is_stopped_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    finish(job, perform(job, reader));
  }
}

// Without it whoever asked waits until his time is over; the thread goes on to the next.
void HistoryPool::finish(const Job& job, bool is_good) {
  try {
    job.done(is_good);
  } catch (const std::exception& error) {
    note_failure(error.what());
  }
}

// A reader that failed may have lost its file: the next work gets a new one.
bool HistoryPool::perform(const Job& job, std::unique_ptr<HistoryReader>& reader) {
  const SteadyClock::time_point begun = SteadyClock::now();
  bool is_good = true;
  try {
    if (!reader) reader = options_.make_reader();
    job.work(*reader);
  } catch (const std::exception& error) {
    is_good = false;
    reader.reset();
    note_failure(error.what());
  }
  durations_.observe(SteadyClock::now() - begun);
  return is_good;
}

void HistoryPool::note_failure(const std::string& what) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  if (!options_.log) return;
  const std::lock_guard lock(log_mutex_);
  const SteadyClock::time_point now = SteadyClock::now();
  if (logged_ != SteadyClock::time_point{} && now - logged_ < options_.log_interval) {
    ++unlogged_;
    return;
  }
  logged_ = now;
  const std::uint64_t more = std::exchange(unlogged_, 0);
  options_.log(more == 0 ? what : what + " (" + std::to_string(more) + " others since the last)");
}

}  // namespace tribook::persistence
