#pragma once

#include <catch2/catch.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/api/problem.h"
#include "gateway/front/adapters.h"
#include "gateway/front/gateway.h"
#include "gateway/json/document.h"
#include "support/house_runner.h"

// A house stepped on this thread with one gateway in front, and nothing of it but passwords and the
// network replaced. A call returns when its answer is there.

namespace tribook::test {

class FakeNetwork final : public gateway::Network {
 public:
  void reply(const http::ReplyHandle& handle, http::HttpResponse response) override {
    REQUIRE(replies.emplace(handle.request, std::move(response)).second);
  }
  void post(std::function<void()> fn) override { posted.push_back(std::move(fn)); }
  [[nodiscard]] http::Asker asker() const override { return current; }
  void set_route(std::string_view route) override { current.route = route; }
  // As an I/O thread does it.
  void serve(const http::Asker& asker, const std::function<void()>& fn) override {
    if (asker.kind == http::Asker::Kind::Nobody) return fn();
    try {
      fn();
    } catch (const std::exception& error) {
      errors.push_back(std::string(asker.route) + ": " + error.what());
      replies.emplace(asker.handle.request, gateway::internal_error("on purpose"));
    }
  }
  void run() {
    while (!posted.empty()) {
      const auto fn = std::move(posted.front());
      posted.pop_front();
      fn();
    }
  }

  std::map<std::uint32_t, http::HttpResponse> replies;
  std::deque<std::function<void()>> posted;
  http::Asker current;  // whose request is being handled
  std::vector<std::string> errors;
};

/// The "hash" of a password is the password behind a mark.
class FakePasswords final : public gateway::Passwords {
 public:
  explicit FakePasswords(FakeNetwork& network) : network_(network) {}
  static std::string hash_of(const std::string& password) { return "plain:" + password; }

  bool check(std::string password, std::string hash, std::function<void(bool)> done) override {
    if (is_busy) return false;
    ++checks;
    const bool is_right = !hash.empty() && hash == hash_of(password);
    network_.post([done = std::move(done), is_right] { done(is_right); });
    return true;
  }
  bool hash(std::string password, std::function<void(std::string)> done) override {
    if (is_busy) return false;
    network_.post([done = std::move(done), hash = hash_of(password)] { done(hash); });
    return true;
  }
  std::string generate() override { return "generated-16char"; }

  bool is_busy = false;
  int checks = 0;

 private:
  FakeNetwork& network_;
};

struct Answer {
  unsigned status = 0;
  std::string body;
  std::map<std::string, std::string> headers;

  /// A member of the body as its text; nested with a dot. Empty when absent.
  [[nodiscard]] std::string operator[](std::string_view path) const {
    json::Document document;
    if (!document.parse(body)) return "not JSON: " + body;
    json::Value value = document.root();
    while (true) {
      const auto dot = path.find('.');
      const auto name = path.substr(0, dot);
      std::optional<json::Value> found;
      std::size_t index = 0;
      for (const json::Value member : value) {
        const bool is_it = value.kind() == json::Kind::Array ? std::to_string(index) == name
                                                             : member.key() == name;
        if (is_it) found = member;
        ++index;
      }
      if (!found) return {};
      if (dot == std::string_view::npos) {
        return std::string(found->kind() == json::Kind::String ? found->text() : found->raw());
      }
      value = *found;
      path.remove_prefix(dot + 1);
    }
  }
  /// Elements of "items".
  [[nodiscard]] std::size_t items() const {
    json::Document document;
    REQUIRE(document.parse(body));
    for (const json::Value member : document.root()) {
      if (member.key() != "items") continue;
      std::size_t count = 0;
      for ([[maybe_unused]] const json::Value item : member) ++count;
      return count;
    }
    FAIL("no items in " << body);
    return 0;
  }
};

class GatewayFixture {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit GatewayFixture(app::PipelineSettings settings = settings_of_test())
      : house(Layout::Stepped, disk, std::move(settings)),
        passwords(network),
        tokens(auth::Jwt("tribook", {{"k", std::string(32, 's')}})) {
    house.clock().set(TimeNs::from_ms(1'769'000'000'000));
    options.account_number_prefix = "TB-";
    options.manual_clock = true;
    options.manual_venue = VenueId{7};
    options.order_wait = std::chrono::seconds{5};
    options.routing_reason = [this](std::uint16_t rule) {
      return std::string(house.pipeline().router().reason(rule));
    };
    options.venue_name = [](VenueId venue) { return "venue" + std::to_string(venue.value); };
    options.not_ready = [this] { return not_ready; };
    options.metrics = [] { return std::string("tribook_up 1\n"); };
    open();
    create_admin("root", Role::SuperAdmin);
    admin_token = log_in(gateway::Door::Admin, "root");
  }

