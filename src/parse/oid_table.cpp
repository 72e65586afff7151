#include "netlogd/parse/oid_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t max_rows = 500'000;

// One line of CSV (RFC 4180, without line breaks inside a field). False: a quote is not closed.
bool split(std::string_view line, std::vector<std::string>& cells) {
  cells.assign(1, {});
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += '"';
      ++i;
    } else if (c == '"' && (quoted || cells.back().empty())) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return !quoted;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
}

OctetSyntax syntax_of(std::string_view written) {
  static constexpr std::array<std::string_view, 7> texts = {
      "DisplayString", "SnmpAdminString", "Utf8String",  "OwnerString",
      "JnxVpnName",    "LongUtf8String",  "SnmpTagValue"};
  static constexpr std::array<std::string_view, 17> octets = {
      "PhysAddress",        "MacAddress",     "DateAndTime",
      "InetAddress",        "BridgeId",       "IPSIpAddress",
      "SnmpEngineID",       "NtpDateTime",    "RttMonTargetAddress",
      "IsisLinkStatePDUID", "IsisPDUHeader",  "IsisOSINSAddress",
      "CiiLinkStatePDUID",  "CiiPDUHeader",   "CiiOSINSAddress",
      "InetAddressIPv4",    "InetAddressIPv6"};
  const std::string_view name = written.substr(0, written.find(' '));
  if (written.find("BITS") != std::string_view::npos) return OctetSyntax::bits;
  if (std::find(texts.begin(), texts.end(), name) != texts.end()) return OctetSyntax::text;
  if (std::find(octets.begin(), octets.end(), name) != octets.end()) return OctetSyntax::octets;
  return OctetSyntax::unknown;
}

struct SourceWord {
  std::string_view word;
  FieldRule::Source source;
};
struct TargetWord {
  std::string_view word;
  FieldRule::Target target;
};
constexpr std::array<SourceWord, 5> plain_sources = {
    {{"value", FieldRule::Source::value},
     {"value-1", FieldRule::Source::value_less_one},
     {"label", FieldRule::Source::label},
     {"ip", FieldRule::Source::ip},
     {"mac", FieldRule::Source::mac}}};
constexpr std::array<SourceWord, 5> index_sources = {{{"index", FieldRule::Source::index},
                                                      {"index_ip", FieldRule::Source::index_ip},
                                                      {"index_id", FieldRule::Source::index_id},
                                                      {"index_inet", FieldRule::Source::index_inet},
                                                      {"index_mac", FieldRule::Source::index_mac}}};
constexpr std::array<TargetWord, 7> targets = {
    {{"interfaces", FieldRule::Target::interfaces},
     {"ip_addresses", FieldRule::Target::ip_addresses},
     {"mac_addresses", FieldRule::Target::mac_addresses},
     {"users", FieldRule::Target::users},
     {"interface_name", FieldRule::Target::interface_name},
     {"if_index", FieldRule::Target::if_index},
     {"severity", FieldRule::Target::severity}}};

// One key=source. False: not in the grammar, or a word list that is not there.
template <typename WordLists>
bool parse_rule(std::string_view text, const WordLists& lists, FieldRule& rule) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_word(text.substr(0, equals))) return false;
  rule.key = text.substr(0, equals);
  std::string_view source = text.substr(equals + 1);
  for (const auto& [word, target] : targets)
    if (rule.key == word) rule.target = target;
  if (source.size() > 2 && source.front() == '\'' && source.back() == '\'') {
    rule.source = FieldRule::Source::constant;
    rule.constant = source.substr(1, source.size() - 2);
    return true;
  }
  if (source.starts_with("label:")) {
    const auto found = lists.find(source.substr(6));
    if (found == lists.end()) return false;
    rule.words = &found->second;
    source = source.substr(0, 5);
  }
  for (const auto& [word, kind] : plain_sources)
    if (source == word) {
      rule.source = kind;
      return true;
    }
  for (const auto& [word, kind] : index_sources) {
    if (!source.starts_with(word) || source.size() < word.size() + 3) continue;
    const std::string_view rest = source.substr(word.size());
    if (rest.front() != '(' || rest.back() != ')') continue;
    const auto position = number_of<std::uint8_t>(rest.substr(1, rest.size() - 2));
    if (!position || *position >= wire::Oid::max_arcs) return false;
    rule.source = kind;
    rule.position = *position;
    return true;
  }
  return false;
}

bool parse_enum(std::string_view text, std::vector<EnumWord>& words) {
  words.clear();
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals + 1 == item.size()) return false;
    const auto value = number_of<std::int64_t>(item.substr(0, equals));
    if (!value) return false;
    words.push_back({*value, std::string(item.substr(equals + 1))});
  }
  std::sort(words.begin(), words.end(),
            [](const EnumWord& a, const EnumWord& b) { return a.value < b.value; });
  return true;
}

}  // namespace

