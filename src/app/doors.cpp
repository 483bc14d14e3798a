#include "app/doors.h"

#include <optional>

#include "app/error_log.h"
#include "app/log.h"
#include "app/parts.h"
#include "gateway/api/problem.h"
#include "runtime/waker.h"

namespace tribook::app {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr std::string_view kIssuer = "tribook";

// What the listener itself refuses, in the words and codes of everything else.
http::HttpResponse problem_of_listener(unsigned status, std::string_view detail) {
  if (status == 500) return gateway::internal_error(detail);
  RejectCode code = status >= 500 ? RejectCode::Unavailable : RejectCode::Validation;
  if (status == 413) code = RejectCode::PayloadTooLarge;
  gateway::ProblemExtras extras;
  extras.status = status;
  return gateway::problem(code, detail, extras);
}

gateway::Options gateway_options(const config::Config& config, Pipeline& pipeline,
                                 const DoorCallbacks& callbacks,
                                 metrics::LatencyHistogram& order_latency) {
  gateway::Options options;
  options.brand = config.brand;
  options.account_number_prefix = config.accounts.number_prefix;
  options.account_defaults = {config.accounts.max_leverage, config.accounts.stop_out_level,
                              config.accounts.margin_call_level};
  options.order_wait = config.gateway.order_wait;
  options.manual_clock = config.clock_type() == config::ClockType::Manual;
  options.symbols_max = config.limits.symbols;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    names.push_back(config.venues[i].name);
    if (config.venues[i].type == config::VenueType::Test && options.dealing_venue.empty())
      options.dealing_venue = config.venues[i].name;
    if (config.venues[i].type == config::VenueType::Manual && !options.manual_venue) {
      options.manual_venue = VenueId{static_cast<std::uint16_t>(i + 1)};
    }
  }
  options.routing_reason = [&pipeline](std::uint16_t rule) {
    return std::string(pipeline.router().reason(rule));
  };
  options.venue_name = [names](VenueId venue) {
    return venue && venue.value <= names.size() ? names[venue.value - std::size_t{1}]
                                                : std::string("house");
  };
  options.not_ready = callbacks.not_ready;
  options.degraded = callbacks.degraded;
  options.metrics = callbacks.metrics;
  options.order_latency = &order_latency;
  return options;
}

// Of the text that a client may have sent.
constexpr std::size_t kRouteShown = 200;

}  // namespace

/// One I/O thread and its gateway.
struct Doors::Worker final : runtime::Waker {
  Worker(std::size_t index, const gateway::Options& options, Pipeline& pipeline,
         auth::PasswordHasher& hasher, gateway::JwtTokens& tokens, auth::LoginThrottle& throttle,
         const base::Clock& clock_of_world, persistence::HistoryPool* pool, ExplainKeeper& explains)
      : clock(clock_of_world),
        supervisor("io" + std::to_string(index), report_failure),
        thread({"io" + std::to_string(index)}),
        network(thread),
        passwords(hasher, network),
        explainer([&explains](const auto& question,
                              auto done) { return explains.ask(question, std::move(done)); },
                  network) {
    const GatewayPort port = pipeline.gateway(index);
    const gateway::Pipeline ends{static_cast<std::uint8_t>(index),
                                 *port.commands,
                                 *port.events,
                                 *port.quotes_missed,
                                 pipeline.slab(),
                                 pipeline.views()};
    if (pool != nullptr) {
      history.emplace(
          [pool](auto work, auto done) { return pool->run(std::move(work), std::move(done)); },
          network);
    }
    gateway = std::make_unique<gateway::Gateway>(
        options, ends,
        gateway::World{network, passwords, tokens, throttle, clock, history ? &*history : nullptr,
                       &explainer});
    thread.on_wake([this] { take_in(); });
    thread.every(kTick, [this] { thread.is_down() ? gateway->discard() : gateway->tick(); });
    thread.on_fault({[this](auto route, auto what) { note_error(route, what); },
                     [this](auto what) { return stop_short(what); }, [this] { begin_anew(); }});
  }
  void wake() override { thread.wake(); }

  // A ring that nobody emptied would stop the house.
  void take_in() {
    if (thread.is_down()) return gateway->discard();
    gateway->drain();
  }

