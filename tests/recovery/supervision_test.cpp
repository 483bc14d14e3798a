#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "app/progress_watch.h"
#include "app/service_manager.h"

namespace tribook::app {
namespace {

using namespace std::chrono_literals;

const ProgressWatch::Time kStart{1'000s};

/// Where a service manager listens; its address is in the environment while this lives.
class Listener {
 public:
  explicit Listener(std::string address) : address_(std::move(address)) {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    REQUIRE(socket_ >= 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(static_cast<char*>(name.sun_path), address_.data(), address_.size());
    const bool has_file = address_[0] != '@';
    if (!has_file) name.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size() +
                                               (has_file ? 1 : 0));
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&name), length) == 0);
    ::setenv("NOTIFY_SOCKET", address_.c_str(), 1);
  }
  ~Listener() {
    ::close(socket_);
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    if (address_[0] != '@') std::filesystem::remove(address_);
  }

  /// The next message, or nothing.
  std::string next() const {
    std::array<char, 256> bytes{};
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return got < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(got));
  }

 private:
  std::string address_;
  int socket_ = -1;
};

std::string own_path() {
  return (std::filesystem::temp_directory_path() / ("tribook-notify-" + std::to_string(::getpid())))
      .string();
}

}  // namespace

TEST_CASE("the service manager hears what happens, by file and by abstract name") {
  const bool has_file = GENERATE(true, false);
  const Listener listener(has_file ? own_path() : "@tribook-test-" + std::to_string(::getpid()));
  const ServiceManager manager;
  CHECK(listener.next().empty());
  manager.ready();
  CHECK(listener.next() == "READY=1");
  manager.stopping();
  CHECK(listener.next() == "STOPPING=1");
  CHECK(listener.next().empty());
}

TEST_CASE("a long start asks for more time, and only as long as it goes on") {
  const auto before = std::chrono::steady_clock::now();
  const Listener listener(own_path());
  ServiceManager manager;
  manager.starting(before + 1s);
  CHECK(listener.next().empty());  // a short one has no need
  const auto later = std::chrono::steady_clock::now() + 2s;
  manager.starting(later);
  CHECK(listener.next() == "EXTEND_TIMEOUT_USEC=90000000");
  manager.starting(later + 1s);
  CHECK(listener.next().empty());
  manager.starting(later + 2s);
  CHECK(listener.next() == "EXTEND_TIMEOUT_USEC=90000000");
  CHECK(listener.next().empty());
}

TEST_CASE("the watchdog is fed in time, and only while the rounds rise") {
  const Listener listener(own_path());
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  ServiceManager manager;
  manager.feed(1, kStart);
  CHECK(listener.next() == "WATCHDOG=1");
  manager.feed(2, kStart + 900ms);
  CHECK(listener.next().empty());  // too soon
  manager.feed(2, kStart + 1s);
  CHECK(listener.next() == "WATCHDOG=1");
  for (int i = 2; i < 10; ++i) manager.feed(2, kStart + i * 1s);
  CHECK(listener.next().empty());  // it stands still
  manager.feed(3, kStart + 10s);
  CHECK(listener.next() == "WATCHDOG=1");
}

TEST_CASE("a watchdog of another process, a nonsensical one and none are not fed") {
  const Listener listener(own_path());
  const int kind = GENERATE(0, 1, 2);
  if (kind == 0) {
    ::setenv("WATCHDOG_USEC", "2000000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
  } else if (kind == 1) {
    ::setenv("WATCHDOG_USEC", "soon", 1);
  }
  ServiceManager manager;
  manager.feed(1, kStart);
  CHECK(listener.next().empty());
}

TEST_CASE("without a service manager nothing is told and nothing fails") {
  const std::string address = GENERATE(std::string(), std::string("/nowhere/at/all"),
                                       std::string(200, 'x'), std::string("@"));
  ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
  const ServiceManager manager;
  ::unsetenv("NOTIFY_SOCKET");
  manager.ready();
  manager.stopping();
}

TEST_CASE("a thread that stands still is noticed, once, and so is its going on") {
  std::uint64_t engine = 0;
  std::uint64_t journal = 0;
  ProgressWatch watch(5s);
  watch.add("engine", [&] { return engine; });
  watch.add("journal", [&] { return journal; });
  auto now = kStart;
  const auto look_for = [&](std::chrono::seconds time, bool journal_moves) {
    std::vector<ProgressWatch::Change> all;
    for (const auto end = now + time; now < end;) {
      now += 500ms;
      ++engine;
      if (journal_moves) ++journal;
      for (const auto& change : watch.look(now)) all.push_back(change);
    }
    return all;
  };
  CHECK(look_for(20s, true).empty());
  CHECK(look_for(4s, false).empty());
  const auto stopped = look_for(20s, false);
  REQUIRE(stopped.size() == 1);
  CHECK(stopped[0].name == "journal");
  CHECK(stopped[0].stands_still);
  CHECK(watch.standing_still() == "journal");
  CHECK(watch.states()[1].stands_still);
  CHECK_FALSE(watch.states()[0].stands_still);
  const auto moved = look_for(10s, true);
  REQUIRE(moved.size() == 1);
  CHECK_FALSE(moved[0].stands_still);
  CHECK(watch.standing_still().empty());
}

TEST_CASE("a machine that slept blames no thread, and forgives none") {
  std::uint64_t rounds = 0;
  ProgressWatch watch(5s);
  watch.add("engine", [&] { return rounds; });
  CHECK(watch.look(kStart).empty());
  ++rounds;
  CHECK(watch.look(kStart + 1s).empty());
  CHECK(watch.look(kStart + 1h).empty());  // the same round as before the sleep
  auto now = kStart + 1h;
  std::size_t changes = 0;
  for (int i = 0; i < 10; ++i) changes += watch.look(now += 1s).size();
  CHECK(changes == 1);
  CHECK(watch.look(now += 1h).empty());
  CHECK(watch.standing_still() == "engine");
}

}  // namespace tribook::app