std::string_view OidObject::word_of(std::int64_t value) const noexcept {
  const auto found = std::lower_bound(
      words.begin(), words.end(), value,
      [](const EnumWord& entry, std::int64_t wanted) { return entry.value < wanted; });
  return found != words.end() && found->value == value ? std::string_view(found->word)
                                                       : std::string_view{};
}

// Collects the rows of all files, then ties names, rules and words together.
class OidTableLoader {
 public:
  Result<OidTable> load(std::span<const NamedText> files) {
    for (const NamedText& file : files)
      if (auto done = read(file); !done) return done.error();
    if (auto done = tie(); !done) return done.error();
    return std::move(table_);
  }

 private:
  enum class Kind { none, oids, traps, objects, words };
  struct Line {
    const NamedText* file;
    std::size_t number;
  };
  // A row of one of the two files that refer to names.
  struct Reference {
    Line line;
    std::string name;
    std::string event_type;
    std::string severity;
    std::string fields;
  };

  static Error error_at(Line line, std::string_view sentence) {
    return {Errc::invalid,
            line.file->name + ":" + std::to_string(line.number) + ": " + std::string(sentence)};
  }

  Result<void> read(const NamedText& file) {
    Kind kind = Kind::none;
    std::size_t number = 0;
    std::string_view rest = file.text;
    if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
    while (!rest.empty()) {
      std::string_view text = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), text.size() + 1));
      if (text.ends_with('\r')) text.remove_suffix(1);
      const Line line{&file, ++number};
      if (text.empty() || text.front() == '#') continue;
      if (!split(text, cells_)) return error_at(line, "a quote is not closed");
      if (kind == Kind::none) {
        kind = read_header();
        if (kind == Kind::none)
          return error_at(
              line,
              "the header is none of oid,name,… trap,event_type,… object,fields words,from,to");
        continue;
      }
      if (cells_.size() > columns_.size()) return error_at(line, "more cells than the header has");
      if (++rows_ > max_rows) return error_at(line, "more than 500000 rows");
      if (auto done = read_row(kind, line); !done) return done;
    }
    return {};
  }

  Kind read_header() {
    columns_ = cells_;
    const auto has = [this](std::string_view name) {
      return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
    };
    if (has("oid") && has("name")) return Kind::oids;
    if (has("trap")) return Kind::traps;
    if (has("object") && has("fields")) return Kind::objects;
    if (has("words") && has("from") && has("to")) return Kind::words;
    return Kind::none;
  }

  [[nodiscard]] std::string_view cell(std::string_view column) const {
    for (std::size_t i = 0; i < columns_.size() && i < cells_.size(); ++i)
      if (columns_[i] == column) return cells_[i];
    return {};
  }

  Result<void> read_row(Kind kind, Line line) {
    switch (kind) {
      case Kind::oids:
        return read_oid(line);
      case Kind::words:
        table_.words_[std::string(cell("words"))].insert_or_assign(std::string(cell("from")),
                                                                   std::string(cell("to")));
        return {};
      case Kind::traps:
        trap_rows_.push_back({line, std::string(cell("trap")), std::string(cell("event_type")),
                              std::string(cell("severity")), std::string(cell("fields"))});
        return {};
      default:
        object_rows_.push_back(
            {line, std::string(cell("object")), {}, {}, std::string(cell("fields"))});
        return {};
    }
  }

  Result<void> read_oid(Line line) {
    wire::Oid oid;
    if (!oid.parse(cell("oid")))
      return error_at(line, "oid is not 1 to 128 numbers with dots between");
    const std::string_view kind = cell("kind");
    const std::string_view name = cell("name");
    if (!is_word(name))
      return error_at(line, "name is empty or holds more than letters, digits and -");
    if (kind == "trap" || kind == "notification") return read_trap(line, oid, name);
    if (!kind.empty() && kind != "object") return error_at(line, "kind is neither object nor trap");
    OidObject object;
    object.name = name;
    object.syntax = syntax_of(cell("syntax"));
    if (!parse_enum(cell("enum"), object.words)) return error_at(line, "enum is not 1=word;2=word");
    table_.object_index_.add(oid.arcs(), static_cast<std::uint32_t>(table_.objects_.size()));
    object_names_[object.name].push_back(table_.objects_.size());
    table_.objects_.push_back(std::move(object));
    return {};
  }

  Result<void> read_trap(Line line, const wire::Oid& oid, std::string_view name) {
    TrapFacts trap;
    trap.name = name;
    const auto index = static_cast<std::uint32_t>(table_.traps_.size());
    table_.trap_index_.add(oid.arcs(), index);
    if (const std::string_view mapped = cell("v1_oid"); !mapped.empty()) {
      wire::Oid v1;
      if (!v1.parse(mapped)) return error_at(line, "v1_oid is no OID");
      table_.trap_index_.add(v1.arcs(), index);
    }
    trap_names_[trap.name].push_back(table_.traps_.size());
    table_.traps_.push_back(std::move(trap));
    return {};
  }

  Result<void> tie() {
    table_.object_index_.build();
    table_.trap_index_.build();
    for (const Reference& row : object_rows_)
      if (auto done = tie_object(row); !done) return done;
    for (const Reference& row : trap_rows_)
      if (auto done = tie_trap(row); !done) return done;
    return {};
  }

  Result<void> parse_fields(const Reference& row, std::vector<FieldRule>& rules) {
    rules.clear();
    std::string_view rest = row.fields;
    while (!rest.empty()) {
      const std::string_view item = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), item.size() + 1));
      if (item.empty()) continue;
      FieldRule rule;
      if (!parse_rule(item, table_.words_, rule))
        return error_at(row.line, "fields has a rule that is not key=source: " + std::string(item));
      rules.push_back(std::move(rule));
    }
    return {};
  }

  // The places of a name (several MIBs may share it), or of an OID.
  template <typename Names>
  static std::vector<std::size_t> places_of(const std::string& name, const Names& names,
                                            const OidIndex& index) {
    if (const auto found = names.find(name); found != names.end()) return found->second;
    wire::Oid oid;
    if (!oid.parse(name)) return {};
    if (const auto place = index.exact(oid.arcs())) return {*place};
    return {};
  }

  Result<void> tie_object(const Reference& row) {
    const auto places = places_of(row.name, object_names_, table_.object_index_);
    if (places.empty()) return error_at(row.line, "no object is called " + row.name);
    std::vector<FieldRule> rules;
    if (auto done = parse_fields(row, rules); !done) return done;
    for (const std::size_t place : places) table_.objects_[place].fields = rules;
    return {};
  }

  Result<void> tie_trap(const Reference& row) {
    const auto places = places_of(row.name, trap_names_, table_.trap_index_);
    if (places.empty()) return error_at(row.line, "no notification is called " + row.name);
    std::vector<FieldRule> rules;
    if (auto done = parse_fields(row, rules); !done) return done;
    if (std::any_of(rules.begin(), rules.end(), [](const FieldRule& rule) {
          return rule.source != FieldRule::Source::constant;
        }))
      return error_at(row.line, "a notification's fields are key='text' only");
    std::optional<std::uint8_t> severity;
    if (!row.severity.empty()) {
      severity = number_of<std::uint8_t>(row.severity);
      if (!severity || *severity > 7) return error_at(row.line, "severity is not 0 to 7");
    }
    if (!row.event_type.empty() && !is_word(row.event_type))
      return error_at(row.line, "event_type is no word");
    for (const std::size_t place : places) {
      TrapFacts& trap = table_.traps_[place];
      trap.event_type = row.event_type;
      trap.severity = severity ? static_cast<std::int8_t>(*severity) : std::int8_t{-1};
      trap.fields = rules;
    }
    return {};
  }

  OidTable table_;
  std::vector<std::string> cells_;
  std::vector<std::string> columns_;
  std::size_t rows_ = 0;
  std::unordered_map<std::string, std::vector<std::size_t>> object_names_;
  std::unordered_map<std::string, std::vector<std::size_t>> trap_names_;
  std::vector<Reference> object_rows_;
  std::vector<Reference> trap_rows_;
};

