// The value of a varbind as the record contract writes it: what net-snmp prints with -Oe -On,
// without the type. Pure, any thread.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/parse/oid_table.hpp"
#include "netlogd/wire/snmp.hpp"

namespace netlogd::parse {

// UTF-8 that a terminal shows as it is: no control characters but tab, line feed and carriage
// return, nothing invisible, no change of direction, nothing private.
[[nodiscard]] bool is_printable(std::string_view text) noexcept;

[[nodiscard]] inline std::string_view text_of(wire::Octets octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// The number of an integer type; nothing when it is none, or wider than its type.
[[nodiscard]] std::optional<std::int64_t> integer_of(const wire::VarBind& varbind) noexcept;
[[nodiscard]] std::optional<std::uint64_t> unsigned_of(const wire::VarBind& varbind) noexcept;

// Writes `"type":…,"value":…` and the label. False: the content is not what its type says, and was
// written as octets. `object` may be nullptr.
bool write_value(JsonWriter& json, const wire::VarBind& varbind, const OidObject* object);

}  // namespace netlogd::parse
