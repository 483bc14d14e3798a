#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway_api/gateway_fixture.h"

// Sessions of the stream without sockets.

namespace tribook::test {

class FakeSession final : public http::WsSession {
 public:
  bool send(std::shared_ptr<const std::string> text) override {
    if (!is_open) return false;
    sent.push_back(std::move(text));
    return true;
  }
  bool send_binary(std::shared_ptr<const std::string> /*data*/) override { return false; }
  void close(http::CloseCode code, std::string_view /*reason*/) override {
    is_open = false;
    closed_with = code;
  }
  [[nodiscard]] bool open() const override { return is_open; }
  [[nodiscard]] std::size_t queued_messages() const override { return is_slow ? sent.size() : 0; }
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  [[nodiscard]] http::WsHandle handle() const override { return {}; }
  [[nodiscard]] std::string_view remote_address() const override { return "192.0.2.1"; }

  /// The messages of a type since the last call for it, as answers; all others stay.
  std::vector<Answer> take(std::string_view type) {
    std::vector<Answer> taken;
    std::erase_if(sent, [&](const auto& text) {
      Answer answer;
      answer.body = *text;
      if (answer["type"] != type) return false;
      taken.push_back(std::move(answer));
      return true;
    });
    return taken;
  }

  std::vector<std::shared_ptr<const std::string>> sent;
  std::optional<http::CloseCode> closed_with;
  bool is_open = true;
  bool is_slow = false;
};

struct StreamFixture : GatewayFixture {
  StreamFixture() {
    add_eurusd();
    account = add_client("alice");
  }
  ~StreamFixture() {
    for (const auto& session : sessions) gate->stream().close(*session);
  }

  FakeSession& connect(const Headers& headers) {
    std::vector<http::HeaderField> fields;
    for (const auto& [name, value] : headers) fields.push_back({name, value});
    http::HttpRequest request;
    request.path = request.target = "/ws";
    request.headers = fields;
    sessions.push_back(std::make_unique<FakeSession>());
    refusal = gate->stream().upgrade(request);
    if (!refusal) gate->stream().open(*sessions.back(), request);
    return *sessions.back();
  }
  FakeSession& connect() { return connect(bearer(client_token)); }
  void say(FakeSession& session, const std::string& text) {
    gate->stream().message(session, text);
    for (int i = 0; i < 20; ++i) step();
  }
  Answer trade(const std::string& side = "BUY") {
    const Answer answer =
        client(http::Method::Post, "/api/orders/market",
               R"({"symbol":"EURUSD","side":")" + side + R"(","volume":1,"clientOrderId":"c)" +
                   std::to_string(++orders) + "\"}");
    REQUIRE(answer.status == 201);
    return answer;
  }

  std::string account;
  std::optional<http::HttpResponse> refusal;
  std::vector<std::unique_ptr<FakeSession>> sessions;
  int orders = 0;
};

}  // namespace tribook::test
