#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/explain_keeper.h"
#include "app/pipeline.h"
#include "config/config.h"
#include "gateway/auth/login_throttle.h"
#include "gateway/auth/password_hasher.h"
#include "gateway/front/adapters.h"
#include "gateway/front/doors.h"
#include "gateway/front/gateway.h"
#include "gateway/http/io_thread.h"
#include "gateway/http/listener.h"
#include "metrics/latency.h"
#include "persistence/history_pool.h"
#include "runtime/supervisor.h"

namespace tribook::app {

/// What the doors ask of the daemon; called from I/O threads.
struct DoorCallbacks {
  std::function<std::string()> not_ready;
  std::function<std::string()> degraded;
  std::function<std::string()> metrics;
};

/// Both listeners and the I/O threads behind them, one gateway a thread.
class Doors {
 public:
  /// `history` may be null: then what is in memory is all there is. It and `explains` must be
  /// stopped before the doors are gone.
  Doors(const config::Config& config, Pipeline& pipeline, const std::string& jwt_secret,
        DoorCallbacks callbacks, persistence::HistoryPool* history, ExplainKeeper& explains,
        const base::Clock& clock);
  ~Doors();

  /// The I/O threads run: their rings are read.
  void start_threads();
  /// Binds both ports; throws std::runtime_error that names the address.
  void listen();
  void stop_accepting();
  /// Answers what is under way, then ends.
  void stop(std::chrono::milliseconds drain);

  [[nodiscard]] std::vector<runtime::Waker*> wakers();
  /// One for each I/O thread.
  [[nodiscard]] std::vector<const runtime::Supervisor*> supervisors() const;

  /// What went wrong on one I/O thread.
  struct Faults {
    std::string gateway;
    std::uint64_t errors = 0;     ///< requests and sessions that could not be served
    std::uint64_t discarded = 0;  ///< events for sessions that were dropped
  };
  [[nodiscard]] std::vector<Faults> faults() const;
  [[nodiscard]] std::uint16_t client_port() const { return client_->port(); }
  [[nodiscard]] std::uint16_t admin_port() const { return admin_->port(); }
  [[nodiscard]] const std::string& client_address() const { return client_address_; }
  [[nodiscard]] const std::string& admin_address() const { return admin_address_; }
  [[nodiscard]] http::CountersSnapshot client_counters() const { return client_->counters(); }
  [[nodiscard]] http::CountersSnapshot admin_counters() const { return admin_->counters(); }
  [[nodiscard]] const metrics::LatencyHistogram& order_latency() const { return order_latency_; }

 private:
  struct Worker;
  http::ListenerOptions listener_options(const config::HostPort& at) const;

  const config::Config& config_;
  metrics::LatencyHistogram order_latency_;
  gateway::Options options_;
  gateway::JwtTokens tokens_;
  auth::LoginThrottle throttle_;
  gateway::GatewaysByThread by_thread_;
  gateway::HttpDoor client_door_;
  gateway::HttpDoor admin_door_;
  gateway::StreamDoor stream_door_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<auth::PasswordHasher> hasher_;
  std::unique_ptr<http::Listener> client_;
  std::unique_ptr<http::Listener> admin_;
  std::string client_address_;
  std::string admin_address_;
};

}  // namespace tribook::app
