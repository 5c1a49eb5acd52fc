#include "prompt/visit_book.h"

#include <doctest/doctest.h>

#include <string>

#include "desk.h"

namespace grotto::testing {
namespace {

std::shared_ptr<Visit> visit_of(const std::shared_ptr<const Script>& script, int number) {
  return std::make_shared<Visit>(script, std::to_string(number), "hash" + std::to_string(number));
}

}  // namespace

TEST_CASE("VisitBook: who has a visit is asked for it, and else it is there for the taking") {
  const auto script = script_of("[[ask]]\nid = \"a\"\nprompt = \"A?\"\n");
  VisitBook book;
  const auto visit = visit_of(script, 1);
  CHECK(std::holds_alternative<VisitBook::Nobody>(book.claim("hash1", nullptr)));
  bool was_asked = false;
  book.hold(visit, [&](const std::function<void()>& then) {
    was_asked = true;
    book.release(visit);
    then();
  });
  auto found = book.claim("hash1", nullptr);
  REQUIRE(std::holds_alternative<VisitBook::Evict>(found));
  bool is_told = false;
  std::get<VisitBook::Evict>(found)([&] { is_told = true; });
  CHECK(was_asked);
  CHECK(is_told);
  bool was_taken = false;
  found = book.claim("hash1", [&](const std::function<void()>& /*then*/) { was_taken = true; });
  REQUIRE(std::holds_alternative<std::shared_ptr<Visit>>(found));
  CHECK(std::get<std::shared_ptr<Visit>>(found) == visit);
  // Who comes at the same moment asks the one who has just got it.
  found = book.claim("hash1", nullptr);
  REQUIRE(std::holds_alternative<VisitBook::Evict>(found));
  std::get<VisitBook::Evict>(found)([] {});
  CHECK(was_taken);
}

TEST_CASE("VisitBook: one that has ended is gone") {
  VisitBook book;
  const auto visit = visit_of(script_of("[[ask]]\nid = \"a\"\nprompt = \"A?\"\n"), 1);
  book.release(visit);
  book.release(visit);
  CHECK(book.free_count() == 1);
  book.remove(*visit);
  book.remove(*visit);
  CHECK(book.free_count() == 0);
  CHECK(std::holds_alternative<VisitBook::Nobody>(book.claim("hash1", nullptr)));
}

TEST_CASE("VisitBook: the oldest go when there are too many") {
  const auto script = script_of("[[ask]]\nid = \"a\"\nprompt = \"A?\"\n");
  VisitBook book;
  const int most = static_cast<int>(VisitBook::kFreeMax);
  for (int i = 0; i < most + 2; ++i) book.release(visit_of(script, i));
  CHECK(book.free_count() == VisitBook::kFreeMax);
  CHECK(std::holds_alternative<VisitBook::Nobody>(book.claim("hash1", nullptr)));
  CHECK(std::holds_alternative<std::shared_ptr<Visit>>(book.claim("hash2", nullptr)));
}

}  // namespace grotto::testing
