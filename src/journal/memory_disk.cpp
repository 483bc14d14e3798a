#include "journal/memory_disk.h"

#include <algorithm>
#include <utility>

namespace tribook::journal {

struct MemoryDisk::Node {
  std::vector<std::byte> seen;
  std::vector<std::byte> durable;

  static void put(std::vector<std::byte>& bytes, std::uint64_t offset,
                  std::span<const std::byte> part) {
    if (part.empty()) return;
    if (bytes.size() < offset + part.size()) bytes.resize(offset + part.size());
    std::copy(part.begin(), part.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
};

class MemoryDisk::OpenFile final : public File {
 public:
  OpenFile(MemoryDisk& disk, std::string path, std::shared_ptr<Node> node, Access access)
      : disk_(disk),
        path_(std::move(path)),
        node_(std::move(node)),
        access_(access),
        generation_(disk.generation_) {}

  SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const std::lock_guard guard(disk_.mutex_);
    if (const DiskStatus status = check(Operation::Read); status != DiskStatus::Ok) {
      return {status, 0};
    }
    if (offset >= node_->seen.size()) return {DiskStatus::Ok, 0};
    const std::uint64_t part = std::min<std::uint64_t>(into.size(), node_->seen.size() - offset);
    std::copy_n(node_->seen.begin() + static_cast<std::ptrdiff_t>(offset), part, into.begin());
    return {DiskStatus::Ok, part};
  }

  DiskStatus write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::lock_guard guard(disk_.mutex_);
    if (access_ == Access::Read) return DiskStatus::Denied;
    DiskStatus status = check(Operation::Write);
    if (status != DiskStatus::Ok) {
      if (generation_ == disk_.generation_) put(offset, bytes.first(bytes.size() / 2));
      return status;
    }
    const std::uint64_t end = offset + bytes.size();
    const std::uint64_t grown = end > node_->seen.size() ? end - node_->seen.size() : 0;
    if (grown > 0 && disk_.used_locked() + grown > disk_.capacity_) return DiskStatus::NoSpace;
    put(offset, bytes);
    return DiskStatus::Ok;
  }

  DiskStatus sync_data() override {
    const std::lock_guard guard(disk_.mutex_);
    if (generation_ != disk_.generation_) return DiskStatus::IoError;
    const DiskStatus status = check(Operation::Sync);
    std::erase_if(disk_.pending_, [&](const Pending& pending) {
      if (pending.node != node_ || pending.change.kind != Change::Kind::Write) return false;
      if (status == DiskStatus::Ok) {
        Node::put(node_->durable, pending.change.offset, pending.bytes);
      }
      return true;
    });
    return status;
  }

  SizeResult size() override {
    const std::lock_guard guard(disk_.mutex_);
    return {check(Operation::Size), node_->seen.size()};
  }

  // Room is only counted when bytes are there, so there is nothing to reserve.
  DiskStatus allocate(std::uint64_t bytes) override {
    const std::lock_guard guard(disk_.mutex_);
    const DiskStatus status = check(Operation::Allocate);
    if (status != DiskStatus::Ok || bytes <= node_->seen.size()) return status;
    const std::uint64_t grown = bytes - node_->seen.size();
    return disk_.used_locked() + grown > disk_.capacity_ ? DiskStatus::NoSpace : DiskStatus::Ok;
  }

 private:
  [[nodiscard]] DiskStatus check(Operation operation) const {
    if (generation_ != disk_.generation_) return DiskStatus::IoError;
    return disk_.fault(operation, path_);
  }
  void put(std::uint64_t offset, std::span<const std::byte> bytes) {
    Node::put(node_->seen, offset, bytes);
    disk_.pending_.push_back({{Change::Kind::Write, path_, offset, bytes.size()},
                              "",
                              node_,
                              {bytes.begin(), bytes.end()}});
  }

  MemoryDisk& disk_;
  const std::string path_;
  const std::shared_ptr<Node> node_;
  const Access access_;
  const std::uint64_t generation_;
};

class MemoryDisk::HeldLock final : public DirectoryLock {
 public:
  HeldLock(MemoryDisk& disk, std::string path)
      : disk_(disk), path_(std::move(path)), generation_(disk.generation_) {}
  ~HeldLock() override {
    const std::lock_guard guard(disk_.mutex_);
    const auto found = disk_.locks_.find(path_);
    if (found != disk_.locks_.end() && found->second == generation_) disk_.locks_.erase(found);
  }

