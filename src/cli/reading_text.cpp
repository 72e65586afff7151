#include "reading_text.hpp"

#include <nlohmann/json.hpp>

#include "netlogd/core/printable.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t value_columns = 48;  // on a terminal

}  // namespace

void print_fields(const LineReading& reading, const Session& session) {
  Table table({{"FIELD"}, {"BYTES", Table::Side::right}, {"VALUE"}, {"RULE"}, {"DOUBT"}},
              session.terminal);
  for (const auto& field : reading.fields) {
    const std::string bytes =
        field.span ? std::to_string(field.span->from) + "-" + std::to_string(field.span->to) : "";
    auto value = printable(field.value);
    if (session.terminal.columns > 0) value = cut_to(value, value_columns);
    table.add({Cell(printable(field.field), Colour::cyan), bytes, value, printable(field.rule),
               Cell(printable(field.doubt), Colour::yellow)});
  }
}

nlohmann::ordered_json fields_json(const LineReading& reading) {
  using Json = nlohmann::ordered_json;
  Json fields = Json::array();
  for (const auto& field : reading.fields) {
    Json one = {{"field", field.field}, {"value", field.value}};
    one["span"] = field.span ? Json({field.span->from, field.span->to}) : Json();
    one["rule"] = field.rule;
    one["doubt"] = field.doubt.empty() ? Json() : Json(field.doubt);
    fields.push_back(std::move(one));
  }
  return fields;
}

}  // namespace netlogd::cli
