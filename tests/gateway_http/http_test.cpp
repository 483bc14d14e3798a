#include <catch2/catch.hpp>

#include "server.h"

using namespace tribook::http;
using namespace tribook::http::test;

TEST_CASE("a request is answered and the connection kept") {
  Server server;
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/echo?symbol=EUR%2FUSD");
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == "GET /echo?symbol=EUR%2FUSD  symbol=EUR/USD");
    CHECK(response->has("Content-Type: text/plain\r\n"));
    CHECK(response->has("Date: "));
    CHECK_FALSE(response->has("Connection:"));
  }
  CHECK(server.listener->counters().responses_by_class[2] == 3);
  CHECK(server.listener->counters().connections() == 1);
  client.close();
  CHECK(eventually([&] { return server.listener->counters().connections() == 0; }));
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection after the response") {
  Server server;
  SECTION("close") {
    Client client(server.port());
    const auto response = client.ask("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    REQUIRE(response);
    CHECK(response->has("Connection: close\r\n"));
    CHECK(client.closed());
  }
  SECTION("1.0") {
    Client client(server.port());
    REQUIRE(client.ask("GET /a HTTP/1.0\r\n\r\n"));
    CHECK(client.closed());
  }
  SECTION("1.0 that asks to stay") {
    Client client(server.port());
    const std::string request = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    const auto first = client.ask(request);
    REQUIRE(first);
    CHECK(first->has("Connection: keep-alive\r\n"));
    CHECK(client.ask(request));
  }
}

TEST_CASE("a request that comes byte by byte is the same request") {
  Server server;
  Client client(server.port());
  const std::string request =
      "POST /slow HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello";
  for (const char c : request) REQUIRE(client.send({&c, 1}));
  const auto response = client.receive();
  REQUIRE(response);
  CHECK(response->body == "POST /slow hello X-One=1");
}

TEST_CASE("chunked bodies are put together, trailers read over") {
  Server server;
  Client client(server.port());
  const std::string request =
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nWiki\r\n6;name=value\r\npedia \r\nB\r\nin \r\nchunks\r\n0\r\nX-Trailer: t\r\n\r\n";
  const std::string expected = "POST /c Wikipedia in \r\nchunks";
  SECTION("at once") {
    const auto response = client.ask(request);
    REQUIRE(response);
    CHECK(response->body == expected);
  }
  SECTION("byte by byte") {
    for (const char c : request) REQUIRE(client.send({&c, 1}));
    const auto response = client.receive();
    REQUIRE(response);
    CHECK(response->body == expected);
  }
  CHECK(client.get("/next"));
}

