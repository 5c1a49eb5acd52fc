#include "world.h"

#include <netinet/in.h>

#include <algorithm>

#include "base/check.h"
#include "door/doors.h"
#include "door/web_site.h"
#include "grotto/service.h"

namespace grotto::test {

namespace {

constexpr std::uint64_t kStepMs = 500;     // later than a second is taken for a stop of the process
constexpr std::uint64_t kRestMs = 15'000;  // after which nobody is looked after any more
constexpr int kRoundsMax = 5000;

const WebSite& site() {
  static const WebSite made{HostRules::create({}, "127.0.0.1").value(), "chat", "",
                            embedded_assets()};
  return made;
}

Address address_of(unsigned host, unsigned port) {
  if (host == 0) return Address::unix_peer(port);
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_port = htons(static_cast<std::uint16_t>(40'000 + port));
  raw.sin_addr.s_addr = htonl(0xC0000200U | host);
  return Address::from(reinterpret_cast<const sockaddr&>(raw));
}

}  // namespace

/// A worker with its service.
class World::Part final : private TickHook {
 public:
  Part(unsigned index, const Limits& limits, std::unique_ptr<Selector> selector,
       const ServiceFactory& factory)
      : worker_(std::move(Worker::create(index, kWorkers, limits, std::move(selector)).value())),
        service_(factory(*worker_)) {
    worker_->add_tick_hook(*this);
  }
  Worker& worker() { return *worker_; }
  Service& service() { return *service_; }

 private:
  void on_tick_end() override { service_->on_tick_end(); }

  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Service> service_;
};

Limits World::limits() {
  Limits limits;
  limits.line_bytes_max = 256;
  limits.outbox_bytes_max = 8 * 1024;
  limits.outbox_bytes_busy = 1024;
  limits.pending_bytes_max = 4096;
  limits.telnet_sub_bytes_max = 32;
  limits.hello_timeout_ms = 20'000;
  limits.http_line_bytes_max = 256;
  limits.http_fields_bytes_max = 512;
  limits.http_body_bytes_max = 512;
  limits.http_requests_max = 5;
  limits.websocket_message_bytes_max = 1000;
  limits.rate_lines_per_second = 50;
  limits.window_bytes_total = 8 * 1024;
  limits.window_bytes_min = 2 * 1024;
  limits.window_bytes_max = 4 * 1024;
  limits.window_lines_max = 16;
  limits.log_memory_bytes = 64 * 1024;
  limits.rooms_max = 6;
  limits.kept_rooms_max = 2;
  limits.rooms_per_person_max = 3;
  limits.resume_grace_ms = 5'000;
  limits.accounts_max = 3;
  limits.access_entries_max = 4;
  limits.entries_listed_max = 2;
  limits.rooms_listed_max = 3;
  limits.members_listed_max = 4;
  limits.arrival_listed_max = 2;
  limits.quiet_room_members = 6;
  return limits;
}

World::World(const std::vector<std::string>& operators) {
  set_memory_clock_ms(1'000'000);
  lobby_ = std::make_shared<Lobby>(limits_, kWorkers);
  ChatOptions options;
  options.rooms = {{"quiz", "what is asked"}};
  options.operators = operators;
  options.motd = "be kind\nlisten";
  const ServiceFactory factory = make_chat_factory(lobby_, options, limits_);
  for (unsigned i = 0; i != kWorkers; ++i) {
    auto selector = std::make_unique<MemorySelector>();
    selectors_[i] = selector.get();
    parts_.push_back(std::make_unique<Part>(i, limits_, std::move(selector), factory));
  }
}

World::~World() {
  for (const auto& socket : sockets_) {
    if (!socket->is_closed_by_server()) socket->reset();
  }
  settle();
  pass_ms(limits_.resume_grace_ms + kStepMs);  // who was held is given up
  GROTTO_CHECK(connections() == 0);
  pass_ms(kRestMs);
  for (const auto& part : parts_) GROTTO_CHECK(part->worker().wheel().armed() == 0);
  std::size_t more = 0;
  const auto rooms = lobby_->list_rooms(100, more);
  GROTTO_CHECK(rooms.size() <= 2 + limits_.kept_rooms_max && more == 0);
  for (const auto& room : rooms) GROTTO_CHECK(room.members == 0);
  for (const auto& part : parts_) {
    GROTTO_CHECK(lobby_->people_on(part->worker()).empty());
    part->worker().stop();
  }
  for (const auto& part : parts_) {
    int rounds = 0;
    while (part->worker().run_round()) GROTTO_CHECK(++rounds < kRoundsMax);
  }
}

MemorySocket& World::connect(unsigned worker, unsigned host) {
  MemorySocket& socket = *sockets_.emplace_back(std::make_unique<MemorySocket>());
  Part& part = *parts_[worker % kWorkers];
  DoorSet doors;
  doors.site = &site();
  const Address peer = address_of(host, static_cast<unsigned>(sockets_.size()));
  GROTTO_CHECK(part.worker().adopt(socket.fd(), peer, make_door(part.service(), doors)) != nullptr);
  return socket;
}

void World::round() {
  for (const auto& part : parts_) GROTTO_CHECK(part->worker().run_round());
  check_bounds();
}

void World::settle() {
  int idle = 0;
  for (int rounds = 0; idle < 3; ++rounds) {  // one may have posted something to the other
    GROTTO_CHECK(rounds < kRoundsMax);
    round();
    const bool is_idle = std::all_of(selectors_.begin(), selectors_.end(),
                                     [](const MemorySelector* each) { return each->is_idle(); });
    idle = is_idle ? idle + 1 : 0;
  }
}

void World::pass_ms(std::uint64_t milliseconds) {
  while (milliseconds > 0) {
    const std::uint64_t step = std::min(milliseconds, kStepMs);
    set_memory_clock_ms(memory_clock_ms() + step);
    milliseconds -= step;
    settle();
  }
}

void World::stand_still_ms(std::uint64_t milliseconds) {
  set_memory_clock_ms(memory_clock_ms() + milliseconds);
  settle();
}

void World::stop_serving() {
  for (const auto& part : parts_) {
    part->worker().for_each_connection([](Connection& connection) { connection.stop_serving(); });
  }
}

std::size_t World::connections() const {
  std::size_t all = 0;
  for (const auto& part : parts_) all += part->worker().connections();
  return all;
}

/// Private output stops the reading; one more answer, which may be the whole of /help or 100 lines
/// of history, is what a service may add before that.
void World::check_bounds() {
  constexpr std::size_t kAnswerBytesMax = 192 * 1024;
  for (const auto& part : parts_) {
    part->worker().for_each_connection([&](Connection& connection) {
      GROTTO_CHECK(connection.outbox_bytes() <= limits_.outbox_bytes_max + kAnswerBytesMax);
    });
  }
  // Never more than the bound, but for what patient members were not sent: a window a room.
  GROTTO_CHECK(lobby_->log_memory_bytes() <=
               limits_.log_memory_bytes + (limits_.rooms_max + 2) * 8 * limits_.window_bytes_max);
}

}  // namespace grotto::test
