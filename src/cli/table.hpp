// Rows under headings: aligned, the last column cut at a terminal's width and nowhere else. The
// first rows decide the widths, so that a long answer begins at once and takes no memory.

#pragma once

#include <string>
#include <vector>

#include "terminal.hpp"

namespace netlogd::cli {

struct Cell {
  Cell(std::string words) : text(std::move(words)) {}  // NOLINT
  Cell(const char* words) : text(words) {}             // NOLINT
  Cell(std::string words, Colour paint) : text(std::move(words)), colour(paint) {}
  std::string text;  // printable
  Colour colour = Colour::none;
};

class Table {
 public:
  enum class Side { left, right };
  struct Column {
    std::string heading;
    Side side = Side::left;
  };

  Table(std::vector<Column> columns, const Terminal& terminal)
      : columns_(std::move(columns)), terminal_(terminal) {}
  ~Table() { finish(); }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void add(std::vector<Cell> row);
  // Prints what is waiting. No rows: nothing, not even headings.
  void finish();

 private:
  static constexpr std::size_t rows_for_widths = 1000;

  void print(const std::vector<Cell>& row) const;

  std::vector<Column> columns_;
  const Terminal& terminal_;
  std::vector<std::vector<Cell>> waiting_;
  std::vector<std::size_t> widths_;
};

// ▁▂▃▅█ for numbers from 0 to the largest of them.
[[nodiscard]] std::string sparkline(const std::vector<double>& values);
// A bar of up to `columns` characters.
[[nodiscard]] std::string bar(double value, double largest, std::size_t columns);

}  // namespace netlogd::cli
