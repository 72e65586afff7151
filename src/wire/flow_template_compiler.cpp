// From a template's definition to its instructions: which field fills which column, and under which
// name the others are written.

#include <algorithm>
#include <array>
#include <unordered_map>

#include "netlogd/wire/flow_template.hpp"

namespace netlogd::wire {
namespace {

constexpr std::uint16_t application_name = 96;
constexpr std::uint16_t padding_octets = 210;
constexpr std::size_t max_record_bytes = 65507;  // of a UDP datagram

// The scopes of RFC 3954, 6.1.
constexpr std::array<std::string_view, 6> v9_scopes = {
    "", "scopeSystem", "scopeInterface", "scopeLineCard", "scopeCache", "scopeTemplate"};

std::string name_of_field(const TemplateField& field, const FlowElement* element) {
  if (element != nullptr) return element->name;
  if (field.enterprise == TemplateDefinition::v9_scope) {
    return field.number < v9_scopes.size() && field.number > 0
               ? std::string(v9_scopes[field.number])
               : "scope_" + std::to_string(field.number);
  }
  if (field.enterprise == 0) return "ie_" + std::to_string(field.number);
  return "e" + std::to_string(field.enterprise) + "_" + std::to_string(field.number);
}

using Kind = FlowTemplate::Copy::Kind;

// What can fill one column: of several the lowest rank does, of equals the first. `twin` has the
// same rank as its other address family and steps in where the first says nothing but zeros.
struct Role {
  std::uint16_t number;
  Kind kind;
  std::uint8_t column;
  std::uint8_t rank = 0;
  bool twin = false;
  bool keep = false;  // written under its own name as well
};

constexpr Role number(std::uint16_t element, NumberColumn column, std::uint8_t rank = 0,
                      bool keep = false) {
  return {element, Kind::number, static_cast<std::uint8_t>(column), rank, false, keep};
}
constexpr Role mask(std::uint16_t element, NumberColumn column) {
  return {element, Kind::number, static_cast<std::uint8_t>(column), 0, true, false};
}
constexpr Role address(std::uint16_t element, Kind kind, AddressColumn column) {
  return {element, kind, static_cast<std::uint8_t>(column), 0, true, false};
}
constexpr Role time(std::uint16_t element, Kind kind, std::uint8_t rank, bool keep = false) {
  return {element, kind, 0, rank, false, keep};
}

// Sorted by element number.
constexpr std::array roles = {
    number(1, NumberColumn::bytes),
    number(2, NumberColumn::packets),
    number(4, NumberColumn::protocol),
    number(5, NumberColumn::tos),
    number(6, NumberColumn::tcp_flags),
    number(7, NumberColumn::src_port),
    address(8, Kind::ipv4, AddressColumn::src_ip),
    mask(9, NumberColumn::src_mask),
    number(10, NumberColumn::input_interface),
    number(11, NumberColumn::dst_port),
    address(12, Kind::ipv4, AddressColumn::dst_ip),
    mask(13, NumberColumn::dst_mask),
    number(14, NumberColumn::output_interface),
    address(15, Kind::ipv4, AddressColumn::next_hop),
    number(16, NumberColumn::src_as),
    number(17, NumberColumn::dst_as),
    number(21, NumberColumn::last_switched),
    number(22, NumberColumn::first_switched),
    address(27, Kind::ipv6, AddressColumn::src_ip),
    address(28, Kind::ipv6, AddressColumn::dst_ip),
    mask(29, NumberColumn::src_mask),
    mask(30, NumberColumn::dst_mask),
    number(34, NumberColumn::sampling_interval),
    number(35, NumberColumn::sampling_mode),
    number(38, NumberColumn::engine_type),
    number(39, NumberColumn::engine_id),
    number(48, NumberColumn::sampler, 0, true),
    number(49, NumberColumn::sampling_mode, 1),
    number(50, NumberColumn::sampling_interval, 1),
    address(62, Kind::ipv6, AddressColumn::next_hop),
    number(85, NumberColumn::bytes, 1),
    number(86, NumberColumn::packets, 1),
    number(95, NumberColumn::application, 0, true),
    time(150, Kind::start_seconds, 3),
    time(151, Kind::end_seconds, 3),
    time(152, Kind::start_milliseconds, 2),
    time(153, Kind::end_milliseconds, 2),
    time(154, Kind::start_microseconds, 1),
    time(155, Kind::end_microseconds, 1),
    time(156, Kind::start_nanoseconds, 0),
    time(157, Kind::end_nanoseconds, 0),
    time(158, Kind::start_delta, 4),
    time(159, Kind::end_delta, 4),
    number(160, NumberColumn::system_init_ms, 0, true),
    Role{161, Kind::duration_ms, static_cast<std::uint8_t>(NumberColumn::duration_us), 1, false,
         true},
    number(162, NumberColumn::duration_us, 0, true),
    number(180, NumberColumn::src_port, 1),
    number(181, NumberColumn::dst_port, 1),
    number(182, NumberColumn::src_port, 1),
    number(183, NumberColumn::dst_port, 1),
    number(231, NumberColumn::bytes, 2),
    number(298, NumberColumn::packets, 2),
    number(302, NumberColumn::sampler, 1, true),
    number(305, NumberColumn::sampling_packet_interval, 0, true),
    number(306, NumberColumn::sampling_packet_space, 0, true),
    number(309, NumberColumn::sampling_size, 0, true),
    number(310, NumberColumn::sampling_population, 0, true),
    Role{311, Kind::probability, static_cast<std::uint8_t>(NumberColumn::sampling_interval), 2,
         false, true},
    // What an event record has instead of an end (Cisco ASA).
    time(322, Kind::end_seconds, 8, true),
    time(323, Kind::end_milliseconds, 7, true),
    time(324, Kind::end_microseconds, 6, true),
    time(325, Kind::end_nanoseconds, 5, true),
    number(352, NumberColumn::bytes, 3),
};
static_assert(std::is_sorted(roles.begin(), roles.end(),
                             [](const Role& a, const Role& b) { return a.number < b.number; }));

}  // namespace

class TemplateCompiler {
 public:
  TemplateCompiler(FlowTemplate& out, const FlowElements& elements)
      : out_(out), elements_(elements) {}

