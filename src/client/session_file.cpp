#include "client/session_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "client/failure.h"
#include "gateway/json/document.h"
#include "gateway/json/writer.h"

namespace tribook::client {
namespace {

constexpr std::size_t kFileMax = std::size_t{64} << 10;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw Failure(path + ": " + what);
}
[[noreturn]] void fail_by_errno(const std::string& path) { fail(path, std::strerror(errno)); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string read_all(const std::string& path, int descriptor) {
  std::string text;
  char chunk[4096];
  while (text.size() <= kFileMax) {
    const ssize_t count = ::read(descriptor, chunk, sizeof chunk);
    if (count == 0) return text;
    if (count > 0) {
      text.append(chunk, static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail_by_errno(path);
    }
  }
  fail(path, "is too large for a login");
}

void write_all(const std::string& path, int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail_by_errno(path);
    }
  }
}

// A token goes into a header field as it is.
bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Session parse_session(const std::string& path, const std::string& text, Door door) {
  json::Document document;
  const std::string again =
      "is no login of tribook: remove it, then " + login_command(door, nullptr);
  if (!document.parse(text) || document.root().kind() != json::Kind::Object) fail(path, again);
  Session session;
  std::string url;
  std::string door_name;
  for (const json::Value value : document.root()) {
    const std::string_view key = value.key();
    if (key == "url") url = value.text();
    if (key == "door") door_name = value.text();
    if (key == "username") session.username = value.text();
    if (key == "role") session.role = value.text();
    if (key == "token") session.token = value.text();
    if (key == "expiresAt") session.expires_at = value.text();
    if (key == "account") session.account = value.text();
  }
  std::string problem;
  const auto parsed = parse_url(url, problem);
  if (!parsed || session.token.empty() || !is_printable(session.token)) fail(path, again);
  if (door_name != name_of(door)) {
    fail(path, "is a login at the " + door_name + " door: name another file, or " +
                   login_command(door, nullptr));
  }
  session.url = *parsed;
  session.door = door;
  return session;
}

void make_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty() || std::filesystem::is_directory(folder)) return;
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail_by_errno(folder.string());
}

std::string text_of(const Session& session) {
  std::string text;
  json::Writer(text)
      .begin_object()
      .field("url", session.url.text())
      .field("door", name_of(session.door))
      .field("username", session.username)
      .field("role", session.role)
      .field("token", session.token)
      .field("expiresAt", session.expires_at)
      .field("account", session.account)
      .end_object();
  return text + "\n";
}

}  // namespace

std::string_view name_of(Door door) { return door == Door::Client ? "client" : "admin"; }

std::string_view usual_url(Door door) {
  return door == Door::Client ? "http://127.0.0.1:8080" : "http://127.0.0.1:8081";
}

std::string session_path(Door door, const std::optional<std::string>& given) {
  if (given) {
    if (given->empty()) throw UsageMistake("--session needs a file");
    return *given;
  }
  if (std::string file = environment("TRIBOOK_SESSION"); !file.empty()) return file;
  std::string state = environment("XDG_STATE_HOME");
  if (!state.starts_with('/')) {  // the convention says to ignore a relative one
    const std::string home = environment("HOME");
    if (home.empty()) {
      throw Failure("HOME is not set: say with --session FILE where the login is kept");
    }
    state = home + "/.local/state";
  }
  return state + "/tribook/" + std::string(name_of(door)) + ".json";
}

std::optional<Session> read_session(const std::string& path, Door door) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail_by_errno(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_by_errno(path);
  if (!S_ISREG(status.st_mode)) fail(path, "is not a file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    fail(path, "is open to others, and holds a login: chmod 600 " + path);
  }
  return parse_session(path, read_all(path, file.get()), door);
}

void write_session(const std::string& path, const Session& session) {
  make_folder_of(path);
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".new";
  ::unlink(temporary.c_str());
  {
    const File file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) fail_by_errno(temporary);
    write_all(temporary, file.get(), text_of(session));
    if (::fsync(file.get()) != 0) fail_by_errno(temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    errno = error;
    fail_by_errno(path);
  }
}

bool remove_session(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) fail_by_errno(path);
  return false;
}

std::string login_command(Door door, const Session* session) {
  std::string out = "tribook client login ";
  const bool is_plain = session != nullptr && !session->username.empty() &&
                        is_printable(session->username) &&
                        session->username.find_first_of("'\"\\$`&|;<>()*?~!#") == std::string::npos;
  out += is_plain ? session->username : "USER";
  if (door == Door::Admin) out += " --admin";
  const bool is_usual = session == nullptr || session->url.text() == usual_url(door);
  if (!is_usual) out += " --url " + session->url.text();
  return out;
}

}  // namespace tribook::client
