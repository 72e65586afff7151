#include "record.hpp"

#include <simdjson.h>

namespace netlogd::cli {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct RecordReader::State {
  simdjson::dom::parser parser;
  std::string padded;
  element root;
  bool good = false;

  [[nodiscard]] bool find(std::string_view path, element& found) const {
    if (!good) return false;
    found = root;
    while (!path.empty()) {
      const auto dot = path.find('.');
      // A key of extracted_fields may hold dots itself: the whole rest first.
      element next;
      if (found.at_key(path).get(next) == simdjson::SUCCESS) {
        found = next;
        return true;
      }
      if (dot == std::string_view::npos ||
          found.at_key(path.substr(0, dot)).get(next) != simdjson::SUCCESS)
        return false;
      found = next;
      path.remove_prefix(dot + 1);
    }
    return true;
  }
};

namespace {

std::string to_cell(const element& value, bool inner) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(std::string_view(value));
    case element_type::NULL_VALUE:
      return inner ? "null" : "";
    case element_type::ARRAY: {
      std::string out;
      for (const element one : simdjson::dom::array(value)) {
        if (one.type() == element_type::OBJECT) return simdjson::minify(value);
        if (!out.empty()) out += ",";
        out += to_cell(one, true);
      }
      return out;
    }
    default:
      return simdjson::minify(value);
  }
}

std::string_view string_at(const element& object, std::string_view key) {
  std::string_view text;
  return object.at_key(key).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

}  // namespace

RecordReader::RecordReader() : state_(std::make_unique<State>()) {}
RecordReader::~RecordReader() = default;

bool RecordReader::read(std::string_view line) {
  auto& state = *state_;
  state.padded.assign(line);
  state.padded.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  state.good = state.parser.parse(state.padded.data(), line.size(), false).get(state.root) ==
                   simdjson::SUCCESS &&
               state.root.type() == element_type::OBJECT;
  return state.good;
}

std::uint64_t RecordReader::id() const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer("id").value_or(0)));
}

Micros RecordReader::received() const { return parse_utc(text("received_at")).value_or(0); }

std::optional<Stream> RecordReader::stream() const {
  const auto type = text("record_type");
  for (std::size_t i = 0; i < stream_count; ++i)
    if (stream_names[i] == type) return static_cast<Stream>(i);
  return {};
}

std::string_view RecordReader::text(std::string_view path) const {
  element found;
  std::string_view text;
  if (!state_->find(path, found) || found.get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::optional<std::int64_t> RecordReader::integer(std::string_view path) const {
  element found;
  std::int64_t number = 0;
  if (!state_->find(path, found) || found.get(number) != simdjson::SUCCESS) return {};
  return number;
}

bool RecordReader::boolean(std::string_view path) const {
  element found;
  bool value = false;
  return state_->find(path, found) && found.get(value) == simdjson::SUCCESS && value;
}

std::string RecordReader::cell(std::string_view path) const {
  element found;
  return state_->find(path, found) ? to_cell(found, false) : std::string();
}

std::vector<std::string_view> RecordReader::list(std::string_view path) const {
  std::vector<std::string_view> all;
  element found;
  simdjson::dom::array array;
  if (!state_->find(path, found) || found.get(array) != simdjson::SUCCESS) return all;
  for (const element one : array) {
    std::string_view text;
    if (one.get(text) == simdjson::SUCCESS) all.push_back(text);
  }
  return all;
}

std::vector<std::pair<std::string_view, std::string>> RecordReader::members(
    std::string_view path) const {
  std::vector<std::pair<std::string_view, std::string>> all;
  element found;
  simdjson::dom::object object;
  if (!state_->find(path, found) || found.get(object) != simdjson::SUCCESS) return all;
  for (const auto& [key, value] : object) all.emplace_back(key, to_cell(value, false));
  return all;
}

std::vector<RecordReader::Varbind> RecordReader::varbinds() const {
  std::vector<Varbind> all;
  element found;
  simdjson::dom::array array;
  if (!state_->find("varbinds", found) || found.get(array) != simdjson::SUCCESS) return all;
  for (const element one : array)
    all.push_back({string_at(one, "oid"), string_at(one, "name"), string_at(one, "value"),
                   string_at(one, "label")});
  return all;
}

}  // namespace netlogd::cli
