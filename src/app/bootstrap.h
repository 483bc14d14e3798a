#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/pipeline.h"
#include "config/config.h"
#include "tribook/message/text.h"

namespace tribook::app {

/// Submits the daemon's own commands and awaits each answer.
class OwnClient {
 public:
  OwnClient(Pipeline& pipeline, std::uint8_t gateway);

  /// The events of the answer, Settled left out; their texts are gone.
  std::vector<Event> submit(Command command);

 private:
  Pipeline& pipeline_;
  GatewayPort port_;
  std::uint8_t gateway_;
  std::uint32_t last_request_ = 0;
};

/// Throws std::runtime_error with `what` if the answer is a refusal.
void require(const std::vector<Event>& answer, const std::string& what);

template <typename Body, typename Spec>
Command with_spec(Pipeline& pipeline, const Body& body, const Spec& spec) {
  Command command = Command::make(body);
  command.header.text = put_spec(pipeline.slab(), spec);
  if (!command.header.text) throw std::runtime_error("limits.texts is too small to start");
  return command;
}

/// A password that was made up and must be told once.
struct GeneratedPassword {
  std::string username;
  std::string password;
};

using TellPassword = std::function<void(const GeneratedPassword&)>;

/// The first start's import: what the config says of limits, symbols, groups and demo accounts, and
/// the first admin, become records; from then on only commands change them. Goes on where an
/// interrupted first start stopped. Throws std::runtime_error that says what the config has wrong.
/// `admin_password` may be empty: one is made. A made password is told before it is used, so that
/// a crash cannot leave a user whose password nobody saw. `on_step` is called before each of them;
/// what it throws passes.
void bootstrap(
    Pipeline& pipeline, OwnClient& client, const config::Config& config,
    const std::string& admin_password, const TellPassword& tell,
    const std::function<void()>& on_step = [] {});

}  // namespace tribook::app
