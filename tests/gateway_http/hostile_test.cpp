#include <catch2/catch.hpp>

#include "server.h"

using namespace tribook::http;
using namespace tribook::http::test;

namespace {

struct Refused {
  const char* what;
  std::string request;
  unsigned status;
};

std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
std::string post(const std::string& fields, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

const std::vector<Refused>& refused() {
  static const std::vector<Refused> all = {
      {"not HTTP", "hello there\r\n\r\n", 400},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 400},
      {"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 400},
      {"a line feed for a line end", "GET / HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n", 400},
      {"no Host", get(""), 400},
      {"two Hosts", get("Host: a\r\nHost: b\r\n"), 400},
      {"a space before the colon", get("Host: x\r\nContent-Length : 3\r\n"), 400},
      {"a field without a name", get("Host: x\r\n: value\r\n"), 400},
      {"a field without a colon", get("Host: x\r\nnonsense\r\n"), 400},
      {"a field that begins with a space", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"NUL in a field", get(std::string("Host: x\r\nX-A: a\0b\r\n", 19)), 400},
      {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28), 400},
      {"a carriage return in a field", get("Host: x\r\nX-A: a\rb\r\n"), 400},
      {"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"method in lower case", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"a target without a slash", "GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"* for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a bad escape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an escape cut short", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bytes over ASCII in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"Content-Length twice, alike", post("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), 400},
      {"Content-Length twice", post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), 400},
      {"Content-Length as a list", post("Content-Length: 1, 1\r\n", "x"), 400},
      {"Content-Length with a sign", post("Content-Length: +1\r\n", "x"), 400},
      {"negative Content-Length", post("Content-Length: -1\r\n", "x"), 400},
      {"hexadecimal Content-Length", post("Content-Length: 0x1\r\n", "x"), 400},
      {"empty Content-Length", post("Content-Length: \r\n", "x"), 400},
      {"Content-Length of 30 digits",
       post("Content-Length: 100000000000000000000000000000\r\n", ""), 400},
      {"Content-Length, then chunked",
       post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"chunked, then Content-Length",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""),
       400},
      {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"identity", post("Transfer-Encoding: identity\r\n", ""), 501},
      {"an unknown coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"a chunk size that is no number", post("Transfer-Encoding: chunked\r\n", "xyz\r\n"), 400},
      {"a chunk size with a sign", post("Transfer-Encoding: chunked\r\n", "-1\r\n"), 400},
      {"a chunk size over 64 bits", post("Transfer-Encoding: chunked\r\n", "11111111111111111\r\n"),
       400},
      {"a chunk longer than it says",
       post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk line that ends in a line feed", post("Transfer-Encoding: chunked\r\n", "1\nx\r\n"),
       400},
      {"Content-Length over the bound", post("Content-Length: 1048577\r\n", ""), 413},
      {"a chunk over the bound", post("Transfer-Encoding: chunked\r\n", "100001\r\n"), 413},
      {"a header over the bound", get("Host: x\r\nX-A: " + std::string(20'000, 'a') + "\r\n"), 431},
      {"a target over the bound", "GET /" + std::string(20'000, 'a'), 431},
      {"too many fields",
       [] {
         std::string fields = "Host: x\r\n";
         for (int i = 0; i < 70; ++i) fields += "X-" + std::to_string(i) + ": a\r\n";
         return get(fields);
       }(),
       431},
      {"a chunk extension without end",
       post("Transfer-Encoding: chunked\r\n", "1;" + std::string(20'000, 'a')), 400},
      {"trailers without end",
       post("Transfer-Encoding: chunked\r\n", "0\r\nX-T: " + std::string(20'000, 'a')), 400},
  };
  return all;
}

}  // namespace

TEST_CASE("what is malformed, ambiguous or too large is refused and the connection closed") {
  Server server;
  for (const Refused& row : refused()) {
    INFO(row.what);
    Client client(server.port());
    const auto response = client.ask(row.request);
    REQUIRE(response);
    CHECK(response->status == row.status);
    CHECK(response->has("Connection: close\r\n"));
    CHECK(response->has("Content-Type: application/problem+json\r\n"));
    CHECK(client.closed());
  }
  const CountersSnapshot counters = server.listener->counters();
  CHECK(counters.dropped(DropReason::Malformed) + counters.dropped(DropReason::BodyTooLarge) +
            counters.dropped(DropReason::HeaderTooLarge) ==
        refused().size());
  CHECK(counters.responses_by_class[2] == 0);
  Client client(server.port());
  CHECK(client.get("/alive")->status == 200);
}

TEST_CASE("nothing behind a refused request is taken for a request") {
  Server server;
  Client client(server.port());
  REQUIRE(client.send(post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                           "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")));
  CHECK(client.receive()->status == 400);
  CHECK(client.closed());
  CHECK(server.listener->counters().responses_by_class[2] == 0);
}

TEST_CASE("a refusal comes behind the answers to earlier requests") {
  Server server;
  Client client(server.port());
  REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n"));
  CHECK(server.handler.complete("/hold"));
  CHECK(client.receive()->body == "/hold");
  CHECK(client.receive()->status == 400);
  CHECK(client.closed());
}

TEST_CASE("a body up to the bound is taken") {
  ListenerOptions options = quick_options();
  options.max_body_bytes = 100;
  Server server(options);
  Client client(server.port());
  CHECK(client.ask(post("Content-Length: 100\r\n", std::string(100, 'x')))->status == 200);
  CHECK(client
            .ask(post("Transfer-Encoding: chunked\r\n", "32\r\n" + std::string(50, 'x') +
                                                            "\r\n32\r\n" + std::string(50, 'x') +
                                                            "\r\n0\r\n\r\n"))
            ->status == 200);
  SECTION("one byte more in one piece") {
    CHECK(client.ask(post("Content-Length: 101\r\n", ""))->status == 413);
  }
  SECTION("one byte more in chunks") {
    CHECK(client
              .ask(post("Transfer-Encoding: chunked\r\n",
                        "32\r\n" + std::string(50, 'x') + "\r\n33\r\n"))
              ->status == 413);
  }
}

TEST_CASE("a 413 reaches a client that goes on sending its body") {
  ListenerOptions options = quick_options();
  options.max_body_bytes = 1000;
  Server server(options);
  Client client(server.port());
  REQUIRE(client.send(post("Content-Length: 1000000\r\n", "")));
  REQUIRE(client.readable(kPatience));
  client.send(std::string(1'000'000, 'x'));
  const auto response = client.receive();
  REQUIRE(response);
  CHECK(response->status == 413);
}

TEST_CASE("slow and silent clients are dropped in time") {
  ListenerOptions options = quick_options();
  options.header_timeout = 250ms;
  options.body_timeout = 250ms;
  options.idle_timeout = 250ms;
  Server server(options);
  Client client(server.port());
  SECTION("who says nothing") {
    CHECK(client.closed());
    CHECK(server.dropped(DropReason::IdleTimeout) == 1);
  }
  SECTION("who says nothing after a request") {
    REQUIRE(client.get("/a"));
    CHECK(client.closed());
    CHECK(server.dropped(DropReason::IdleTimeout) == 1);
  }
  SECTION("who sends a header for ever, a byte at a time") {
    REQUIRE(client.send("GET / HTTP/1.1\r\n"));
    while (!client.readable(5ms)) client.send("X");
    CHECK(client.receive()->status == 408);
    CHECK(server.dropped(DropReason::SlowRequest) == 1);
  }
  SECTION("who sends a body for ever") {
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
    while (!client.readable(5ms)) client.send("X");
    CHECK(client.receive()->status == 408);
    CHECK(server.dropped(DropReason::SlowRequest) == 1);
  }
  SECTION("but not who waits for a reply") {
    REQUIRE(client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK_FALSE(client.readable(600ms));
    CHECK(server.handler.complete("/hold"));
    CHECK(client.receive()->status == 200);
  }
}

TEST_CASE("who does not read is dropped") {
  ListenerOptions options = quick_options();
  options.write_timeout = 100ms;
  Server server(options);
  Client client(server.port(), 4096);
  REQUIRE(client.send("GET /big?size=50000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(eventually([&] { return server.dropped(DropReason::SlowReader) == 1; }));
  CHECK(eventually([&] { return server.listener->counters().connections() == 0; }));
}

TEST_CASE("reading pauses while responses wait to be read") {
  ListenerOptions options = quick_options();
  options.output_high_water = 100'000;
  Server server(options);
  Client client(server.port(), 4096);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += "GET /big?size=100000 HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(client.send(requests));
  REQUIRE(client.readable(kPatience));
  CHECK(server.listener->counters().responses_by_class[2] < 150);
  for (int i = 0; i < 200; ++i) REQUIRE(client.receive()->body.size() == 100'000);
}

TEST_CASE("a request that nobody answers gets 504") {
  ListenerOptions options = quick_options();
  options.handler_timeout = 60ms;
  Server server(options);
  Client client(server.port());
  CHECK(client.get("/hold")->status == 504);
  CHECK(client.closed());
  CHECK_FALSE(server.handler.complete("/hold"));
  CHECK(server.dropped(DropReason::HandlerTimeout) == 1);
}

TEST_CASE("connections over the bound are told 503") {
  ListenerOptions options = quick_options();
  options.max_connections = 2;
  Server server(options);
  Client first(server.port());
  Client second(server.port());
  REQUIRE(first.get("/a"));
  REQUIRE(second.get("/a"));
  {
    Client third(server.port());
    const auto response = third.receive();
    REQUIRE(response);
    CHECK(response->status == 503);
    CHECK(third.closed());
  }
  CHECK(server.dropped(DropReason::ConnectionLimit) == 1);
  first.close();
  REQUIRE(eventually([&] { return server.listener->counters().connections() == 1; }));
  Client fourth(server.port());
  CHECK(fourth.get("/a")->status == 200);
}
