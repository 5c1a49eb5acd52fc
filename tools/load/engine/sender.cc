#include "load/engine/sender.h"

#include <algorithm>
#include <cstring>

#include "load/check/payload.h"
#include "net/worker.h"

namespace grotto::load {

SendDesk::SendDesk(const Dialect& spoken, const LineSizes& line_sizes, std::uint32_t room_tag,
                   std::uint64_t begun_ns)
    : dialect(spoken),
      sizes(line_sizes),
      tag(room_tag),
      epoch_ns(begun_ns),
      scratch(Sender::kBytesAtOnce + line_sizes.most() + 2 * Dialect::kHeadBytesMax) {}

std::size_t Sender::gather(std::span<Slice> slices, std::size_t bytes_max) {
  const std::size_t wanted = std::min(bytes_max, kBytesAtOnce);
  gathered_at_ns_ = Worker::now_ns() - desk_.epoch_ns;
  desk_.ends.clear();
  char* const begin = desk_.scratch.data();
  char* at = begin;
  for (std::uint64_t sequence = next_; sequence < allowed_; ++sequence) {
    const std::size_t text_bytes = desk_.sizes.of_line(id_, sequence) - 1;
    // One line is always given; the next only if it fits.
    if (at != begin &&
        static_cast<std::size_t>(at - begin) + text_bytes + Dialect::kHeadBytesMax > wanted)
      break;
    const bool is_scheduled = timetable_.gap_ns > 0;
    at += put_line(desk_.dialect, talk_,
                   {.tag = desk_.tag,
                    .sender = id_,
                    .sequence = sequence,
                    .intended_ns = is_scheduled ? timetable_.due_ns(sequence) : gathered_at_ns_,
                    .sent_ns = gathered_at_ns_},
                   text_bytes, at);
    desk_.ends.push_back(static_cast<std::uint32_t>(at - begin));
  }
  if (at == begin) return 0;
  slices[0] = {begin, static_cast<std::size_t>(at - begin)};
  return 1;
}

std::string_view Sender::advance(std::size_t bytes) {
  const auto whole = std::lower_bound(desk_.ends.begin(), desk_.ends.end(), bytes);
  const auto lines =
      static_cast<std::uint64_t>(whole - desk_.ends.begin()) + 1;  // the cut one counts as sent
  if (desk_.lag != nullptr && timetable_.gap_ns > 0) {
    for (std::uint64_t i = 0; i < lines; ++i) {
      const std::uint64_t due = timetable_.due_ns(next_ + i);
      desk_.lag->record(gathered_at_ns_ > due ? gathered_at_ns_ - due : 0);
    }
  }
  next_ += lines;
  desk_.tally->sent += lines;
  if (desk_.ledger != nullptr) desk_.ledger->add_sent(id_, lines);
  const std::size_t end = desk_.ends[lines - 1];
  desk_.tally->bytes_sent += end;
  return {desk_.scratch.data() + bytes, end - bytes};
}

}  // namespace grotto::load
