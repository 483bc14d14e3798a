#include "backup/segment_chain.h"

#include <iterator>

namespace tribook::backup {
namespace {

bool is_same(const journal::ChainState& a, const journal::ChainState& b) {
  return a.chain == b.chain && a.sequence == b.sequence && a.time_ns == b.time_ns;
}

bool follows(const Link& link, const Link& before) {
  return is_same(link.before, before.after) && link.fencing_epoch >= before.fencing_epoch;
}

}  // namespace

// One that is in both places was copied before it was given up.
void SegmentChain::add(const Link& link) {
  const auto [there, is_new] = links_.emplace(link.segment_id, link);
  if (is_new || !problem_.empty()) return;
  if (is_same(there->second.before, link.before) && is_same(there->second.after, link.after))
    return;
  problem_ = "segment " + std::to_string(link.segment_id) + " is in it twice, and differs";
}

SegmentChain::Links::const_iterator SegmentChain::first_replayable() const {
  auto first = std::prev(links_.end());
  while (first != links_.begin()) {
    const auto before = std::prev(first);
    if (before->first + 1 != first->first) break;
    if (before->second.rules_version != first->second.rules_version) break;
    first = before;
  }
  return first;
}

std::uint64_t SegmentChain::replays_behind() const {
  return links_.empty() ? 0 : first_replayable()->second.before.sequence;
}

std::string SegmentChain::problem() const {
  if (!problem_.empty() || links_.empty()) return problem_;
  for (auto link = std::next(links_.begin()); link != links_.end(); ++link) {
    const auto before = std::prev(link);
    if (before->first + 1 != link->first || follows(link->second, before->second)) continue;
    return "segment " + std::to_string(link->first) + " does not follow segment " +
           std::to_string(before->first) + ": one of them is of another journal";
  }
  const std::uint64_t last = links_.rbegin()->second.after.sequence;
  if (!snapshots_.empty() && *snapshots_.rbegin() > last) {
    return "its journal ends with record " + std::to_string(last) +
           ", but it holds a snapshot of record " + std::to_string(*snapshots_.rbegin()) +
           ": what came in between is lost to it, and a start would refuse it";
  }
  const std::uint64_t from = replays_behind();
  if (from == 0 || snapshots_.lower_bound(from) != snapshots_.end()) return {};
  return "it could not be restored: records up to " + std::to_string(from) +
         " are missing or of other rules, and there is no good snapshot of that record or a later "
         "one";
}

std::string SegmentChain::missing() const { return missing_from(1); }

std::string SegmentChain::holes() const {
  return links_.empty() ? std::string() : missing_from(links_.begin()->first);
}

std::string SegmentChain::missing_from(std::uint64_t expected) const {
  std::string text;
  for (const auto& [id, link] : links_) {
    if (id != expected) {
      text += (text.empty() ? "" : ", ") + std::to_string(expected);
      if (id - 1 != expected) text += " to " + std::to_string(id - 1);
    }
    expected = id + 1;
  }
  return text;
}

}  // namespace tribook::backup
