#include "app/ahead.h"

#include "tribook/journal/format.h"

namespace tribook::app {
namespace {

// A clean end names no file.
std::string place_of(const journal::End& end, const std::string& journal_directory) {
  if (!end.file.empty()) return end.file + " at offset " + std::to_string(end.offset);
  const journal::EndPosition& position = end.position;
  if (position.segment_id == 0) return journal_directory;
  return journal_directory + "/" + journal::segment_name(position.segment_id) + " at offset " +
         std::to_string(position.offset);
}

}  // namespace

std::vector<Ahead> proofs_of_loss(const std::vector<Ahead>& ahead, journal::Durability durability,
                                  const journal::End& end) {
  if (durability == journal::Durability::Sync) return ahead;
  std::vector<Ahead> proofs = ahead;
  std::erase_if(proofs,
                [&](const Ahead& one) { return one.segment_id <= end.position.segment_id + 1; });
  return proofs;
}

std::string why_ahead_is_refused(const journal::End& end, const std::string& journal_directory,
                                 const std::vector<Ahead>& proofs, journal::Durability durability) {
  const std::uint64_t last = end.position.last_sequence;
  std::string text = place_of(end, journal_directory) + ": the journal ends here, with " +
                     (last == 0 ? "no record" : "record " + std::to_string(last)) + ", but ";
  for (std::size_t i = 0; i < proofs.size(); ++i) {
    if (i > 0) text += ", ";
    text += proofs[i].path + " has the records up to " + std::to_string(proofs[i].last.value);
  }
  text += durability == journal::Durability::Sync
              ? ". With journal.durability = \"sync\" these were on the disk before anything was "
                "made of them"
              : ". A segment is on the disk whole before the next one is begun, with any "
                "journal.durability";
  return text +
         ", so records that clients were told of are lost. Restore the journal from a backup; "
         "or, to go on without those records, move the named files away (a store with the -wal and "
         "-shm beside it) and start again";
}

}  // namespace tribook::app
