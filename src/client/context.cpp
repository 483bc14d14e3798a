#include "client/context.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "client/failure.h"
#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"

namespace tribook::client {
namespace {

constexpr int kTimeoutSeconds = 10;
constexpr int kTimeoutSecondsMax = 3600;

std::chrono::milliseconds read_timeout(const std::optional<std::string>& text) {
  int seconds = kTimeoutSeconds;
  if (text) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc{} || end != text->data() + text->size() || seconds < 1 ||
        seconds > kTimeoutSecondsMax) {
      throw UsageMistake("--timeout must be 1 to 3600 seconds");
    }
  }
  return std::chrono::seconds(seconds);
}

bool is_admin(const Command& command, const cli::Arguments& arguments) {
  return command.name.starts_with("admin ") || arguments.has("--admin");
}

}  // namespace

Context::Context(const Command& command, const cli::Arguments& arguments)
    : arguments_(arguments),
      door_(is_admin(command, arguments) ? Door::Admin : Door::Client),
      timeout_(read_timeout(arguments.value("--timeout"))) {
  const auto account = arguments.value("--account");
  if (account) account_ = whole_number("--account", *account);
}

const std::string& Context::word(std::size_t index) const {
  TB_ASSERT(index < arguments_.plain().size());
  return arguments_.plain()[index];
}

std::optional<std::string> Context::option(std::string_view name) const {
  return arguments_.value(name);
}

std::string Context::number(std::string_view name, const std::string& text) {
  const DecimalResult parsed = parse_decimal(text);
  if (parsed.error == DecimalError::None && parsed.raw > 0) return text;
  throw UsageMistake(std::string(name) + " must be a number above 0, with at most 8 decimals");
}

std::string Context::whole_number(std::string_view name, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value != 0) return text;
  throw UsageMistake(std::string(name) + " must be a whole number above 0");
}

bool Context::has_colour() const {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

std::string Context::session_file() const { return session_path(door_, option("--session")); }

Api& Context::api() {
  if (!api_) {
    const std::string file = session_file();
    auto session = read_session(file, door_);
    if (!session) throw Failure("not logged in: " + login_command(door_, nullptr));
    const std::string account = door_ == Door::Client ? account_ : std::string();
    api_ = std::make_unique<Api>(std::move(*session), account, timeout_);
  }
  return *api_;
}

void Context::print(std::string_view text) {
  errno = 0;
  const bool good =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (good) return;
  if (errno == EPIPE) throw OutputClosed{};
  throw Failure(std::string("the standard output: ") + std::strerror(errno));
}

void Context::print_answer(const std::string& answer, std::string_view text) const {
  print(wants_json() ? answer + "\n" : std::string(text));
}

}  // namespace tribook::client
