#include <catch2/catch.hpp>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "app/bootstrap.h"
#include "app/doors.h"
#include "app/explain_keeper.h"
#include "app/log.h"
#include "app/metrics.h"
#include "app/parts.h"
#include "app/settings.h"
#include "app/system_clock.h"
#include "gateway_http/client.h"
#include "journal/memory_disk.h"

// A house with its real doors, threads and a venue of which parts throw when they are told to.

namespace tribook::app {
namespace {

using namespace std::chrono_literals;
using http::test::Client;
using http::test::kPatience;
using http::test::Response;

template <typename Fn>
bool eventually(Fn done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// The gateways' clock: they look at it with each request, and each quarter of a second without.
class FaultyClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override {
    if (throws.exchange(false)) throw std::runtime_error("the clock is broken");
    return SystemClock().now();
  }
  mutable std::atomic<bool> throws{false};
};

/// Quotes GBPUSD at each turn.
class FaultyVenue final : public QuoteSource, public runtime::Stage {
 public:
  explicit FaultyVenue(runtime::Ring<Command>& ring) : ring_(ring) {}

  [[nodiscard]] std::string_view name() const override { return "faulty"; }
  [[nodiscard]] runtime::Stage& stage() override { return *this; }
  void play() override { is_playing = true; }
  void pause() override { is_playing = false; }
  void begin_anew() override { ++begun; }
  [[nodiscard]] std::string not_ready() const override { return {}; }
  [[nodiscard]] const market_data::QuoteFilter& filter() const override { return filter_; }

  std::size_t do_work(TimeNs now) override {
    if (throws) throw std::runtime_error("the market is gone");
    if (!is_playing || now - last_ < 1ms) return 0;
    last_ = now;
    QuoteCommand quote;
    quote.symbol = SymbolId{2};
    quote.bid = Price{125'000'000};
    quote.ask = Price{125'010'000};
    quote.venue_time = now;
    quote.venue = VenueId{2};
    if (!ring_.try_push(Command::make(quote))) return 0;
    ring_.notify();
    ++sent;
    return 1;
  }

  std::atomic<bool> throws{false};
  std::atomic<bool> is_playing{false};
  std::atomic<int> begun{0};
  std::atomic<int> sent{0};

 private:
  runtime::Ring<Command>& ring_;
  market_data::QuoteFilter filter_{{}};
  TimeNs last_{};
};

std::filesystem::path log_folder() {
  return std::filesystem::temp_directory_path() / ("tribook-parts-" + std::to_string(::getpid()));
}

/// The log, in a file, so that it can be read.
struct LogFile {
  LogFile() {
    std::filesystem::create_directories(log_folder());
    config::Log settings;
    settings.output = "file";
    open_log(settings, log_folder().string());
  }
  ~LogFile() {
    config::Log settings;
    settings.output = "stdout";
    open_log(settings, {});
    std::filesystem::remove_all(log_folder());
  }
  static bool has(const std::string& text) {
    std::ifstream file(log_folder() / "tribook.log");
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    return all.find(text) != std::string::npos;
  }
};

config::Config config_of(bool is_split) {
  config::Config config;
  config.listen.client.port = 0;
  config.listen.admin.port = 0;
  config.venues.resize(2);
  config.venues[0].name = "manual";
  config.venues[1].name = "faulty";
  config.gateway.io_threads = 2;
  config.auth.bcrypt_cost = 4;
  config.threads.layout = is_split ? config::Layout::Split : config::Layout::Fused;
  config.limits.accounts = 16;
  config.limits.positions = 64;
  config.limits.symbols = 16;
  config.limits.client_ids = 1'024;
  config.limits.history = 1'024;
  config.limits.texts = 256;
  config.limits.ring = 256;
  config.symbols = {{R"({"symbol":"EURUSD","schedule":"24x7"})", "here"},
                    {R"({"symbol":"GBPUSD","schedule":"24x7","staleAfterMs":300})", "here"}};
  config.demo_accounts.resize(1);
  config.demo_accounts[0].username = "alice";
  config.demo_accounts[0].password = "a password";
  return config;
}

PipelineSettings settings_of(const config::Config& config) {
  PipelineSettings settings = pipeline_settings(config);
  settings.venues = 1;
  settings.journal_directory = "journal";
  settings.snapshot_directory.clear();
  settings.segment_bytes = 4 << 20;
  return settings;
}

class House {
 public:
  explicit House(bool is_split)
      : config_(config_of(is_split)), pipeline(settings_of(config_), system_, disk_) {
    REQUIRE(pipeline.start([](const std::string&) {}).is_good);
    venue = std::make_unique<FaultyVenue>(pipeline.venue(0));
    doors = std::make_unique<Doors>(
        config_, pipeline, std::string(32, 's'),
        DoorCallbacks{[this] { return not_ready(); }, [this] { return parts.down(); },
                      [this] { return metrics(); }},
        nullptr, explains, clock);
    const std::vector<runtime::Stage*> venues{&parts.add(*venue)};
    for (const runtime::Supervisor* gateway : doors->supervisors()) parts.add(*gateway);
    threads = std::make_unique<Threads>(pipeline, thread_plan(config_.threads), system_, venues,
                                        doors->wakers());
    doors->listen();
    doors->start_threads();
    threads->start();
    OwnClient own(pipeline, 2);
    bootstrap(pipeline, own, config_, "a password", [](const GeneratedPassword&) {});
    client = log_in(doors->client_port(), "/api/login", "alice");
    admin = log_in(doors->admin_port(), "/admin/login", "admin");
  }
  ~House() {
    doors->stop(0ms);
    threads->stop();
  }