 private:
  MemoryDisk& disk_;
  const std::string path_;
  const std::uint64_t generation_;
};

namespace {

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

MemoryDisk::MemoryDisk() = default;
MemoryDisk::~MemoryDisk() = default;

DiskStatus MemoryDisk::fault(Operation operation, const std::string& path) const {
  return hook_ ? hook_(operation, path) : DiskStatus::Ok;
}

std::uint64_t MemoryDisk::used_locked() const {
  std::uint64_t used = 0;
  for (const auto& [path, node] : seen_) used += node->seen.size();
  return used;
}

void MemoryDisk::apply_name(Names& names, const Pending& pending) {
  switch (pending.change.kind) {
    case Change::Kind::Create:
      names[pending.change.path] = pending.node;
      break;
    case Change::Kind::Rename:
      names.erase(pending.change.path);
      names[pending.target] = pending.node;
      break;
    case Change::Kind::Remove:
      names.erase(pending.change.path);
      break;
    case Change::Kind::Write:
      break;
  }
}

void MemoryDisk::crash(const CrashPolicy& policy) {
  const std::lock_guard guard(mutex_);
  for (const Pending& pending : pending_) {
    const Fate fate = policy(pending.change);
    if (fate.kind == Fate::Kind::Drop) continue;
    if (pending.change.kind != Change::Kind::Write) {
      apply_name(durable_, pending);
      continue;
    }
    std::span<const std::byte> kept(pending.bytes);
    if (fate.kind == Fate::Kind::Scatter) {
      constexpr std::size_t sector = 512;
      for (std::size_t at = 0; at < kept.size(); at += sector) {
        if ((fate.kept_sectors >> (at / sector % 64) & 1) == 0) continue;
        const auto part = kept.subspan(at, std::min(sector, kept.size() - at));
        Node::put(pending.node->durable, pending.change.offset + at, part);
      }
      continue;
    }
    if (fate.kind == Fate::Kind::Tear) {
      kept = kept.first(std::min<std::uint64_t>(fate.kept_bytes, kept.size()));
    }
    Node::put(pending.node->durable, pending.change.offset, kept);
  }
  pending_.clear();
  locks_.clear();
  ++generation_;
  seen_ = durable_;
  for (auto& [path, node] : seen_) node->seen = node->durable;
}

void MemoryDisk::set_fault_hook(FaultHook hook) {
  const std::lock_guard guard(mutex_);
  hook_ = std::move(hook);
}

void MemoryDisk::set_capacity(std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  capacity_ = bytes;
}

std::uint64_t MemoryDisk::used_bytes() const {
  const std::lock_guard guard(mutex_);
  return used_locked();
}

std::size_t MemoryDisk::unsynced_changes() const {
  const std::lock_guard guard(mutex_);
  return pending_.size();
}

std::vector<std::byte> MemoryDisk::get(const std::string& path) const {
  const std::lock_guard guard(mutex_);
  const auto found = seen_.find(path);
  return found == seen_.end() ? std::vector<std::byte>{} : found->second->seen;
}

void MemoryDisk::put(const std::string& path, std::vector<std::byte> bytes) {
  const std::lock_guard guard(mutex_);
  auto node = std::make_shared<Node>();
  node->seen = bytes;
  node->durable = std::move(bytes);
  seen_[path] = node;
  durable_[path] = node;
}

DiskStatus MemoryDisk::create_directories(const std::string& path) {
  const std::lock_guard guard(mutex_);
  directories_.insert(path);
  return DiskStatus::Ok;
}

FileResult MemoryDisk::open(const std::string& path, Access access) {
  const std::lock_guard guard(mutex_);
  if (const DiskStatus status = fault(Operation::Open, path); status != DiskStatus::Ok) {
    return {status, nullptr};
  }
  const auto found = seen_.find(path);
  if (found == seen_.end()) return {DiskStatus::NotFound, nullptr};
  return {DiskStatus::Ok, std::make_unique<OpenFile>(*this, path, found->second, access)};
}

FileResult MemoryDisk::create(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const DiskStatus status = fault(Operation::Create, path); status != DiskStatus::Ok) {
    return {status, nullptr};
  }
  if (seen_.contains(path)) return {DiskStatus::Exists, nullptr};
  pending_.push_back({{Change::Kind::Create, path, 0, 0}, "", std::make_shared<Node>(), {}});
  apply_name(seen_, pending_.back());
  return {DiskStatus::Ok,
          std::make_unique<OpenFile>(*this, path, pending_.back().node, Access::ReadWrite)};
}

ListResult MemoryDisk::list(const std::string& directory) {
  const std::lock_guard guard(mutex_);
  ListResult result{fault(Operation::List, directory), {}};
  if (result.status != DiskStatus::Ok) return result;
  for (const auto& [path, node] : seen_) {
    if (parent_of(path) == directory) result.names.push_back(path.substr(directory.size() + 1));
  }
  if (result.names.empty() && !directories_.contains(directory)) {
    result.status = DiskStatus::NotFound;
  }
  return result;
}

DiskStatus MemoryDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard guard(mutex_);
  if (const DiskStatus status = fault(Operation::Rename, from); status != DiskStatus::Ok) {
    return status;
  }
  const auto found = seen_.find(from);
  if (found == seen_.end()) return DiskStatus::NotFound;
  pending_.push_back({{Change::Kind::Rename, from, 0, 0}, to, found->second, {}});
  apply_name(seen_, pending_.back());
  return DiskStatus::Ok;
}

DiskStatus MemoryDisk::remove(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const DiskStatus status = fault(Operation::Remove, path); status != DiskStatus::Ok) {
    return status;
  }
  const auto found = seen_.find(path);
  if (found == seen_.end()) return DiskStatus::NotFound;
  pending_.push_back({{Change::Kind::Remove, path, 0, 0}, "", found->second, {}});
  apply_name(seen_, pending_.back());
  return DiskStatus::Ok;
}

DiskStatus MemoryDisk::sync_directory(const std::string& path) {
  const std::lock_guard guard(mutex_);
  const DiskStatus status = fault(Operation::SyncDirectory, path);
  if (status != DiskStatus::Ok) return status;
  std::erase_if(pending_, [&](const Pending& pending) {
    if (pending.change.kind == Change::Kind::Write) return false;
    if (parent_of(pending.change.path) != path) return false;
    apply_name(durable_, pending);
    return true;
  });
  return DiskStatus::Ok;
}

LockResult MemoryDisk::lock(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const DiskStatus status = fault(Operation::Lock, path); status != DiskStatus::Ok) {
    return {status, nullptr};
  }
  if (!locks_.emplace(path, generation_).second) return {DiskStatus::Locked, nullptr};
  return {DiskStatus::Ok, std::make_unique<HeldLock>(*this, path)};
}

}  // namespace tribook::journal
