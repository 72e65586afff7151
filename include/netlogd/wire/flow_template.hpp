// A template of NetFlow v9 or IPFIX, compiled: which octets of a record go to which column, and
// under which name the others are written. Hostile definitions are refused here, so that decoding a
// record needs no check but its length. Owned by one template store; decoding is const and
// allocates nothing.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/time.hpp"
#include "netlogd/wire/flow_clock.hpp"
#include "netlogd/wire/flow_columns.hpp"
#include "netlogd/wire/flow_element.hpp"

namespace netlogd::wire {

constexpr std::uint16_t variable_length = 65535;  // RFC 7011, 7; NetFlow v9 has no such thing

struct TemplateField {
  std::uint32_t enterprise = 0;
  std::uint16_t number = 0;
  std::uint16_t length = 0;

  friend bool operator==(const TemplateField&, const TemplateField&) noexcept = default;
};

// As it was sent. The scope fields of an options template stand first. NetFlow v9 numbers its
// scopes apart from its fields (RFC 3954, 6.1): they are given the enterprise `v9_scope`.
struct TemplateDefinition {
  static constexpr std::uint32_t v9_scope = 0xffff'fffe;
  static constexpr std::size_t max_fields = 1024;

  std::uint16_t id = 0;
  std::uint16_t scope_fields = 0;
  bool options = false;
  std::vector<TemplateField> fields;

  friend bool operator==(const TemplateDefinition&, const TemplateDefinition&) noexcept = default;
};

struct FieldPlace {
  std::uint16_t offset = 0;  // from the record's first octet
  std::uint16_t length = 0;
};

// A field that has no column: written under extracted_fields.
struct NamedField {
  enum class When : std::uint8_t {
    always,
    no_start,  // stands for start_time, and only a value that is no time is written
    no_end,
    differs,  // the other address family's twin: only if it says something else than the column
  };
  ElementType type = ElementType::octet_array;
  When when = When::always;
  std::uint8_t column = 0;  // of `differs`: the AddressColumn or NumberColumn
  std::uint16_t field = 0;
  std::string_view key;  // `"name":`, ready to write; points into the template
};

class FlowTemplate {
 public:
  // One instruction: the octets of a field to a column.
  struct Copy {
    enum class Kind : std::uint8_t {
      number,
      ipv4,
      ipv6,
      probability,
      duration_ms,
      start_seconds,
      start_milliseconds,
      start_microseconds,
      start_nanoseconds,
      start_delta,
      end_seconds,
      end_milliseconds,
      end_microseconds,
      end_nanoseconds,
      end_delta,
    };
    Kind kind = Kind::number;
    std::uint8_t column = 0;
    bool twin = false;  // only where the column is absent or all zero
    std::uint16_t field = 0;
  };
  // nullptr: refused. No field, too many, or a record without a single octet.
  [[nodiscard]] static std::unique_ptr<FlowTemplate> compile(TemplateDefinition definition,
                                                             const FlowElements& elements);

  [[nodiscard]] const TemplateDefinition& definition() const noexcept { return definition_; }
  [[nodiscard]] bool has_variable_fields() const noexcept { return has_variable_fields_; }
  // The fewest octets of a record; what is left of a set and shorter is padding.
  [[nodiscard]] std::size_t min_record_bytes() const noexcept { return min_record_bytes_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_bytes_; }
  [[nodiscard]] std::span<const NamedField> named_fields() const noexcept { return named_; }
  // Whether a record names its application itself (element 96).
  [[nodiscard]] bool names_application() const noexcept { return names_application_; }

  // The place of every field in the record at the front of `bytes`, and the record's length; 0:
  // there is no whole record. `scratch` is used by templates with variable fields only.
  [[nodiscard]] std::size_t locate(std::span<const std::uint8_t> bytes,
                                   std::vector<FieldPlace>& scratch,
                                   std::span<const FieldPlace>& places) const;

  // Fills `columns` (cleared by the caller) from a located record.
  void decode(const std::uint8_t* record, std::span<const FieldPlace> places,
              const FlowClock& clock, FlowColumns& columns) const noexcept;

  TimePoint received{};  // the newest message that brought it

 private:
  friend class TemplateCompiler;

  FlowTemplate() = default;
  static bool copy_time(Copy::Kind kind, std::span<const std::uint8_t> octets,
                        const FlowClock& clock, FlowColumns& columns) noexcept;

  TemplateDefinition definition_;
  std::vector<FieldPlace> places_;  // of templates without variable fields
  std::vector<Copy> copies_;
  std::vector<NamedField> named_;
  std::string keys_;
  std::size_t min_record_bytes_ = 0;
  std::size_t memory_bytes_ = 0;
  bool has_variable_fields_ = false;
  bool names_application_ = false;
};

// Big-endian, of any length from 0 to 8 octets (reduced-size encoding, RFC 7011, 6.2).
[[nodiscard]] inline std::uint64_t number_of(std::span<const std::uint8_t> octets) noexcept {
  std::uint64_t value = 0;
  for (const auto octet : octets) value = value << 8 | octet;
  return value;
}

}  // namespace netlogd::wire
