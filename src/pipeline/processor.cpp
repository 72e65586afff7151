#include "netlogd/pipeline/processor.hpp"

#include <cassert>

namespace netlogd::pipeline {

Processor::Processor(unsigned number, std::array<std::unique_ptr<RecordMaker>, stream_count> makers,
                     std::shared_ptr<const DeviceDirectory> directory)
    : number_(number), makers_(std::move(makers)), directory_(std::move(directory)) {
  for ([[maybe_unused]] const auto& maker : makers_) assert(maker != nullptr);
}

void Processor::use(std::shared_ptr<const DeviceDirectory> directory) {
  directory_ = std::move(directory);
  senders_.look_again(*directory_);
}

void Processor::process(const RawBatch& batch, unsigned id_digits, TextBatch& out) {
  out.reset(id_digits);
  out.listener = batch.listener;
  out.stream = stream_of(batch.protocol);
  out.ticket = batch.ticket;
  out.messages = batch.messages().size();
  if (!batch.empty()) out.first_received = batch.messages().front().received;
  RecordMaker& maker = this->maker(batch.protocol);
  if (batch.purpose == RawBatch::Purpose::tick) maker.tick(batch.tick_time, out);
  if (batch.purpose == RawBatch::Purpose::finish) maker.finish(out);
  senders_.count(batch, *directory_);
  for (const RawMessage& message : batch.messages()) maker.make(message, *directory_, out);
}

}  // namespace netlogd::pipeline