  bool run() {
    const auto& fields = out_.definition_.fields;
    if (fields.empty() || fields.size() > TemplateDefinition::max_fields) return false;
    if (!place_fields()) return false;
    choose_columns();
    for (std::size_t i = 0; i < fields.size(); ++i) add_field(static_cast<std::uint16_t>(i));
    finish_keys();
    out_.memory_bytes_ = sizeof(FlowTemplate) + fields.capacity() * sizeof(TemplateField) +
                         out_.places_.capacity() * sizeof(FieldPlace) +
                         out_.copies_.capacity() * sizeof(FlowTemplate::Copy) +
                         out_.named_.capacity() * sizeof(NamedField) + out_.keys_.capacity();
    return true;
  }

 private:
  // Start and end are targets beside the columns.
  static constexpr std::size_t address_target = number_column_count;
  static constexpr std::size_t start_target = address_target + address_column_count;
  static constexpr std::size_t end_target = start_target + 1;
  static constexpr std::size_t target_count = end_target + 1;
  static constexpr std::uint16_t nobody = 0xffff;

  static const Role* role_of(const TemplateField& field) noexcept {
    if (field.enterprise != 0 || field.length == 0 || field.length == variable_length)
      return nullptr;
    const auto* at = std::lower_bound(
        roles.begin(), roles.end(), field.number,
        [](const Role& role, std::uint16_t wanted) { return role.number < wanted; });
    if (at == roles.end() || at->number != field.number) return nullptr;
    const bool fits = at->kind == Kind::ipv4   ? field.length == 4
                      : at->kind == Kind::ipv6 ? field.length == 16
                                               : field.length <= 8;
    return fits ? at : nullptr;
  }
  static std::size_t target_of(const Role& role) noexcept {
    if (role.kind == Kind::ipv4 || role.kind == Kind::ipv6) return address_target + role.column;
    if (role.kind >= Kind::end_seconds) return end_target;
    if (role.kind >= Kind::start_seconds) return start_target;
    return role.column;
  }

