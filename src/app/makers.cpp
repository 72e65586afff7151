#include "makers.hpp"

#include "netlogd/core/batch_sink.hpp"

namespace netlogd::app {

std::vector<std::unique_ptr<pipeline::Processor>> build_processors(
    const config::Config& config, const parse::Knowledge& knowledge,
    std::shared_ptr<const DeviceDirectory> directory, const SnmpEngineState& engine,
    unsigned workers) {
  std::vector<std::unique_ptr<pipeline::Processor>> processors;
  for (unsigned number = 0; number < workers; ++number) {
    parse::TrapSettings trap;
    trap.usm.engine_id = engine.id;
    trap.usm.engine_boots = engine.boots;
    trap.usm.engine_started = SystemClock().now();
    trap.usm.salt_seed =
        static_cast<std::uint64_t>(trap.usm.engine_started.time_since_epoch().count()) * workers +
        number;
    trap.write_community = config.snmp.write_community;
    std::array<std::unique_ptr<RecordMaker>, stream_count> makers = {
        std::make_unique<parse::SyslogRecordMaker>(knowledge.syslog),
        std::make_unique<parse::TrapRecordMaker>(trap, knowledge.trap),
        std::make_unique<parse::FlowRecordMaker>(knowledge.flow)};
    processors.push_back(
        std::make_unique<pipeline::Processor>(number, std::move(makers), directory));
  }
  return processors;
}

// Each Processor is built above, with these very types.
parse::FlowRecordMaker& flow_maker(pipeline::Processor& processor) noexcept {
  return static_cast<parse::FlowRecordMaker&>(processor.maker(Protocol::flow));
}
parse::TrapRecordMaker& trap_maker(pipeline::Processor& processor) noexcept {
  return static_cast<parse::TrapRecordMaker&>(processor.maker(Protocol::snmp));
}

void renew(pipeline::Processor& processor, const parse::Knowledge& knowledge,
           std::shared_ptr<const DeviceDirectory> directory) {
  static_cast<parse::SyslogRecordMaker&>(processor.maker(Protocol::syslog)).use(knowledge.syslog);
  trap_maker(processor).use(knowledge.trap);
  flow_maker(processor).use(knowledge.flow);
  processor.use(std::move(directory));
}

std::string save_templates(pipeline::Processor& processor) { return flow_maker(processor).save(); }

Result<void> restore_templates(pipeline::Processor& processor, std::string_view saved,
                               unsigned workers) {
  const unsigned number = processor.number();
  return flow_maker(processor).restore(saved, [number, workers](const IpAddress& exporter) {
    return worker_of(exporter, workers) == number;
  });
}

}  // namespace netlogd::app
