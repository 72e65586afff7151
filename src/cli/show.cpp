// netlog show (or why): one record whole, how it was read, and where it lies.

#include <memory>
#include <nlohmann/json.hpp>

#include "base64.hpp"
#include "commands.hpp"
#include "journal_files.hpp"
#include "netlogd/core/printable.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "reading_text.hpp"
#include "record_text.hpp"
#include "records.hpp"

namespace netlogd::cli {
namespace {

struct ShowOptions {
  std::vector<std::string> ids;
  std::string stream;
};

struct Reference {
  std::vector<Stream> streams;  // where to look
  std::uint64_t id = 0;
};

// "123", "s123", "trap:45".
Result<Reference> parse_reference(const std::string& text, const std::string& stream) {
  Reference reference;
  const Error wrong{Errc::invalid,
                    "\"" + text + "\" is no id; write 123, s123, t45, f7 or trap:45"};
  TextCursor cursor(text);
  const auto word = std::string(cursor.take_while(is_alpha));
  cursor.take(':');
  if (!cursor.take_number(reference.id, 16) || !cursor.at_end() || reference.id == 0) return wrong;
  const std::string wanted = word.empty() ? stream : word;
  for (std::size_t i = 0; i < stream_count; ++i)
    if (!wanted.empty() && stream_names[i].starts_with(wanted))
      reference.streams.push_back(static_cast<Stream>(i));
  if (!wanted.empty() && reference.streams.empty()) return wrong;
  if (wanted.empty()) reference.streams = {Stream::syslog, Stream::trap, Stream::flow};
  return reference;
}

struct Place {
  bool in_sqlite = false;
  std::string file;
  std::uint64_t offset = 0;
};

Place locate(RecordSource& source, Stream stream, std::uint64_t id) {
  Place place;
  if (auto* database = source.database()) {
    const auto found = database->integer("SELECT count(*) FROM " + view_of(stream) +
                                         " WHERE id = " + std::to_string(id));
    place.in_sqlite = found && *found > 0;
  }
  const auto files = list_journal(source.folder(), stream);
  if (!files) return place;
  for (auto file = files->rbegin(); file != files->rend(); ++file) {
    if (file->first_id > id || file->first_id == 0) continue;
    std::uint64_t from = 0;
    if (!file->gzip) {
      if (const auto at = offset_of_id(*file, id)) from = *at;
    }
    (void)read_forward(*file, from, [&](std::string_view line, std::uint64_t at) {
      if (line_id(line) < id) return true;
      if (line_id(line) == id) {
        place.file = file->path;
        place.offset = at;
      }
      return false;
    });
    break;
  }
  return place;
}

// Objects and lists go deeper, a key a line.
void print_value(const Terminal& terminal, const std::string& key,
                 const nlohmann::ordered_json& value, std::size_t depth) {
  const std::string indent(2 + 2 * depth, ' ');
  const std::string name =
      indent + padded(printable(key), 22 - 2 * std::min<std::size_t>(depth, 8));
  const bool nested =
      (value.is_object() || (value.is_array() && !value.empty() && value[0].is_object())) &&
      !value.empty();
  if (nested && value.is_object()) {
    Session::print(terminal.paint(Colour::cyan, indent + printable(key)) + "\n");
    for (const auto& [inner, one] : value.items()) print_value(terminal, inner, one, depth + 1);
  } else if (nested) {
    Session::print(terminal.paint(Colour::cyan, indent + printable(key)) + "\n");
    for (const auto& one : value) {
      std::string line = indent + "  ";
      for (const auto& [inner, part] : one.items())
        line += printable(inner) + "=" +
                printable(part.is_string() ? part.get<std::string>() : part.dump()) + "  ";
      while (line.back() == ' ') line.pop_back();
      Session::print(line + "\n");
    }
  } else {
    const auto text = value.is_null()     ? std::string("-")
                      : value.is_string() ? value.get<std::string>()
                                          : value.dump();
    Session::print(terminal.paint(Colour::cyan, name) + " " + printable(text) + "\n");
  }
}

void print_place(const Place& place) {
  std::string line = "  in the journal         ";
  line += place.file.empty() ? "no longer"
                             : printable(place.file) + " at byte " + std::to_string(place.offset) +
                                   (place.file.ends_with(".gz") ? " of the uncompressed text" : "");
  line += "\n  in SQLite              ";
  line += place.in_sqlite ? "yes" : "no";
  Session::print(line + "\n");
}

// The reader of today on the text of then; nullopt: the record has no text.
std::optional<LineReading> read_again(const std::string& line, LineReader& reader) {
  RecordReader record;
  if (!record.read(line)) return {};
  const auto exact = record.text("raw_base64");
  const std::string text =
      exact.empty() ? std::string(record.text("raw_message")) : from_base64(exact);
  if (text.empty()) return {};
  RawMessage raw;
  raw.bytes = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  raw.received = TimePoint(std::chrono::microseconds(record.received()));
  raw.source.address = IpAddress::parse(record.text("source_ip")).value_or(IpAddress());
  return reader.read(raw);
}

int show(const ShowOptions& options, const Session& session) {
  const auto data = session.data();
  if (!data) return Session::fail(data.error());
  auto source = RecordSource::open(*data, false);
  if (!source) return Session::fail(source.error());
  const auto inputs = load_inputs(data->config);
  std::optional<LineReader> reader;
  if (inputs)
    reader.emplace(*inputs);
  else
    Session::remark("netlog: how it was read is not shown: " + inputs.error().sentence);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  bool all_found = true;
  for (const auto& text : options.ids) {
    const auto reference_of = parse_reference(text, options.stream);
    if (!reference_of) return Session::fail(reference_of.error());
    bool found_one = false;
    for (const auto stream : reference_of->streams) {
      const auto record = source->by_id(stream, reference_of->id);
      if (!record) return Session::fail(record.error());
      if (!*record) continue;
      found_one = true;
      const auto place = locate(*source, stream, reference_of->id);
      auto json = nlohmann::ordered_json::parse((*record)->line, nullptr, false);
      const auto reading =
          stream == Stream::syslog && reader ? read_again((*record)->line, *reader) : std::nullopt;
      if (session.json) {
        nlohmann::ordered_json where = {
            {"sqlite", place.in_sqlite},
            {"file",
             place.file.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(place.file)},
            {"offset", place.offset}};
        list.push_back({{"reference", reference(stream, reference_of->id)},
                        {"record", std::move(json)},
                        {"where", std::move(where)}});
        if (reading) list.back()["reading"] = fields_json(*reading);
        continue;
      }
      Session::print(session.terminal.paint(Colour::bold, reference(stream, reference_of->id)) +
                     "\n");
      for (const auto& [key, value] : json.items()) print_value(session.terminal, key, value, 0);
      print_place(place);
      if (!reading) continue;
      Session::print(session.terminal.paint(Colour::bold, "\n  how it was read") + "\n");
      print_fields(*reading, session);
    }
    if (!found_one) Session::remark("netlog: " + text + ": no such record");
    all_found = all_found && found_one;
  }
  if (session.json) session.print_value(list.size() == 1 ? list[0] : list);
  return all_found ? exit_found : exit_nothing;
}

}  // namespace

void add_show(CommandLine& line, Session& session) {
  auto options = std::make_shared<ShowOptions>();
  auto command = line.command("show", "a record whole, how it was read and where it lies", "why");
  command.option("id", options->ids, "123, s123 (syslog), t45 (trap), f7 (flow)",
                 {.required = true});
  command.option("--stream", options->stream, "where an id without a letter is looked for (all)");
  command.action([options, &session] { return show(*options, session); });
}

}  // namespace netlogd::cli
