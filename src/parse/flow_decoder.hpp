// The state and the work behind FlowRecordMaker, one file for each part: flow_decoder.cpp (which
// format, NetFlow v5), flow_templated.cpp (NetFlow v9, IPFIX), flow_options.cpp (options data),
// flow_samples.cpp (sFlow), flow_state.cpp (save and restore). One owner.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netlogd/parse/flow_record.hpp"
#include "netlogd/wire/flow_columns.hpp"
#include "netlogd/wire/flow_message.hpp"
#include "netlogd/wire/sflow.hpp"
#include "parse/flow_names.hpp"
#include "parse/flow_parking.hpp"
#include "parse/flow_sources.hpp"
#include "parse/flow_writer.hpp"

namespace netlogd::parse {

class FlowDecoder {
 public:
  FlowDecoder(std::shared_ptr<const FlowTables> tables, const FlowSettings& settings);

  void make(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out);
  void tick(TimePoint now, TextBatch& out);
  void finish(TextBatch& out);
  void use(std::shared_ptr<const FlowTables> tables);
  [[nodiscard]] std::string save();
  Result<void> restore(std::string_view saved, const std::function<bool(const IpAddress&)>& mine);

  [[nodiscard]] const FlowCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const LossTable& losses() const noexcept { return losses_; }

 private:
  // One datagram on its way.
  struct Datagram {
    const RawMessage& message;
    const DeviceDirectory& devices;
    TextBatch& out;
    const Device* device = nullptr;
    const ExporterNames* names = nullptr;
    std::size_t records = 0;    // written
    std::size_t data = 0;       // data records seen, options data too
    bool head_written = false;  // the writer is prepared for it
  };

  void make_netflow5(Datagram& datagram);
  void make_templated(Datagram& datagram);
  void make_sflow(Datagram& datagram);

  // v9 and IPFIX. A set that was read leaves nothing; one without template is added to `waiting`.
  struct Templated {
    wire::FlowMessage header;
    wire::FlowClock clock;
    SourceKey key;
    FlowSource* source = nullptr;
    ParkedDatagram* waiting = nullptr;  // where sets without template go
    bool certain = true;                // every data record was counted
    bool broken = false;
  };
  void read_sets(Datagram& datagram, Templated& message);
  void read_templates(Datagram& datagram, Templated& message, const wire::FlowSet& set);
  void define(Datagram& datagram, Templated& message, wire::TemplateDefinition definition);
  void withdraw(Templated& message, std::uint16_t set_id, std::uint16_t template_id, bool options);
  void read_data(Datagram& datagram, Templated& message, const wire::FlowSet& set);
  void write_templated(Datagram& datagram, const Templated& message,
                       const wire::FlowTemplate& format, const std::uint8_t* record,
                       std::span<const wire::FieldPlace> places);
  void release_parked(Datagram& datagram, Templated& message, std::uint16_t template_id);
  void find_times(const Templated& message) noexcept;

  void take_options(Datagram& datagram, Templated& message, const wire::FlowTemplate& format,
                    const std::uint8_t* record, std::span<const wire::FieldPlace> places);

  void write_flow_sample(Datagram& datagram, const wire::SflowSample& sample);
  void write_counter_sample(Datagram& datagram, const wire::SflowSample& sample);
  void write_sample_source(const wire::SflowSample& sample);

  // Shared by the formats.
  void see_sequence(FlowSource& source, std::uint32_t number, std::uint32_t uptime_ms,
                    Counter& lost);
  void find_sampling(const Datagram& datagram, const FlowSource* source) noexcept;
  void write_interface_names(const Datagram& datagram);
  void write_interface_name(const Datagram& datagram, std::string_view key, std::uint64_t index);
  [[nodiscard]] bool may_write(const Datagram& datagram) noexcept;

  std::shared_ptr<const FlowTables> tables_;
  FlowSettings settings_;
  FlowCounters counters_;
  LossTable losses_;
  FlowSources sources_;
  FlowNames names_;
  FlowParking parking_;
  FlowWriter writer_;
  wire::FlowColumns columns_;
  std::vector<wire::FieldPlace> places_;
  TimePoint expired_until_{};  // when templates were last aged
};

}  // namespace netlogd::parse