  void note_error(std::string_view route, std::string_view what) {
    errors.fetch_add(1, std::memory_order_relaxed);
    const std::string line =
        error_log.note(supervisor.part() + ": " + std::string(route.substr(0, kRouteShown)) +
                           " failed: " + std::string(what),
                       std::chrono::steady_clock::now());
    if (!line.empty()) log_error(line);
  }

  std::chrono::nanoseconds stop_short(std::string_view what) {
    const auto pause = supervisor.fail(clock.now(), what);
    gateway->forget();
    return pause;
  }

  void begin_anew() {
    gateway->begin_anew();
    supervisor.begun(clock.now());
    log_info(supervisor.part() + " goes on");
  }

  const base::Clock& clock;
  runtime::Supervisor supervisor;
  ErrorLog error_log;
  std::atomic<std::uint64_t> errors{0};
  http::IoThread thread;
  gateway::IoNetwork network;
  gateway::PooledPasswords passwords;
  std::optional<gateway::PooledHistory> history;
  gateway::PooledExplainer explainer;
  std::unique_ptr<gateway::Gateway> gateway;
};

Doors::Doors(const config::Config& config, Pipeline& pipeline, const std::string& jwt_secret,
             DoorCallbacks callbacks, persistence::HistoryPool* history, ExplainKeeper& explains,
             const base::Clock& clock)
    : config_(config),
      options_(gateway_options(config, pipeline, callbacks, order_latency_)),
      tokens_(auth::Jwt(std::string(kIssuer), {{"1", jwt_secret}}), config.auth.client_token,
              config.auth.admin_token),
      client_door_(by_thread_, gateway::Door::Client),
      admin_door_(by_thread_, gateway::Door::Admin),
      stream_door_(by_thread_) {
  auth::PasswordHasherOptions hashing;
  hashing.cost = static_cast<unsigned>(config.auth.bcrypt_cost);
  hashing.threads = config.auth.bcrypt_threads;
  hasher_ = std::make_unique<auth::PasswordHasher>(hashing);
  std::vector<http::IoThread*> threads;
  for (std::size_t i = 0; i < config.gateway.io_threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(i, options_, pipeline, *hasher_, tokens_, throttle_,
                                                clock, history, explains));
    by_thread_.add(workers_.back()->thread, *workers_.back()->gateway);
    threads.push_back(&workers_.back()->thread);
  }
  client_ = std::make_unique<http::Listener>(listener_options(config.listen.client), client_door_,
                                             threads);
  client_->websocket("/ws", stream_door_);
  admin_ =
      std::make_unique<http::Listener>(listener_options(config.listen.admin), admin_door_, threads);
}

Doors::~Doors() = default;

http::ListenerOptions Doors::listener_options(const config::HostPort& at) const {
  http::ListenerOptions options;
  options.address = at.text();
  options.max_connections = config_.gateway.max_connections;
  options.max_body_bytes = config_.gateway.max_body_bytes;
  options.problem = problem_of_listener;
  return options;
}

void Doors::start_threads() {
  for (const auto& worker : workers_) worker->thread.start();
}

void Doors::listen() {
  client_->start();
  admin_->start();
  client_address_ = client_->address();
  admin_address_ = admin_->address();
}

void Doors::stop_accepting() {
  client_->stop_accepting();
  admin_->stop_accepting();
}

void Doors::stop(std::chrono::milliseconds drain) {
  for (const auto& worker : workers_) worker->thread.stop(drain);
  hasher_.reset();
}

std::vector<runtime::Waker*> Doors::wakers() {
  std::vector<runtime::Waker*> wakers;
  for (const auto& worker : workers_) wakers.push_back(worker.get());
  return wakers;
}

std::vector<const runtime::Supervisor*> Doors::supervisors() const {
  std::vector<const runtime::Supervisor*> supervisors;
  for (const auto& worker : workers_) supervisors.push_back(&worker->supervisor);
  return supervisors;
}

std::vector<Doors::Faults> Doors::faults() const {
  std::vector<Faults> faults;
  for (const auto& worker : workers_) {
    faults.push_back({worker->supervisor.part(), worker->errors.load(std::memory_order_relaxed),
                      worker->gateway->discarded()});
  }
  return faults;
}

}  // namespace tribook::app
