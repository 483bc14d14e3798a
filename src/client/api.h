#pragma once

#include <chrono>
#include <string>

#include "client/http_client.h"
#include "client/session_file.h"

namespace tribook::client {

/// One call of the API.
struct Call {
  std::string method = "GET";
  std::string target;
  std::string body;
  Fields fields;
  bool may_repeat = false;
  /// What to do when it may have been carried out and no answer came.
  std::string if_lost = "it may have been carried out all the same: look before you repeat it";
};

/// The API as one login may use it. What is not answered with 2xx is thrown as Refused.
class Api {
 public:
  /// An empty token: for what needs no login. `account`: another than the login's own, or empty.
  Api(Session session, std::string account, std::chrono::milliseconds timeout);

  std::string get(const std::string& target);
  std::string send(Call call);

  [[nodiscard]] const Session& session() const { return session_; }
  /// Who speaks, for requests that are made elsewhere.
  [[nodiscard]] Fields credentials() const;
  /// Throws what the reply says.
  [[noreturn]] void refuse(const Reply& reply) const;

 private:
  Session session_;
  std::string account_;
  HttpClient http_;
};

}  // namespace tribook::client
