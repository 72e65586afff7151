// Flow exports to records: NetFlow v5, v9, IPFIX and sFlow v5, told apart by their version. One
// object per worker; all datagrams of one exporter must come to the same one (templates,
// numbering). Pure but for the counters, which any thread may read.
//
// Data whose template is not known waits (bounded) and is written when the template comes, with the
// time and sender of its own datagram; see TextBatch::park for how the ledger hears of it.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/parse/flow_counters.hpp"
#include "netlogd/wire/flow_element.hpp"

namespace netlogd::parse {

// Knowledge, replaced whole on reload: config/knowledge/ipfix_elements.csv and the user's.
struct FlowTables {
  wire::FlowElements elements;

  [[nodiscard]] static Result<FlowTables> load(std::span<const NamedText> files);
};

// What one decoder may keep and how it writes; a program has as many decoders as workers.
struct FlowSettings {
  std::size_t sources = 16384;                         // exporter, domain and version
  std::size_t templates = 65536;                       // of all sources
  std::size_t template_bytes = std::size_t{32} << 20;  // with what sources say of sampling
  std::size_t templates_per_source = 1024;
  std::size_t template_bytes_per_source = std::size_t{2} << 20;
  std::chrono::seconds template_age = std::chrono::hours(24);  // since it was sent last
  std::size_t parked_bytes = std::size_t{8} << 20;
  std::size_t parked_bytes_per_source = std::size_t{256} << 10;
  std::chrono::seconds parked_age = std::chrono::minutes(30);
  std::size_t records_per_datagram = 4096;
  std::size_t named_exporters = 4096;              // that sent names or sampling as options data
  std::size_t names_per_exporter = 8192;           // interfaces and applications
  std::size_t name_bytes = std::size_t{16} << 20;  // of all exporters
  // Options data as records too, with `flow_type` "options"; else they only serve the others.
  bool write_options = false;
};

class FlowDecoder;

class FlowRecordMaker final : public RecordMaker {
 public:
  explicit FlowRecordMaker(std::shared_ptr<const FlowTables> tables,
                           const FlowSettings& settings = {});
  ~FlowRecordMaker() override;

  void make(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out) override;
  // Parked data that waited longer than `parked_age` becomes DropReason::template_missing.
  void tick(TimePoint now, TextBatch& out) override;
  // All that is parked becomes DropReason::template_missing.
  void finish(TextBatch& out) override;

  // Between two messages, by the worker: names from new tables; templates and all else stay.
  void use(std::shared_ptr<const FlowTables> tables);

  // Templates, sampling and names as text with a checksum, to be kept in a file over a restart.
  // Between two messages, by the worker.
  [[nodiscard]] std::string save() const;
  // Takes in what save() wrote, of the exporters that `mine` admits (empty: all); several texts may
  // be restored one after the other. A text that is damaged changes nothing.
  Result<void> restore(std::string_view saved,
                       const std::function<bool(const IpAddress&)>& mine = {});

  [[nodiscard]] const FlowCounters& counters() const noexcept;
  [[nodiscard]] const LossTable& losses() const noexcept;

 private:
  std::unique_ptr<FlowDecoder> decoder_;
};

}  // namespace netlogd::parse
