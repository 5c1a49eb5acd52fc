#include "room/room.h"

#include <fmt/format.h>

#include <algorithm>

#include "line/text.h"
#include "room/archive.h"
#include "room/local_room.h"

namespace grotto {

Room::Room(Name name, Kind kind, const Limits& limits, unsigned workers,
           std::atomic<std::size_t>& log_memory_total)
    : name_(std::move(name)),
      kind_(kind),
      limits_(limits),
      transcript_(log_memory_total),
      parts_(workers) {}

// ---- What is kept of it ------------------------------------------------------------------------

void Room::restore_from(Archive& archive) {
  const Archive::Restored restored =
      archive.open_room(name_.text, limits_.restored_lines_max, limits_.restored_bytes_max);
  if (restored.room == 0) return;
  std::vector<std::string> texts;
  std::vector<Transcript::Line> lines;
  texts.reserve(restored.lines.size());
  std::string scratch;
  for (const ArchivedLine& line : restored.lines) {
    texts.push_back(std::string(clean_text(line.text, scratch)) + "\r\n");
    lines.push_back({texts.back(), line.kind, kServer, line.at_ms});
  }
  transcript_.begin_at(restored.next - lines.size());
  transcript_.append(lines, keep_rule());
  if (!lines.empty()) set_last_line_ms(lines.back().at_ms);
  transcript_.keep_in(archive, restored.room, restored.next);
  set_place(archive, restored.room);
}

void Room::begin_keeping(Archive* archive) {
  const std::uint32_t number = archive == nullptr ? 0 : archive->begin_room(name_.text);
  if (number != 0) {
    transcript_.keep_in(*archive, number, 0);
    set_place(*archive, number);
  }
  is_kept_.store(true, std::memory_order_relaxed);
}

void Room::end_keeping() noexcept {
  is_kept_.store(false, std::memory_order_relaxed);
  const Place old = place();
  if (old.archive == nullptr) return;
  archive_number_.store(0, std::memory_order_release);
  transcript_.stop_keeping();
  old.archive->end_room(old.number);
}

void Room::set_place(Archive& archive, std::uint32_t number) noexcept {
  archive_.store(&archive, std::memory_order_relaxed);
  archive_number_.store(number, std::memory_order_release);
}

// ---- Who is in it ------------------------------------------------------------------------------

void Room::enter(Presence& presence, std::string_view name, AuthorId author) {
  const std::scoped_lock lock(mutex_);
  presence.set_name(name);
  if (author == kServer) {
    if (++last_author_ == kServer) ++last_author_;
    author = last_author_;
  }
  presence.author_ = author;
  if (presence.is_unseen_) return;
  presence.is_operator_ = is_new();
  presence.previous_ = last_;
  presence.next_ = nullptr;
  (last_ == nullptr ? first_ : last_->next_) = &presence;
  last_ = &presence;
  members_.fetch_add(1, std::memory_order_relaxed);
}

void Room::leave(Presence& presence) noexcept {
  if (presence.is_unseen_) return;
  const std::scoped_lock lock(mutex_);
  (presence.previous_ == nullptr ? first_ : presence.previous_->next_) = presence.next_;
  (presence.next_ == nullptr ? last_ : presence.next_->previous_) = presence.previous_;
  presence.previous_ = presence.next_ = nullptr;
  presence.set_name({});
  presence.is_operator_ = false;
  members_.fetch_sub(1, std::memory_order_relaxed);
}

void Room::rename(Presence& presence, std::string_view name) noexcept {
  const std::scoped_lock lock(mutex_);
  presence.set_name(name);
}

std::string Room::list_names(const Presence* self, std::size_t listed_max) const {
  std::string out;
  const std::scoped_lock lock(mutex_);
  std::size_t more = members_.load(std::memory_order_relaxed) - (self == nullptr ? 0U : 1U);
  for (const Presence* each = first_; each != nullptr && more > 0 && listed_max > 0;
       each = each->next_) {
    if (each == self) continue;
    if (out.size() + each->name().size() > kListedBytesMax) break;
    if (!out.empty()) out += ' ';
    if (each->is_operator_) out += '@';
    out += each->name();
    --more;
    --listed_max;
  }
  if (more > 0) fmt::format_to(std::back_inserter(out), " and {} more", more);
  return out;
}

Room::Names Room::names(std::size_t listed_max) const {
  constexpr std::size_t kAroundName = 3;  // quotes and a comma
  Names out;
  std::size_t bytes = 0;
  const std::scoped_lock lock(mutex_);
  for (const Presence* each = first_; each != nullptr; each = each->next_) {
    const std::string_view name = each->name();
    const auto escaped = std::count_if(name.begin(), name.end(),
                                       [](char byte) { return byte == '"' || byte == '\\'; });
    const std::size_t written = name.size() + static_cast<std::size_t>(escaped) + kAroundName;
    bytes += each->is_operator_ ? 2 * written : written;
    if (out.listed.size() == listed_max || bytes > kListedBytesMax) {
      out.more = members_.load(std::memory_order_relaxed) - out.listed.size();
      break;
    }
    out.listed.emplace_back(each->name());
    if (each->is_operator_) out.operators.emplace_back(each->name());
  }
  return out;
}

bool Room::is_operator(const Presence& presence) const {
  const std::scoped_lock lock(mutex_);
  return presence.is_operator_;
}

void Room::set_operator(Presence& presence, bool is_operator) noexcept {
  const std::scoped_lock lock(mutex_);
  presence.is_operator_ = is_operator;
}

std::string Room::succeed_operator() {
  const std::scoped_lock lock(mutex_);
  if (!makes_operators() || first_ == nullptr) return {};
  for (const Presence* each = first_; each != nullptr; each = each->next_) {
    if (each->is_operator_) return {};
  }
  first_->is_operator_ = true;
  return std::string(first_->name());
}

bool Room::note_joined() noexcept {
  joined_.fetch_add(1, std::memory_order_relaxed);
  return !is_telling_.exchange(true);
}

bool Room::note_left() noexcept {
  left_.fetch_add(1, std::memory_order_relaxed);
  return !is_telling_.exchange(true);
}

Room::Movement Room::take_movement() noexcept {
  is_telling_.store(false);  // first: what is noted from here on is told again
  return {joined_.exchange(0), left_.exchange(0)};
}

// ---- Windows -----------------------------------------------------------------------------------

std::size_t Room::window_bytes() const noexcept {
  const std::size_t each = limits_.window_bytes_total / std::max<std::size_t>(members(), 1);
  return std::clamp(each, limits_.window_bytes_min, limits_.window_bytes_max);
}

KeepRule Room::keep_rule() const noexcept {
  LineNumber patient = kNoLine;
  for (const Part& part : parts_) {
    patient = std::min(patient, part.slowest.load(std::memory_order_acquire));
  }
  return {limits_.kept_windows * window_bytes(), limits_.kept_windows * limits_.window_lines_max,
          patient};
}

LineNumber Room::slowest(unsigned except) const noexcept {
  LineNumber slowest = kNoLine;
  for (unsigned worker = 0; worker < parts_.size(); ++worker) {
    if (worker == except) continue;
    slowest = std::min(slowest, parts_[worker].slowest.load(std::memory_order_acquire));
  }
  return slowest;
}

void Room::publish_slowest(unsigned worker, LineNumber line) noexcept {
  // seq_cst pairs with set_waiting(): either the waiter sees this line or we see its bit (R2).
  parts_[worker].slowest.store(line, std::memory_order_seq_cst);
}

LineNumber Room::published_slowest(unsigned worker) const noexcept {
  return parts_[worker].slowest.load(std::memory_order_relaxed);
}

void Room::set_waiting(unsigned worker, bool is_waiting) noexcept {
  if (parts_[worker].is_waiting.exchange(is_waiting) == is_waiting) return;
  if (is_waiting) {
    waiting_.fetch_add(1, std::memory_order_seq_cst);
  } else {
    waiting_.fetch_sub(1, std::memory_order_seq_cst);
  }
}

// ---- The workers' parts ------------------------------------------------------------------------

void Room::attach(std::weak_ptr<LocalRoom> local, WorkerContext& worker) {
  const std::scoped_lock lock(mutex_);
  Part& part = parts_[worker.index()];
  part.worker = &worker;
  part.local = std::move(local);
  part.is_posted.store(false);  // what was posted to a part before went with it
}

void Room::set_has_members(unsigned worker, bool has_members) noexcept {
  parts_[worker].has_members.store(has_members, std::memory_order_seq_cst);
}

void Room::post_to(unsigned worker) {
  Part& part = parts_[worker];
  if (part.is_posted.exchange(true)) return;
  const std::scoped_lock lock(mutex_);
  if (part.worker == nullptr) return;
  part.worker->post([local = part.local] {
    if (const auto alive = local.lock()) alive->pick_up();
  });
}

void Room::announce_lines(unsigned from) {
  for (unsigned worker = 0; worker < parts_.size(); ++worker) {
    if (worker != from && parts_[worker].has_members.load(std::memory_order_seq_cst)) {
      post_to(worker);
    }
  }
}

void Room::announce_progress(unsigned from) {
  for (unsigned worker = 0; worker < parts_.size(); ++worker) {
    if (worker != from && parts_[worker].is_waiting.load(std::memory_order_seq_cst)) {
      post_to(worker);
    }
  }
}

void Room::ask_for_progress(unsigned from) {
  announce_lines(from);
}

void Room::begin_pick_up(unsigned worker) noexcept {
  parts_[worker].is_posted.store(false);
}

}  // namespace grotto
