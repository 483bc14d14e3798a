#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server.h"

// What a request, a session, or a whole I/O thread that throws does to the others: nothing.

namespace tribook::http::test {
namespace {

constexpr unsigned kText = 1;
constexpr unsigned kClose = 8;

/// What the thread said of itself.
struct Diary {
  void keep(IoThread& io, std::chrono::nanoseconds pause = {}) {
    io.on_fault({[this](auto route, auto what) { write("error", route, what); },
                 [this, pause](auto what) {
                   write("failure", {}, what);
                   return pause;
                 },
                 [this] { write("begin", {}, {}); }});
  }
  void write(std::string line, std::string_view route, std::string_view what) {
    if (!route.empty()) line.append(" ").append(route);
    if (!what.empty()) line.append(": ").append(what);
    const std::lock_guard lock(mutex);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> read() {
    const std::lock_guard lock(mutex);
    return lines;
  }

  std::mutex mutex;
  std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

/// Echoes, and throws where it is told to.
class FaultyWs : public WsHandler {
 public:
  std::optional<HttpResponse> on_upgrade(const HttpRequest& request) override {
    if (request.param("throw") == "upgrade") throw std::runtime_error("no upgrade");
    return std::nullopt;
  }
  void on_open(WsSession& session, const HttpRequest& request) override {
    if (request.param("throw") == "open") throw std::runtime_error("no session");
    session.send(std::make_shared<const std::string>("hello"));
  }
  void on_message(WsSession& session, std::string_view text) override {
    session.send(std::make_shared<const std::string>(text));
  }
  void on_close(WsSession&, std::uint16_t code, std::string_view) override {
    ++closed;
    last_code = code;
    if (throws_on_close.exchange(false)) throw std::runtime_error("knows too much");
  }
  std::atomic<int> closed{0};
  std::atomic<int> last_code{0};
  std::atomic<bool> throws_on_close{false};
};

struct House {
  explicit House(std::size_t threads = 1, std::chrono::nanoseconds pause = {}) {
    for (std::size_t i = 0; i < threads; ++i) {
      io.push_back(std::make_unique<IoThread>(IoThreadOptions{"test-io", 10ms}));
      diaries.push_back(std::make_unique<Diary>());
      diaries.back()->keep(*io.back(), pause);
      io.back()->every(5ms, [this] { ++ticks; });
      io.back()->on_wake([this] {
        ++wakes;
        if (wake_throws.exchange(false)) throw std::runtime_error("a wake");
      });
    }
    std::vector<IoThread*> pointers;
    for (const auto& thread : io) pointers.push_back(thread.get());
    listener = std::make_unique<Listener>(quick_options(), handler, pointers);
    listener->websocket("/ws", ws);
    listener->start();
    for (const auto& thread : io) thread->start();
  }
  ~House() {
    for (const auto& thread : io) thread->stop(0ms);
  }
  [[nodiscard]] std::uint16_t port() const { return listener->port(); }

  TestHandler handler;
  FaultyWs ws;
  std::atomic<int> ticks{0};
  std::atomic<int> wakes{0};
  std::atomic<bool> wake_throws{false};
  std::vector<std::unique_ptr<Diary>> diaries;
  std::vector<std::unique_ptr<IoThread>> io;
  std::unique_ptr<Listener> listener;
};

void greet(Client& client) {
  REQUIRE(client.upgrade("/ws")->status == 101);
  REQUIRE(client.receive_message()->payload == "hello");
}

void throw_in(IoThread& io, const std::string& what) {
  io.post([what] { throw std::runtime_error(what); });
}

}  // namespace

TEST_CASE("a request that throws is told so, and nobody else hears of it") {
  House house;
  Client other(house.port());
  Client session(house.port());
  greet(session);
  REQUIRE(other.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  Client client(house.port());
  const auto thrown = client.get("/throw?secret=1");
  REQUIRE(thrown);
  CHECK(thrown->status == 500);
  CHECK(thrown->has("Connection: close\r\n"));
  CHECK(client.closed());
  Client wanted(house.port());
  CHECK(wanted.upgrade("/ws?throw=upgrade")->status == 500);
  CHECK(house.handler.complete("/hold"));
  CHECK(other.receive()->status == 200);
  REQUIRE(session.send_frame(kText, "still here"));
  CHECK(session.receive_message()->payload == "still here");
  CHECK(house.diaries[0]->read() == Lines{"error /throw: on purpose", "error /ws: no upgrade"});
}

TEST_CASE("what was put off for a request and throws ends that request alone") {
  House house;
  std::atomic<bool> late_reply{true};
  // Asks for the route by which it is known, and goes on later.
  class Later final : public HttpHandler {
   public:
    explicit Later(std::atomic<bool>& late) : late_(late) {}
    void handle(const HttpRequest& request, ReplyHandle reply) override {
      IoThread& io = *reply.io;
      if (request.path == "/slow") {
        slow = reply;
        return;
      }
      io.set_route("/later/{id}");
      io.post([this, &io, reply, asker = io.asker()] {
        io.serve(asker, [] { throw 7; });
        late_ = io.reply(reply, text(200, "too late"));
      });
    }
    ReplyHandle slow;

   private:
    std::atomic<bool>& late_;
  };
  Later later(late_reply);
  Listener listener(quick_options(), later, {house.io[0].get()});
  listener.start();

  SECTION("alone") {
    Client client(listener.port());
    CHECK(client.get("/later/1")->status == 500);
    CHECK(client.closed());
  }
  SECTION("behind one that is still to be answered") {
    Client client(listener.port());
    REQUIRE(client.send(
        "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /later/1 HTTP/1.1\r\nHost: x\r\n\r\n"));
    REQUIRE(eventually([&] { return !late_reply; }));
    house.io[0]->post([&] { later.slow.io->reply(later.slow, text(200, "slow")); });
    CHECK(client.receive()->body == "slow");
    CHECK(client.receive()->status == 500);
    CHECK(client.closed());
  }
  SECTION("whose client has gone") {
    {
      Client client(listener.port());
      REQUIRE(client.send("GET /later/1 HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    REQUIRE(eventually([&] { return !house.diaries[0]->read().empty(); }));
  }
  REQUIRE(eventually([&] { return !late_reply; }));
  CHECK(house.diaries[0]->read() == Lines{"error /later/{id}: an exception without a text"});
}

TEST_CASE("a session that throws is closed, and nobody else hears of it") {
  House house;
  Client other(house.port());
  greet(other);
  Client client(house.port());
  REQUIRE(client.upgrade("/ws?throw=open")->status == 101);
  CHECK(client.receive_message()->close_code() == 1011);
  REQUIRE(other.send_frame(kText, "still here"));
  CHECK(other.receive_message()->payload == "still here");
  CHECK(house.diaries[0]->read() == Lines{"error /ws: no session"});
}

TEST_CASE("a thread that fails drops its connections, says so, and goes on") {
  House house;
  Client held(house.port());
  Client idle(house.port());
  Client half(house.port());
  Client session(house.port());
  REQUIRE(held.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(eventually([&] { return house.handler.held() == 1; }));
  REQUIRE(idle.get("/a"));
  REQUIRE(half.send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  greet(session);

  bool by_wake = GENERATE(true, false);
  if (by_wake) {
    house.wake_throws = true;
    house.io[0]->wake();
  } else {
    throw_in(*house.io[0], "a post");
  }
  const auto told = held.receive();
  REQUIRE(told);
  CHECK(told->status == 500);
  CHECK(told->has("Connection: close\r\n"));
  CHECK(idle.closed());
  CHECK(half.closed());
  CHECK(session.receive_message()->close_code() == 1012);
  CHECK(eventually([&] { return house.ws.closed == 1; }));
  CHECK(house.ws.last_code == 1012);
  CHECK_FALSE(house.handler.complete("/hold"));  // a reply for nobody

  REQUIRE(eventually([&] { return house.diaries[0]->read().size() == 2; }));
  CHECK(house.diaries[0]->read() ==
        Lines{by_wake ? "failure: a wake" : "failure: a post", "begin"});
  CHECK(house.listener->counters().dropped(DropReason::Restart) == 4);
  // It looks when it is woken, its timers run, its door is open.
  const int wakes = house.wakes;
  const int ticks = house.ticks;
  house.io[0]->wake();
  CHECK(eventually([&] { return house.wakes > wakes && house.ticks > ticks; }));
  Client again(house.port());
  CHECK(again.get("/again")->status == 200);
  greet(again);
}

TEST_CASE("while one thread is down the others serve, and who knocks comes to them") {
  House house(2, 1h);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(house.port()));
    REQUIRE(clients.back()->get("/a")->status == 200);
  }
  const std::size_t down =
      GENERATE(std::size_t{0}, std::size_t{1});  // the first is the one that accepts
  throw_in(*house.io[down], "on purpose");
  REQUIRE(eventually([&] { return house.io[down]->is_down(); }));
  int served = 0;
  for (const auto& client : clients) {
    REQUIRE(client->send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"));
    const auto answer = client->receive();
    if (answer) served += answer->status == 200 ? 1 : 0;
  }
  CHECK(served == 2);
  for (int i = 0; i < 6; ++i) {
    Client client(house.port());
    CHECK(client.get("/c")->status == 200);
  }
  CHECK(house.diaries[1 - down]->read().empty());
}

TEST_CASE("who knocks while all threads are down is served when one is up") {
  House house(1, 150ms);
  throw_in(*house.io[0], "on purpose");
  REQUIRE(eventually([&] { return house.io[0]->is_down(); }));
  Client client(house.port());
  CHECK(client.get("/a")->status == 200);
  CHECK(house.diaries[0]->read() == Lines{"failure: on purpose", "begin"});
}

TEST_CASE("a handler that knows sessions which are gone makes its thread begin anew") {
  House house;
  Client session(house.port());
  greet(session);
  house.ws.throws_on_close = true;
  session.close();
  REQUIRE(eventually([&] { return house.diaries[0]->read().size() == 2; }));
  CHECK(house.diaries[0]->read() == Lines{"failure: knows too much", "begin"});
  Client again(house.port());
  CHECK(again.get("/again")->status == 200);
}

TEST_CASE("a thread that fails again and again is stopped like any other") {
  House house(1, 10ms);
  for (int i = 0; i < 50; ++i) throw_in(*house.io[0], "on purpose");
  Client client(house.port());
  CHECK(client.get("/a")->status == 200);
  REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(eventually([&] { return house.handler.held() == 1; }));
  throw_in(*house.io[0], "at the end");
  house.io[0]->stop(10'000ms);
  CHECK(client.receive()->status == 500);
}

}  // namespace tribook::http::test
