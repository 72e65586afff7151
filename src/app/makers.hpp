// The record makers of the workers: built at start, given new tables on a reload. The functions
// that take a Processor run on its worker's thread.

#pragma once

#include <memory>
#include <vector>

#include "netlogd/config/config.hpp"
#include "netlogd/core/device.hpp"
#include "netlogd/parse/knowledge.hpp"
#include "netlogd/pipeline/processor.hpp"
#include "state_files.hpp"

namespace netlogd::app {

[[nodiscard]] std::vector<std::unique_ptr<pipeline::Processor>> build_processors(
    const config::Config& config, const parse::Knowledge& knowledge,
    std::shared_ptr<const DeviceDirectory> directory, const SnmpEngineState& engine,
    unsigned workers);

[[nodiscard]] parse::FlowRecordMaker& flow_maker(pipeline::Processor& processor) noexcept;
[[nodiscard]] parse::TrapRecordMaker& trap_maker(pipeline::Processor& processor) noexcept;

// New tables for one worker.
void renew(pipeline::Processor& processor, const parse::Knowledge& knowledge,
           std::shared_ptr<const DeviceDirectory> directory);

// Flow templates as text to keep over a restart; and back, for the exporters that this worker
// serves.
[[nodiscard]] std::string save_templates(pipeline::Processor& processor);
Result<void> restore_templates(pipeline::Processor& processor, std::string_view saved,
                               unsigned workers);

}  // namespace netlogd::app
