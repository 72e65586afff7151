// Structured data: what is taken lies within the text, and the object that is written has its
// quotes in pairs.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/wire/structured_data.hpp"
#include "parse/structured_data_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd;
  static wire::StructuredData structured;
  static TextBuffer buffer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (structured.parse(text) > size) std::abort();
  std::size_t parameters = 0;
  for (const auto& element : structured.elements()) parameters += element.count;
  if (parameters != structured.parameters().size()) std::abort();
  buffer.clear();
  JsonWriter json(buffer);
  parse::write_structured_data(structured, json);
  const auto written = buffer.view();
  if (written.front() != '{' || written.back() != '}') std::abort();
  return 0;
}