  static std::string log_in(std::uint16_t port, const std::string& path, const std::string& name) {
    const Response answer =
        send(port, "POST", path, R"({"username":")" + name + R"(","password":"a password"})", {});
    REQUIRE(answer.status == 200);
    const auto from = answer.body.find(R"("token":")") + 9;
    return answer.body.substr(from, answer.body.find('"', from) - from);
  }
  static std::string text_of(const std::string& method, const std::string& path,
                             const std::string& body, const std::string& token) {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static Response send(std::uint16_t port, const std::string& method, const std::string& path,
                       const std::string& body, const std::string& token) {
    Client one(port);
    const auto answer = one.ask(text_of(method, path, body, token));
    REQUIRE(answer);
    return *answer;
  }
  Response ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    return send(doors->client_port(), method, path, body, client);
  }
  unsigned order(const std::string& symbol) {
    return ask("POST", "/api/orders/market",
               R"({"symbol":")" + symbol + R"(","side":"BUY","volume":0.01})")
        .status;
  }
  void quote_eurusd() {
    REQUIRE(send(doors->admin_port(), "POST", "/admin/quotes",
                 R"([{"symbol":"EURUSD","bid":1.1,"ask":1.1001}])", admin)
                .status == 200);
  }
  std::string metrics() {
    if (metrics_throws) throw std::runtime_error("no figures");
    return render_metrics({pipeline, *threads, doors->client_counters(), doors->admin_counters(),
                           doors->faults(), parts, doors->order_latency(), venue.get()});
  }
  /// A line of /metrics.
  bool shows(const std::string& line) { return metrics().find(line + "\n") != std::string::npos; }
  std::string not_ready() const {
    if (readiness_throws) throw 7;
    return {};
  }

  std::atomic<bool> metrics_throws{false};
  std::atomic<bool> readiness_throws{false};
  FaultyClock clock;

 private:
  SystemClock system_;
  journal::MemoryDisk disk_;
  config::Config config_;

