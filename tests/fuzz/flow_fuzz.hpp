// What the fuzz targets of the flow formats share: a decoder, and the promises that hold for any
// octets.

#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "netlogd/core/device.hpp"
#include "netlogd/parse/flow_record.hpp"

namespace netlogd::fuzz {

inline std::shared_ptr<const parse::FlowTables> flow_tables() {
  static const auto tables = [] {
    const NamedText file{.name = "elements", .text = R"(0,1,octetDeltaCount,unsigned64
0,18,bgpNextHopIPv4Address,ipv4Address
0,56,sourceMacAddress,macAddress
0,58,vlanId,unsigned16
0,61,flowDirection,unsigned8
0,63,bgpNextHopIPv6Address,ipv6Address
0,82,interfaceName,string
0,95,applicationId,octetArray
0,96,applicationName,string
0,152,flowStartMilliseconds,dateTimeMilliseconds
0,154,flowStartMicroseconds,dateTimeMicroseconds
0,156,flowStartNanoseconds,dateTimeNanoseconds
0,258,collectionTimeMilliseconds,dateTimeMilliseconds
0,276,dataRecordsReliability,boolean
0,291,basicList,basicList
0,311,samplingProbability,float64
0,322,observationTimeSeconds,dateTimeSeconds
0,434,mibObjectValueInteger,signed32
)"};
    auto loaded = parse::FlowTables::load({&file, 1});
    if (!loaded) std::abort();
    return std::make_shared<const parse::FlowTables>(std::move(loaded).value());
  }();
  return tables;
}

inline void check(bool kept) {
  if (!kept) std::abort();
}

// A decoder with little room, and the ledger of all it was given.
class FlowFuzz {
 public:
  FlowFuzz() : maker_(flow_tables(), settings()) { out_.reset(1); }

  void send(std::span<const std::uint8_t> datagram, std::uint32_t exporter, std::int64_t seconds) {
    out_.reset(1);
    out_.listener = exporter & 1U;
    out_.messages = 1;
    RawMessage message;
    message.bytes = datagram;
    message.received = TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
    message.source = {IpAddress::v4(0x0a000000U + exporter), 2055};
    maker_.make(message, nobody_, out_);
    check_lines();
    const auto answers = out_.no_record_count() + dropped() + out_.parked();
    check(answers <= 1);
    // Lines are of this message or of parked ones.
    if (answers == 0) check(!out_.lines().empty());
    check_parked();
  }
  void finish() {
    out_.reset(1);
    maker_.finish(out_);
    check_lines();
    check_parked();
    check(parked_ == 0);
    check(read(maker_.counters().parked_bytes) == 0);
  }
  parse::FlowRecordMaker& maker() { return maker_; }

 private:
  static parse::FlowSettings settings() {
    parse::FlowSettings settings;
    settings.sources = 4;
    settings.templates = 16;
    settings.templates_per_source = 8;
    settings.parked_bytes = 16384;
    settings.parked_bytes_per_source = 8192;
    settings.parked_age = std::chrono::seconds(100);
    settings.template_age = std::chrono::seconds(200);
    settings.records_per_datagram = 64;
    settings.names_per_exporter = 8;
    settings.named_exporters = 2;
    return settings;
  }
  std::uint64_t dropped() const {
    std::uint64_t sum = 0;
    for (const auto n : out_.dropped()) sum += n;
    return sum;
  }
  void check_parked() {
    parked_ += out_.parked();
    for (const auto& one : out_.unparked()) {
      std::uint64_t answered = one.journaled + one.no_record;
      for (const auto n : one.dropped) answered += n;
      check(answered <= parked_);
      parked_ -= answered;
    }
    const auto& counters = maker_.counters();
    check(read(counters.templates) <= 16);
    check(read(counters.sources) <= 4);
    check(read(counters.parked_bytes) <= 16384);
  }
  void check_lines() {
    std::string_view text = out_.text().view();
    std::size_t lines = 0;
    for (; !text.empty(); ++lines) {
      const auto end = text.find('\n');
      check(end != std::string_view::npos);
      check(nlohmann::json::accept(text.substr(0, end)));
      text.remove_prefix(end + 1);
    }
    check(lines == out_.lines().size());
  }

  parse::FlowRecordMaker maker_;
  EmptyDirectory nobody_;
  TextBatch out_;
  std::uint64_t parked_ = 0;
};

}  // namespace netlogd::fuzz
