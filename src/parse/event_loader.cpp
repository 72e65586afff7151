#include "parse/event_loader.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "netlogd/core/text_cursor.hpp"
#include "parse/event_ids.hpp"
#include "parse/event_row_text.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t most_rows = 60000;

enum class Section {
  none, event_types, fields, interfaces, ports, facilities, attributes, messages, processes, words,
  rules
};
constexpr std::pair<std::string_view, Section> section_words[] = {
    {"event_types", Section::event_types}, {"fields", Section::fields},
    {"interfaces", Section::interfaces},   {"ports", Section::ports},
    {"facilities", Section::facilities},   {"attributes", Section::attributes},
    {"messages", Section::messages},       {"processes", Section::processes},
    {"words", Section::words},             {"rules", Section::rules},
};

// A rule as it was read, compiled when all fields and types are known.
struct RuleText {
  std::string_view file;
  std::uint32_t line;
  std::string_view text;
};

// A row as it was read: the newest of the same key first.
struct RowText {
  std::string_view file;
  std::uint32_t line = 0;
  std::string_view source;
  std::string_view key;
  std::string_view type;
  std::vector<std::string_view> sets;
  std::vector<RuleText> rules;
  std::vector<std::string_view> phrases;
};

struct AttributeText {
  std::string_view file;
  std::uint32_t line;
  std::string_view name;
  std::string_view field;
  std::string_view type;
};

class Loader final : public PatternNames {
 public:
  Loader() : tables_(std::make_unique<EventTables>()) {}

  Result<std::unique_ptr<EventTables>> run(std::span<const NamedText> files) {
    for (const auto& file : files) read(file);
    if (!failed_) build();
    if (failed_) return Error{Errc::invalid, sentence_};
    return std::move(tables_);
  }

  std::uint16_t field(std::string_view name, CaptureKind& kind) override;
  std::string_view intern(std::string text) override {
    tables_->texts.push_back(std::move(text));
    return tables_->texts.back();
  }

 private:
  void fail(std::string_view file, std::size_t line, std::string_view what) {
    if (failed_) return;
    failed_ = true;
    sentence_ = std::string(file) + ":" + std::to_string(line) + ": " + std::string(what);
  }
  void fail(std::string_view what) { fail(file_, line_, what); }

  void read(const NamedText& file);
  void section(std::string_view line);
  void row(std::string_view line);
  void rule(std::string_view line);
  void type_row(const RowWords& words);
  void field_row(const RowWords& words);
  void interface_row(const RowWords& words);
  void port_row(const RowWords& words);
  void word_row(std::string_view line);
  void keyed_row(const RowWords& words, std::vector<RowText>& rows);

  void build();
  void build_types();
  void build_attributes();
  void build_messages();
  void build_processes();
  void build_words();
  std::optional<EventRow> compile_row(const RowText& text);
  std::optional<std::uint32_t> compile_rule(const RuleText& text);
  std::uint16_t type_of(std::string_view word) const;
  std::string nearest_type(std::string_view word) const;
  void append_rules(const std::vector<std::uint32_t>& more, EventRow& row) {
    for (const auto index : more)
      if (std::find(row.rules.begin(), row.rules.end(), index) == row.rules.end())
        row.rules.push_back(index);
  }

  std::unique_ptr<EventTables> tables_;
  bool failed_ = false;
  std::string sentence_;

  std::string_view file_;
  std::uint32_t line_ = 0;
  std::string_view source_;
  Section section_ = Section::none;
  std::vector<RuleText>* open_rules_ = nullptr;  // where an indented line belongs

  std::vector<RowText> types_, messages_, processes_, words_;
  std::size_t words_of_file_ = 0;  // rows of the file being read stand before the older ones
  std::map<std::string_view, std::vector<RuleText>, std::less<>> sets_;
  std::map<std::string_view, std::vector<std::uint32_t>, std::less<>> compiled_sets_;
  std::vector<AttributeText> attributes_;
  std::map<std::string, std::uint16_t, std::less<>> field_index_;
};

// Reading: lines into rows.

void Loader::read(const NamedText& file) {
  file_ = intern(file.name);
  source_ = {};
  section_ = Section::none;
  open_rules_ = nullptr;
  line_ = 0;
  words_of_file_ = 0;
  std::string_view rest = intern(file.text);
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  while (!rest.empty() && !failed_) {
    ++line_;
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') continue;
    if (first > 0) rule(line.substr(first));
    else if (line.front() == '[') section(line);
    else if (line.starts_with("source:")) source_ = trimmed(line.substr(7));
    else row(without_comment(line));
  }
}

