#include <catch2/catch.hpp>
#include <future>
#include <utility>

#include "server.h"

using namespace tribook::http;
using namespace tribook::http::test;

namespace {

constexpr unsigned kText = 1;
constexpr unsigned kBinary = 2;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;
constexpr int kFill = 600;

/// Echoes; some words make it do something else.
class TestWs : public WsHandler {
 public:
  std::optional<HttpResponse> on_upgrade(const HttpRequest& request) override {
    if (request.param("token") == "bad") return text(401, "no");
    return std::nullopt;
  }
  void on_open(WsSession& session, const HttpRequest& request) override {
    opened = session.handle();
    session.send(std::make_shared<const std::string>("hello " + std::string(request.target)));
  }
  void on_message(WsSession& session, std::string_view message) override {
    if (message == "bye") return session.close(CloseCode::Normal, "as you wish");
    if (message == "throw") throw std::runtime_error("on purpose");
    if (message == "flood") {
      const auto big = std::make_shared<const std::string>(std::string(32'768, 'f'));
      while (session.send(big)) ++flooded;
      return;
    }
    if (message == "fill") {
      const auto big = std::make_shared<const std::string>(std::string(32'768, 'f'));
      for (int i = 0; i < kFill; ++i) session.send(big);
      return;
    }
    session.send(std::make_shared<const std::string>(message));
  }
  void on_binary(WsSession& session, std::string_view data) override {
    if (refuse_binary) return WsHandler::on_binary(session, data);
    session.send_binary(std::make_shared<const std::string>(data));
  }
  void on_drained(WsSession&) override { ++drained; }
  void on_close(WsSession& session, std::uint16_t code, std::string_view reason) override {
    if (session.open() || session.send(std::make_shared<const std::string>("late"))) misused = true;
    {
      const std::lock_guard lock(mutex);
      close_reason = reason;
    }
    close_code = code;
    ++closed;
  }

  WsHandle opened;
  std::atomic<int> flooded{0};
  std::atomic<int> drained{0};
  std::atomic<int> closed{0};
  std::atomic<std::uint16_t> close_code{0};
  std::atomic<bool> misused{false};
  std::atomic<bool> refuse_binary{false};
  std::mutex mutex;
  std::string close_reason;
};

struct WsServer {
  explicit WsServer(WsOptions options = {}, ListenerOptions listener = quick_options())
      : server(std::move(listener), 1, [&](Listener& l) { l.websocket("/ws", handler, options); }) {
  }

  TestWs handler;
  Server server;
};

void greet(Client& client) {
  const auto response = client.upgrade("/ws");
  REQUIRE(response);
  REQUIRE(response->status == 101);
  REQUIRE(client.receive_frame()->payload == "hello /ws");
}

}  // namespace

TEST_CASE("the handshake of RFC 6455's example") {
  WsServer ws;
  Client client(ws.server.port());
  const auto response = client.upgrade("/ws?a=1");
  REQUIRE(response);
  CHECK(response->status == 101);
  CHECK(response->has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  CHECK(response->has("Upgrade: websocket\r\n"));
  CHECK(response->has("Connection: Upgrade\r\n"));
  CHECK_FALSE(response->has("Content-Length"));
  const auto frame = client.receive_frame();
  REQUIRE(frame);
  CHECK(frame->opcode == kText);
  CHECK(frame->payload == "hello /ws?a=1");
  CHECK(ws.server.listener->counters().ws_sessions() == 1);
}

TEST_CASE("requests that do not upgrade rightly are refused, the connection kept") {
  WsServer ws;
  Client client(ws.server.port());
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const auto ask = [&](const std::string& line, const std::string& fields) {
    return client.ask(line + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  };
  CHECK(ask("GET /ws", "")->status == 426);
  CHECK(ask("GET /ws", "Upgrade: websocket\r\n" + key + version)->status == 426);
  CHECK(ask("GET /ws", "Upgrade: h2c\r\nConnection: Upgrade\r\n" + key + version)->status == 426);
  CHECK(ask("POST /ws", upgrade + key + version + "Content-Length: 0\r\n")->status == 426);
  const auto old = ask("GET /ws", upgrade + key + "Sec-WebSocket-Version: 8\r\n");
  CHECK(old->status == 426);
  CHECK(old->has("Sec-WebSocket-Version: 13\r\n"));
  CHECK(ask("GET /ws", upgrade + version)->status == 400);
  CHECK(ask("GET /ws", upgrade + version + "Sec-WebSocket-Key: short\r\n")->status == 400);
  CHECK(ask("GET /ws?token=bad", upgrade + key + version)->status == 401);
  CHECK(ask("GET /other", upgrade + key + version)->status == 200);
  CHECK(ws.server.listener->counters().ws_opened == 0);
  greet(client);
}

TEST_CASE("messages of all lengths come back, also in fragments with control frames between") {
  WsServer ws;
  Client client(ws.server.port());
  greet(client);
  SECTION("lengths") {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 125U, 126U, 127U, 4096U, 65535U, 65536U}) {
      INFO(size);
      std::string message;
      for (std::size_t i = 0; i < size; ++i) message.push_back(static_cast<char>('a' + i % 26));
      REQUIRE(client.send_frame(kText, message));
      const auto frame = client.receive_frame();
      REQUIRE(frame);
      CHECK(frame->payload == message);
    }
  }
  SECTION("fragments") {
    const std::string euro = "\xE2\x82\xAC";
    REQUIRE(client.send_frame(kText, euro.substr(0, 1), false));
    REQUIRE(client.send_frame(kPing, "p1"));
    REQUIRE(client.send_frame(0, euro.substr(1, 1), false));
    REQUIRE(client.send_frame(0, "", false));
    REQUIRE(client.send_frame(0, euro.substr(2), true));
    const auto pong = client.receive_frame();
    CHECK(pong->opcode == kPong);
    CHECK(pong->payload == "p1");
    CHECK(client.receive_frame()->payload == euro);
  }
  SECTION("byte by byte") {
    const std::string bytes = Client::frame(kText, std::string(300, 'z')) +
                              Client::frame(kPing, "x") + Client::frame(kText, "second");
    for (const char c : bytes) REQUIRE(client.send({&c, 1}));
    CHECK(client.receive_frame()->payload == std::string(300, 'z'));
    CHECK(client.receive_frame()->opcode == kPong);
    CHECK(client.receive_frame()->payload == "second");
  }
  SECTION("many in one write") {
    std::string bytes;
    for (int i = 0; i < 20'000; ++i) bytes += Client::frame(kText, std::to_string(i));
    std::thread sender([&] { client.send(bytes); });
    int right = 0;
    for (int i = 0; i < 20'000; ++i) {
      const auto frame = client.receive_message();
      if (frame && frame->payload == std::to_string(i)) ++right;
    }
    sender.join();
    CHECK(right == 20'000);
  }
  SECTION("binary") {
    REQUIRE(client.send_frame(kBinary, std::string("\0\xFF", 2)));
    const auto frame = client.receive_frame();
    CHECK(frame->opcode == kBinary);
    CHECK(frame->payload == std::string("\0\xFF", 2));
  }
}

TEST_CASE("the first frames may come together with the handshake") {
  WsServer ws;
  Client client(ws.server.port());
  const std::string request =
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  REQUIRE(client.send("GET /before HTTP/1.1\r\nHost: x\r\n\r\n" + request +
                      Client::frame(kText, "early")));
  CHECK(client.receive()->body == "GET /before ");
  CHECK(client.receive()->status == 101);
  CHECK(client.receive_frame()->payload == "hello /ws");
  CHECK(client.receive_frame()->payload == "early");
}

TEST_CASE("violations are answered with their close code") {
  struct Row {
    const char* what;
    std::string bytes;
    unsigned code;
  };
  const auto raw = [](std::initializer_list<unsigned> bytes) {
    std::string out;
    for (const unsigned b : bytes) out.push_back(static_cast<char>(b));
    return out;
  };
  const std::vector<Row> rows = {
      {"not masked", raw({0x81, 0x01, 'a'}), 1002},
      {"reserved bit", raw({0xC1, 0x81, 0, 0, 0, 0, 'a'}), 1002},
      {"unknown data opcode", Client::frame(3, "a"), 1002},
      {"unknown control opcode", Client::frame(11, "a"), 1002},
      {"ping in fragments", Client::frame(kPing, "a", false), 1002},
      {"ping of 126 bytes", Client::frame(kPing, std::string(126, 'a')), 1002},
      {"continuation of nothing", Client::frame(0, "a"), 1002},
      {"message inside a message", Client::frame(kText, "a", false) + Client::frame(kText, "b"),
       1002},
      {"length not shortest", raw({0x81, 0xFE, 0, 1, 0, 0, 0, 0, 'a'}), 1002},
      {"length with the top bit", raw({0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}), 1002},
      {"close code cut short", Client::frame(kClose, "a"), 1002},
      {"close code 1005", Client::frame(kClose, Client::close_payload(1005)), 1002},
      {"close code 999", Client::frame(kClose, Client::close_payload(999)), 1002},
      {"close code 5000", Client::frame(kClose, Client::close_payload(5000)), 1002},
      {"close reason not UTF-8", Client::frame(kClose, Client::close_payload(1000, "\xFF")), 1007},
      {"text not UTF-8", Client::frame(kText, "\xC0\xAF"), 1007},
      {"surrogate", Client::frame(kText, "abcdefgh\xED\xA0\x80"), 1007},
      {"over U+10FFFF", Client::frame(kText, "\xF4\x90\x80\x80"), 1007},
      {"overlong", Client::frame(kText, "\xE0\x9F\xBF"), 1007},
      {"text that ends inside a character", Client::frame(kText, "a\xE2\x82"), 1007},
      {"character broken over fragments",
       Client::frame(kText, "\xE2", false) + Client::frame(0, "a", false), 1007},
      {"message too big", Client::frame(kText, std::string(65'537, 'a')), 1009},
      {"fragments too big",
       Client::frame(kText, std::string(40'000, 'a'), false) +
           Client::frame(0, std::string(40'000, 'a')),
       1009},
      {"2^62 bytes announced", raw({0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}), 1009},
  };
  WsServer ws;
  int expected = 0;
  for (const Row& row : rows) {
    INFO(row.what);
    Client client(ws.server.port());
    greet(client);
    REQUIRE(client.send(row.bytes));
    const auto frame = client.receive_message();
    REQUIRE(frame);
    CHECK(frame->opcode == kClose);
    CHECK(frame->close_code() == row.code);
    CHECK(client.closed());
    ++expected;
    CHECK(eventually([&] { return ws.handler.closed == expected; }));
    CHECK(ws.handler.close_code == row.code);
  }
  CHECK(ws.server.dropped(DropReason::WsProtocol) == rows.size());
  CHECK_FALSE(ws.handler.misused);
}

TEST_CASE("valid UTF-8 of every width passes") {
  WsServer ws;
  Client client(ws.server.port());
  greet(client);
  const std::string all =
      "a\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"
      "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF 12345678 z";
  REQUIRE(client.send_frame(kText, all));
  CHECK(client.receive_frame()->payload == all);
}

TEST_CASE("closing from either side") {
  WsServer ws;
  Client client(ws.server.port());
  greet(client);
  SECTION("the client, with a code") {
    REQUIRE(client.send_frame(kClose, Client::close_payload(4001, "enough")));
    const auto frame = client.receive_frame();
    CHECK(frame->opcode == kClose);
    CHECK(frame->close_code() == 4001);
    CHECK(client.closed());
    CHECK(eventually([&] { return ws.handler.closed == 1; }));
    CHECK(ws.handler.close_code == 4001);
    const std::lock_guard lock(ws.handler.mutex);
    CHECK(ws.handler.close_reason == "enough");
  }
  SECTION("the client, without a code") {
    REQUIRE(client.send_frame(kClose, ""));
    CHECK(client.receive_frame()->payload.empty());
    CHECK(client.closed());
    CHECK(eventually([&] { return ws.handler.close_code == 1005; }));
  }
  SECTION("the server, after what it had queued") {
    REQUIRE(client.send(Client::frame(kText, "last") + Client::frame(kText, "bye") +
                        Client::frame(kText, "ignored")));
    CHECK(client.receive_frame()->payload == "last");
    const auto frame = client.receive_frame();
    CHECK(frame->opcode == kClose);
    CHECK(frame->close_code() == 1000);
    CHECK(frame->payload.substr(2) == "as you wish");
    REQUIRE(client.send_frame(kClose, frame->payload));
    CHECK(client.closed());
    CHECK(ws.handler.closed == 1);
  }
  SECTION("the client goes without a word") {
    client.close();
    CHECK(eventually([&] { return ws.handler.closed == 1; }));
    CHECK(ws.handler.close_code == 1006);
  }
  SECTION("the handler throws") {
    REQUIRE(client.send_frame(kText, "throw"));
    CHECK(client.receive_message()->close_code() == 1011);
  }
  SECTION("binary where only text is served") {
    ws.handler.refuse_binary = true;
    REQUIRE(client.send_frame(kBinary, "b"));
    CHECK(client.receive_message()->close_code() == 1003);
  }
  CHECK_FALSE(ws.handler.misused);
}

TEST_CASE("a client that never answers our close frame is closed") {
  WsOptions options;
  options.close_timeout = 50ms;
  WsServer ws(options);
  Client client(ws.server.port());
  greet(client);
  REQUIRE(client.send_frame(kText, "bye"));
  CHECK(client.receive_message()->opcode == kClose);
  client.drain();
  CHECK(ws.server.dropped(DropReason::WsTimeout) == 1);
}

TEST_CASE("a session whose queue is full is dropped with a reason") {
  WsOptions options;
  options.max_queue_bytes = 256 * 1024;
  options.close_timeout = 10'000ms;
  SECTION("while nothing is read it is 1008 when at last it is") {
    WsServer ws(options);
    Client client(ws.server.port());
    greet(client);
    REQUIRE(client.send_frame(kText, "flood"));
    REQUIRE(eventually([&] { return ws.handler.closed == 1; }));
    CHECK(ws.handler.close_code == 1008);
    CHECK(ws.handler.flooded == 7);  // 256 KiB less the headers
    CHECK(ws.server.dropped(DropReason::WsQueueFull) == 1);
    const auto frame = client.receive_message();
    REQUIRE(frame);
    CHECK(frame->opcode == kClose);
    CHECK(frame->close_code() == 1008);
    CHECK(client.closed());
  }
  SECTION("and the frame of which a part is out is finished first") {
    WsServer ws(options);
    Client client(ws.server.port(), 4096);
    greet(client);
    // The peer reads nothing: the kernel's buffers fill, then the queue.
    while (ws.handler.closed == 0) {
      ws.server.io[0]->post([&] {
        if (WsSession* session = ws.server.io[0]->find(ws.handler.opened)) {
          session->send(std::make_shared<const std::string>(std::string(32'768, 'q')));
        }
      });
      std::this_thread::yield();
    }
    CHECK(ws.handler.close_code == 1008);
    CHECK(ws.server.dropped(DropReason::WsQueueFull) == 1);
    std::optional<WsFrame> frame;
    int whole = 0;
    while ((frame = client.receive_message()) && frame->opcode == kText) {
      if (frame->payload == std::string(32'768, 'q')) ++whole;
    }
    CHECK(whole > 0);
    REQUIRE(frame);
    CHECK(frame->close_code() == 1008);
  }
  SECTION("or is cut off when it goes on not reading") {
    options.close_timeout = 50ms;
    WsServer ws(options);
    Client client(ws.server.port(), 4096);
    greet(client);
    while (ws.handler.closed == 0) {
      ws.server.io[0]->post([&] {
        if (WsSession* session = ws.server.io[0]->find(ws.handler.opened)) {
          session->send(std::make_shared<const std::string>(std::string(32'768, 'q')));
        }
      });
      std::this_thread::yield();
    }
    CHECK(eventually([&] { return ws.server.listener->counters().connections() == 0; }));
  }
}

TEST_CASE("the bound on messages counts them") {
  WsOptions options;
  options.max_queue_messages = 3;
  WsServer ws(options);
  Client client(ws.server.port());
  greet(client);
  REQUIRE(client.send_frame(kText, "flood"));
  CHECK(client.receive_message()->close_code() == 1008);
  CHECK(ws.handler.flooded == 3);
}

// What is queued stands still: the kernel takes no more of it.
bool is_stuck(WsServer& ws, std::size_t& before) {
  std::promise<std::size_t> told;
  ws.server.io[0]->post([&] {
    const WsSession* session = ws.server.io[0]->find(ws.handler.opened);
    told.set_value(session != nullptr ? session->queued_bytes() : 0);
  });
  const std::size_t now = told.get_future().get();
  return now != 0 && std::exchange(before, now) == now;
}

TEST_CASE("a handler hears when a queue that was stuck is empty") {
  WsOptions options;
  options.max_queue_bytes = 64 * 1024 * 1024;  // more than the kernel takes
  WsServer ws(options);
  Client client(ws.server.port(), 4096);
  greet(client);
  for (int round = 1; round <= 2; ++round) {
    REQUIRE(client.send_frame(kText, "fill"));
    REQUIRE(client.readable(kPatience));
    std::size_t queued = 0;
    REQUIRE(eventually([&] { return is_stuck(ws, queued); }));
    CHECK(ws.handler.drained == round - 1);
    for (int i = 0; i < kFill; ++i) REQUIRE(client.receive_message()->payload.size() == 32'768);
    CHECK(eventually([&] { return ws.handler.drained == round; }));
  }
  REQUIRE(client.send_frame(kText, "end"));
  CHECK(client.receive_message()->payload == "end");
  CHECK(ws.handler.drained == 2);
}

TEST_CASE("silence is pinged, who answers stays") {
  WsOptions options;
  options.ping_interval = 20ms;
  options.idle_timeout = 20'000ms;
  WsServer ws(options);
  Client client(ws.server.port());
  greet(client);
  for (int i = 0; i < 5; ++i) {
    const auto frame = client.receive_frame();
    REQUIRE(frame);
    REQUIRE(frame->opcode == kPing);
    REQUIRE(client.send_frame(kPong, frame->payload));
  }
  CHECK(ws.handler.closed == 0);
}

TEST_CASE("who does not answer a ping goes") {
  WsOptions options;
  options.ping_interval = 40ms;
  options.idle_timeout = 300ms;
  WsServer ws(options);
  Client client(ws.server.port());
  greet(client);
  CHECK(client.receive_frame()->opcode == kPing);
  const auto frame = client.receive_message();
  REQUIRE(frame);
  CHECK(frame->close_code() == 1001);
  CHECK(client.closed());
  CHECK(ws.server.dropped(DropReason::WsTimeout) == 1);
}

TEST_CASE("a shared message reaches many sessions") {
  WsServer ws;
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<WsHandle> sessions;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(ws.server.port()));
    greet(*clients.back());
    sessions.push_back(ws.handler.opened);
  }
  ws.server.io[0]->post([&] {
    for (int n = 0; n < 20; ++n) {
      const auto message = std::make_shared<const std::string>("tick " + std::to_string(n));
      for (const WsHandle& handle : sessions) ws.server.io[0]->find(handle)->send(message);
    }
  });
  for (const auto& client : clients) {
    for (int n = 0; n < 20; ++n) {
      REQUIRE(client->receive_message()->payload == "tick " + std::to_string(n));
    }
  }
  CHECK(eventually([&] { return ws.server.listener->counters().ws_messages_out == 50 + 50 * 20; }));
}
