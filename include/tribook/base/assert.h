#pragma once

#include <cstdio>
#include <cstdlib>

// Assertions stay on in release builds: a broken invariant in a program that holds client money
// must stop it, since the journal makes a stop cheap and a wrong balance is not. Nothing that a
// client or an operator can send may reach one: expected refusals are RejectCodes.

namespace tribook::base {

[[noreturn, gnu::cold, gnu::noinline]] inline void assertion_failed(const char* expression,
                                                                    const char* file, int line) {
  std::fprintf(stderr, "tribook: broken invariant: %s at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace tribook::base

#define TB_ASSERT(condition)                                               \
  (__builtin_expect(!(condition), 0)                                       \
       ? ::tribook::base::assertion_failed(#condition, __FILE__, __LINE__) \
       : static_cast<void>(0))

#ifdef NDEBUG
#define TB_DEBUG_ASSERT(condition) static_cast<void>(0)
#else
#define TB_DEBUG_ASSERT(condition) TB_ASSERT(condition)
#endif