void Loader::section(std::string_view line) {
  open_rules_ = nullptr;
  if (line.back() != ']') return fail("a section is written [name]");
  const auto words = split_words(line.substr(1, line.size() - 2));
  const auto* known = std::find_if(std::begin(section_words), std::end(section_words),
                                   [&](const auto& entry) { return entry.first == words[0]; });
  if (known == std::end(section_words))
    return fail("there is no section \"" + std::string(words[0]) + "\"");
  section_ = known->second;
  if (section_ != Section::rules) {
    if (words.count != 1) fail("this section has no name of its own");
    return;
  }
  if (words.count != 2) return fail("a set of rules needs a name: [rules NAME]");
  open_rules_ = &sets_[words[1]];
}

void Loader::rule(std::string_view line) {
  if (open_rules_ == nullptr) return fail("an indented line is an extraction rule and needs a row above it");
  open_rules_->push_back({file_, line_, line});
}

void Loader::row(std::string_view line) {
  if (section_ == Section::words) return word_row(line);
  const auto words = split_words(line);
  open_rules_ = nullptr;
  switch (section_) {
    case Section::none: return fail("a row before the first [section]");
    case Section::event_types: return type_row(words);
    case Section::fields: return field_row(words);
    case Section::interfaces: return interface_row(words);
    case Section::ports: return port_row(words);
    case Section::facilities:
      if (words.count != 2) return fail("a facility is written NAME OTHER_NAME");
      tables_->facilities.set(intern(upper_text(words[1])),
                              static_cast<std::uint32_t>(tables_->facility_names.size()));
      tables_->facility_names.push_back(intern(upper_text(words[0])));
      return;
    case Section::attributes:
      if (words.count != 2 && words.count != 3)
        return fail("an attribute is written NAME FIELD, or NAME FIELD EVENT_TYPE");
      attributes_.push_back({file_, line_, words[0], words[1], words.count == 3 ? words[2] : ""});
      return;
    case Section::messages: return keyed_row(words, messages_);
    case Section::processes: return keyed_row(words, processes_);
    case Section::words:
    case Section::rules: return fail("a set of rules holds indented lines only");
  }
}

void Loader::type_row(const RowWords& words) {
  RowText row{file_, line_, source_, words[0], words[0], {}, {}, {}};
  if (!std::all_of(words[0].begin(), words[0].end(),
                   [](char c) { return is_lower(c) || is_digit(c) || c == '_'; }))
    return fail("an event type is written in small letters, digits and \"_\"");
  for (std::size_t i = 1; i < words.count && words[i].front() == '@'; ++i)
    row.sets.push_back(words[i].substr(1));
  types_.push_back(std::move(row));
  open_rules_ = &types_.back().rules;
}

void Loader::keyed_row(const RowWords& words, std::vector<RowText>& rows) {
  if (words.count < 2) return fail("a row needs an event type behind \"" + std::string(words[0]) + "\"");
  if (rows.size() >= most_rows) return fail("too many rows");
  RowText row{file_, line_, source_, words[0], words[1], {}, {}, {}};
  for (std::size_t i = 2; i < words.count; ++i) {
    if (words[i].front() != '@' || words[i].size() == 1)
      return fail("behind the event type stand sets of rules, written @NAME");
    row.sets.push_back(words[i].substr(1));
  }
  rows.push_back(std::move(row));
  open_rules_ = &rows.back().rules;
}

void Loader::word_row(std::string_view line) {
  open_rules_ = nullptr;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos)
    return fail("a row of words is written EVENT_TYPE: phrase & phrase");
  const auto words = split_words(line.substr(0, colon));
  RowText row{file_, line_, source_, trimmed(line.substr(colon + 1)), words[0], {}, {}, {}};
  for (std::size_t i = 1; i < words.count; ++i) {
    if (words[i].front() != '@') return fail("behind the event type stand sets of rules, written @NAME");
    row.sets.push_back(words[i].substr(1));
  }
  for (auto rest = row.key; !rest.empty();) {
    const auto mark = rest.find('&');
    row.phrases.push_back(trimmed(rest.substr(0, mark)));
    rest = mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
  }
  const auto place = words_.begin() + static_cast<std::ptrdiff_t>(words_of_file_++);
  open_rules_ = &words_.insert(place, std::move(row))->rules;
}

void Loader::field_row(const RowWords& words) {
  CaptureKind kind{};
  if (words.count != 2 || !capture_kind_of(words[1], kind))
    return fail("a field is written NAME KIND, and the kind must be one of those in docs/event-types.md");
  const auto found = field_index_.find(words[0]);
  if (found != field_index_.end()) {
    tables_->fields[found->second].kind = kind;
    return;
  }
  if (tables_->fields.size() >= 4000) return fail("too many fields");
  field_index_.emplace(words[0], static_cast<std::uint16_t>(tables_->fields.size()));
  tables_->fields.push_back({words[0], kind});
}

