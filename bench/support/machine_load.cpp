#include "support/machine_load.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

namespace tribook::bench {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The first line of /proc/stat: user nice system idle iowait irq softirq steal.
double machine_busy() {
  constexpr int kIdle = 3;
  constexpr int kWaitsForDisk = 4;
  constexpr int kColumns = 8;
  std::ifstream file("/proc/stat");
  std::string name;
  file >> name;
  double ticks = 0;
  for (int column = 0; column < kColumns; ++column) {
    double value = 0;
    file >> value;
    if (column != kIdle && column != kWaitsForDisk) ticks += value;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

MachineLoad::MachineLoad() : begin_(look()) {}

MachineLoad::Times MachineLoad::look() {
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {machine_busy(), seconds_of(own.ru_utime) + seconds_of(own.ru_stime),
          std::chrono::duration<double>(now).count()};
}

double MachineLoad::others_percent() const {
  const Times now = look();
  const double busy = (now.machine - begin_.machine) - (now.own - begin_.own);
  const double all =
      (now.passed - begin_.passed) * static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  return std::max(0.0, 100.0 * busy / all);
}

}  // namespace tribook::bench
