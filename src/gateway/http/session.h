#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tribook::http {

/// Milliseconds of the monotonic clock.
using SteadyMs = std::int64_t;

/// What a connection speaks at the moment: HTTP, then perhaps WebSocket. The connection moves the
/// bytes; the session says what they mean. None of these calls touches the socket.
class Session {
 public:
  virtual ~Session() = default;

  /// Takes bytes from the front of the input (and may change them); the rest is shown again later,
  /// with more behind it.
  virtual std::size_t consume(std::span<char> input) = 0;
  /// False while input should stay in the kernel.
  [[nodiscard]] virtual bool wants_input() const = 0;

  /// Bytes to write next, perhaps put together in `scratch`; empty if none wait.
  virtual std::string_view output(std::span<char> scratch) = 0;
  virtual void written(std::size_t bytes) = 0;
  /// Bytes that wait to be written.
  [[nodiscard]] virtual std::size_t output_bytes() const = 0;
  /// The peer does not take what output() gave as fast as it comes.
  virtual void blocked() {}

  /// Nothing more will be read or written but what output() still has.
  [[nodiscard]] virtual bool finished() const = 0;

  /// The peer sends nothing more; it may still read.
  virtual void end_of_input() = 0;
  /// Finish politely.
  virtual void drain() = 0;
  /// What it may be waiting for will not come: say so and end.
  virtual void give_up() = 0;
  /// Looks at its deadlines.
  virtual void sweep(SteadyMs now) = 0;
  /// After each turn of the loop that touched the session: what it has put off.
  virtual void end_of_turn() {}
  /// The connection is gone; the last call.
  virtual void gone() {}
};

}  // namespace tribook::http
