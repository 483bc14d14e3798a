#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"
#include "persistence/history.h"
#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/ids.h"
#include "tribook/message/command.h"

// What a gateway needs of the world, as small interfaces: sockets and a thread pool behind them in
// the daemon, plain objects on one thread in the simulator and in tests.

namespace tribook::gateway {

/// The I/O thread that the gateway lives on.
class Network {
 public:
  virtual ~Network() = default;
  /// Completes a request. From the gateway's own thread.
  virtual void reply(const http::ReplyHandle& handle, http::HttpResponse response) = 0;
  /// Runs fn on the gateway's thread, after what it does now.
  virtual void post(std::function<void()> fn) = 0;

  // What is put off for a request keeps in mind whose it is: when it throws, that request is
  // answered with 500, or that session ended, and nobody else hears of it. Without a thread behind
  // it the exception goes on.

  /// Who is being served.
  [[nodiscard]] virtual http::Asker asker() const { return {}; }
  /// How the log names what is being served. REQUIRES: static storage.
  virtual void set_route(std::string_view /*route*/) {}
  /// Runs fn for `asker`.
  virtual void serve(const http::Asker& /*asker*/, const std::function<void()>& fn) { fn(); }
  /// From within a catch: what all sessions of this gateway share is in doubt.
  virtual void in_doubt(std::string_view /*what*/) { throw; }
};

/// Password work, which takes a fifth of a second and is never done on the gateway's thread.
class Passwords {
 public:
  virtual ~Passwords() = default;
  /// Calls `done` on the gateway's thread, later. An empty hash is an unknown user: as slow, and
  /// false. False when there are too many waiting; `done` is not called then.
  virtual bool check(std::string password, std::string hash, std::function<void(bool)> done) = 0;
  /// Likewise; the hash is empty when it could not be made.
  virtual bool hash(std::string password, std::function<void(std::string)> done) = 0;
  /// Sixteen random letters and digits.
  virtual std::string generate() = 0;
};

/// What a store knows of the past.
class History {
 public:
  virtual ~History() = default;
  /// Runs `work` where blocking is allowed, then calls `done` on the gateway's thread, with false
  /// when `work` threw. False when too many wait (answer BUSY); neither is called then.
  virtual bool read(std::function<void(persistence::HistoryReader&)> work,
                    std::function<void(bool ok)> done) = 0;
};

/// A command that nobody gave yet, with what is to lie beside it.
struct ProposedCommand {
  Command command;
  std::vector<std::byte> attachment;
};

/// What somebody wants to have explained, or what would come of a change.
struct Question {
  enum class Of : std::uint8_t { Order, Position, Alert, Account, Change };
  enum class Part : std::uint8_t { All, Equity, Margin, Level };  ///< of an account
  Of of = Of::Order;
  std::uint64_t id = 0;
  AccountId owner{};                      ///< nobody else's; 0: anybody's
  UserId asker{};                         ///< who may have one at a time; 0: no such bound
  TimeNs begin{};                         ///< nothing of it is older; 0: not known
  Part part = Part::All;                  ///< of an account
  std::vector<ProposedCommand> change{};  ///< its parts, in their order
};

struct Explanation {
  enum class Outcome : std::uint8_t {
    Told,     ///< text: the answer, JSON
    Unknown,  ///< there is no such thing, or it is somebody else's
    TooLate,  ///< it took longer than anybody waits
    Failed,   ///< the journal could not be read so far back
    Stopped,  ///< the daemon stops
  };
  Outcome outcome = Outcome::Failed;
  std::string text;
};

/// Tells from the journal how something came about, or what a change would bring about, which takes
/// a while.
class Explainer {
 public:
  virtual ~Explainer() = default;
  /// Calls `done` on the gateway's thread, later. False when too many wait, or one of this asker
  /// does: it is not called then.
  virtual bool ask(const Question& question, std::function<void(const Explanation&)> done) = 0;
};

/// Who speaks.
struct Identity {
  UserId user;
  AccountId account;  ///< the default one; none for admins
  Role role = Role::Client;
  std::string token_id;
  TimeNs expires{};
  std::uint32_t password_changes = 0;  ///< of the user, when the token was given
};

enum class Audience : std::uint8_t { Client, Admin };

/// Tokens; any thread.
class Tokens {
 public:
  virtual ~Tokens() = default;
  struct Issued {
    std::string token;
    TimeNs expires{};
  };
  virtual Issued issue(const Identity& identity, Audience audience, TimeNs now) = 0;
  /// False for forged, expired, revoked ones, and those of the other audience.
  virtual bool verify(std::string_view token, Audience audience, TimeNs now, Identity& out) = 0;
  /// Until it would have expired.
  virtual void revoke(const Identity& identity) = 0;
  [[nodiscard]] virtual bool is_revoked(std::string_view token_id) = 0;
  /// Grows with each revocation: nothing to look up while it stands still.
  [[nodiscard]] virtual std::uint64_t revocations() const = 0;
};

}  // namespace tribook::gateway
