#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "client.h"
#include "gateway/http/listener.h"

namespace tribook::http::test {

using namespace std::chrono_literals;

/// Waits until `done` holds; false after a long time.
template <typename Fn>
bool eventually(Fn done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

inline HttpResponse text(unsigned status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

/// Answers /echo with what it got, /hold... never by itself: the test completes it by name.
class TestHandler : public HttpHandler {
 public:
  void handle(const HttpRequest& request, ReplyHandle reply) override {
    if (request.path.starts_with("/hold")) {
      const std::lock_guard lock(mutex_);
      held_.emplace_back(request.target, reply);
      changed_.notify_all();
      return;
    }
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path == "/big") {
      reply.io->reply(reply, text(200, std::string(std::stoul(*request.param("size")), 'b')));
      return;
    }
    if (request.path == "/split") {
      HttpResponse response = text(200, "x");
      response.headers.emplace_back("X-Evil", "a\r\nX-Injected: b");
      reply.io->reply(reply, std::move(response));
      return;
    }
    std::string said(name_of(request.method));
    said += ' ';
    said += request.target;
    said += ' ';
    said += request.body;
    for (const HeaderField& field : request.headers) {
      if (field.name.starts_with("X-"))
        said.append(" ").append(field.name).append("=").append(field.value);
    }
    if (const auto symbol = request.param("symbol")) said += " symbol=" + *symbol;
    reply.io->reply(reply, text(200, std::move(said)));
  }

  /// Completes a held request, on its thread; waits for the request to arrive and for the reply.
  bool complete(const std::string& target) {
    ReplyHandle handle;
    {
      std::unique_lock lock(mutex_);
      const bool came = changed_.wait_for(lock, kPatience, [&] {
        for (const auto& [name, reply] : held_) {
          if (name != target) continue;
          handle = reply;
          return true;
        }
        return false;
      });
      if (!came) throw std::runtime_error("no request " + target);
    }
    std::atomic<int> outcome{-1};
    handle.io->post([&] { outcome = handle.io->reply(handle, text(200, target)) ? 1 : 0; });
    eventually([&] { return outcome != -1; });
    return outcome == 1;
  }

  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::string, ReplyHandle>> held_;
};

inline ListenerOptions quick_options() {
  ListenerOptions options;
  options.linger_timeout = 500ms;
  return options;
}

/// One listener on one or more I/O threads that look at deadlines often.
struct Server {
  explicit Server(ListenerOptions options = quick_options(), std::size_t threads = 1,
                  std::function<void(Listener&)> prepare = {}) {
    for (std::size_t i = 0; i < threads; ++i) {
      io.push_back(std::make_unique<IoThread>(IoThreadOptions{"test-io", 10ms}));
    }
    std::vector<IoThread*> pointers;
    for (const auto& thread : io) pointers.push_back(thread.get());
    listener = std::make_unique<Listener>(std::move(options), handler, pointers);
    if (prepare) prepare(*listener);
    listener->start();
    for (const auto& thread : io) thread->start();
  }
  ~Server() {
    for (const auto& thread : io) thread->stop(0ms);
  }

  [[nodiscard]] std::uint16_t port() const { return listener->port(); }
  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return listener->counters().dropped(reason);
  }

  TestHandler handler;
  std::vector<std::unique_ptr<IoThread>> io;
  std::unique_ptr<Listener> listener;
};

}  // namespace tribook::http::test