 public:
  Pipeline pipeline;
  std::unique_ptr<FaultyVenue> venue;
  Parts parts;
  ExplainKeeper explains{{"journal", "", {}, [] { return Sequence{}; }}, disk_, system_};
  std::unique_ptr<Doors> doors;
  std::unique_ptr<Threads> threads;
  std::string client;
  std::string admin;
};

}  // namespace

TEST_CASE("a request that throws is a 500 at the real doors, told and counted") {
  const LogFile log;
  House house(false);
  house.quote_eurusd();
  Client other(house.doors->client_port());
  house.readiness_throws = true;
  const Response unready = House::send(house.doors->client_port(), "GET", "/readyz", {}, {});
  CHECK(unready.status == 500);
  CHECK(unready.body.find(R"("code":"INTERNAL")") != std::string::npos);
  CHECK(unready.has("Connection: close\r\n"));
  house.readiness_throws = false;
  house.metrics_throws = true;
  CHECK(House::send(house.doors->admin_port(), "GET", "/metrics", {}, {}).status == 500);
  house.metrics_throws = false;
  CHECK(eventually([&] { return log.has(": /readyz failed: an exception without a text"); }));
  CHECK(eventually([&] { return log.has(": /metrics failed: no figures"); }));
  CHECK(other.get("/readyz")->body == R"({"status":"ready"})");
  CHECK(house.order("EURUSD") == 201);
  std::uint64_t errors = 0;
  for (const auto& faults : house.doors->faults()) errors += faults.errors;
  CHECK(errors == 2);
  CHECK(house.shows(R"(tribook_part_restarts_total{part="io0"} 0)"));
}

TEST_CASE("a gateway that fails begins anew, and the house takes no notice") {
  const LogFile log;
  House house(GENERATE(false, true));
  house.venue->play();
  house.quote_eurusd();
  CHECK(house.order("EURUSD") == 201);
  // One on each thread, so that each notices.
  Client one(house.doors->client_port());
  Client two(house.doors->client_port());
  REQUIRE(one.get("/healthz"));
  REQUIRE(two.get("/healthz"));
  house.clock.throws = true;
  const auto failed = [&house] {
    for (const auto* gateway : house.doors->supervisors()) {
      if (gateway->restarts() > 0) return gateway;
    }
    return static_cast<const runtime::Supervisor*>(nullptr);
  };
  REQUIRE(eventually([&] { return failed() != nullptr; }));
  CHECK(eventually([&] {
    return log.has(failed()->part() + " failed: the clock is broken; it begins anew in 100 ms");
  }));
  CHECK(eventually([&] { return log.has(failed()->part() + " goes on"); }));
  CHECK(house.shows("tribook_part_restarts_total{part=\"" + failed()->part() + "\"} 1"));
  CHECK(house.shows(R"(tribook_part_down{part="io0"} 0)"));
  // The venue went on meanwhile: the dropped events did not stop the house.
  const int sent = house.venue->sent;
  CHECK(eventually([&] { return house.venue->sent > sent + 300; }));
  int alive = 0;
  for (Client* client : {&one, &two}) {
    client->send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client->receive();
    alive += answer && answer->status == 200 ? 1 : 0;
  }
  CHECK(alive == 1);
  for (int i = 0; i < 4; ++i) CHECK(house.order("EURUSD") == 201);  // on both threads
  const Response positions = house.ask("GET", "/api/account/positions");
  CHECK(positions.status == 200);
  std::size_t count = 0;
  for (auto at = positions.body.find("\"openPrice\""); at != std::string::npos;
       at = positions.body.find("\"openPrice\"", at + 1)) {
    ++count;
  }
  CHECK(count == 5);
}

TEST_CASE("a venue that fails is stopped and begun anew, and the others' symbols are traded") {
  const LogFile log;
  House house(GENERATE(false, true));
  house.venue->play();
  house.quote_eurusd();
  REQUIRE(eventually([&] { return house.order("GBPUSD") == 201; }));
  house.venue->throws = true;
  REQUIRE(eventually([&] { return house.shows(R"(tribook_part_down{part="venue faulty"} 1)"); }));
  CHECK(eventually([&] {
    return log.has("venue faulty failed: the market is gone; it begins anew in 100 ms");
  }));
  const Response ready = house.ask("GET", "/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.body == R"({"status":"degraded","detail":"venue faulty failed and begins anew"})");
  CHECK(house.order("EURUSD") == 201);
  std::this_thread::sleep_for(400ms);  // by then its quote is old, as if it had been cut off
  const Response stale =
      house.ask("POST", "/api/orders/market", R"({"symbol":"GBPUSD","side":"BUY","volume":0.01})");
  CHECK(stale.body.find("STALE_QUOTE") != std::string::npos);
  REQUIRE(eventually([&] { return house.venue->begun > 0; }));
  house.venue->throws = false;
  REQUIRE(eventually([&] { return house.order("GBPUSD") == 201; }));
  CHECK(house.shows(R"(tribook_part_down{part="venue faulty"} 0)"));
  CHECK(eventually([&] { return log.has("venue faulty goes on"); }));
  CHECK(house.ask("GET", "/readyz").body == R"({"status":"ready"})");
}

}  // namespace tribook::app
