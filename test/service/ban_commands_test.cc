#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "visitors.h"

namespace grotto::testing {

namespace {

std::size_t told_of_mutes(const std::vector<std::string>& lines) {
  std::size_t told = 0;
  for (const std::string& line : lines) told += line.ends_with("[muted]") ? 1U : 0U;
  return told;
}

}  // namespace

TEST_CASE("Mutes: who founded a room cannot fill the outbox of a member who does not read") {
  Grotto grotto;
  Visitor& ana = grotto.enters("ana");
  grotto.says(ana, "/join cave");
  Visitor& bob = grotto.enters("bob");
  grotto.says(bob, "/join cave");
  bob.reads();
  const auto is_muted_and_not = [&] {
    grotto.says(ana, "/mute bob");
    grotto.says(ana, "/unmute bob");
    return told_of_mutes(bob.reads());
  };
  CHECK(is_muted_and_not() == 1);
  bob.stalls_at(Limits{}.outbox_bytes_busy + 1);
  CHECK(is_muted_and_not() == 0);
  bob.stalls_at(0);
  CHECK(is_muted_and_not() == 1);
}

}  // namespace grotto::testing