  bool place_fields() {
    std::size_t at = 0;
    const auto& fields = out_.definition_.fields;
    for (const auto& field : fields) {
      if (field.length == variable_length) out_.has_variable_fields_ = true;
      at += field.length == variable_length ? 1 : field.length;
    }
    if (at == 0 || at > max_record_bytes) return false;
    out_.min_record_bytes_ = at;
    if (out_.has_variable_fields_) return true;
    out_.places_.reserve(fields.size());
    at = 0;
    for (const auto& field : fields) {
      out_.places_.push_back({static_cast<std::uint16_t>(at), field.length});
      at += field.length;
    }
    return true;
  }

  void choose_columns() {
    chosen_.fill(nobody);
    const auto& fields = out_.definition_.fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Role* role = role_of(fields[i]);
      if (role == nullptr) continue;
      auto& chosen = chosen_[target_of(*role)];
      if (chosen == nobody || role->rank < role_of(fields[chosen])->rank)
        chosen = static_cast<std::uint16_t>(i);
    }
  }

  void add_field(std::uint16_t index) {
    const auto& field = out_.definition_.fields[index];
    if (field.length == 0 || (field.enterprise == 0 && field.number == padding_octets)) return;
    if (field.enterprise == 0 && field.number == application_name) out_.names_application_ = true;
    const Role* role = role_of(field);
    if (role == nullptr) return add_name(index, NamedField::When::always, 0);
    const auto target = target_of(*role);
    const auto chosen = chosen_[target];
    const bool is_twin =
        chosen != index && role->twin && out_.definition_.fields[chosen].number != field.number;
    if (chosen == index || is_twin)
      out_.copies_.push_back(
          {.kind = role->kind, .column = role->column, .twin = is_twin, .field = index});
    if (is_twin) return add_name(index, NamedField::When::differs, role->column);
    if (chosen != index || role->keep) return add_name(index, NamedField::When::always, 0);
    if (target == start_target) add_name(index, NamedField::When::no_start, 0);
    if (target == end_target) add_name(index, NamedField::When::no_end, 0);
  }

  void add_name(std::uint16_t index, NamedField::When when, std::uint8_t column) {
    const auto& field = out_.definition_.fields[index];
    const auto* element = elements_.find(field.enterprise, field.number);
    std::string name = name_of_field(field, element);
    if (const unsigned seen = ++seen_[name]; seen > 1) name += "_" + std::to_string(seen);
    auto type = element != nullptr ? element->type : ElementType::octet_array;
    if (field.enterprise == TemplateDefinition::v9_scope) type = ElementType::unsigned_number;
    key_sizes_.push_back(name.size() + 3);
    out_.keys_.append("\"").append(name).append("\":");
    out_.named_.push_back(
        {.type = type, .when = when, .column = column, .field = index, .key = {}});
  }

  // The keys are one piece of text, which has now stopped moving.
  void finish_keys() {
    out_.keys_.shrink_to_fit();
    std::size_t at = 0;
    for (std::size_t i = 0; i < out_.named_.size(); ++i) {
      out_.named_[i].key = std::string_view(out_.keys_).substr(at, key_sizes_[i]);
      at += key_sizes_[i];
    }
  }

  FlowTemplate& out_;
  const FlowElements& elements_;
  std::array<std::uint16_t, target_count> chosen_{};
  std::unordered_map<std::string, unsigned> seen_;
  std::vector<std::size_t> key_sizes_;
};

std::unique_ptr<FlowTemplate> FlowTemplate::compile(TemplateDefinition definition,
                                                    const FlowElements& elements) {
  std::unique_ptr<FlowTemplate> compiled(new FlowTemplate);
  compiled->definition_ = std::move(definition);
  if (!TemplateCompiler(*compiled, elements).run()) return nullptr;
  return compiled;
}

}  // namespace netlogd::wire
