#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands.h"
#include "backup/contents.h"
#include "gateway/json/writer.h"
#include "tribook/base/time.h"

// What `backup` and `restore` say.

namespace tribook::app {

int bad_backup_usage(const std::string& problem, const char* usage);
int backup_failed(const std::string& problem);
/// What is worth knowing of one that is good.
void warn(const std::vector<std::string>& warnings);

std::string text_of(TimeNs time);
/// "record 1234 of 2026-11-21T15:45:00.000Z; 3 segments, 2 snapshots"
std::string text_of(const backup::About& about);
void add_about(json::Writer& writer, const backup::About& about, std::uint64_t bytes,
               const std::vector<std::string>& warnings);

/// File systems and OpenSSL tell by exceptions what they refuse.
int guarded(int (*run)(const Words&), const Words& words);

}  // namespace tribook::app
