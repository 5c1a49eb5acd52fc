#include "witness.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "../text_target.h"
#include "base/check.h"

namespace grotto::test {

namespace {

constexpr std::size_t kUnansweredMax = 20;
constexpr std::string_view kGoodbye = "The server is stopping. Goodbye!";
constexpr std::string_view kUnknown = "Unknown command ";

nlohmann::json object_of(std::string_view line) {
  nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  GROTTO_CHECK(object.is_object());
  return object;
}

std::string plain_of(const RoomLine& line) {
  if (line.type == "say") return line.from + ": " + line.text;
  if (line.type == "me") return "* " + line.from + " " + line.text;
  return line.text;
}

/// The count of "-- 12 lines skipped: …"; 0 if it is another line.
std::uint64_t skipped_of(std::string_view line) {
  if (!line.starts_with("-- ") || !line.ends_with("your connection was too slow --")) return 0;
  std::uint64_t count = 0;
  std::from_chars(line.data() + 3, line.data() + line.size(), count);
  return count;
}

}  // namespace

// ---- The arbiter -------------------------------------------------------------------------------

Arbiter::Arbiter(World& world) : socket_(world.connect(0, 1)) {
  socket_.send("/format json\narbiter\n");
  world.settle();
  hears();
}

void Arbiter::hears() {
  heard_.hear(socket_.take(), [this](std::string_view line) { take(line); });
}

void Arbiter::take(std::string_view line) {
  GROTTO_CHECK(is_only_text(line));
  const nlohmann::json object = object_of(line);
  GROTTO_CHECK(object.at("type") != "skipped");  // it reads at once
  if (!object.contains("id")) return;
  GROTTO_CHECK(object.at("room") == "lobby");
  const auto id = object.at("id").get<std::uint64_t>();
  GROTTO_CHECK(!last_id_ || id == *last_id_ + 1);
  last_id_ = id;
  RoomLine read{
      std::string(line), {}, object.value("from", ""), object.at("type"), object.at("text")};
  read.plain = plain_of(read);
  lines_.push_back(std::move(read));
}

std::vector<std::string> Arbiter::said_by(std::string_view name) const {
  std::vector<std::string> said;
  for (const RoomLine& line : lines_) {
    if (line.type == "say" && line.from == name) said.push_back(line.text);
  }
  return said;
}

// ---- A witness ---------------------------------------------------------------------------------

Witness::Witness(World& world, std::string name, unsigned worker, Reads reads)
    : name_(std::move(name)), reads_(reads), socket_(world.connect(worker, 1)) {
  socket_.send((reads_ == Reads::json ? "/format json\n" : "") + name_ + "\n");
  world.settle();
  hears();
  is_in_ = true;
  GROTTO_CHECK(heard_.is_whole());
}

void Witness::hears(std::size_t bytes_max) {
  heard_.hear(socket_.take(bytes_max), [this](std::string_view line) { take(line); });
}

void Witness::says(std::size_t padding_bytes) {
  said_.push_back("#" + std::to_string(said_.size()) + std::string(padding_bytes, '.'));
  socket_.send(said_.back() + "\r\n");
}

void Witness::asks() {
  if (asked_.size() >= kUnansweredMax) return;
  asked_.push_back("/zz" + name_ + std::to_string(asked_count_++));
  socket_.send(asked_.back() + "\n");
}

void Witness::take(std::string_view line) {
  GROTTO_CHECK(is_only_text(line));
  if (reads_ == Reads::json) return take_object(line);
  if (!is_in_) return;
  if (const std::uint64_t skipped = skipped_of(line)) {
    story_.push_back({{}, skipped});
  } else if (!take_private(line)) {
    story_.push_back({std::string(line), 0});
  }
}

/// What is said to it alone, and of it only what it has asked for or somebody may send it.
bool Witness::take_private(std::string_view line) {
  if (line == kGoodbye) return true;
  if (line.starts_with(kUnknown)) {
    take_answer(line);
    return true;
  }
  const std::size_t end = line.find_first_of(" :");  // a said line has a colon behind the name
  const std::string_view behind_name = line.substr(std::min(end, line.size()));
  return behind_name.starts_with(" -> you: ") || behind_name.starts_with(" invites you to ");
}

void Witness::take_object(std::string_view line) {
  const nlohmann::json object = object_of(line);
  if (!is_in_) return;
  const std::string type = object.at("type");
  if (object.contains("id")) {
    GROTTO_CHECK(object.at("room") == "lobby");
    story_.push_back({std::string(line), 0});
  } else if (type == "skipped") {
    GROTTO_CHECK(object.at("room") == "lobby");
    story_.push_back({{}, object.at("count").get<std::uint64_t>()});
    GROTTO_CHECK(story_.back().skipped > 0);
  } else if (type == "private") {
    GROTTO_CHECK(object.at("to") == name_ && object.at("from") != name_);
  } else if (type == "refusal") {
    GROTTO_CHECK(object.at("code") == "unknown-command");
    take_answer(object.at("text").get<std::string>());
  } else {
    const std::string text = object.at("text");
    GROTTO_CHECK(type == "notice");
    GROTTO_CHECK(text == kGoodbye || text.find(" invites you to ") != std::string::npos);
  }
}

void Witness::take_answer(std::string_view text) {
  GROTTO_CHECK(!asked_.empty());
  GROTTO_CHECK(text.starts_with(std::string(kUnknown) + asked_.front() + "."));
  asked_.pop_front();
}

bool Witness::is_done(const Arbiter& arbiter) const {
  return asked_.empty() && !socket_.has_unread() && arbiter.said_by(name_).size() == said_.size();
}

void Witness::check(const Arbiter& arbiter) const {
  GROTTO_CHECK(heard_.is_whole() && asked_.empty());
  GROTTO_CHECK(arbiter.said_by(name_) == said_);
  const auto& lines = arbiter.lines();
  const auto is_own = [this](const RoomLine& line) { return line.from == name_; };
  auto next = std::find_if(lines.begin(), lines.end(), [&](const RoomLine& line) {
    return line.type == "join" && is_own(line);
  });
  GROTTO_CHECK(next != lines.end());
  const auto go_on = [&] {
    ++next;
    while (next != lines.end() && is_own(*next)) ++next;
  };
  go_on();
  for (const Heard& heard : story_) {
    if (heard.skipped == 0) {
      GROTTO_CHECK(next != lines.end());
      GROTTO_CHECK(heard.line == (reads_ == Reads::json ? next->json : next->plain));
      go_on();
    }
    for (std::uint64_t left = heard.skipped; left > 0; --left) {
      GROTTO_CHECK(next != lines.end());
      go_on();
    }
  }
  GROTTO_CHECK(next == lines.end());  // and nothing is missing
}

}  // namespace grotto::test
