// RFC 4180, and what spreadsheets make of it: a semicolon or a tab instead of the comma, "#" before
// remarks. The header names the columns.

#include <fmt/format.h>

#include "enrich/inventory_builder.hpp"
#include "enrich/inventory_forms.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::enrich {
namespace {

constexpr std::size_t max_columns = 100;

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_space = [](char c) { return is_blank(c) || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

class CsvReader {
 public:
  CsvReader(std::string_view text, InventoryBuilder& builder) : cursor_(text), builder_(builder) {}

  void read() {
    if (!read_row()) return;
    for (const auto& cell : cells_) {
      columns_.emplace_back();
      for (const char c : cell) columns_.back() += to_lower(c);
    }
    while (!builder_.is_full() && read_row()) add_row();
  }

 private:
  // The next row that says something, into cells_; false at the end or after a fault.
  bool read_row() {
    while (!cursor_.at_end()) {
      row_line_ = line_;
      if (cursor_.peek() == '#') {
        cursor_.take_while([](char c) { return c != '\n'; });
        end_line();
        continue;
      }
      if (separator_ == '\0') choose_separator();
      cells_.clear();
      do {
        if (cells_.size() == max_columns) {
          builder_.fault(line_, fmt::format("more than {} columns", max_columns));
          return false;
        }
        if (!read_cell()) return false;
      } while (cursor_.take(separator_));
      end_line();
      if (cells_.size() > 1 || !cells_.front().empty()) return true;
    }
    return false;
  }

  void end_line() {
    if (cursor_.take('\n')) ++line_;
  }

  void choose_separator() {
    const auto line = cursor_.rest().substr(0, cursor_.rest().find('\n'));
    const auto at = line.find_first_of(",;\t");
    separator_ = at == std::string_view::npos ? ',' : line[at];
  }

  bool read_cell() {
    const auto outside = [this](char c) { return c != separator_ && c != '\n'; };
    TextCursor ahead = cursor_;
    ahead.take_while([this](char c) { return c == ' ' || (c == '\t' && separator_ != '\t'); });
    if (!ahead.take('"')) {
      cells_.emplace_back(trimmed(cursor_.take_while(outside)));
      return true;
    }
    cursor_ = ahead;
    std::string cell;
    bool again = false;
    do {
      if (again) cell += '"';  // "" within quotes
      const auto part = cursor_.take_while([](char c) { return c != '"'; });
      for (const char c : part) line_ += c == '\n' ? 1 : 0;
      cell += part;
      if (!cursor_.take('"')) {
        builder_.fault(row_line_, "a quote that is never closed");
        return false;
      }
      again = cursor_.take('"');
    } while (again);
    if (!trimmed(cursor_.take_while(outside)).empty()) {
      builder_.fault(row_line_, "text behind a closing quote");
      return false;
    }
    cells_.push_back(std::move(cell));
    return true;
  }

  void add_row() {
    if (cells_.size() > columns_.size())
      return builder_.fault(
          row_line_, fmt::format("{} cells under {} columns", cells_.size(), columns_.size()));
    EntryText entry;
    entry.line = row_line_;
    bool has_prefix = false;
    bool has_ip = false;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i].empty()) continue;
      has_prefix |= columns_[i] == "prefix";
      has_ip |= columns_[i] == "ip";
      entry.fields.push_back(field(columns_[i], cells_[i]));
    }
    if (has_prefix && !has_ip) entry.section = Section::subnets;
    if (!entry.fields.empty()) builder_.add(entry);
  }

  [[nodiscard]] FieldText field(const std::string& column, const std::string& cell) const {
    FieldText field{
        .key = column, .line = row_line_, .shape = FieldText::Shape::scalar, .values = {}};
    if (column != "ip" && column != "interfaces") {
      field.values.emplace_back("", cell);
      return field;
    }
    // "10.0.0.1 10.0.0.2", "1=Gi0/0|2=Gi0/1"
    field.shape = column == "ip" ? FieldText::Shape::list : FieldText::Shape::map;
    TextCursor parts(cell);
    const auto between = [](char c) {
      return c == ' ' || c == '|' || c == ';' || c == ',' || c == '\n' || c == '\t';
    };
    for (;;) {
      parts.take_while(between);
      if (parts.at_end()) return field;
      const auto part = parts.take_while([&](char c) { return !between(c); });
      const auto equals = part.find('=');
      if (column == "ip" || equals == std::string_view::npos)
        field.values.emplace_back(column == "ip" ? "" : part, part);
      else
        field.values.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
  }

  TextCursor cursor_;
  InventoryBuilder& builder_;
  char separator_ = '\0';
  int line_ = 1;
  int row_line_ = 1;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
};

}  // namespace

void read_inventory_csv(std::string_view text, InventoryBuilder& builder) {
  CsvReader(text, builder).read();
}

}  // namespace netlogd::enrich
