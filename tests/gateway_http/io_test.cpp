#include <algorithm>
#include <catch2/catch.hpp>

#include "server.h"

using namespace tribook::http;
using namespace tribook::http::test;

TEST_CASE("wake: the loop looks at least once after each, and once for many") {
  IoThread io({"test-io", 1000ms});
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> seen{0};
  std::atomic<int> calls{0};
  std::atomic<bool> gate{false};
  std::atomic<bool> inside{false};
  io.on_wake([&] {
    inside = true;
    while (!gate) std::this_thread::yield();
    seen = published.load();
    ++calls;
  });
  io.start();

  SECTION("wakes while it runs are one more call") {
    published = 1;
    io.wake();
    REQUIRE(eventually([&] { return inside.load(); }));
    for (std::uint64_t i = 2; i <= 1000; ++i) {
      published = i;
      io.wake();
    }
    gate = true;
    REQUIRE(eventually([&] { return calls >= 2; }));
    CHECK(seen == 1000);
    // Were there a third to come, it would come before all of these.
    for (int i = 0; i < 10; ++i) {
      std::atomic<bool> passed{false};
      io.post([&] { passed = true; });
      REQUIRE(eventually([&] { return passed.load(); }));
    }
    CHECK(calls == 2);
  }
  SECTION("none is lost, from several threads") {
    gate = true;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) {
          ++published;
          io.wake();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(eventually([&] { return seen == 60'000; }));
  }
  SECTION("each is answered when awaited one by one") {
    gate = true;
    for (std::uint64_t i = 1; i <= 2000; ++i) {
      published = i;
      io.wake();
      REQUIRE(eventually([&] { return seen == i; }));
    }
  }
  io.stop(0ms);
}

TEST_CASE("posts run in order on the thread, timers repeat") {
  IoThread io({"test-io", 1000ms});
  std::atomic<int> ticks{0};
  io.every(5ms, [&] { ++ticks; });
  io.start();
  CHECK_FALSE(io.on_this_thread());
  std::vector<int> order;
  std::atomic<bool> on_thread{true};
  std::atomic<int> done{0};
  for (int i = 0; i < 1000; ++i) {
    io.post([&, i] {
      order.push_back(i);
      if (!io.on_this_thread()) on_thread = false;
      ++done;
    });
  }
  REQUIRE(eventually([&] { return done == 1000; }));
  CHECK(on_thread);
  CHECK(std::is_sorted(order.begin(), order.end()));
  CHECK(eventually([&] { return ticks >= 3; }));
  io.stop(0ms);
}

TEST_CASE("stop lets requests in progress be answered and takes no new ones") {
  Server server;
  Client busy(server.port());
  Client idle(server.port());
  Client body(server.port());
  Client header(server.port());
  REQUIRE(idle.get("/a"));
  REQUIRE(body.send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  REQUIRE(header.send("GET /half HTTP/1.1\r\nHo"));
  REQUIRE(busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  REQUIRE(eventually([&] { return server.listener->counters().bytes_in >= 28 + 53 + 22 + 31; }));

  std::thread stopper([&] { server.io[0]->stop(10'000ms); });
  CHECK(idle.closed());
  CHECK_THROWS(Client(server.port()));
  // What is not here whole by now is not waited for, and was not done.
  for (Client* half : {&body, &header}) {
    const auto refused = half->receive();
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->has("Connection: close\r\n"));
    half->send("cd");  // does no harm
    CHECK(half->closed());
  }
  CHECK(server.dropped(DropReason::Draining) == 2);
  CHECK(server.handler.complete("/hold"));
  const auto response = busy.receive();
  REQUIRE(response);
  CHECK(response->body == "/hold");
  CHECK(response->has("Connection: close\r\n"));
  stopper.join();
  CHECK(server.dropped(DropReason::DrainDeadline) == 0);
}

TEST_CASE("stop does not wait longer than told") {
  Server server;
  Client client(server.port());
  REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  server.io[0]->stop(30ms);
  CHECK(client.closed());
  CHECK(server.dropped(DropReason::DrainDeadline) == 1);
}

TEST_CASE("two listeners, two threads: connections are spread, ports are their own") {
  TestHandler client_side;
  TestHandler admin_side;
  IoThread first({"io-0", 10ms});
  IoThread second({"io-1", 10ms});
  Listener client_door(quick_options(), client_side, {&first, &second});
  Listener admin_door(quick_options(), admin_side, {&first, &second});
  client_door.start();
  admin_door.start();
  first.start();
  second.start();
  REQUIRE(client_door.port() != admin_door.port());
  CHECK(client_door.address() == "127.0.0.1:" + std::to_string(client_door.port()));

  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(client_door.port()));
    clients.back()->send("GET /hold" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (int i = 0; i < 4; ++i) {
    CHECK(client_side.complete("/hold" + std::to_string(i)));
    CHECK(clients[static_cast<std::size_t>(i)]->receive()->status == 200);
  }
  Client admin(admin_door.port());
  CHECK(admin.get("/a")->status == 200);
  CHECK(client_door.counters().connections_opened == 4);
  CHECK(admin_door.counters().connections_opened == 1);

  client_door.stop_accepting();
  CHECK(eventually([&] {
    try {
      Client probe(client_door.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  CHECK(admin.get("/b")->status == 200);
  first.stop(0ms);
  second.stop(0ms);
}

TEST_CASE("an address that cannot be listened on is named") {
  TestHandler handler;
  IoThread io;
  const auto listen = [&](const std::string& address) {
    ListenerOptions options;
    options.address = address;
    Listener(options, handler, {&io}).start();
  };
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:x",
                          "nowhere.invalid:80", "999.1.1.1:80"}) {
    INFO(bad);
    CHECK_THROWS_WITH(listen(bad), Catch::Contains("\"" + std::string(bad) + "\""));
  }
  Server taken;
  const std::string address = taken.listener->address();
  CHECK_THROWS_WITH(listen(address), Catch::Contains(address));
}

TEST_CASE("connections that come and go fast leave nothing behind") {
  Server server;
  for (int round = 0; round < 300; ++round) {
    Client client(server.port());
    if (round % 3 == 0) client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    if (round % 3 == 1) CHECK(client.get("/a"));
  }
  CHECK(eventually([&] { return server.listener->counters().connections_opened == 300; }));
  // Those that wait for a reply still wait, though their clients are gone.
  CHECK(eventually(
      [&] { return server.listener->counters().connections() == server.handler.held(); }));
}
