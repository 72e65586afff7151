#include "parse/event_loader.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "parse/event_file.hpp"
#include "parse/event_ids.hpp"

namespace netlogd::parse {
namespace {

class Loader final : public PatternNames {
 public:
  Loader() : tables_(std::make_unique<EventTables>()) {}

  Result<std::unique_ptr<EventTables>> run(std::span<const NamedText> files) {
    EventFileReader reader(*tables_, texts_);
    for (const auto& file : files)
      if (auto read = reader.read(file); !read) return read.error();
    build();
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
  void build();
  void build_types();
  void build_attributes();
  void build_messages();
  void build_processes();
  void build_words();
  void build_named_numbers();
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
  std::string bad_field_;

  EventTexts texts_;
  std::map<std::string_view, std::vector<std::uint32_t>, std::less<>> compiled_sets_;
};

std::uint16_t Loader::field(std::string_view name, CaptureKind& kind) {
  // "name:kind" defines a field where it is first used.
  const auto colon = name.find(':');
  const auto bare = name.substr(0, colon);
  if (!is_field_name(bare)) bad_field_ = bare;
  auto found = texts_.fields.find(bare);
  if (found == texts_.fields.end()) {
    if (colon == std::string_view::npos || tables_->fields.size() >= 4000) return no_field;
    CaptureKind given = CaptureKind::word;
    static_cast<void>(capture_kind_of(name.substr(colon + 1), given));
    found = texts_.fields.emplace(bare, static_cast<std::uint16_t>(tables_->fields.size())).first;
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
  const auto best = nearest_word(word, tables_->type_names);
  const bool near = edit_distance(word, best) < 4;
  return "there is no event type \"" + std::string(word) + "\"" +
         (!near ? std::string() : ", perhaps \"" + std::string(best) + "\" is meant");
}

void Loader::build() {
  build_types();
  if (!failed_) build_attributes();
  for (const auto& [name, rules] : texts_.sets) {
    auto& compiled = compiled_sets_[name];
    for (const auto& text : rules)
      if (const auto rule_number = compile_rule(text)) compiled.push_back(*rule_number);
  }
  for (std::size_t i = 0; i < texts_.types.size() && !failed_; ++i)
    if (auto row = compile_row(texts_.types[i]))
      append_rules(row->rules, tables_->type_rows[row->type]);
  if (!failed_) build_messages();
  if (!failed_) build_processes();
  if (!failed_) build_words();
  if (!failed_) build_named_numbers();
}

void Loader::build_types() {
  for (const auto& text : texts_.types) {
    if (type_of(text.key) != no_type) continue;
    if (tables_->type_names.size() >= 1000)
      return fail(text.file, text.line, "too many event types");
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
  for (const auto& text : texts_.attributes) {
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
    if (type == no_type)
      meanings.push_back({type, index});
    else
      meanings.insert(meanings.begin(), {type, index});
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
  if (!bad_field_.empty()) {
    fail(text.file, text.line, "\"" + bad_field_ + "\" is no name of a field: " + field_name_rule);
    return std::nullopt;
  }
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
  for (auto text = texts_.messages.rbegin(); text != texts_.messages.rend() && !failed_; ++text) {
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
  for (auto text = texts_.processes.rbegin(); text != texts_.processes.rend() && !failed_; ++text) {
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
  for (const auto& text : texts_.words) {
    auto row = compile_row(text);
    if (!row) return;
    if (!tables_->words.add_row(text.phrases))
      return fail(text.file, text.line,
                  "a row has one to four phrases with a letter or digit in each");
    tables_->word_rows.push_back(std::move(*row));
  }
  tables_->words.finish();
}

void Loader::build_named_numbers() {
  auto& named = tables_->named_numbers;
  for (const auto& rule : tables_->rules)
    for (const auto& step : rule.pattern)
      if (step.op != PatternStep::Op::constant) named.add_from(step.text);
  for (const auto& text : texts_.words)
    for (const auto phrase : text.phrases) {
      auto words = lower_text(phrase);  // with anything between them
      std::replace_if(
          words.begin(), words.end(), [](char c) { return !is_alnum(c); }, any_blanks);
      named.add_from(intern(std::move(words)));
    }
}

}  // namespace

Result<std::unique_ptr<EventTables>> load_event_tables(std::span<const NamedText> files) {
  return Loader().run(files);
}

}  // namespace netlogd::parse
