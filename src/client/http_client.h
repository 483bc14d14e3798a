#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/url.h"

// HTTP and WebSocket as the commands need them: one request at a time, each within its time.

namespace tribook::client {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string target;  ///< path and query
  std::string body;    ///< JSON; none if empty
  Fields fields;
  /// Sent once more when the connection is dropped before the answer. Only for what the server
  /// does once however often it is asked.
  bool may_repeat = false;
};

struct Reply {
  unsigned status = 0;
  std::string content_type;
  std::string location;
  std::string body;
};

/// One connection, made when it is needed and kept while the server keeps it.
class HttpClient {
 public:
  HttpClient(Url url, std::chrono::milliseconds timeout);
  ~HttpClient();

  /// Throws NetworkFailure.
  Reply exchange(const Request& request);

 private:
  Reply exchange_once(const Request& request);

  struct Connection;

  Url url_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Connection> connection_;
};

/// A WebSocket.
class StreamClient {
 public:
  /// Throws NetworkFailure; `refusal` is filled, and nothing open, when the server answered the
  /// upgrade with something else.
  StreamClient(const Url& url, const std::string& target, const Fields& fields,
               std::chrono::milliseconds timeout, std::optional<Reply>& refusal);
  ~StreamClient();

  void send(const std::string& text);
  /// The next message; nothing when `interrupt` became readable first. The server pings, so a long
  /// silence is a failure, as is the end of the stream.
  std::optional<std::string> receive(int interrupt);
  /// Says goodbye; never throws.
  void close();

 private:
  struct Connection;

  std::unique_ptr<Connection> connection_;
};

}  // namespace tribook::client
