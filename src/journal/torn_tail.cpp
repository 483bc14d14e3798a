#include "journal/torn_tail.h"

#include <algorithm>
#include <utility>

namespace tribook::journal {

BehindResult look_behind(FileWindow& window, const Tear& tear) {
  const bool is_header = tear.batch_offset == 0;
  // The damaged batch's own footer proves nothing: a write may tear anywhere.
  const std::uint64_t first = is_header ? kFirstRecordOffset : tear.batch_offset + 1;
  std::uint64_t offset = std::max(tear.fault_offset, kFirstRecordOffset);
  ChainState last = tear.last;
  bool is_batch_border = is_header && offset < window.file_bytes();
  BehindResult result;
  for (;;) {
    if (is_batch_border) {
      const FileWindow::View view = window.at(offset);
      if (view.status != DiskStatus::Ok) return {view.status, {}};
      const BatchCheck check = check_batch(view.bytes, tear.segment_id, offset, last);
      if (check.verdict == BatchVerdict::Good) {
        offset += check.footer.batch_bytes;
        last = check.after;
        if (check.footer.record_count == 0) continue;
        ++result.behind.ends;
        ++result.behind.batches;
        result.behind.records += check.footer.record_count;
        result.behind.last_sequence = last.sequence;
        continue;
      }
    }
    BatchFooter footer;
    const Finding found = find_footer(window, tear.segment_id, offset, footer);
    if (found.status != DiskStatus::Ok) return {found.status, {}};
    if (!found.yes) return result;
    offset += sizeof footer;
    last = {footer.header.crc, footer.header.sequence, footer.header.time_ns};
    is_batch_border = true;
    const bool is_behind = footer.batch_bytes <= offset && offset - footer.batch_bytes >= first;
    if (is_behind && footer.record_count != 0) ++result.behind.ends;
  }
}

PathResult free_cut_path(Disk& disk, const std::string& directory, std::uint64_t segment_id,
                         std::uint64_t offset) {
  const ListResult listing = disk.list(directory);
  if (listing.status != DiskStatus::Ok) return {listing.status, {}};
  const auto& names = listing.names;
  for (std::uint64_t number = 1;; ++number) {
    const std::string name = cut_name(segment_id, offset, number);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return {DiskStatus::Ok, join_path(directory, name)};
    }
  }
}

namespace {

/// Behind the last byte from `offset` on that is not zero.
SizeResult used_end(FileWindow& window, std::uint64_t offset) {
  std::uint64_t end = offset;
  while (offset < window.file_bytes()) {
    const FileWindow::View view = window.at(offset);
    if (view.status != DiskStatus::Ok) return {view.status, 0};
    for (std::uint64_t at = view.bytes.size(); at > 0; --at) {
      if (view.bytes[at - 1] == std::byte{}) continue;
      end = offset + at;
      break;
    }
    offset += view.bytes.size();
  }
  return {DiskStatus::Ok, end};
}

DiskStatus copy(FileWindow& window, std::uint64_t from, std::uint64_t to, File& into) {
  for (std::uint64_t at = from; at < to;) {
    const FileWindow::View view = window.at(at);
    if (view.status != DiskStatus::Ok) return view.status;
    const auto part = view.bytes.first(std::min<std::uint64_t>(view.bytes.size(), to - at));
    const DiskStatus status = into.write_at(at - from, part);
    if (status != DiskStatus::Ok) return status;
    at += part.size();
  }
  return into.sync_data();
}

DiskStatus keep(Disk& disk, const std::string& directory, const End& end) {
  const FileResult opened = disk.open(end.file, Access::Read);
  if (opened.status != DiskStatus::Ok) return opened.status;
  const SizeResult size = opened.file->size();
  if (size.status != DiskStatus::Ok) return size.status;
  FileWindow window;
  window.attach(opened.file.get(), size.bytes);
  const SizeResult used = used_end(window, end.cut_offset);
  if (used.status != DiskStatus::Ok) return used.status;
  const FileResult there = disk.open(end.kept_as, Access::Read);
  if (there.status == DiskStatus::Ok) return DiskStatus::Exists;
  if (there.status != DiskStatus::NotFound) return there.status;
  const std::string passing = end.kept_as + ".tmp";
  const FileResult created = disk.create(passing);
  DiskStatus status = created.status;
  if (status == DiskStatus::Ok) status = copy(window, end.cut_offset, used.bytes, *created.file);
  if (status == DiskStatus::Ok) status = disk.rename(passing, end.kept_as);
  return status == DiskStatus::Ok ? disk.sync_directory(directory) : status;
}

}  // namespace

DiskStatus keep_cut(Disk& disk, const std::string& directory, const End& end,
                    std::string& message) {
  const DiskStatus status = keep(disk, directory, end);
  if (status != DiskStatus::Ok) {
    message = "what is to be cut off " + end.file + " cannot be kept in " + end.kept_as + " (" +
              std::string(to_string(status)) + "): nothing is cut; make room and start again";
  }
  return status;
}

}  // namespace tribook::journal
