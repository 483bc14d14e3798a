#include "app/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace tribook::app {
namespace {

constexpr std::chrono::seconds kExtendEvery{2};
constexpr std::string_view kExtend = "EXTEND_TIMEOUT_USEC=90000000";  // from now, in all

std::optional<std::int64_t> number_of(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::string_view all(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (error != std::errc{} || end != all.data() + all.size() || value <= 0) return std::nullopt;
  return value;
}

/// Connected to the address, whose first letter may be '@' for one without a file; or -1.
int connect_to(std::string_view address) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.size() < 2 || address.size() >= sizeof name.sun_path) return -1;
  std::memcpy(static_cast<char*>(name.sun_path), address.data(), address.size());
  const bool has_file = address[0] != '@';
  if (!has_file) name.sun_path[0] = '\0';
  const int made = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return -1;
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() + (has_file ? 1 : 0));
  if (::connect(made, reinterpret_cast<const sockaddr*>(&name), length) == 0) return made;
  ::close(made);
  return -1;
}

}  // namespace

ServiceManager::ServiceManager() {
  if (const char* const address = std::getenv("NOTIFY_SOCKET")) socket_ = connect_to(address);
  const auto process = number_of("WATCHDOG_PID");
  if (process && *process != ::getpid()) return;  // meant for another one
  if (const auto microseconds = number_of("WATCHDOG_USEC")) {
    watchdog_ = std::chrono::microseconds{*microseconds};
  }
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::tell(std::string_view message) const {
  if (socket_ >= 0) {
    static_cast<void>(::send(socket_, message.data(), message.size(), MSG_NOSIGNAL));
  }
}

void ServiceManager::starting(Time now) {
  if (now - last_extension_ < kExtendEvery) return;
  last_extension_ = now;
  tell(kExtend);
}

void ServiceManager::feed(std::uint64_t rounds, Time now) {
  if (!watchdog_ || now - last_feed_ < *watchdog_ / 2 || rounds == rounds_) return;
  rounds_ = rounds;
  last_feed_ = now;
  tell("WATCHDOG=1");
}

}  // namespace tribook::app
