#include "tribook/journal/disk.h"

#include <array>

namespace tribook::journal {

std::string_view to_string(DiskStatus status) {
  static constexpr std::array<std::string_view, 8> kNames{"ok",
                                                          "not found",
                                                          "exists already",
                                                          "no space left",
                                                          "read-only file system",
                                                          "permission denied",
                                                          "locked",
                                                          "input/output error"};
  static_assert(kNames.size() == static_cast<std::size_t>(DiskStatus::IoError) + 1);
  return kNames[static_cast<std::size_t>(status)];
}

}  // namespace tribook::journal
