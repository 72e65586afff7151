// Writes flow records: what all records of a datagram share is made once, the rest comes from the
// columns with few, large appends. One owner, one record at a time:
//   begin_datagram; then for each record: begin_record, any number of fields, end_record.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "netlogd/core/text_batch.hpp"
#include "netlogd/wire/flow_clock.hpp"
#include "netlogd/wire/flow_columns.hpp"
#include "netlogd/wire/flow_template.hpp"

namespace netlogd::parse {

struct FlowHead {
  const RawMessage* message = nullptr;
  const Device* device = nullptr;
  std::string_view version;  // as it is written: `5`, `"sflow5"`
  std::uint32_t sequence = 0;
  bool has_uptime = false;
  std::uint32_t uptime_ms = 0;
  // Keys and values that every record has under extracted_fields, joined by commas; may be empty.
  std::string_view common_fields;
};

class FlowWriter {
 public:
  void begin_datagram(const FlowHead& head);

  // Writes every column and opens extracted_fields.
  void begin_record(TextBatch& out, const wire::FlowColumns& columns);
  // A field of a template that has no column; `octets` are its own.
  void field(const wire::NamedField& field, std::span<const std::uint8_t> octets,
             const wire::FlowColumns& columns, TimePoint exported);
  // `key` is `"name":`.
  void number(std::string_view key, std::uint64_t value);
  void text(std::string_view key, std::string_view value);
  void hex(std::string_view key, std::span<const std::uint8_t> octets);
  void mac(std::string_view key, std::span<const std::uint8_t, 6> octets);
  void address(std::string_view key, const IpAddress& value);
  // `value` is a finished JSON value.
  void json(std::string_view key, std::string_view value);
  // Closes extracted_fields, writes the keys that not every record has, and ends the record.
  // `flow_type` is left out when empty.
  void end_record(const wire::FlowColumns& columns, std::string_view flow_type = {});

 private:
  void key(std::string_view key);
  void value(wire::ElementType type, std::span<const std::uint8_t> octets, TimePoint exported);
  char* put_time(char* out, TimePoint instant) noexcept;

  TextBuffer head_;    // `,"record_type":…,"flow_version":5,"src_ip":`
  TextBuffer middle_;  // `,"flow_sequence":7,"engine_type":`
  TextBuffer common_;
  TextBuffer tail_;  // `,"sys_uptime_ms":…`
  TextBatch* out_ = nullptr;
  bool has_fields_ = false;
  std::int64_t day_ = INT64_MIN;  // of day_text_
  char day_text_[11] = {};
};

}  // namespace netlogd::parse
