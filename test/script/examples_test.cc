// The scripts that come with Grotto, and those in its manual, have no fault.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "marked.h"

namespace grotto {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::filesystem::path kTop = GROTTO_TOP;

TEST_CASE("Examples: every script loads without a fault") {
  std::size_t scripts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kTop / "examples/prompts")) {
    if (entry.path().extension() != ".toml") continue;
    const auto loaded = load_script_file(entry.path());
    REQUIRE(loaded);
    INFO(entry.path() << "\n" << test::told(loaded->faults));
    CHECK(loaded->script != nullptr);
    ++scripts;
  }
  CHECK(scripts >= 3);
}

TEST_CASE("Examples: every script in the manual loads without a fault") {
  const std::string manual = read_file(kTop / "docs/prompts.md");
  constexpr std::string_view kBegin = "```toml\n";
  std::size_t scripts = 0;
  for (std::size_t at = manual.find(kBegin); at != std::string::npos;
       at = manual.find(kBegin, at)) {
    at += kBegin.size();
    const std::string text = manual.substr(at, manual.find("```", at) - at);
    const LoadedScript loaded = load_script(text);
    INFO(text << "\n" << test::told(loaded.faults));
    CHECK(loaded.script != nullptr);
    ++scripts;
  }
  CHECK(scripts >= 5);
}

}  // namespace
}  // namespace grotto
