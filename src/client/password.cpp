#include "client/password.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "client/failure.h"

namespace tribook::client {
namespace {

constexpr std::size_t kPasswordMax = 4096;
constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t caught_signal = 0;

// The terminal without echo, for as long as this lives. A signal ends the reading, and is raised
// again when the echo is back: a shell must not be left without one. Signals come in while wait()
// waits and at no other time, so that none is missed between a look and a wait.
class QuietTerminal {
 public:
  explicit QuietTerminal(int terminal) : terminal_(terminal) {
    struct sigaction action {};
    action.sa_handler = [](int signal) { caught_signal = signal; };
    caught_signal = 0;
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaddset(&blocked, kSignals[i]);
      ::sigaction(kSignals[i], &action, &actions_[i]);
    }
    ::sigprocmask(SIG_BLOCK, &blocked, &mask_);
    is_terminal_ = ::tcgetattr(terminal_, &before_) == 0;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    if (is_terminal_) ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~QuietTerminal() {
    if (is_terminal_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &actions_[i], nullptr);
    }
    if (caught_signal != 0) ::raise(caught_signal);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  /// Until there is something to read; false when a signal came instead.
  bool wait() const {
    while (true) {
      pollfd polled{terminal_, POLLIN, 0};
      const int count = ::ppoll(&polled, 1, nullptr, &mask_);
      if (caught_signal != 0) return false;
      if (count > 0) return true;
      if (count < 0 && errno != EINTR) return false;
    }
  }

 private:
  int terminal_;
  bool is_terminal_ = false;
  termios before_{};
  sigset_t mask_{};
  std::array<struct sigaction, kSignals.size()> actions_{};
};

// Byte by byte: what follows the line is the next reader's.
bool read_line(int descriptor, std::string& line, const QuietTerminal* terminal) {
  line.clear();
  char byte = 0;
  while (line.size() <= kPasswordMax) {
    if (terminal != nullptr && !terminal->wait()) return false;
    const ssize_t count = ::read(descriptor, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0 || byte == '\n') break;
    line += byte;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line.size() <= kPasswordMax;
}

void write_text(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count <= 0) return;  // a prompt nobody sees harms nothing
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string ask_on_terminal(const std::string& prompt) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) {
    throw Failure(
        "there is no terminal to ask for the password on: set TRIBOOK_PASSWORD, or give "
        "--password-file FILE (- for the standard input)");
  }
  std::string password;
  bool good = false;
  {
    const QuietTerminal quiet(terminal);
    write_text(terminal, prompt);
    good = read_line(terminal, password, &quiet);
    write_text(terminal, "\n");
  }
  ::close(terminal);
  if (!good || password.empty()) throw Failure("no password was given");
  return password;
}

}  // namespace

std::string read_password_file(const std::string& file) {
  const bool is_input = file == "-";
  const int descriptor = is_input ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string name = is_input ? "the standard input" : file;
  if (descriptor < 0) throw Failure(name + ": " + std::strerror(errno));
  std::string password;
  const bool good = read_line(descriptor, password, nullptr);
  if (!is_input) ::close(descriptor);
  if (!good || password.empty()) throw Failure(name + ": its first line must be the password");
  return password;
}

std::string get_password(const std::optional<std::string>& file, const std::string& prompt) {
  if (file) return read_password_file(*file);
  const char* given = std::getenv("TRIBOOK_PASSWORD");
  if (given != nullptr && *given != '\0') return given;
  return ask_on_terminal(prompt);
}

}  // namespace tribook::client
