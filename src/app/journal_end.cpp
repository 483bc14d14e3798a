#include "app/journal_end.h"

namespace tribook::app {

std::string describe(const journal::End& end) {
  if (end.file.empty()) return end.message;
  return end.file + " at offset " + std::to_string(end.offset) + ": " + end.message;
}

std::string problem_of(const core::ReplayResult& result) {
  if (result.is_good || result.end.message.empty()) return result.problem;
  return describe(result.end);
}

}  // namespace tribook::app
