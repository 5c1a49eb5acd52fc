#include "load/view/html_table.h"

#include <fmt/format.h>

#include "load/view/shown_text.h"
#include "load/view/svg_plot.h"

namespace grotto::load {

std::string html_text(std::string_view text) {
  return html_escaped(visible(text));
}

std::string html_of(const Table& table) {
  if (table.rows.empty()) return {};
  // The part can be scrolled, and so it must be reached by keyboard and have a name.
  std::string html = fmt::format(
      R"(<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="{1}"><caption>{0}</caption>)",
      html_text(table.caption), table.cells == Cells::numbers ? "numbers" : "words");
  if (!table.heads.empty()) {
    html += "<thead><tr>";
    for (const std::string& head : table.heads)
      html += fmt::format(R"(<th scope="col">{}</th>)", html_text(head));
    html += "</tr></thead>";
  }
  html += "<tbody>\n";
  for (const Table::Row& row : table.rows) {
    html += fmt::format(R"(<tr><th scope="row">{}</th>)", html_text(row.head));
    for (const std::string& cell : row.cells) html += fmt::format("<td>{}</td>", html_text(cell));
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace grotto::load
