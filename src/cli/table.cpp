#include "table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "session.hpp"

namespace netlogd::cli {

void Table::add(std::vector<Cell> row) {
  if (!widths_.empty()) return print(row);
  waiting_.push_back(std::move(row));
  if (waiting_.size() == rows_for_widths) finish();
}

void Table::finish() {
  if (waiting_.empty()) return;
  std::vector<Cell> headings;
  for (const auto& column : columns_) {
    widths_.push_back(display_width(column.heading));
    headings.emplace_back(column.heading, Colour::bold);
  }
  for (const auto& row : waiting_)
    for (std::size_t i = 0; i < row.size() && i < widths_.size(); ++i)
      widths_[i] = std::max(widths_[i], display_width(row[i].text));
  print(headings);
  for (const auto& row : waiting_) print(row);
  waiting_.clear();
}

void Table::print(const std::vector<Cell>& row) const {
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < row.size() && i < columns_.size(); ++i) {
    const bool last = i + 1 == columns_.size();
    std::string text = row[i].text;
    if (last && terminal_.columns > 0)
      text = cut_to(text, terminal_.columns > used + 20 ? terminal_.columns - used : 20);
    const auto width = display_width(text);
    const std::string blanks(width < widths_[i] ? widths_[i] - width : 0, ' ');
    if (columns_[i].side == Side::right) line += blanks;
    line += terminal_.paint(row[i].colour, text);
    if (!last) line += (columns_[i].side == Side::left ? blanks : "") + "  ";
    used += std::max(width, widths_[i]) + 2;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  Session::print(line + "\n");
}

std::string sparkline(const std::vector<double>& values) {
  constexpr std::array<const char*, 8> steps = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string out;
  for (const double value : values) {
    if (value <= 0 || largest <= 0)
      out += " ";
    else
      out += steps[std::min<std::size_t>(7, static_cast<std::size_t>(value / largest * 7.999))];
  }
  return out;
}

std::string bar(double value, double largest, std::size_t columns) {
  constexpr std::array<const char*, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (largest <= 0 || value <= 0) return "";
  const auto units = static_cast<std::size_t>(value / largest * static_cast<double>(columns) * 8);
  std::string out;
  for (std::size_t i = 0; i < units / 8; ++i) out += "█";
  out += eighths[units % 8];
  return out.empty() ? "▏" : out;
}

}  // namespace netlogd::cli
