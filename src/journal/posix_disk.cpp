#include "journal/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace tribook::journal {
namespace {

DiskStatus status_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return DiskStatus::NotFound;
    case EEXIST:
      return DiskStatus::Exists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // a limit on the sizes of files
      return DiskStatus::NoSpace;
    case EROFS:
      return DiskStatus::ReadOnly;
    case EACCES:
    case EPERM:
      return DiskStatus::Denied;
    case EWOULDBLOCK:
      return DiskStatus::Locked;
    default:
      return DiskStatus::IoError;
  }
}

/// Calls again when a signal came in between.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

Descriptor open_descriptor(const std::string& path, int flags) {
  constexpr mode_t kMode = 0640;  // balances and names: nothing for the rest of the machine
  return Descriptor(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, kMode); }));
}

class PosixFile final : public File {
 public:
  explicit PosixFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::uint64_t done = 0;
    while (done < into.size()) {
      const auto got = uninterrupted([&] {
        return ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                       static_cast<off_t>(offset + done));
      });
      if (got < 0) return {status_of(errno), done};
      if (got == 0) break;
      done += static_cast<std::uint64_t>(got);
    }
    return {DiskStatus::Ok, done};
  }

  DiskStatus write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const auto put = uninterrupted([&] {
        return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(),
                        static_cast<off_t>(offset));
      });
      if (put < 0) return status_of(errno);
      if (put == 0) return DiskStatus::IoError;
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return DiskStatus::Ok;
  }

  // Not called again on EINTR: after any failure of a sync, a second one proves nothing.
  DiskStatus sync_data() override {
    if (::fdatasync(descriptor_.number()) == 0) return DiskStatus::Ok;
    return status_of(errno);
  }

  SizeResult size() override {
    struct stat info {};
    if (::fstat(descriptor_.number(), &info) != 0) return {status_of(errno), 0};
    return {DiskStatus::Ok, static_cast<std::uint64_t>(info.st_size)};
  }

  DiskStatus allocate(std::uint64_t bytes) override {
    const int result = uninterrupted(
        [&] { return ::fallocate(descriptor_.number(), 0, 0, static_cast<off_t>(bytes)); });
    if (result == 0 || errno == EOPNOTSUPP || errno == ENOSYS) return DiskStatus::Ok;
    return status_of(errno);
  }

 private:
  Descriptor descriptor_;
};

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

FileResult open_file(const std::string& path, int flags) {
  Descriptor descriptor = open_descriptor(path, flags);
  if (!descriptor.valid()) return {status_of(errno), nullptr};
  return {DiskStatus::Ok, std::make_unique<PosixFile>(std::move(descriptor))};
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

DiskStatus PosixDisk::create_directories(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    return S_ISDIR(info.st_mode) ? DiskStatus::Ok : DiskStatus::Exists;
  }
  if (errno != ENOENT) return status_of(errno);
  const std::string parent = parent_of(path);
  if (parent != path) {
    const DiskStatus above = create_directories(parent);
    if (above != DiskStatus::Ok) return above;
  }
  constexpr mode_t kMode = 0750;
  if (::mkdir(path.c_str(), kMode) != 0 && errno != EEXIST) return status_of(errno);
  return sync_directory(parent);
}

FileResult PosixDisk::open(const std::string& path, Access access) {
  return open_file(path, access == Access::Read ? O_RDONLY : O_RDWR);
}

FileResult PosixDisk::create(const std::string& path) {
  return open_file(path, O_RDWR | O_CREAT | O_EXCL);
}

ListResult PosixDisk::list(const std::string& directory) {
  ListResult result;
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return {status_of(errno), {}};
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream);
    if (entry == nullptr) break;
    std::string name(static_cast<const char*>(entry->d_name));
    if (entry->d_type == DT_DIR || name == "." || name == "..") continue;
    result.names.push_back(std::move(name));
  }
  if (errno != 0) result.status = status_of(errno);
  ::closedir(stream);
  std::sort(result.names.begin(), result.names.end());
  return result;
}

DiskStatus PosixDisk::rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? DiskStatus::Ok : status_of(errno);
}

DiskStatus PosixDisk::remove(const std::string& path) {
  return ::unlink(path.c_str()) == 0 ? DiskStatus::Ok : status_of(errno);
}

DiskStatus PosixDisk::sync_directory(const std::string& path) {
  const Descriptor descriptor = open_descriptor(path, O_RDONLY | O_DIRECTORY);
  if (!descriptor.valid()) return status_of(errno);
  return ::fsync(descriptor.number()) == 0 ? DiskStatus::Ok : status_of(errno);
}

LockResult PosixDisk::lock(const std::string& path) {
  Descriptor descriptor = open_descriptor(path, O_RDWR | O_CREAT);
  if (!descriptor.valid()) return {status_of(errno), nullptr};
  const int result = uninterrupted([&] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); });
  if (result != 0) return {status_of(errno), nullptr};
  return {DiskStatus::Ok, std::make_unique<PosixLock>(std::move(descriptor))};
}

}  // namespace tribook::journal
