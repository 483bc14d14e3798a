#pragma once

namespace tribook::app {

/// Names the calling thread and puts it behind all others for processor and disk, but not idle: who
/// is never served could hold a lock of the file system that others wait for. What the system
/// refuses of it is not needed.
void stand_back(const char* name);

}  // namespace tribook::app
