// One message with id, process, two attributes and text, parted by line feeds, against the built-in
// catalogue; every value that is no number must be a piece of the input or of the catalogue.
// Without the attributes, an extractor that remembers shapes must say what one says that does not.

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/text_buffer.hpp"
#include "netlogd/parse/events.hpp"
#include "netlogd/parse/knowledge.hpp"

using namespace netlogd;
using namespace netlogd::parse;

namespace {

EventCatalogue load() {
  std::vector<NamedText> files;
  for (const auto& file : builtin_knowledge())
    if (file.name.starts_with("events/")) files.push_back(file);
  auto loaded = EventCatalogue::load(files);
  if (!loaded) std::abort();
  return std::move(*loaded);
}

std::string_view line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const EventCatalogue catalogue = load();
  static EventExtractor extractor(catalogue);
  static ExtractedFields fields;
  static TextBuffer buffer;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  EventInput input;
  input.message_id = line(rest);
  input.process = line(rest);
  const NameValue parameters[] = {{line(rest), line(rest)}, {line(rest), line(rest)}};
  input.parameters = parameters;
  input.message = rest;
  fields.clear();
  const auto type = extractor.extract(input, fields);
  if (!catalogue.has_event_type(type)) std::abort();
  for (const auto list : {ExtractedFields::List::ip_addresses, ExtractedFields::List::interfaces,
                          ExtractedFields::List::mac_addresses, ExtractedFields::List::users})
    for (const auto value : fields.list(list)) {
      bool inside = input.message.find(value) != std::string_view::npos;
      for (const auto& parameter : parameters)
        inside |= parameter.value.find(value) != std::string_view::npos;
      if (value.empty() || !inside) std::abort();
    }
  buffer.clear();
  JsonWriter json(buffer);
  fields.write(json);

  static EventExtractor forgetful(catalogue, false);
  static ExtractedFields fresh;
  static TextBuffer fresh_buffer;
  input.parameters = {};
  fields.clear();
  fresh.clear();
  if (extractor.extract(input, fields) != forgetful.extract(input, fresh)) std::abort();
  buffer.clear();
  fields.write(json);
  fresh_buffer.clear();
  JsonWriter fresh_json(fresh_buffer);
  fresh.write(fresh_json);
  if (buffer.view() != fresh_buffer.view()) std::abort();
  return 0;
}
