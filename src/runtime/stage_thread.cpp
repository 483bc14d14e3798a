#include "runtime/stage_thread.h"

#include <immintrin.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>

namespace tribook::runtime {
namespace {

constexpr int kIdleRoundsMost = 1'000'000'000;

void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void name_and_pin(const ThreadOptions& options) {
  pthread_setname_np(pthread_self(), options.name.substr(0, 15).c_str());
  if (options.core < 0) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(options.core), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

}  // namespace

StageThread::StageThread(ThreadOptions options, const base::Clock& clock,
                         std::vector<Stage*> stages)
    : options_(std::move(options)), clock_(clock), stages_(std::move(stages)) {}

StageThread::~StageThread() { stop(); }

void StageThread::start() {
  thread_ = std::thread([this] { run(); });
}

void StageThread::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_release);
  parker_.wake();
  thread_.join();
}

void StageThread::run() {
  name_and_pin(options_);
  for (Stage* stage : stages_) stage->on_start();
  int idle_rounds = 0;
  while (!stop_.load(std::memory_order_acquire)) {
    idle_rounds = round() > 0 ? 0 : std::min(idle_rounds + 1, kIdleRoundsMost);
    if (idle_rounds > 0) wait(idle_rounds);
  }
  for (Stage* stage : stages_) stage->on_close();
}

std::size_t StageThread::round() {
  const TimeNs now = clock_.now();
  if (is_crowded_ && (now < crowded_at_ || now - crowded_at_ >= kCrowdedFor)) is_crowded_ = false;
  std::size_t work = 0;
  for (Stage* stage : stages_) work += stage->do_work(now);
  bump(rounds_);
  if (work > 0) {
    bump(busy_rounds_);
    const std::int64_t took = (clock_.now() - now).count();
    if (took > longest_round_ns_.load(std::memory_order_relaxed)) {
      longest_round_ns_.store(took, std::memory_order_relaxed);
    }
  }
  return work;
}

bool StageThread::stays_awake(int idle_rounds) const {
  if (options_.wait == WaitStrategy::Yield) return true;
  if (idle_rounds > options_.rounds_before_park + options_.rounds_while_near) return false;
  if (is_crowded_) return false;
  return std::any_of(stages_.begin(), stages_.end(),
                     [](const Stage* stage) { return stage->is_work_near(); });
}

// Who gives way to others that want the core gets it back after all of them; who sleeps is put
// before them when he is woken.
void StageThread::give_way() {
  const TimeNs before = clock_.now();
  sched_yield();
  const TimeNs after = clock_.now();
  if (after - before < kLateReturn) return;
  crowded_at_ = after;
  is_crowded_ = true;
}

void StageThread::wait(int idle_rounds) {
  const bool is_parking = options_.wait == WaitStrategy::Park;
  if (options_.wait == WaitStrategy::Spin ||
      (is_parking && idle_rounds <= options_.rounds_before_park)) {
    _mm_pause();
    return;
  }
  if (stays_awake(idle_rounds)) {
    give_way();
    return;
  }
  parker_.prepare();
  if (stop_.load(std::memory_order_acquire) || round() > 0) {
    parker_.cancel();
  } else {
    parker_.park(options_.longest_park);
  }
}

}  // namespace tribook::runtime
