#include "answers/answer_format.h"
#include "answers/csv_text.h"
#include "kept_answers.h"

namespace grotto {

using testing::answer;
using testing::Chance;
using testing::end;
using testing::kNoon;
using testing::plain;
using testing::start;
using Fields = std::vector<std::string>;

namespace {

std::string row(const AnswerRecord& record) {
  std::string out;
  csv_answers().append(record, out);
  return out;
}

/// What it is read back as, without its line end.
std::optional<AnswerRecord> read(std::string_view row) {
  if (row.ends_with("\r\n")) row.remove_suffix(2);
  return csv_answers().read(row);
}

}  // namespace

TEST_CASE("answer_csv: each event fills its columns") {
  CHECK(csv_answers().head() ==
        "session,time,event,place,round,question,answer,type,how,seconds,points,resume,score\r\n");
  const std::string begin = "ab12,2026-11-30T12:00:00.123Z,";
  CHECK(row(start("ab12")) == begin + "start,,,,,,,,,00ffab12,\r\n");
  AnswerRecord given = answer("ab12", 3, "name", std::string("Ana, \"Luz\""), kNoon);
  given.points = 2.5;
  given.how = AnswerHow::timed_out;
  CHECK(row(given) ==
        begin + "answer,3,1,name,\"Ana, \"\"Luz\"\"\",text,timed-out,1.234,2.5,,\r\n");
  CHECK(row(plain(AnswerEvent::unfinished, "ab12", kNoon)) == begin + "unfinished,,,,,,,,,,\r\n");
  CHECK(row(plain(AnswerEvent::resumed, "ab12", kNoon)) == begin + "resumed,,,,,,,,,,\r\n");
  CHECK(row(end("ab12", -7, kNoon)) == begin + "end,,,,,,,,,,-7\r\n");
}

TEST_CASE("answer_csv: the type tells values apart that look the same") {
  const auto written = [](const Value& value) {
    const std::string text = row(answer("a", 0, "q", value));
    const auto fields = read_csv_row(std::string_view(text).substr(0, text.size() - 2));
    REQUIRE(fields.has_value());
    return (*fields)[6] + "|" + (*fields)[7];
  };
  using std::string;
  CHECK(written({}) == "|nothing");
  CHECK(written(string()) == "|text");
  CHECK(written(true) == "yes|yes-no");
  CHECK(written(false) == "no|yes-no");
  CHECK(written(string("yes")) == "yes|text");
  CHECK(written(5.0) == "5|number");
  CHECK(written(string("5")) == "5|text");
  CHECK(written(-0.5) == "-0.5|number");
  CHECK(written(string("-0.5")) == "'-0.5|text");
  CHECK(written(string("=SUM(A1)")) == "'=SUM(A1)|text");
  CHECK(written(string("'tis")) == "'tis|text");
  CHECK(written(string("'=")) == "''=|text");
  CHECK(written(string("two\nlines")) == "\"two\\nlines\"|json");
  CHECK(written(string("\t=x")) == "\"\\t=x\"|json");
}

TEST_CASE("answer_csv: any record is one line and is read back as it was") {
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  for (int i = 0; i < 5'000; ++i) {
    const AnswerRecord record = chance.record();
    const std::string text = row(record);
    REQUIRE(text.find('\n') == text.size() - 1);
    const auto again = read(text);
    REQUIRE(again.has_value());
    REQUIRE(*again == record);
  }
}

TEST_CASE("answer_csv: names never break a line") {
  AnswerRecord odd = answer("a\nb", 0, "q\r\n=r", true);
  odd.session = "=a\nb";
  const auto again = read(row(odd));
  REQUIRE(again.has_value());
  CHECK(again->session == "=ab");
  CHECK(again->ask == "q=r");
}

TEST_CASE("answer_csv: a row that lacks something is none") {
  const std::string good = "ab,2026-11-30T12:00:00.123Z,answer,3,1,name,5,number,given,1.5,2,,";
  REQUIRE(read(good).has_value());
  CHECK(read(good)->took_ms == 1'500);
  const std::vector<std::pair<std::string, std::string>> kChanges = {{"T12", " 12"},
                                                                     {"answer", "reply"},
                                                                     {",3,", ",x,"},
                                                                     {",1,", ",,"},
                                                                     {"number", "num"},
                                                                     {",5,", ",five,"},
                                                                     {"given", "taken"},
                                                                     {"1.5", "1.5.5"},
                                                                     {"1.5", "-1"},
                                                                     {",2,", ",\"2,"},
                                                                     {",,", ","},
                                                                     {",,", ",,,"},
                                                                     {"ab", "\"a\"b"},
                                                                     {"name", "na\"me"},
                                                                     {"5,number", "maybe,yes-no"},
                                                                     {"5,number", "5,nothing"},
                                                                     {"5,number", "5,json"},
                                                                     {"5,number", "{,json"}};
  for (const auto& [old, now] : kChanges) {
    std::string text = good;
    text.replace(text.find(old), old.size(), now);
    CAPTURE(text);
    CHECK_FALSE(read(text).has_value());
  }
  for (std::size_t size = 0; size + 1 < good.size(); ++size) {
    CHECK_FALSE(read(std::string_view(good).substr(0, size)).has_value());
  }
}

TEST_CASE("csv_text: fields are in quotes where they must be, and read back") {
  std::string out;
  CsvRow(out)
      .field("a")
      .field(" b")
      .field("c;d")
      .field("")
      .text("+1")
      .seconds(60'007)
      .nothing(2)
      .end();
  CHECK(out == "a,\" b\",\"c;d\",,'+1,60.007,,\r\n");
  CHECK(read_csv_row("a,\" b\",,\"x\"\"\"\"y\"").value() == Fields{"a", " b", "", "x\"\"y"});
  CHECK(read_csv_row("").value() == Fields{""});
  CHECK(read_csv_row(",").value() == Fields{"", ""});
  for (const std::string_view wrong : {"\"", "\"a", "a\"", "\"a\"b", "\"a\" ,b", "a,\"b"}) {
    CAPTURE(wrong);
    CHECK_FALSE(read_csv_row(wrong).has_value());
  }
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  for (int i = 0; i < 2'000; ++i) {
    Fields fields;
    std::string row;
    CsvRow writer(row);
    for (std::uint64_t count = 1 + chance.below(4); count > 0; --count) {
      fields.push_back(chance.text());
      writer.field(fields.back());
    }
    writer.end();
    REQUIRE(read_csv_row(std::string_view(row).substr(0, row.size() - 2)).value() == fields);
  }
}

TEST_CASE("csv_text: what a spreadsheet would obey is protected, and nothing else changes") {
  using std::string;
  for (const string text : {"=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "''@"}) {
    CHECK(protected_from_spreadsheets(text) == "'" + text);
    CHECK(without_protection("'" + text) == text);
  }
  for (const string text : {"", "a=1", "'", "''", "'a", " =1", "5", "ñ"}) {
    CHECK(protected_from_spreadsheets(text) == text);
    CHECK(without_protection(text) == text);
  }
}

TEST_CASE("csv_text: seconds are read to the millisecond, with fewer decimals too") {
  CHECK(read_csv_seconds("0.000") == 0);
  CHECK(read_csv_seconds("12.345") == 12'345);
  CHECK(read_csv_seconds("12.3") == 12'300);
  CHECK(read_csv_seconds("12.03") == 12'030);
  CHECK(read_csv_seconds("12") == 12'000);
  for (const std::string_view wrong : {"", ".", "1.", ".5", "1.2345", "-1", "1,5", "1e3",
                                       "99999999999999999999", "18446744073709551"}) {
    CAPTURE(wrong);
    CHECK_FALSE(read_csv_seconds(wrong).has_value());
  }
}

}  // namespace grotto