  /// What a test changes in `options`, or gives as `history`, holds from here on.
  void open() {
    const auto port = house.pipeline().gateway(0);
    gate = std::make_unique<gateway::Gateway>(
        options,
        gateway::Pipeline{0, *port.commands, *port.events, *port.quotes_missed, house.slab(),
                          house.pipeline().views()},
        gateway::World{network, passwords, tokens, throttle, house.clock(), history});
  }

  static app::PipelineSettings settings_of_test() {
    auto settings = small_settings();
    settings.start = TimeNs::from_ms(1'768'900'000'000);
    return settings;
  }

  void create_admin(std::string_view name, Role role) {
    UserSpec user;
    user.username = decltype(user.username)::of(name);
    user.password_hash = decltype(user.password_hash)::of(FakePasswords::hash_of("secret"));
    user.role = role;
    Command command = Command::make(CreateUser{});
    command.header.text = put_spec(house.slab(), user);
    house.submit(command);
  }

  std::string log_in(gateway::Door door, const std::string& name,
                     const std::string& password = "secret") {
    const bool is_client = door == gateway::Door::Client;
    const Answer answer =
        send(door, http::Method::Post, is_client ? "/api/login" : "/admin/login",
             R"({"username":")" + name + R"(","password":")" + password + "\"}", {});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return answer["token"];
  }

  /// Starts a request; its number.
  std::uint32_t start(gateway::Door door, http::Method method, const std::string& target,
                      const std::string& body, const Headers& headers) {
    std::vector<http::HeaderField> fields;
    for (const auto& [name, value] : headers) fields.push_back({name, value});
    http::HttpRequest request;
    request.method = method;
    request.target = target;
    request.path = request.target.substr(0, request.target.find('?'));
    if (request.path.size() < target.size()) {
      request.query = request.target.substr(request.path.size() + 1);
    }
    request.headers = fields;
    request.body = body;
    request.remote_address = "192.0.2.1";
    const http::ReplyHandle handle{nullptr, 0, 0, ++last_request_};
    network.current = {handle, http::Asker::Kind::Request, {}};
    gate->handle(door, request, handle);
    network.current = {};
    return handle.request;
  }

  void step() {
    house.pump();
    gate->drain();
    network.run();
  }

  Answer take(std::uint32_t request) {
    for (int i = 0; i < 2'000 && !network.replies.contains(request); ++i) step();
    const auto found = network.replies.find(request);
    REQUIRE(found != network.replies.end());
    Answer answer;
    answer.status = found->second.status;
    answer.body = found->second.body;
    for (const auto& [name, value] : found->second.headers) answer.headers[name] = value;
    network.replies.erase(found);
    return answer;
  }

  Answer send(gateway::Door door, http::Method method, const std::string& target,
              const std::string& body, const Headers& headers) {
    return take(start(door, method, target, body, headers));
  }

  static Headers bearer(const std::string& token, Headers more = {}) {
    more.emplace_back("Authorization", "Bearer " + token);
    return more;
  }
  Answer admin(http::Method method, const std::string& target, const std::string& body = {},
               Headers more = {}) {
    return send(gateway::Door::Admin, method, target, body, bearer(admin_token, std::move(more)));
  }
  Answer client(http::Method method, const std::string& target, const std::string& body = {},
                Headers more = {}) {
    return send(gateway::Door::Client, method, target, body, bearer(client_token, std::move(more)));
  }

  /// EURUSD, at 1.08450 / 1.08460.
  void add_eurusd() {
    REQUIRE(admin(http::Method::Post, "/admin/symbols", R"({"symbol":"EURUSD"})").status == 201);
    add_quote("EURUSD", "1.08450", "1.08460");
  }
  void add_quote(const std::string& symbol, const std::string& bid, const std::string& ask) {
    const Answer answer =
        admin(http::Method::Post, "/admin/quotes",
              R"([{"symbol":")" + symbol + R"(","bid":)" + bid + R"(,"ask":)" + ask + "}]");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
  }
  /// A client with an account, logged in; its account.
  std::string add_client(const std::string& name, const std::string& deposit = "10000",
                         const std::string& currency = "USD") {
    const Answer answer =
        admin(http::Method::Post, "/admin/accounts",
              R"({"username":")" + name + R"(","password":"secret","initialDeposit":)" + deposit +
                  R"(,"currency":")" + currency + "\"}");
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    client_token = log_in(gateway::Door::Client, name);
    return answer["id"];
  }

  journal::MemoryDisk disk;
  HouseRunner house;
  gateway::Options options;
  FakeNetwork network;
  FakePasswords passwords;
  gateway::JwtTokens tokens;
  auth::LoginThrottle throttle;
  gateway::History* history = nullptr;
  std::string not_ready;
  std::unique_ptr<gateway::Gateway> gate;
  std::string admin_token;
  std::string client_token;

 private:
  std::uint32_t last_request_ = 0;
};

}  // namespace tribook::test
