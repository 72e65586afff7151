// What a trap names: runs the rules of the OID table over its varbinds and fills extracted_fields,
// with the same keys as the syslog of the same event. One object per worker; texts that no message
// holds are put into its own memory, which lasts until the next begin().

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "netlogd/core/device.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "netlogd/parse/oid_table.hpp"
#include "netlogd/parse/trap_interfaces.hpp"
#include "netlogd/wire/snmp.hpp"

namespace netlogd::parse {

class TrapFields {
 public:
  explicit TrapFields(TrapInterfaces::Limits limits = {});

  // A new trap, of this sender.
  void begin(const IpAddress& sender);
  void constants(const TrapFacts& trap);
  // One varbind: the object, and the arcs behind it.
  void add(const wire::VarBind& varbind, const OidObject& object,
           std::span<const std::uint32_t> instance);
  // A value of type IpAddress, of whatever object.
  void address(const wire::VarBind& varbind);
  // After the last: gives interface indexes their names, unless the trap named them.
  void finish(const Device* device, const DeviceDirectory& devices);

  [[nodiscard]] const ExtractedFields& fields() const noexcept { return fields_; }
  [[nodiscard]] int severity() const noexcept { return severity_; }  // -1: no varbind says
  [[nodiscard]] const TrapInterfaces& interfaces() const noexcept { return interfaces_; }

 private:
  // A value on its way into a field: a text, or a number.
  struct Found {
    std::string_view text;
    std::int64_t number = 0;
    bool is_number = false;
    bool is_unsigned = false;
    [[nodiscard]] bool empty() const noexcept { return !is_number && text.empty(); }
  };

  Found fetch(const FieldRule& rule, const wire::VarBind& varbind, const OidObject& object,
              std::span<const std::uint32_t> instance);
  Found fetch_value(const wire::VarBind& varbind);
  Found fetch_label(const FieldRule& rule, const wire::VarBind& varbind, const OidObject& object);
  void store(const FieldRule& rule, const Found& found, std::span<const std::uint32_t> instance);
  void note_index(std::int64_t index);
  std::string_view keep(std::string_view text);
  std::string_view keep(const IpAddress& address);

  static constexpr std::size_t memory_octets = 16'384;
  static constexpr std::size_t max_indexes = 8;

  ExtractedFields fields_;
  TrapInterfaces interfaces_;
  IpAddress sender_;
  int severity_ = -1;
  std::array<std::uint32_t, max_indexes> indexes_{};
  std::size_t index_count_ = 0;
  std::unique_ptr<char[]> memory_;
  std::size_t used_ = 0;
};

}  // namespace netlogd::parse
