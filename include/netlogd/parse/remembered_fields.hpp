// The `extracted_fields` of a message whose shape was read before: JSON that is the same for all
// messages of the shape, and places in this one between. Written without being filled in first.
// Points into the extractor and the message; valid until the extractor's next message.

#pragma once

#include <cstddef>
#include <string_view>

#include "netlogd/core/json_text.hpp"
#include "netlogd/parse/extracted_fields.hpp"

namespace netlogd::parse {

class EventReadingOfShape;
class TextShape;

class RememberedFields {
 public:
  // Nothing is remembered.
  RememberedFields() = default;
  RememberedFields(const EventReadingOfShape& reading, const TextShape& shape,
                   std::string_view message) noexcept
      : reading_(&reading), shape_(&shape), message_(message) {}

  explicit operator bool() const noexcept { return reading_ != nullptr; }

  // As ExtractedFields::put() of fields that hold nothing else.
  char* put(char* out, const json_text::PiecesOf& pieces) const noexcept;
  [[nodiscard]] std::size_t room() const noexcept;
  // The first value of a key stays.
  void fill(ExtractedFields& fields) const;

 private:
  const EventReadingOfShape* reading_ = nullptr;
  const TextShape* shape_ = nullptr;
  std::string_view message_;
};

}  // namespace netlogd::parse
