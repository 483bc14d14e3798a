#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/counters.h"
#include "gateway/http/message.h"
#include "gateway/http/request_parser.h"
#include "gateway/http/session.h"

namespace tribook::http {

class Connection;
struct WsRoute;

// HTTP/1.1 on one connection. Requests are handed on as soon as they are complete and answered in
// their order, whatever the order of the replies: a reply that is not first waits in its place.
// Pipelined requests run side by side only while they are safe (RFC 9112, 9.3.2): after a POST, PUT
// or DELETE the next one is read when that is answered.
class HttpSession final : public Session {
 public:
  explicit HttpSession(Connection& connection);
  ~HttpSession() override;

  std::size_t consume(std::span<char> input) override;
  [[nodiscard]] bool wants_input() const override;
  std::string_view output(std::span<char> scratch) override;
  void written(std::size_t bytes) override;
  [[nodiscard]] std::size_t output_bytes() const override { return out_.size() - out_offset_; }
  [[nodiscard]] bool finished() const override { return closing_ && pending_.empty(); }
  void end_of_input() override;
  void drain() override;
  void give_up() override;
  void sweep(SteadyMs now) override;
  void gone() override;

  /// False if the request is no longer waited for.
  bool reply(std::uint32_t number, HttpResponse response);
  /// What handles the request threw: answered with 500 unless it has an answer.
  void fail_request(std::uint32_t number);
  /// It was ended before its request was whole.
  [[nodiscard]] bool is_cut_short() const { return cut_short_; }
  /// Nothing asked, nothing to say.
  [[nodiscard]] bool idle() const { return !parser_ && pending_.empty() && output_bytes() == 0; }

 private:
  struct Pending {
    std::uint32_t number = 0;
    SteadyMs since = 0;
    bool is_head = false;
    bool is_safe = true;
    bool is_http_1_0 = false;
    bool close = false;
    bool answered = false;
    bool failed = false;  // answered for its handler, who may not know
    std::string bytes;    // the response, while earlier ones are not there
  };

  void begin_request();
  void dispatch();
  void handle(const HttpRequest& request, const ReplyHandle& handle);
  void upgrade(const HttpRequest& request, const WsRoute& route, const ReplyHandle& handle);
  HttpResponse check_upgrade(const HttpRequest& request) const;
  Pending& add_pending();
  void fail(unsigned status, std::string_view detail, DropReason reason);
  void problem(std::uint32_t number, unsigned status, std::string_view detail);
  void emit(const Pending& pending, const HttpResponse& response, std::string& out);
  void say_continue();
  void end_parser();

  Connection& connection_;
  std::unique_ptr<RequestParser> parser_;  // only while a request comes in
  std::deque<Pending> pending_;
  std::uint32_t next_number_ = 0;
  std::string out_;
  std::size_t out_offset_ = 0;
  SteadyMs request_began_ = 0;
  SteadyMs body_began_ = 0;
  SteadyMs last_activity_ = 0;
  bool any_request_ = false;
  bool in_body_ = false;  // the header is there, the body is not
  bool continue_said_ = false;
  bool unsafe_pending_ = false;
  bool closing_ = false;  // takes no further request
  bool draining_ = false;
  bool abandoned_ = false;  // replies that still come are for nobody
  bool cut_short_ = false;
};

}  // namespace tribook::http
