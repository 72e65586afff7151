// A flow decoder with everything around it that a test wants to turn or to look at.

#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/parse/flow_record.hpp"
#include "unit/parse/flow_bytes.hpp"

namespace netlogd::tests {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::shared_ptr<const parse::FlowTables> shipped_tables() {
  static const auto tables = [] {
    const std::string path = NETLOGD_SOURCE_DIR "/config/knowledge/ipfix_elements.csv";
    const NamedText file{.name = "ipfix_elements.csv", .text = file_text(path)};
    auto loaded = parse::FlowTables::load({&file, 1});
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().sentence);
    return std::make_shared<const parse::FlowTables>(std::move(loaded).value());
  }();
  return tables;
}

class OneDevice final : public DeviceDirectory {
 public:
  IpAddress address;
  Device device;
  std::map<std::uint32_t, std::string> interfaces;

  const Device* by_address(const IpAddress& wanted) const noexcept override {
    return wanted == address ? &device : nullptr;
  }
  const Device* by_hostname(std::string_view) const noexcept override { return nullptr; }
  std::string_view interface_name(const Device*, std::uint32_t index) const noexcept override {
    const auto at = interfaces.find(index);
    return at == interfaces.end() ? std::string_view() : std::string_view(at->second);
  }
};

class FlowBench {
 public:
  explicit FlowBench(const parse::FlowSettings& settings = {}) : maker(shipped_tables(), settings) {
    message.received = TimePoint(std::chrono::seconds(1'700'000'001));
    message.source = {IpAddress::v4(0xc0000201), 40000};  // 192.0.2.1
    begin();
  }

  // A new batch; what the last one said is added to the ledger.
  void begin() {
    close();
    out.reset(1);
    out.listener = listener;
  }
  void send(const Bytes& bytes) { send(bytes.data()); }
  void send(const std::vector<std::uint8_t>& bytes) {
    // A copy of exactly this size, for the address sanitizer.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    message.bytes = exact;
    ++out.messages;
    ++received;
    maker.make(message, directory(), out);
  }
  // Sends in a batch of its own and gives the records.
  std::vector<nlohmann::ordered_json> records_of(const Bytes& bytes) {
    begin();
    send(bytes);
    return records();
  }
  std::vector<nlohmann::ordered_json> records() {
    std::vector<nlohmann::ordered_json> lines;
    std::string_view text = out.text().view();
    while (!text.empty()) {
      const auto end = text.find('\n');
      lines.push_back(nlohmann::ordered_json::parse(text.substr(0, end)));
      text.remove_prefix(end + 1);
    }
    return lines;
  }
  const DeviceDirectory& directory() const {
    return device ? static_cast<const DeviceDirectory&>(*device) : nobody;
  }

  // received = journaled + no_record + dropped + parked, after every batch.
  void close() {
    std::uint64_t dropped_now = 0;
    for (const auto n : out.dropped()) dropped_now += n;
    journaled += out.messages - out.no_record_count() - dropped_now - out.parked();
    no_record += out.no_record_count();
    dropped += dropped_now;
    parked += out.parked();
    for (const auto& one : out.unparked()) {
      std::uint64_t of_this = one.journaled + one.no_record;
      journaled += one.journaled;
      no_record += one.no_record;
      for (std::size_t i = 0; i < drop_reason_count; ++i) {
        of_this += one.dropped[i];
        dropped += one.dropped[i];
        reasons[i] += one.dropped[i];
      }
      EXPECT_LE(of_this, parked);
      parked -= of_this;
    }
    for (std::size_t i = 0; i < drop_reason_count; ++i) reasons[i] += out.dropped()[i];
    EXPECT_EQ(received, journaled + no_record + dropped + parked);
    out.reset(1);
  }
  std::uint64_t dropped_for(DropReason reason) const {
    return reasons[static_cast<std::size_t>(reason)];
  }

  parse::FlowRecordMaker maker;
  RawMessage message;
  EmptyDirectory nobody;
  std::unique_ptr<OneDevice> device;
  TextBatch out;
  std::uint32_t listener = 3;
  std::uint64_t received = 0;
  std::uint64_t journaled = 0;
  std::uint64_t no_record = 0;
  std::uint64_t dropped = 0;
  std::uint64_t parked = 0;
  std::array<std::uint64_t, drop_reason_count> reasons{};
};

}  // namespace netlogd::tests
