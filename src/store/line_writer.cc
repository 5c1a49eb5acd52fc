#include "store/line_writer.h"

#include "store/statement_use.h"

namespace grotto {

namespace {

std::string insert_rows(std::size_t rows) {
  std::string text = "INSERT OR REPLACE INTO line (id, at_ms, kind, text) VALUES (?,?,?,?)";
  for (std::size_t i = 1; i < rows; ++i) text += ",(?,?,?,?)";
  return text;
}

}  // namespace

LineWriter::LineWriter(SQLite::Database& database)
    : one_(database, insert_rows(1)), many_(database, insert_rows(kRows)) {}

void LineWriter::bind(SQLite::Statement& statement, std::size_t place, const Row& row) {
  const int first = static_cast<int>(4 * place) + 1;
  statement.bind(first, row.id);
  statement.bind(first + 1, row.at_ms);
  statement.bind(first + 2, row.kind);
  statement.bindNoCopy(first + 3, row.text);
}

void LineWriter::add(std::int64_t id, std::int64_t at_ms, int kind, std::string_view text) {
  Row& row = waiting_[rows_];
  row.id = id;
  row.at_ms = at_ms;
  row.kind = kind;
  row.text = text;
  if (++rows_ < kRows) return;
  rows_ = 0;
  const StatementUse use(many_);
  for (std::size_t i = 0; i < kRows; ++i) bind(many_, i, waiting_[i]);
  many_.exec();
}

void LineWriter::flush() {
  for (std::size_t i = 0; i < rows_; ++i) {
    const StatementUse use(one_);
    bind(one_, 0, waiting_[i]);
    one_.exec();
  }
  rows_ = 0;
}

}  // namespace grotto
