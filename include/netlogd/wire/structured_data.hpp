// The structured data of RFC 5424, section 6.3: "[id name="value" …][id …]", and what devices make
// of it: curly quotes, a blank around '=', values that no blank separates. Names and unescaped
// values point into the message; values with escapes into text that the object owns. The memory is
// kept from message to message. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace netlogd::wire {

class StructuredData {
 public:
  // What is over these is read over, not kept, and clean() is false.
  static constexpr std::size_t max_elements = 256;
  static constexpr std::size_t max_parameters = 16384;

  struct Element {
    std::string_view id;
    std::uint32_t first = 0;  // of its parameters
    std::uint32_t count = 0;
  };
  struct Parameter {
    std::string_view name;
    std::string_view value;  // escapes undone
  };

  void clear() noexcept {
    elements_.clear();
    parameters_.clear();
    unescaped_.clear();
  }
  // Reads the elements at the front of `text` and returns how many characters they take; 0 if the
  // first is malformed (nothing is kept then). A later element that is malformed ends them.
  // What it returned for the message before is gone.
  std::size_t parse(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return elements_.empty(); }
  [[nodiscard]] const std::vector<Element>& elements() const noexcept { return elements_; }
  [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }
  // False: an element behind the ones that were read is malformed, or there were too many.
  [[nodiscard]] bool clean() const noexcept { return clean_; }

 private:
  std::size_t parse_element(std::string_view text);
  bool take_value(std::string_view text, std::size_t& at, std::string_view& value);

  std::vector<Element> elements_;
  std::vector<Parameter> parameters_;
  std::string unescaped_;  // never grows while views point into it: reserved for the whole text
  bool clean_ = true;
};

}  // namespace netlogd::wire
