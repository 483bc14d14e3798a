#include "hot_path/call_counter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cstddef>
#include <iterator>

#ifndef __x86_64__
#error "the stub and the registers below are those of x86-64"
#endif

// A system call with its number and six arguments; the kernel sees it come from passed_call_end.
extern "C" long passed_call(long number, long a, long b, long c, long d, long e, long f);
extern "C" const char passed_call_end[];
__asm__(R"(
  .text
  .globl passed_call
  .type passed_call, @function
passed_call:
  movq %rdi, %rax
  movq %rsi, %rdi
  movq %rdx, %rsi
  movq %rcx, %rdx
  movq %r8, %r10
  movq %r9, %r8
  movq 8(%rsp), %r9
  syscall
  .globl passed_call_end
passed_call_end:
  ret
  .size passed_call, . - passed_call
)");

namespace tribook::test {
namespace {

thread_local bool is_counting = false;
thread_local SystemCalls calls;

void on_system_call(int, siginfo_t* info, void* context) {
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (is_counting) {
    if (calls.count < SystemCalls::kKept) calls.numbers[calls.count] = info->si_syscall;
    ++calls.count;
  }
  registers[REG_RAX] =
      passed_call(info->si_syscall, registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
                  registers[REG_R10], registers[REG_R8], registers[REG_R9]);
}

bool install_filter() {
  const auto address = reinterpret_cast<std::uint64_t>(&passed_call_end[0]);
  const auto low = static_cast<std::uint32_t>(address);
  const auto high = static_cast<std::uint32_t>(address >> 32);
  constexpr std::uint32_t ip = offsetof(seccomp_data, instruction_pointer);
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 4, 0),  // the handler's own return
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(steps)), steps};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

}  // namespace

std::string SystemCalls::text() const {
  std::string text = std::to_string(count) + ":";
  for (std::size_t i = 0; i < count && i < kKept; ++i) text += " " + std::to_string(numbers[i]);
  return text;
}

bool watch_system_calls_of_this_thread() {
  struct sigaction action {};
  action.sa_sigaction = on_system_call;
  action.sa_flags = SA_SIGINFO;
  return sigaction(SIGSYS, &action, nullptr) == 0 && install_filter();
}

void start_counting_system_calls() {
  calls = {};
  is_counting = true;
}

SystemCalls stop_counting_system_calls() {
  is_counting = false;
  return calls;
}

}  // namespace tribook::test
