// One worker's mind: a raw batch in, finished text out. No I/O, no clock, no lock; deterministic in
// its own state (templates, SNMPv3 engines), the tables it was given and the batch. Golden tests,
// fuzzers and benchmarks enter here. One thread at a time.

#pragma once

#include <array>
#include <memory>

#include "netlogd/core/device.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/raw_batch.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/pipeline/sender_table.hpp"

namespace netlogd::pipeline {

class Processor {
 public:
  // `makers` by Protocol; none may be null. `number` is the worker's, from 0.
  Processor(unsigned number, std::array<std::unique_ptr<RecordMaker>, stream_count> makers,
            std::shared_ptr<const DeviceDirectory> directory);

  // `id_digits`: how many digits the next id of the stream has; room for them is left in each line.
  void process(const RawBatch& batch, unsigned id_digits, TextBatch& out);

  void use(std::shared_ptr<const DeviceDirectory> directory);
  [[nodiscard]] unsigned number() const noexcept { return number_; }
  [[nodiscard]] const SenderTable& senders() const noexcept { return senders_; }
  [[nodiscard]] RecordMaker& maker(Protocol protocol) noexcept {
    return *makers_[static_cast<std::size_t>(protocol)];
  }

 private:
  const unsigned number_;
  std::array<std::unique_ptr<RecordMaker>, stream_count> makers_;
  std::shared_ptr<const DeviceDirectory> directory_;
  SenderTable senders_;
};

}  // namespace netlogd::pipeline