Result<OidTable> OidTable::load(std::span<const NamedText> files) {
  return OidTableLoader().load(files);
}

OidTable::Found OidTable::object(std::span<const std::uint32_t> arcs) const noexcept {
  const auto match = object_index_.longest_prefix(arcs);
  if (!match) return {};
  return {&objects_[match->value], match->length};
}

const TrapFacts* OidTable::trap(std::span<const std::uint32_t> arcs) const noexcept {
  if (const auto found = trap_index_.exact(arcs)) return &traps_[*found];
  // RFC 3584, 3.1 puts a zero in front of a v1 trap's number; many MIBs' own OID has none, and some
  // agents send it the other way round.
  const std::size_t size = arcs.size();
  if (size < 3 || size >= wire::Oid::max_arcs) return nullptr;
  std::array<std::uint32_t, wire::Oid::max_arcs> other;
  std::copy(arcs.begin(), arcs.end(), other.begin());
  std::size_t length = size - 1;
  if (arcs[size - 2] == 0) {
    other[size - 2] = arcs[size - 1];
  } else {
    other[size - 1] = 0;
    other[size] = arcs[size - 1];
    length = size + 1;
  }
  const auto found = trap_index_.exact(std::span(other).first(length));
  return found ? &traps_[*found] : nullptr;
}

}  // namespace netlogd::parse
