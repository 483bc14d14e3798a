#include "tribook/journal/verify.h"

namespace tribook::journal {

Summary verify(Disk& disk, const std::string& directory) {
  Summary summary;
  Reader reader(disk, {directory, std::nullopt, 0});
  std::uint64_t last_segment = 0;
  for (Reader::Step step = reader.next(); step != Reader::Step::End; step = reader.next()) {
    if (step == Reader::Step::BatchEnd) {
      ++summary.batches;
      summary.bytes += sizeof(BatchFooter);
      continue;
    }
    const RecordView& record = reader.record();
    if (summary.records == 0) {
      summary.first_sequence = record.header.sequence;
      summary.first_time_ns = record.header.time_ns;
    }
    ++summary.records;
    summary.bytes += record_bytes(record.payload.size(), record.attachment.size());
    if (record.segment_id != last_segment) {
      last_segment = record.segment_id;
      ++summary.segments;
    }
  }
  summary.end = reader.end();
  summary.last_sequence = summary.end.position.last_sequence;
  summary.last_time_ns = summary.end.position.last_time_ns;
  summary.sealed = summary.end.position.sealed;
  return summary;
}

}  // namespace tribook::journal