TEST_CASE("pipelined requests are answered in their order, whatever the order of the replies") {
  Server server;
  Client client(server.port());
  std::string requests;
  for (const char* name : {"/hold1", "/hold2", "/now", "/hold3"}) {
    requests += "GET " + std::string(name) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  REQUIRE(client.send(requests));
  CHECK(server.handler.complete("/hold3"));
  CHECK(server.handler.complete("/hold2"));
  CHECK_FALSE(client.readable(20ms));
  CHECK(server.handler.complete("/hold1"));
  for (const char* body : {"/hold1", "/hold2", "GET /now ", "/hold3"}) {
    const auto response = client.receive();
    REQUIRE(response);
    CHECK(response->body == body);
  }
}

TEST_CASE("behind a request that changes something the next one waits") {
  Server server;
  Client client(server.port());
  REQUIRE(
      client.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
                  "GET /hold-later HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  CHECK_FALSE(client.readable(20ms));
  CHECK(server.handler.held() == 1);
  CHECK(server.handler.complete("/hold"));
  CHECK(client.receive()->body == "/hold");
  CHECK(server.handler.complete("/hold-later"));
  CHECK(client.receive()->body == "/hold-later");
}

TEST_CASE("more pipelined requests than the bound are read when there is room") {
  ListenerOptions options = quick_options();
  options.max_pipelined = 4;
  Server server(options);
  Client client(server.port());
  std::string requests;
  for (int i = 0; i < 12; ++i) {
    requests += "GET /hold?" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  REQUIRE(client.send(requests));
  REQUIRE(eventually([&] { return server.handler.held() == 4; }));
  CHECK_FALSE(client.readable(20ms));
  CHECK(server.handler.held() == 4);
  for (int i = 0; i < 12; ++i) {
    const std::string name = "/hold?" + std::to_string(i);
    CHECK(server.handler.complete(name));
    CHECK(client.receive()->body == name);
  }
}

TEST_CASE("a long pipeline of quick requests over several reads is answered whole") {
  Server server;
  Client client(server.port());
  constexpr int kRequests = 5000;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) {
    requests +=
        "POST /p" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  }
  std::thread sender([&] { client.send(requests); });
  int right = 0;
  for (int i = 0; i < kRequests; ++i) {
    const auto response = client.receive();
    if (response && response->body == "POST /p" + std::to_string(i) + " abc") ++right;
  }
  sender.join();
  CHECK(right == kRequests);
}

TEST_CASE("a reply for a connection that is gone is told so") {
  Server server;
  {
    Client client(server.port());
    REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
    REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  }
  // The client's close reads as the end of its input only: the first reply is still written.
  server.handler.complete("/hold");
  CHECK(eventually([&] { return server.listener->counters().connections() == 0; }));
  CHECK_FALSE(server.handler.complete("/hold"));
}

TEST_CASE("a client that ends its side after the request still gets the response") {
  Server server;
  Client client(server.port());
  REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
  client.shutdown_send();
  CHECK(server.handler.complete("/hold"));
  const auto response = client.receive();
  REQUIRE(response);
  CHECK(response->body == "/hold");
  CHECK(client.closed());
}

TEST_CASE("HEAD has no body, OPTIONS * is answered, an exception is a 500") {
  Server server;
  Client client(server.port());
  REQUIRE(client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto head = client.receive(true);
  REQUIRE(head);
  CHECK(head->has("Content-Length: 8\r\n"));
  const auto options = client.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(options);
  CHECK(options->status == 204);
  CHECK(options->has("Allow: GET, HEAD"));
  CHECK_FALSE(options->has("Content-Length"));
  CHECK(client.ask("OPTIONS /o HTTP/1.1\r\nHost: x\r\n\r\n")->body == "OPTIONS /o ");
  Client other(server.port());
  const auto thrown = other.get("/throw");
  REQUIRE(thrown);
  CHECK(thrown->status == 500);
  CHECK(thrown->has("application/problem+json"));
  CHECK(thrown->has("Connection: close\r\n"));
  CHECK(other.closed());
  CHECK(client.get("/after")->status == 200);
  CHECK(client.get("http://other.example/abs?x=1")->body == "GET /abs?x=1 ");
}

TEST_CASE("nothing in a response field ends the header") {
  Server server;
  Client client(server.port());
  const auto response = client.get("/split");
  REQUIRE(response);
  CHECK(response->has("X-Evil: aX-Injected: b\r\n"));
  CHECK_FALSE(response->has("\nX-Injected"));
}

TEST_CASE("a big response reaches a slow reader whole") {
  Server server;
  Client client(server.port(), 4096);
  const auto response = client.get("/big?size=8000000");
  REQUIRE(response);
  CHECK(response->body.size() == 8'000'000);
  CHECK(client.get("/next")->status == 200);
}

TEST_CASE("Expect: 100-continue") {
  Server server;
  Client client(server.port());
  SECTION("is answered before the body") {
    REQUIRE(client.send(
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    const auto interim = client.receive();
    REQUIRE(interim);
    CHECK(interim->status == 100);
    CHECK(client.ask("ok")->body == "POST /e ok");
  }
  SECTION("waits for its place in the order") {
    REQUIRE(client.send(
        "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    CHECK_FALSE(client.readable(20ms));
    CHECK(server.handler.complete("/hold"));
    CHECK(client.receive()->body == "/hold");
    CHECK(client.receive()->status == 100);
    CHECK(client.ask("ok")->body == "POST /e ok");
  }
  SECTION("is not answered when the body is there") {
    const auto response = client.ask(
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
    CHECK(response->status == 200);
  }
  SECTION("is refused with the final status when the body would be too large") {
    const auto response = client.ask(
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    CHECK(response->status == 413);
    CHECK(client.closed());
  }
  SECTION("other expectations are refused") {
    const auto response = client.ask("GET /e HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n");
    CHECK(response->status == 417);
  }
}