void Loader::interface_row(const RowWords& words) {
  static constexpr std::pair<std::string_view, InterfaceNames::Shape> shapes[] = {
      {"number", InterfaceNames::Shape::number}, {"slots", InterfaceNames::Shape::slots},
      {"any", InterfaceNames::Shape::any},       {"bare", InterfaceNames::Shape::bare}};
  const auto* shape = std::find_if(std::begin(shapes), std::end(shapes),
                                   [&](const auto& entry) { return entry.first == words[1]; });
  const bool blank = words.count == 3 && words[2] == "blank";
  if (words.count < 2 || words.count > 3 || (words.count == 3 && !blank) || shape == std::end(shapes))
    return fail("an interface is written NAME number|slots|any|bare, and perhaps blank");
  if (!tables_->interfaces.add(words[0], shape->second, blank))
    fail("the name is too long, or there are too many");
}

void Loader::port_row(const RowWords& words) {
  unsigned number = 0;
  const auto last = words[1].data() + words[1].size();
  const auto [end, error] = std::from_chars(words[1].data(), last, number);
  if (words.count != 2 || error != std::errc() || end != last || number > 65535)
    return fail("a port is written NAME NUMBER");
  tables_->ports.set(intern(lower_text(words[0])),
                     static_cast<std::uint32_t>(tables_->port_numbers.size()));
  tables_->port_numbers.push_back(static_cast<std::uint16_t>(number));
}

// Building: rows into tables.

std::uint16_t Loader::field(std::string_view name, CaptureKind& kind) {
  // "name:kind" defines a field where it is first used.
  const auto colon = name.find(':');
  const auto bare = name.substr(0, colon);
  auto found = field_index_.find(bare);
  if (found == field_index_.end()) {
    if (colon == std::string_view::npos || tables_->fields.size() >= 4000) return no_field;
    CaptureKind given = CaptureKind::word;
    static_cast<void>(capture_kind_of(name.substr(colon + 1), given));
    found = field_index_.emplace(bare, static_cast<std::uint16_t>(tables_->fields.size())).first;
    tables_->fields.push_back({intern(std::string(bare)), given});
  }
  kind = tables_->fields[found->second].kind;
  return found->second;
}

std::uint16_t Loader::type_of(std::string_view word) const {
  if (word == "words") return type_by_words;
  const auto& names = tables_->type_names;
  const auto found = std::find(names.begin(), names.end(), word);
  return found == names.end() ? no_type : static_cast<std::uint16_t>(found - names.begin());
}

std::string Loader::nearest_type(std::string_view word) const {
  std::string_view best;
  std::size_t distance = 4;
  for (const auto name : tables_->type_names)
    if (const auto d = edit_distance(word, name); d < distance) {
      distance = d;
      best = name;
    }
  return "there is no event type \"" + std::string(word) + "\"" +
         (best.empty() ? std::string() : ", perhaps \"" + std::string(best) + "\" is meant");
}

void Loader::build() {
  build_types();
  if (!failed_) build_attributes();
  for (const auto& [name, rules] : sets_) {
    auto& compiled = compiled_sets_[name];
    for (const auto& text : rules)
      if (const auto rule_number = compile_rule(text)) compiled.push_back(*rule_number);
  }
  for (std::size_t i = 0; i < types_.size() && !failed_; ++i)
    if (auto row = compile_row(types_[i])) append_rules(row->rules, tables_->type_rows[row->type]);
  if (!failed_) build_messages();
  if (!failed_) build_processes();
  if (!failed_) build_words();
}

void Loader::build_types() {
  for (const auto& text : types_) {
    if (type_of(text.key) != no_type) continue;
    if (tables_->type_names.size() >= 1000) return fail(text.file, text.line, "too many event types");
    tables_->type_names.push_back(text.key);
    EventRow row;
    row.key = text.key;
    row.type = static_cast<std::uint16_t>(tables_->type_names.size() - 1);
    row.file = text.file;
    row.line = text.line;
    tables_->type_rows.push_back(std::move(row));
  }
  if (type_of("other") == no_type) {
    tables_->type_names.push_back("other");
    tables_->type_rows.emplace_back().key = "other";
  }
  tables_->other_type = type_of("other");
}

void Loader::build_attributes() {
  for (const auto& text : attributes_) {
    const auto type = text.type.empty() ? no_type : type_of(text.type);
    if (!text.type.empty() && type == no_type)
      return fail(text.file, text.line, nearest_type(text.type));
    CaptureKind kind{};
    const auto index = field(text.field, kind);
    if (index == no_field)
      return fail(text.file, text.line, "there is no field \"" + std::string(text.field) + "\"");
    const auto name = intern(lower_text(text.name));
    auto slot = tables_->attributes.find(name);
    if (slot == TextIndex::none) {
      slot = static_cast<std::uint32_t>(tables_->attribute_meanings.size());
      tables_->attributes.set(name, slot);
      tables_->attribute_meanings.emplace_back();
    }
    auto& meanings = tables_->attribute_meanings[slot];
    std::erase_if(meanings, [type](const auto& meaning) { return meaning.type == type; });
    // A meaning for one event type is looked at before the one for all.
    if (type == no_type) meanings.push_back({type, index});
    else meanings.insert(meanings.begin(), {type, index});
  }
}

