#include "client/session_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/failure.h"
#include "client/password.h"

using namespace tribook::client;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "tribook-client-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

void write(const std::string& path, const std::string& text, unsigned mode = 0600) {
  std::ofstream(path) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string read(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Session some_session(Door door = Door::Client) {
  Session session;
  std::string problem;
  session.url = *parse_url("http://127.0.0.1:8080", problem);
  session.door = door;
  session.username = "an\"na";
  session.role = "CLIENT";
  session.token = "aaa.bbb.ccc";
  session.expires_at = "2026-01-21T22:00:00.000Z";
  session.account = "4";
  return session;
}

std::string failure_of(const std::string& path, Door door = Door::Client) {
  try {
    read_session(path, door);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a login is written and read back, for its owner alone") {
  const Folder folder;
  const std::string path = folder.file("state/tribook/client.json");
  const mode_t before = ::umask(0);  // the file's mode must not lean on it
  write_session(path, some_session());
  ::umask(before);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(folder.file("state/tribook")) == 0700);
  const auto session = read_session(path, Door::Client);
  REQUIRE(session);
  CHECK(session->url.text() == "http://127.0.0.1:8080");
  CHECK(session->username == "an\"na");
  CHECK(session->role == "CLIENT");
  CHECK(session->token == "aaa.bbb.ccc");
  CHECK(session->expires_at == "2026-01-21T22:00:00.000Z");
  CHECK(session->account == "4");
}

TEST_CASE("a new login takes the place of the old one, whatever its mode was") {
  const Folder folder;
  const std::string path = folder.file("login");
  write(path, "junk", 0644);
  write_session(path, some_session());
  CHECK(mode_of(path) == 0600);
  CHECK(read_session(path, Door::Client));
  CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);
}

TEST_CASE("a link is replaced, not followed") {
  const Folder folder;
  write(folder.file("target"), "mine");
  fs::create_symlink(folder.file("target"), folder.file("login"));
  write_session(folder.file("login"), some_session());
  CHECK(read(folder.file("target")) == "mine");
  CHECK_FALSE(fs::is_symlink(folder.file("login")));
}

TEST_CASE("no file is no login") {
  const Folder folder;
  CHECK_FALSE(read_session(folder.file("none"), Door::Client));
  CHECK_FALSE(read_session(folder.file("no/folder"), Door::Client));
  CHECK_FALSE(remove_session(folder.file("none")));
}

TEST_CASE("a login that others can read is refused") {
  const Folder folder;
  const std::string path = folder.file("login");
  write_session(path, some_session());
  for (const unsigned mode : {0640U, 0604U, 0660U, 0666U}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    CHECK_THAT(failure_of(path), Catch::Contains("chmod 600 " + path));
  }
  REQUIRE(::chmod(path.c_str(), 0400) == 0);
  CHECK(read_session(path, Door::Client));
}

TEST_CASE("a file that is no login is refused, with its name") {
  const Folder folder;
  const std::string path = folder.file("login");
  for (const char* text : {"", "{", "[]", "{}", R"({"url":"http://h","door":"client","token":""})",
                           R"({"url":"nowhere","door":"client","token":"a"})",
                           R"({"url":"http://h","door":"client","token":"a\r\nX-Evil: b"})",
                           R"({"url":"http://h","door":"client","token":"a","token":"b"})"}) {
    write(path, text);
    CHECK_THAT(failure_of(path), Catch::Contains(path) && Catch::Contains("login"));
  }
  write(path, std::string(70'000, ' '));
  CHECK_THAT(failure_of(path), Catch::Contains("too large"));
  CHECK_FALSE(failure_of(fs::path(path).parent_path()).empty());
}

TEST_CASE("a login of one door is none of the other") {
  const Folder folder;
  const std::string path = folder.file("login");
  write_session(path, some_session(Door::Admin));
  CHECK(read_session(path, Door::Admin));
  CHECK_THAT(failure_of(path), Catch::Contains("admin door"));
}

TEST_CASE("a login is removed") {
  const Folder folder;
  const std::string path = folder.file("login");
  write_session(path, some_session());
  CHECK(remove_session(path));
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("where a login is kept") {
  ::unsetenv("TRIBOOK_SESSION");
  ::unsetenv("XDG_STATE_HOME");
  ::setenv("HOME", "/home/anna", 1);
  CHECK(session_path(Door::Client, {}) == "/home/anna/.local/state/tribook/client.json");
  CHECK(session_path(Door::Admin, {}) == "/home/anna/.local/state/tribook/admin.json");
  ::setenv("XDG_STATE_HOME", "relative", 1);  // to be ignored
  CHECK(session_path(Door::Client, {}) == "/home/anna/.local/state/tribook/client.json");
  ::setenv("XDG_STATE_HOME", "/state", 1);
  CHECK(session_path(Door::Client, {}) == "/state/tribook/client.json");
  ::setenv("TRIBOOK_SESSION", "/tmp/one", 1);
  CHECK(session_path(Door::Admin, {}) == "/tmp/one");
  CHECK(session_path(Door::Admin, "two") == "two");
  CHECK_THROWS_AS(session_path(Door::Admin, ""), UsageMistake);
  ::unsetenv("TRIBOOK_SESSION");
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("HOME");
  CHECK_THROWS_AS(session_path(Door::Client, {}), Failure);
}

TEST_CASE("the command that logs in again") {
  Session session = some_session();
  CHECK(login_command(Door::Client, nullptr) == "tribook client login USER");
  CHECK(login_command(Door::Admin, nullptr) == "tribook client login USER --admin");
  CHECK(login_command(Door::Client, &session) == "tribook client login USER");  // a quote in it
  session.username = "anna";
  CHECK(login_command(Door::Client, &session) == "tribook client login anna");
  session.url.port = 9000;
  CHECK(login_command(Door::Client, &session) ==
        "tribook client login anna --url http://127.0.0.1:9000");
}

TEST_CASE("a password is the first line of its file") {
  const Folder folder;
  const std::string path = folder.file("password");
  for (const char* text : {"secret", "secret\n", "secret\r\nmore\n"}) {
    write(path, text);
    CHECK(read_password_file(path) == "secret");
  }
  write(path, " with blanks \n");
  CHECK(read_password_file(path) == " with blanks ");
  for (const std::string& text :
       {std::string(), std::string("\nsecret\n"), std::string(5000, 'x')}) {
    write(path, text);
    CHECK_THROWS_AS(read_password_file(path), Failure);
  }
  CHECK_THROWS_WITH(read_password_file(folder.file("none")), Catch::Contains("none"));
}
