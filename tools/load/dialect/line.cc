// The dialect of any server that echoes lines or relays them: lines end in LF, nobody is greeted.
#include "load/dialect/dialect.h"

namespace grotto::load {

namespace {

class LineDialect final : public Dialect {
 public:
  explicit LineDialect(Purpose purpose) noexcept : purpose_(purpose) {}

  void greet(const Talk& /*talk*/, std::string& /*out*/) const override {}

  Frame next(Talk& talk, std::string_view bytes, std::string& /*out*/) const override {
    if (talk.step == 0) {
      talk.step = 1;
      Frame frame;
      frame.kind = Frame::Kind::ready;
      return frame;
    }
    const Line line = first_line(bytes);
    if (line.size == 0) return {};
    // An echo says nothing of its own; a relay may.
    if (purpose_ == Purpose::echo) return whole_line(Frame::Kind::payload, line);
    return payload_in(line, Frame::Kind::notice);
  }

  std::size_t write_head(const Talk& /*talk*/, std::size_t /*text_bytes*/,
                         char* /*head*/) const override {
    return 0;
  }
  [[nodiscard]] std::string_view tail() const override { return "\n"; }
  [[nodiscard]] bool needs_probe() const override { return purpose_ == Purpose::room; }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t /*sender*/) const override {
    return purpose_ == Purpose::room || lead.empty();
  }

 private:
  const Purpose purpose_;
};

}  // namespace

std::unique_ptr<Dialect> make_line_dialect(Purpose purpose) {
  return std::make_unique<LineDialect>(purpose);
}

}  // namespace grotto::load
