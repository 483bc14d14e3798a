#include "gateway/auth/random.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace tribook::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kHex = "0123456789abcdef";

std::runtime_error file_error(const std::filesystem::path& file, const std::string& what) {
  return std::runtime_error("secret file " + file.string() + ": " + what);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string read_secret(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  if (!in || !(in >> text)) throw file_error(file, "cannot be read");
  std::string rest;
  if (text.size() != 2 * kSecretBytes || in >> rest) {
    throw file_error(file, "expected 64 hexadecimal digits and nothing else");
  }
  std::string secret;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) throw file_error(file, "expected 64 hexadecimal digits");
    secret.push_back(static_cast<char>(high * 16 + low));
  }
  return secret;
}

void sync_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

/// Does nothing if the file is there by then.
void create_secret(const std::filesystem::path& file) {
  // Whole under another name first: a crash must not leave half a secret under the right one.
  const std::string fresh = file.string() + "." + random_hex(8) + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw file_error(file, "cannot be made: " + std::generic_category().message(errno));
  }
  const std::string text = random_hex(kSecretBytes) + "\n";
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  // link() does not replace: of two starts at once, both end with the first one's secret.
  const bool linked = written && ::link(fresh.c_str(), file.c_str()) == 0;
  const int error = errno;
  ::unlink(fresh.c_str());
  if (linked) return sync_folder(file);
  if (written && error == EEXIST) return;
  throw file_error(file, "cannot be written: " + std::generic_category().message(error));
}

}  // namespace

void random_bytes(std::span<unsigned char> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

std::string random_hex(std::size_t bytes) {
  std::string out;
  std::array<unsigned char, 32> chunk{};
  while (out.size() < 2 * bytes) {
    random_bytes(chunk);
    for (const unsigned char byte : chunk) {
      if (out.size() == 2 * bytes) break;
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

std::string random_password(std::size_t characters) {
  constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kAlphabet.size() == 56);
  constexpr unsigned kFair = 256 - 256 % kAlphabet.size();  // beyond it some would come more often
  std::string out;
  std::array<unsigned char, 32> chunk{};
  while (out.size() < characters) {
    random_bytes(chunk);
    for (const unsigned char byte : chunk) {
      if (byte < kFair && out.size() < characters)
        out.push_back(kAlphabet[byte % kAlphabet.size()]);
    }
  }
  return out;
}

std::string load_or_create_secret(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) create_secret(file);
  return read_secret(file);
}

}  // namespace tribook::auth
