#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::client {

struct Cell {
  enum class Kind { Nothing, Text, Number };
  /// How a cell that moved is coloured, where colour is wanted.
  enum class Tone { Plain, Good, Bad };

  std::string text;
  Kind kind = Kind::Text;
  Tone tone = Tone::Plain;
};

/// Rows under headers, each column as wide as its widest cell, two spaces between them. A column
/// whose cells are all numbers is right-aligned. A cell without text shows "-".
class Table {
 public:
  explicit Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}

  /// REQUIRES: as many cells as headers.
  void add_row(std::vector<Cell> cells);
  [[nodiscard]] std::size_t row_count() const { return rows_.size(); }

  /// The lines, the headers' first.
  [[nodiscard]] std::vector<std::string> lines(bool has_colour) const;
  /// The same as one text.
  [[nodiscard]] std::string text(bool has_colour) const;

 private:
  struct Column {
    std::size_t width = 0;
    bool is_right = false;
  };
  [[nodiscard]] std::vector<Column> measure() const;

  std::vector<std::string> headers_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tribook::client
