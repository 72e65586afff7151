// The built-in event catalogue for tests, and one message read with it.

#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/text_buffer.hpp"
#include "netlogd/parse/events.hpp"
#include "netlogd/parse/knowledge.hpp"

namespace netlogd::parse {

inline std::vector<NamedText> builtin_event_files() {
  std::vector<NamedText> files;
  for (const auto& file : builtin_knowledge())
    if (file.name.starts_with("events/")) files.push_back(file);
  return files;
}

inline const EventCatalogue& builtin_events() {
  static const auto catalogue = [] {
    const auto files = builtin_event_files();
    auto loaded = EventCatalogue::load(files);
    if (!loaded) ADD_FAILURE() << loaded.error().sentence;
    return std::move(*loaded);
  }();
  return catalogue;
}

struct ReadEvent {
  std::string type;
  std::string fields;
  EventDecision decision;
};

inline ReadEvent read_event(const EventCatalogue& catalogue, const EventInput& input) {
  EventExtractor extractor(catalogue);
  ExtractedFields fields;
  const std::string type(extractor.extract(input, fields));
  TextBuffer buffer;
  JsonWriter json(buffer);
  fields.write(json);
  return {type, std::string(buffer.view()), extractor.decision()};
}

inline ReadEvent read_event(std::string_view id, std::string_view message,
                            std::string_view process = {}) {
  return read_event(builtin_events(), {.vendor = "unknown",
                                       .message_id = id,
                                       .process = process,
                                       .message = message,
                                       .parameters = {}});
}

}  // namespace netlogd::parse
