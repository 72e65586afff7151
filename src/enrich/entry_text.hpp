// One device or subnet as it was written, before it is understood: what the readers of the three
// forms hand to the builder.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace netlogd::enrich {

enum class Section : std::uint8_t { devices, subnets };

struct FieldText {
  enum class Shape : std::uint8_t { null, scalar, list, map };
  std::string key;
  int line = 1;
  Shape shape = Shape::null;
  // One for a scalar, one for each item of a list; of a map the keys stand in `first`.
  std::vector<std::pair<std::string, std::string>> values;
};

struct EntryText {
  Section section = Section::devices;
  int line = 1;
  std::vector<FieldText> fields;
};

}  // namespace netlogd::enrich
