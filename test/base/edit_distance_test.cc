#include "base/edit_distance.h"

#include <doctest/doctest.h>

using grotto::edit_distance;

TEST_CASE("edit_distance: counts what is added, dropped and changed, from either side") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("/hlep", "/help") == 2);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
}
