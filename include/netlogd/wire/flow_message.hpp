// NetFlow v9 (RFC 3954) and IPFIX (RFC 7011) messages: the header, the sets in it and the template
// definitions in a set. All point into the datagram and stop where it ends. Pure, any thread.

#pragma once

#include <cstdint>
#include <span>

#include "netlogd/core/byte_reader.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/wire/flow_template.hpp"

namespace netlogd::wire {

constexpr std::uint16_t netflow9_version = 9;
constexpr std::uint16_t ipfix_version = 10;
constexpr std::uint16_t first_data_set = 256;

struct FlowMessage {
  static constexpr std::size_t netflow9_header_bytes = 20;
  static constexpr std::size_t ipfix_header_bytes = 16;

  std::uint16_t version = 0;
  std::uint32_t uptime_ms = 0;  // v9 only
  std::uint32_t exported_seconds = 0;
  std::uint32_t sequence = 0;  // v9: of messages; IPFIX: of data records
  std::uint32_t domain = 0;    // v9: source id; IPFIX: observation domain id
  bool cut = false;            // IPFIX: the header promises more octets than there are
  std::span<const std::uint8_t> sets;

  [[nodiscard]] bool is_ipfix() const noexcept { return version == ipfix_version; }
  [[nodiscard]] TimePoint exported() const noexcept {
    return TimePoint(std::chrono::seconds(exported_seconds));
  }
};

// False: not a message of these versions, or shorter than its header.
[[nodiscard]] bool read_flow_message(std::span<const std::uint8_t> datagram,
                                     FlowMessage& message) noexcept;

struct FlowSet {
  std::uint16_t id = 0;
  std::span<const std::uint8_t> body;
};

class FlowSetReader {
 public:
  explicit FlowSetReader(std::span<const std::uint8_t> sets) noexcept : reader_(sets) {}
  // False: no more sets, or the next one is broken (shorter than its header or longer than the
  // rest).
  bool next(FlowSet& set) noexcept;
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  ByteReader reader_;
  bool broken_ = false;
};

enum class SetKind : std::uint8_t { templates, options_templates, data, unknown };
[[nodiscard]] SetKind kind_of_set(std::uint16_t version, std::uint16_t set_id) noexcept;

class TemplateReader {
 public:
  enum class Answer : std::uint8_t {
    definition,  // `definition()` holds one
    withdrawal,  // IPFIX: of `definition().id`; of all of the set's kind where it is the set's own
                 // id
    refused,     // a definition that makes no sense was stepped over
    end,
    broken,  // what is left cannot be read
  };

  TemplateReader(std::uint16_t version, const FlowSet& set) noexcept
      : reader_(set.body),
        set_id_(set.id),
        ipfix_(version == ipfix_version),
        options_(kind_of_set(version, set.id) == SetKind::options_templates) {}

  Answer next();
  [[nodiscard]] const TemplateDefinition& definition() const noexcept { return definition_; }
  [[nodiscard]] TemplateDefinition take_definition() noexcept { return std::move(definition_); }

 private:
  Answer read_fields(std::size_t count, std::size_t scopes);
  Answer read_v9_options();

  ByteReader reader_;
  TemplateDefinition definition_;
  std::uint16_t set_id_;
  bool ipfix_;
  bool options_;
};

}  // namespace netlogd::wire
