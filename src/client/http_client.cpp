#include "client/http_client.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "client/failure.h"
#include "client/wire.h"
#include "tribook/version.h"

namespace tribook::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

using Kind = NetworkFailure::Kind;
using std::chrono::milliseconds;

constexpr std::uint64_t kBodyMax = std::uint64_t{64} << 20;
constexpr std::uint32_t kHeaderMax = 64U << 10;
constexpr std::size_t kMessageMax = std::size_t{1} << 20;
constexpr milliseconds kSilenceMax{90'000};  // the server pings after 20 s
constexpr milliseconds kGoodbyeMax{1'000};

}  // namespace

// What Beast wants of a stream, over a Wire. Waiting and failing are the Wire's: its exceptions go
// through Beast, and what they leave behind is thrown away with the connection.
struct WireStream {
  using executor_type = asio::io_context::executor_type;

  [[nodiscard]] executor_type get_executor() const { return executor; }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, beast::error_code& error) {
    error = {};
    const asio::mutable_buffer buffer = first_of<asio::mutable_buffer>(buffers);
    if (buffer.size() == 0) return 0;
    const std::size_t count = wire->receive(static_cast<char*>(buffer.data()), buffer.size());
    if (count == 0) error = asio::error::eof;
    return count;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, beast::error_code& error) {
    error = {};
    const asio::const_buffer buffer = first_of<asio::const_buffer>(buffers);
    if (buffer.size() == 0) return 0;
    return wire->send(static_cast<const char*>(buffer.data()), buffer.size());
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    beast::error_code error;
    const std::size_t count = read_some(buffers, error);
    if (error) throw beast::system_error(error);
    return count;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    beast::error_code error;
    return write_some(buffers, error);
  }

  template <typename Buffer, typename Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = asio::buffer_sequence_end(buffers);
    for (auto it = asio::buffer_sequence_begin(buffers); it != end; ++it) {
      if (const Buffer buffer = *it; buffer.size() != 0) return buffer;
    }
    return {};
  }

  Wire* wire;
  executor_type executor;
};

void teardown(beast::role_type, WireStream&, beast::error_code& error) { error = {}; }
void beast_close_socket(WireStream&) {}

namespace {

template <typename Message>
void set_fields(Message& message, const Fields& fields) {
  message.set(http::field::user_agent, "tribook-client/" + std::string(kVersion));
  for (const auto& [name, value] : fields) message.set(name, value);
}

Reply reply_of(const http::response<http::string_body>& response) {
  Reply reply;
  reply.status = response.result_int();
  reply.content_type = std::string(response[http::field::content_type]);
  reply.location = std::string(response[http::field::location]);
  reply.body = response.body();
  return reply;
}

[[noreturn]] void fail(const Url& url, const beast::error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::error::eof) {
    throw NetworkFailure(Kind::Dropped, url.text() + " ended the connection without an answer");
  }
  throw NetworkFailure(Kind::Malformed, url.text() + " does not answer as tribook does (" +
                                            error.message() + "): check the address");
}

}  // namespace

struct HttpClient::Connection {
  Connection(const Url& url, SteadyClock::time_point deadline)
      : wire(url, deadline), stream{&wire, context.get_executor()} {}

  asio::io_context context;
  Wire wire;
  WireStream stream;
  beast::flat_buffer buffer;
};

HttpClient::HttpClient(Url url, milliseconds timeout) : url_(std::move(url)), timeout_(timeout) {}
HttpClient::~HttpClient() = default;

Reply HttpClient::exchange(const Request& request) {
  try {
    return exchange_once(request);
  } catch (const NetworkFailure& failure) {
    if (!request.may_repeat || failure.kind != Kind::Dropped) throw;
  }
  try {
    return exchange_once(request);
  } catch (NetworkFailure& failure) {
    failure.may_have_arrived = true;  // the first time
    throw;
  }
}

Reply HttpClient::exchange_once(const Request& request) {
  const auto deadline = SteadyClock::now() + timeout_;
  // Out of its place until the answer is whole: what failed is never used again.
  std::unique_ptr<Connection> connection = std::move(connection_);
  if (connection) {
    connection->wire.set_deadline(deadline);
  } else {
    connection = std::make_unique<Connection>(url_, deadline);
  }
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(request.method);
  message.target(url_.prefix + request.target);
  message.set(http::field::host, url_.authority());
  message.set(http::field::accept, "application/json");
  set_fields(message, request.fields);
  if (!request.body.empty()) {
    message.set(http::field::content_type, "application/json");
    message.body() = request.body;
  }
  if (request.method != "GET") message.content_length(request.body.size());
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyMax);
  parser.header_limit(kHeaderMax);
  try {
    beast::error_code error;
    http::write(connection->stream, message, error);
    if (!error) http::read(connection->stream, connection->buffer, parser, error);
    if (error) fail(url_, error);
  } catch (NetworkFailure& failure) {
    failure.may_have_arrived = true;
    throw;
  }
  if (parser.get().keep_alive()) connection_ = std::move(connection);
  return reply_of(parser.get());
}

struct StreamClient::Connection {
  Connection(const Url& where, SteadyClock::time_point deadline)
      : url(where), wire(where, deadline), stream(WireStream{&wire, context.get_executor()}) {}

  Url url;
  asio::io_context context;
  Wire wire;
  websocket::stream<WireStream, false> stream;
  beast::flat_buffer buffer;
};

StreamClient::StreamClient(const Url& url, const std::string& target, const Fields& fields,
                           milliseconds timeout, std::optional<Reply>& refusal)
    : connection_(std::make_unique<Connection>(url, SteadyClock::now() + timeout)) {
  auto& stream = connection_->stream;
  stream.read_message_max(kMessageMax);
  stream.set_option(websocket::stream_base::decorator(
      [&fields](websocket::request_type& request) { set_fields(request, fields); }));
  beast::error_code error;
  websocket::response_type response;
  stream.handshake(response, url.authority(), url.prefix + target, error);
  if (error == websocket::error::upgrade_declined) {
    refusal = reply_of(response);
    connection_.reset();
  } else if (error) {
    fail(url, error);
  }
}

StreamClient::~StreamClient() = default;

void StreamClient::send(const std::string& text) {
  beast::error_code error;
  connection_->stream.text(true);
  connection_->stream.write(asio::buffer(text), error);
  if (error) fail(connection_->url, error);
}

std::optional<std::string> StreamClient::receive(int interrupt) {
  connection_->wire.set_patience(kSilenceMax);
  connection_->wire.set_interrupt(interrupt);
  beast::error_code error;
  connection_->buffer.clear();
  try {
    connection_->stream.read(connection_->buffer, error);
  } catch (const Interrupted&) {
    return std::nullopt;
  }
  if (!error) return beast::buffers_to_string(connection_->buffer.data());
  std::string sentence = connection_->url.text() + " ended the stream";
  const std::string reason(connection_->stream.reason().reason.c_str());
  if (!reason.empty()) sentence += ": " + reason;
  throw NetworkFailure(Kind::Dropped, sentence);
}

void StreamClient::close() {
  if (!connection_) return;
  connection_->wire.set_interrupt(-1);
  connection_->wire.set_deadline(SteadyClock::now() + kGoodbyeMax);
  try {
    beast::error_code error;
    connection_->stream.close(websocket::close_code::normal, error);
  } catch (const Failure&) {
    // The server learns it from the end of the connection.
  }
  connection_.reset();
}

}  // namespace tribook::client
