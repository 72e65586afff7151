#include "netlogd/parse/flow_record.hpp"

#include <utility>

#include "parse/flow_decoder.hpp"

namespace netlogd::parse {

Result<FlowTables> FlowTables::load(std::span<const NamedText> files) {
  auto elements = wire::FlowElements::load(files);
  if (!elements) return elements.error();
  return FlowTables{.elements = std::move(elements).value()};
}

FlowRecordMaker::FlowRecordMaker(std::shared_ptr<const FlowTables> tables,
                                 const FlowSettings& settings)
    : decoder_(std::make_unique<FlowDecoder>(std::move(tables), settings)) {}

FlowRecordMaker::~FlowRecordMaker() = default;

void FlowRecordMaker::make(const RawMessage& message, const DeviceDirectory& devices,
                           TextBatch& out) {
  decoder_->make(message, devices, out);
}

void FlowRecordMaker::tick(TimePoint now, TextBatch& out) { decoder_->tick(now, out); }

void FlowRecordMaker::finish(TextBatch& out) { decoder_->finish(out); }

void FlowRecordMaker::use(std::shared_ptr<const FlowTables> tables) {
  decoder_->use(std::move(tables));
}

std::string FlowRecordMaker::save() const { return decoder_->save(); }

Result<void> FlowRecordMaker::restore(std::string_view saved,
                                      const std::function<bool(const IpAddress&)>& mine) {
  return decoder_->restore(saved, mine);
}

const FlowCounters& FlowRecordMaker::counters() const noexcept { return decoder_->counters(); }

const LossTable& FlowRecordMaker::losses() const noexcept { return decoder_->losses(); }

}  // namespace netlogd::parse
