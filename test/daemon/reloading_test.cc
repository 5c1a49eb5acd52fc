#include "daemon/reloading.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

using grotto::Done;
using grotto::Error;
using grotto::ReloadOutcome;
using grotto::Result;
using grotto::Settings;

namespace {

const grotto::ProgramKind kProgram{.name = "grottod", .services = {"chat"}, .has_chat = true};

/// A server that counts how often it is changed.
struct Fixture {
  grotto::TimerWheel wheel{0};
  std::filesystem::path folder;
  Result<Settings> file = Settings{};
  bool fails = false;
  int loaded = 0;
  int applied = 0;
  grotto::Reloading reloading;

  Fixture()
      : folder(made_folder()),
        reloading(
            wheel, kProgram, Settings{}, outcome_file(),
            [this] {
              ++loaded;
              return file;
            },
            [this](const Settings&) -> Result<Done> {
              if (fails) return Error{"the certificate is broken", 78};
              ++applied;
              return Done{};
            }) {}
  ~Fixture() { std::filesystem::remove_all(folder); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  static std::string made_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "grotto-reload-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name;
  }
  [[nodiscard]] std::string outcome_file() const { return folder / "grottod.reload"; }
  [[nodiscard]] ReloadOutcome outcome() const {
    const auto read = ReloadOutcome::read(outcome_file());
    REQUIRE(read);
    return *read;
  }
  Settings& wants() { return *file; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "Reloading: what is live changes, and the rest is said by name") {
  wants().greeting = "Kaixo!";
  wants().limits.rooms_max = 7;
  reloading.ask();
  CHECK(applied == 1);
  CHECK(reloading.running().greeting == "Kaixo!");
  CHECK(reloading.running().limits.rooms_max == Settings{}.limits.rooms_max);
  CHECK(outcome().is_good);
  CHECK(outcome().sentences ==
        std::vector<std::string>{"greeting: \"\" -> \"Kaixo!\"",
                                 "need a restart, and stay as they are until then: rooms_max"});
}

TEST_CASE_FIXTURE(Fixture, "Reloading: a broken file or certificate changes nothing and says why") {
  SUBCASE("when the file is broken") {
    file = Error{"grotto.toml:3: history: expected a whole number", 78};
    reloading.ask();
    CHECK(outcome().sentences ==
          std::vector<std::string>{"grotto.toml:3: history: expected a whole number"});
  }
  SUBCASE("when only a part of it cannot be had") {
    wants().greeting = "Kaixo!";
    fails = true;
    reloading.ask();
    CHECK(outcome().sentences == std::vector<std::string>{"the certificate is broken"});
  }
  CHECK(applied == 0);
  CHECK_FALSE(outcome().is_good);
  CHECK(reloading.running().greeting.empty());
}

TEST_CASE_FIXTURE(Fixture, "Reloading: a thousand questions a second are answered five times") {
  for (std::uint64_t now = 0; now < 1'000; ++now) {
    wheel.advance(now);
    reloading.ask();
  }
  CHECK(loaded <= 6);
  CHECK(loaded >= 4);
  SUBCASE("and once more, after the last") {
    wants().greeting = "Kaixo!";
    wheel.advance(1'000 + 2 * grotto::Reloading::kPauseMs);
    CHECK(reloading.running().greeting == "Kaixo!");
  }
}

TEST_CASE("ReloadOutcome: what is no outcome is none") {
  const Fixture fixture;
  CHECK_FALSE(ReloadOutcome::read(fixture.outcome_file()));
  CHECK(ReloadOutcome::path_beside("/run/a.pid") == "/run/a.reload");
  CHECK(ReloadOutcome::path_beside("/run/a") == "/run/a.reload");
  const ReloadOutcome outcome{.began_ns = 12, .is_good = true, .sentences = {"one", "two"}};
  REQUIRE(outcome.write(fixture.outcome_file()));
  const auto read = ReloadOutcome::read(fixture.outcome_file());
  REQUIRE(read);
  CHECK(read->began_ns == 12);
  CHECK(read->is_good);
  CHECK(read->sentences == outcome.sentences);
}
