#include "backup/key.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "gateway/auth/random.h"

namespace tribook::backup {
namespace {

constexpr std::string_view kIdLabel = "tribook backup: key id";
constexpr std::string_view kFileLabel = "tribook backup: key of a file";
constexpr std::size_t kDigits = 2 * kKeyBytes;
constexpr std::size_t kLongestFile = kDigits + 64;
constexpr mode_t kOthers = 077;

// HMAC-SHA256 of a label, a salt and the byte 1: what HKDF-Expand (RFC 5869) gives for one block.
Key::Bytes derive(const Key::Bytes& key, std::string_view label, const Salt& salt) {
  std::vector<std::uint8_t> info(label.begin(), label.end());
  info.insert(info.end(), salt.begin(), salt.end());
  info.push_back(1);
  Key::Bytes derived{};
  unsigned size = 0;
  if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), info.data(), info.size(),
             derived.data(), &size) == nullptr ||
      size != derived.size()) {
    throw std::runtime_error("OpenSSL refused HMAC-SHA256");
  }
  return derived;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

KeyResult refused(const std::string& path, const std::string& what) {
  return {std::nullopt, path + ": " + what};
}

std::string why(int error) { return std::generic_category().message(error); }

std::string sync_folder_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() >= 0 && ::fsync(descriptor.number()) == 0) return {};
  return folder + ": " + why(errno);
}

}  // namespace

Key::~Key() { ::OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::uint64_t Key::id() const {
  const Bytes digest = derive(bytes_, kIdLabel, Salt{});
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < sizeof id; ++i) id |= std::uint64_t{digest[i]} << (8 * i);
  return id;
}

Key Key::of_file(const Salt& salt) const { return Key(derive(bytes_, kFileLabel, salt)); }

KeyResult parse_key(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  const KeyResult no_key{std::nullopt, "a key is 64 hexadecimal digits and nothing else"};
  if (text.size() != kDigits) return no_key;
  Key::Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return no_key;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return {Key(bytes), {}};
}

KeyResult read_key_file(const std::string& path) {
  // Not blocking: a pipe of that name would hold up whoever asks.
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.number() < 0) return refused(path, "the key cannot be read: " + why(errno));
  struct stat info {};
  if (::fstat(descriptor.number(), &info) != 0) return refused(path, why(errno));
  if (!S_ISREG(info.st_mode)) return refused(path, "is no file with a key");
  if ((info.st_mode & kOthers) != 0) {
    return refused(path, "others than its owner may use this key: chmod 600 it");
  }
  std::string text(kLongestFile, '\0');
  const ssize_t got = ::read(descriptor.number(), text.data(), text.size());
  if (got < 0) return refused(path, "the key cannot be read: " + why(errno));
  text.resize(static_cast<std::size_t>(got));
  KeyResult result;
  if (text.size() == kKeyBytes) {
    Key::Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
    result.key = Key(bytes);
  } else {
    result = parse_key(text);
    if (!result.key) {
      result = refused(path, "a key is 64 hexadecimal digits, or 32 bytes, and nothing else");
    }
  }
  ::OPENSSL_cleanse(text.data(), text.size());
  return result;
}

std::string make_key_file(const std::string& path) {
  const Descriptor descriptor(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor.number() < 0) {
    if (errno == EEXIST) return path + ": is there already; a key is never written over";
    return path + ": the key cannot be made: " + why(errno);
  }
  const std::string text = auth::random_hex(kKeyBytes) + "\n";
  const bool is_written =
      ::write(descriptor.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor.number()) == 0;
  if (is_written) return sync_folder_of(path);
  const int error = errno;
  ::unlink(path.c_str());
  return path + ": the key cannot be written: " + why(error);
}

}  // namespace tribook::backup
