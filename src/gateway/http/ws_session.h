#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/handler.h"
#include "gateway/http/listener.h"
#include "gateway/http/session.h"
#include "gateway/http/ws_frame.h"

namespace tribook::http {

class Connection;
struct WsRoute;

// A WebSocket on a connection whose handshake is done. Payloads are shared, never copied into the
// queue; the frames of a turn are put together in the thread's scratch buffer and written at once.
// What the handler must hear about an end (on_close) is told at the end of the turn, so that a
// send() that ends a session never calls back into the sender.
class WebSocketSession final : public Session, public WsSession {
 public:
  /// `first_bytes`: the end of the HTTP part, written before any frame.
  WebSocketSession(Connection& connection, const WsRoute& route, std::string first_bytes);
  ~WebSocketSession() override;

  void start(const HttpRequest& request);

  // WsSession
  bool send(std::shared_ptr<const std::string> text) override;
  bool send_binary(std::shared_ptr<const std::string> data) override;
  void close(CloseCode code, std::string_view reason) override;
  [[nodiscard]] bool open() const override { return phase_ == Phase::Open; }
  [[nodiscard]] std::size_t queued_messages() const override { return queue_.size() - head_; }
  [[nodiscard]] std::size_t queued_bytes() const override { return queued_bytes_; }
  [[nodiscard]] WsHandle handle() const override;
  [[nodiscard]] std::string_view remote_address() const override;

  // Session
  std::size_t consume(std::span<char> input) override;
  [[nodiscard]] bool wants_input() const override;
  std::string_view output(std::span<char> scratch) override;
  void written(std::size_t bytes) override;
  [[nodiscard]] std::size_t output_bytes() const override { return queued_bytes_ - front_done_; }
  void blocked() override { blocked_ = true; }
  [[nodiscard]] bool finished() const override { return phase_ == Phase::Ended; }
  void end_of_input() override;
  void drain() override;
  void give_up() override;
  void sweep(SteadyMs now) override;
  void end_of_turn() override;
  void gone() override;

 private:
  enum class Phase : std::uint8_t {
    Open,
    Closing,  // our close frame is queued, the peer's is waited for
    Ended,    // nothing more is read; what is queued is written
  };

  struct Frame {
    std::shared_ptr<const std::string> payload;
    ws::Opcode opcode = ws::Opcode::Text;
    bool is_raw = false;  // payload goes out as it is

    [[nodiscard]] std::size_t size() const {
      return payload->size() + (is_raw ? 0 : ws::header_size(payload->size()));
    }
  };

  bool enqueue(ws::Opcode opcode, std::shared_ptr<const std::string> payload);
  void push(Frame frame);
  void push_close(std::uint16_t code, std::string_view reason);
  void take(const ws::Decoder::Event& event);
  void peer_closed(const ws::Decoder::Event& event);
  void end_now(CloseCode code, std::string_view reason, DropReason drop);
  void discard_unsent();
  void note_end(std::uint16_t code, std::string_view reason);
  void tell_end();
  void compact();
  template <typename Fn>
  void guarded(Fn&& fn);

  Connection& connection_;
  WsHandler& handler_;
  std::string_view path_;
  const WsOptions& options_;
  ws::Decoder decoder_;
  std::vector<Frame> queue_;
  std::size_t head_ = 0;          // of queue_: the frame being written
  std::size_t front_done_ = 0;    // bytes of it that are out
  std::size_t queued_bytes_ = 0;  // of all frames in the queue, headers too
  Phase phase_ = Phase::Open;
  bool ping_sent_ = false;
  bool blocked_ = false;
  bool drained_due_ = false;
  bool end_due_ = false;
  bool end_told_ = false;
  std::uint16_t end_code_ = 0;
  std::string end_reason_;
  SteadyMs last_received_ = 0;
  SteadyMs end_deadline_ = 0;
};

}  // namespace tribook::http
