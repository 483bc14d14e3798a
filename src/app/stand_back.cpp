#include "app/stand_back.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tribook::app {

void stand_back(const char* name) {
  constexpr int kLeastNice = 19;
  constexpr int kOfAThread = 1;
  constexpr int kLastOfAll = (2 << 13) | 7;  // best effort, the lowest level
  pthread_setname_np(pthread_self(), name);
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLeastNice));
  static_cast<void>(::syscall(SYS_ioprio_set, kOfAThread, 0, kLastOfAll));
}

}  // namespace tribook::app
