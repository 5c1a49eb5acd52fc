// HTML table: rows with a head each, in columns with a head each or without. Threads: pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grotto::load {

enum class Cells { numbers, words };

struct Table {
  std::string caption;
  std::vector<std::string> heads;  // above the columns, the first above the heads of the rows; may
                                   // be empty: then there is but one column
  struct Row {
    std::string head;
    std::vector<std::string> cells;
  };
  std::vector<Row> rows;
  Cells cells = Cells::numbers;
};

/// `text` made visible() and html_escaped().
[[nodiscard]] std::string html_text(std::string_view text);

/// The <table>, within a part that can be scrolled sideways; nothing if it has no rows. Texts are
/// made html_text() here.
[[nodiscard]] std::string html_of(const Table& table);

}  // namespace grotto::load
