#include "client/url.h"

#include <catch2/catch.hpp>

using tribook::client::parse_url;
using tribook::client::percent_encode;
using tribook::client::Url;

TEST_CASE("addresses of servers") {
  struct Row {
    const char* text;
    bool is_secure;
    const char* host;
    int port;
    const char* prefix;
    const char* authority;
    const char* again;
  };
  const Row rows[] = {
      {"http://127.0.0.1:8080", false, "127.0.0.1", 8080, "", "127.0.0.1:8080",
       "http://127.0.0.1:8080"},
      {"http://localhost", false, "localhost", 80, "", "localhost", "http://localhost"},
      {"http://localhost:80/", false, "localhost", 80, "", "localhost", "http://localhost"},
      {"https://trade.example.com", true, "trade.example.com", 443, "", "trade.example.com",
       "https://trade.example.com"},
      {"https://trade.example.com:8443/desk/", true, "trade.example.com", 8443, "/desk",
       "trade.example.com:8443", "https://trade.example.com:8443/desk"},
      {"http://[::1]:8080", false, "::1", 8080, "", "[::1]:8080", "http://[::1]:8080"},
      {"https://[2001:db8::7]", true, "2001:db8::7", 443, "", "[2001:db8::7]",
       "https://[2001:db8::7]"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    std::string problem = "x";
    const auto url = parse_url(row.text, problem);
    REQUIRE(url);
    CHECK(problem.empty());
    CHECK(url->is_secure == row.is_secure);
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->prefix == row.prefix);
    CHECK(url->authority() == row.authority);
    CHECK(url->text() == row.again);
  }
}

TEST_CASE("what is no address of a server") {
  const char* rows[] = {"",
                        "127.0.0.1:8080",
                        "localhost",
                        "ftp://host",
                        "HTTP://host",
                        "http://",
                        "http://:80",
                        "http://host:",
                        "http://host:0",
                        "http://host:65536",
                        "http://host:-1",
                        "http://host:8080x",
                        "http://user@host",
                        "http://user:secret@host",
                        "http://host?x=1",
                        "http://host/a#b",
                        "http://ho st",
                        "http://host/a b",
                        "http://host\r\nX: y",
                        "http://host/\r\nX: y",
                        "http://[::1",
                        "http://[host]",
                        "http://[::1]8080",
                        "http://::1",
                        "http://h\xC3\xB6st"};
  for (const char* row : rows) {
    INFO(row);
    std::string problem;
    CHECK_FALSE(parse_url(row, problem));
    CHECK_FALSE(problem.empty());
  }
  std::string problem;
  CHECK_FALSE(parse_url("http://" + std::string(254, 'a'), problem));
}

TEST_CASE("a password in an address is not told again") {
  std::string problem;
  CHECK_FALSE(parse_url("http://user:secret@host", problem));
  CHECK(problem.find("secret") == std::string::npos);
}

TEST_CASE("which address is this machine's own") {
  std::string problem;
  for (const char* text :
       {"http://127.0.0.1:1", "http://127.9.9.9", "http://localhost", "http://[::1]:2"}) {
    CHECK(parse_url(text, problem)->is_loopback());
  }
  for (const char* text : {"http://10.0.0.1", "http://127.example.com", "http://example.com"}) {
    CHECK_FALSE(parse_url(text, problem)->is_loopback());
  }
}

TEST_CASE("parts of a path are encoded") {
  CHECK(percent_encode("EURUSD") == "EURUSD");
  CHECK(percent_encode("BTC/USD") == "BTC%2FUSD");
  CHECK(percent_encode("a b&c=d?e#f%+") == "a%20b%26c%3Dd%3Fe%23f%25%2B");
  CHECK(percent_encode("\xC3\xA9\n") == "%C3%A9%0A");
  CHECK(percent_encode("-._~") == "-._~");
}
