#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tribook::app {

/// Tells systemd, or whoever set NOTIFY_SOCKET, how the daemon is (the protocol of sd_notify).
/// Without the variable it is silent. Nothing that goes wrong here stops anything.
class ServiceManager {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// The start goes on: asks for more time, if it takes long, so that it is not ended as one that
  /// hangs. As often as anything has been done.
  void starting(Time now);
  void ready() const { tell("READY=1"); }
  void stopping() const { tell("STOPPING=1"); }
  /// Feeds the watchdog, if one is asked for and half its time has passed since the last feed, and
  /// only if `rounds` has risen since: of a thread that stands still it will hear no more.
  void feed(std::uint64_t rounds, Time now);

 private:
  void tell(std::string_view message) const;

  int socket_ = -1;  // connected, or -1
  std::optional<std::chrono::microseconds> watchdog_;
  std::uint64_t rounds_ = 0;
  Time last_feed_{};
  Time last_extension_ = std::chrono::steady_clock::now();
};

}  // namespace tribook::app
