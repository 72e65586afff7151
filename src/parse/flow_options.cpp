// Options data of NetFlow v9 and IPFIX: what an exporter says of itself, its samplers, its
// interfaces and its applications. It makes no record; it makes the records better.

#include <optional>

#include "parse/flow_decoder.hpp"

namespace netlogd::parse {
namespace {

using wire::NumberColumn;

constexpr std::uint16_t v9_interface_scope = 2;

struct OptionsRecord {
  std::optional<std::uint64_t> interface;
  std::optional<std::uint64_t> application;
  std::string_view interface_name;
  std::string_view interface_description;
  std::string_view application_name;
};

std::string_view text_of(std::span<const std::uint8_t> octets) noexcept {
  std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
  // Fixed lengths are filled up with NUL or blanks.
  text = text.substr(0, text.find('\0'));
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void read_field(OptionsRecord& record, const wire::TemplateField& field,
                std::span<const std::uint8_t> octets) {
  const bool is_number = !octets.empty() && octets.size() <= 8;
  if (field.enterprise == wire::TemplateDefinition::v9_scope) {
    if (field.number == v9_interface_scope && is_number) record.interface = wire::number_of(octets);
    return;
  }
  if (field.enterprise != 0) return;
  switch (field.number) {
    case 10:  // ingressInterface
    case 14:  // egressInterface
      if (is_number && !record.interface) record.interface = wire::number_of(octets);
      break;
    case 82:
      record.interface_name = text_of(octets);
      break;
    case 83:
      record.interface_description = text_of(octets);
      break;
    case 95:
      if (is_number) record.application = wire::number_of(octets);
      break;
    case 96:
      record.application_name = text_of(octets);
      break;
    default:
      break;
  }
}

}  // namespace

void FlowDecoder::take_options(Datagram& datagram, Templated& message,
                               const wire::FlowTemplate& format, const std::uint8_t* record,
                               std::span<const wire::FieldPlace> places) {
  count(counters_.options_records);
  OptionsRecord options;
  const auto& fields = format.definition().fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    read_field(options, fields[i], {record + places[i].offset, places[i].length});
  columns_.clear();
  format.decode(record, places, message.clock, columns_);

  const auto& exporter = datagram.message.source.address;
  auto& sampling = message.source->sampling;
  const auto sampling_bytes = sampling.bytes();
  if (const auto interval = stated_interval(columns_); interval != 0) {
    if (columns_.has(NumberColumn::sampler)) {
      sampling.set_sampler(columns_.get(NumberColumn::sampler), interval);
    } else if (options.interface) {
      sampling.set_interface(*options.interface, interval);
    } else {
      sampling.set(interval);
      names_.set_sampling(exporter, interval);
    }
  }
  sources_.account_sampling(*message.source, sampling_bytes);
  if (columns_.has(NumberColumn::system_init_ms))
    message.source->system_init_ms = columns_.get(NumberColumn::system_init_ms);
  const auto interface_name =
      options.interface_name.empty() ? options.interface_description : options.interface_name;
  if (options.interface && !interface_name.empty())
    names_.set_interface(exporter, *options.interface, interface_name);
  if (options.application && !options.application_name.empty())
    names_.set_application(exporter, *options.application, options.application_name);
  datagram.names = names_.find(exporter);
}

}  // namespace netlogd::parse
