#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/api/context.h"
#include "gateway/http/handler.h"
#include "gateway/ws/stream.h"

// Both doors and the stream of one I/O thread, without sockets: requests in, responses by
// Network::reply; commands out and events in by the rings. All calls come from one thread.

namespace tribook::gateway {

class Gateway {
 public:
  /// What is given must outlive it, and the last callback of the passwords too.
  Gateway(const Options& options, const Pipeline& pipeline, const World& world);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Answers a request, now or later. Takes in what events there are first, so that a client who
  /// was answered on another thread sees its own write.
  void handle(Door door, const http::HttpRequest& request, const http::ReplyHandle& handle);

  /// Takes in events until there are none, or a large number; how many. When it stopped before the
  /// end it has asked the network to be called again.
  std::size_t drain();

  /// Some four times a second: waits that are over, what quotes have moved.
  void tick();

  // When something threw: sessions and waits may be half done.

  /// Nobody waits and nobody listens any more.
  void forget();
  /// Empties the ring for nobody, since its writer would wait.
  void discard();
  /// Goes on with what the views show.
  void begin_anew();
  /// Any thread: events that were thrown away.
  [[nodiscard]] std::uint64_t discarded() const {
    return discarded_.load(std::memory_order_relaxed);
  }

  /// The stream's sessions; `drain()` before is not needed.
  Stream& stream() { return stream_; }

  [[nodiscard]] std::size_t pending() const { return context_.pending.size(); }
  [[nodiscard]] std::size_t sessions() const { return stream_.sessions(); }

 private:
  static constexpr std::size_t kDrainMax = 16'384;

  void dispatch(Door door, const http::HttpRequest& request, const http::ReplyHandle& handle);
  bool admit(const Route& route, const http::HttpRequest& request, Identity& who,
             AccountId& account, http::HttpResponse& refusal);
  void take(const Event& event);

  Context context_;
  Stream stream_;
  std::atomic<std::uint64_t> discarded_{0};
};

}  // namespace tribook::gateway