std::optional<std::uint32_t> Loader::compile_rule(const RuleText& text) {
  EventRule rule;
  rule.line = text.line;
  auto source = text.text;
  if (source.starts_with("+ ")) {
    rule.also = true;
    source = trimmed(source.substr(2));
  }
  const auto arrow = source.rfind(" => ");
  const auto word = arrow == std::string_view::npos ? "" : trimmed(source.substr(arrow + 4));
  if (!word.empty() && word.find_first_of(" {}:;.") == std::string_view::npos) {
    rule.type = type_of(word);
    if (rule.type == no_type || rule.type == type_by_words) {
      fail(text.file, text.line, nearest_type(word));
      return std::nullopt;
    }
    source = trimmed(source.substr(0, arrow));
  }
  auto pattern = compile_pattern(source, *this);
  if (!pattern) {
    fail(text.file, text.line, pattern.error().sentence);
    return std::nullopt;
  }
  rule.pattern = std::move(*pattern);
  tables_->rules.push_back(std::move(rule));
  return static_cast<std::uint32_t>(tables_->rules.size() - 1);
}

std::optional<EventRow> Loader::compile_row(const RowText& text) {
  EventRow row;
  row.key = text.key;
  row.line = text.line;
  row.file = text.file;
  row.source = text.source;
  row.type = type_of(text.type);
  if (row.type == no_type) {
    fail(text.file, text.line, nearest_type(text.type));
    return std::nullopt;
  }
  for (const auto& rule_text : text.rules)
    if (const auto number = compile_rule(rule_text)) row.rules.push_back(*number);
  for (const auto set : text.sets) {
    const auto found = compiled_sets_.find(set);
    if (found == compiled_sets_.end()) {
      fail(text.file, text.line, "there is no set of rules \"" + std::string(set) + "\"");
      return std::nullopt;
    }
    append_rules(found->second, row);
  }
  return row;
}

// The newest row of a key gives the type; the rules of all are kept, the newest first.
void Loader::build_messages() {
  PrefixIndex& wildcards = tables_->wildcards;
  TextIndex wildcard_rows;
  for (auto text = messages_.rbegin(); text != messages_.rend() && !failed_; ++text) {
    auto row = compile_row(*text);
    if (!row) return;
    auto id = text->key;
    const bool wildcard = id.ends_with('*');
    if (wildcard) id.remove_suffix(1);
    const NormalId normal(id, *tables_);
    const auto key = normal.spelling(0);
    if (key.empty() || key.find('*') != std::string_view::npos)
      return fail(text->file, text->line, "a \"*\" stands for the severity or at the end of an id");
    auto& index = wildcard ? wildcard_rows : tables_->messages;
    auto& rows = wildcard ? tables_->wildcard_rows : tables_->message_rows;
    if (const auto old = index.find(key); old != TextIndex::none) {
      append_rules(row->rules, rows[old]);
      continue;
    }
    const auto kept = intern(std::string(key));
    index.set(kept, static_cast<std::uint32_t>(rows.size()));
    if (wildcard) wildcards.set(kept, static_cast<std::uint32_t>(rows.size()));
    rows.push_back(std::move(*row));
  }
  wildcards.finish();
}

void Loader::build_processes() {
  for (auto text = processes_.rbegin(); text != processes_.rend() && !failed_; ++text) {
    auto row = compile_row(*text);
    if (!row) return;
    const auto key = intern(lower_text(text->key));
    if (const auto old = tables_->processes.find(key); old != TextIndex::none) {
      append_rules(row->rules, tables_->process_rows[old]);
      continue;
    }
    tables_->processes.set(key, static_cast<std::uint32_t>(tables_->process_rows.size()));
    tables_->process_rows.push_back(std::move(*row));
  }
}

void Loader::build_words() {
  for (const auto& text : words_) {
    auto row = compile_row(text);
    if (!row) return;
    if (!tables_->words.add_row(text.phrases))
      return fail(text.file, text.line, "a row has one to four phrases with a letter or digit in each");
    tables_->word_rows.push_back(std::move(*row));
  }
  tables_->words.finish();
}

}  // namespace

Result<std::unique_ptr<EventTables>> load_event_tables(std::span<const NamedText> files) {
  return Loader().run(files);
}

}  // namespace netlogd::parse
