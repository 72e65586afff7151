#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "enrich/inventory_builder.hpp"
#include "enrich/inventory_forms.hpp"

namespace netlogd::enrich {
namespace {

// Counts the lines that the parser has taken.
class LineIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineIterator(const char* at, int* line) noexcept : at_(at), line_(line) {}
  reference operator*() const noexcept { return *at_; }
  LineIterator& operator++() noexcept {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  LineIterator operator++(int) noexcept {
    const LineIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const LineIterator& a, const LineIterator& b) noexcept {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  int* line_;
};

class JsonEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonEvents(InventoryBuilder& builder, const int& line)
      : builder_(builder), walker_(builder), line_(line) {}

  bool null() override { return walker_.scalar(line_, {}, true); }
  bool boolean(bool value) override {
    return walker_.scalar(line_, value ? "true" : "false", false);
  }
  bool number_integer(number_integer_t value) override {
    return walker_.scalar(line_, std::to_string(value), false);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return walker_.scalar(line_, std::to_string(value), false);
  }
  bool number_float(number_float_t, const string_t& text) override {
    return walker_.scalar(line_, text, false);
  }
  bool string(string_t& text) override { return walker_.scalar(line_, text, false); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& text) override { return walker_.scalar(line_, text, false); }
  bool start_object(std::size_t) override { return enter() && walker_.map_start(line_); }
  bool end_object() override {
    --depth_;
    return walker_.map_end();
  }
  bool start_array(std::size_t) override { return enter() && walker_.list_start(line_); }
  bool end_array() override {
    --depth_;
    return walker_.list_end();
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …": the place is ours to
    // say.
    std::string_view text = error.what();
    if (const auto place = text.find("column "); place != std::string_view::npos)
      if (const auto colon = text.find(": ", place); colon != std::string_view::npos)
        text.remove_prefix(colon + 2);
    builder_.fault(line_, fmt::format("no valid JSON: {}", text.substr(0, 300)));
    return false;
  }

 private:
  bool enter() {
    if (++depth_ <= InventoryWalker::max_depth) return true;
    builder_.fault(line_, fmt::format("more than {} levels deep", InventoryWalker::max_depth));
    return false;
  }

  InventoryBuilder& builder_;
  InventoryWalker walker_;
  const int& line_;
  int depth_ = 0;
};

}  // namespace

void read_inventory_json(std::string_view text, InventoryBuilder& builder) {
  int line = 1;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  JsonEvents events(builder, line);
  try {
    nlohmann::json::sax_parse(LineIterator(text.data(), &line),
                              LineIterator(text.data() + text.size(), &line), &events);
  } catch (const std::exception& error) {
    builder.fault(line, fmt::format("no valid JSON: {}", error.what()));
  }
}

}  // namespace netlogd::enrich
