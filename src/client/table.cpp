#include "client/table.h"

#include <algorithm>
#include <utility>

#include "client/text_width.h"
#include "tribook/base/assert.h"

namespace tribook::client {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string padded(const std::string& text, std::size_t width, bool is_right,
                   std::string_view colour) {
  const std::string blanks(width - std::min(width, text_width(text)), ' ');
  std::string shown = text;
  if (!colour.empty()) shown = std::string(colour) + text + std::string(kPlain);
  return is_right ? blanks + shown : shown + blanks;
}

std::string_view colour_of(Cell::Tone tone) {
  switch (tone) {
    case Cell::Tone::Good:
      return kGreen;
    case Cell::Tone::Bad:
      return kRed;
    case Cell::Tone::Plain:
      break;
  }
  return {};
}

void trim_right(std::string& line) {
  while (line.ends_with(' ')) line.pop_back();
}

}  // namespace

void Table::add_row(std::vector<Cell> cells) {
  TB_ASSERT(cells.size() == headers_.size());
  for (Cell& cell : cells) {
    cell.text = cell.text.empty() ? "-" : printable(cell.text);
  }
  rows_.push_back(std::move(cells));
}

std::vector<Table::Column> Table::measure() const {
  std::vector<Column> columns(headers_.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].width = text_width(headers_[i]);
    bool has_number = false;
    bool has_text = false;
    for (const auto& row : rows_) {
      columns[i].width = std::max(columns[i].width, text_width(row[i].text));
      has_number = has_number || row[i].kind == Cell::Kind::Number;
      has_text = has_text || row[i].kind == Cell::Kind::Text;
    }
    columns[i].is_right = has_number && !has_text;
  }
  return columns;
}

std::vector<std::string> Table::lines(bool has_colour) const {
  const std::vector<Column> columns = measure();
  std::vector<std::string> lines(rows_.size() + 1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const std::string_view gap = i == 0 ? std::string_view() : kGap;
    lines[0] += gap;
    lines[0] += padded(headers_[i], column.width, column.is_right, has_colour ? kBold : "");
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const Cell& cell = rows_[row][i];
      lines[row + 1] += gap;
      lines[row + 1] += padded(cell.text, column.width, column.is_right,
                               has_colour ? colour_of(cell.tone) : std::string_view());
    }
  }
  for (std::string& line : lines) trim_right(line);
  return lines;
}

std::string Table::text(bool has_colour) const {
  std::string out;
  for (const std::string& line : lines(has_colour)) out += line + "\n";
  return out;
}

}  // namespace tribook::client
