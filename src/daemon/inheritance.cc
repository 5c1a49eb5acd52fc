#include "daemon/inheritance.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/file_lock.h"
#include "daemon/admin.h"
#include "daemon/version.h"
#include "grotto/state.h"

namespace grotto {

namespace {

constexpr std::uint64_t kPatienceMs = 10'000;  // the old process has less, and tells by closing

Error went_on() {
  return Error{"the old process goes on, this one is not needed.", EX_TEMPFAIL};
}

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view word) {
  if (!text.starts_with(word)) return std::nullopt;
  text.remove_prefix(word.size());
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<std::unique_ptr<Inheritance>> Inheritance::receive() {
  const char* const number = std::getenv(kChannelVariable);
  if (number == nullptr) return std::unique_ptr<Inheritance>();
  const auto fd = number_behind(number, "");
  ::unsetenv(kChannelVariable);  // not for programs that we start
  struct stat info{};
  if (!fd || *fd > 1'000'000 || ::fstat(static_cast<int>(*fd), &info) != 0 ||
      !S_ISSOCK(info.st_mode)) {
    return Error{fmt::format("{} names no channel of a server that is upgraded.", kChannelVariable),
                 EX_USAGE};
  }
  ::fcntl(static_cast<int>(*fd), F_SETFD, FD_CLOEXEC);
  std::unique_ptr<Inheritance> made(new Inheritance(Descriptor(static_cast<int>(*fd))));
  const auto done = made->receive_state();
  if (!done) return done.error();
  return made;
}

Inheritance::~Inheritance() {
  if (!state_.empty()) ::munmap(const_cast<char*>(state_.data()), state_.size());  // NOLINT
}

Result<Done> Inheritance::receive_state() {
  using Outcome = DescriptorChannel::Outcome;
  DescriptorChannel::Message message;
  if (!channel_.send(fmt::format("hello {} {}", kStateFormat, kVersion), {}, kPatienceMs) ||
      channel_.receive(message, kPatienceMs) != Outcome::message) {
    return went_on();
  }
  const auto count = number_behind(message.text, "state ");
  const bool is_state = count && message.descriptors.size() == 1;
  if (!is_state || !map(message.descriptors.front().get())) {
    refuse("the state cannot be read");
    return went_on();
  }
  std::vector<Descriptor> descriptors;
  while (descriptors.size() < *count) {
    if (channel_.receive(message, kPatienceMs) != Outcome::message ||
        message.text != "descriptors" || message.descriptors.empty()) {
      refuse("descriptors are missing");
      return went_on();
    }
    std::move(message.descriptors.begin(), message.descriptors.end(),
              std::back_inserter(descriptors));
    const std::string got = fmt::format("got {}", descriptors.size());
    if (!channel_.send(got, {}, kPatienceMs)) return went_on();
  }
  if (!read(std::move(descriptors))) {
    refuse("the state makes no sense");
    return went_on();
  }
  return Done{};
}

bool Inheritance::map(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0 || info.st_size <= 0) return false;
  const auto size = static_cast<std::size_t>(info.st_size);
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) return false;
  state_ = {static_cast<const char*>(bytes), size};
  return true;
}

bool Inheritance::read(std::vector<Descriptor> descriptors) {
  StateReader state(state_);
  std::size_t next = 0;
  const auto descriptor = [&] {
    if (next < descriptors.size()) return std::move(descriptors[next++]);
    state.fail();
    return Descriptor();
  };
  const auto each = [&](auto step) {
    for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) step();
  };
  if (state.number() != kStateFormat) return false;
  are_sockets_managed_ = state.flag();
  each([&] {
    const std::string_view service = state.text();
    const std::string_view endpoint = state.text();
    listeners_.push_back({service, endpoint, descriptor()});
  });
  each([&] {
    const std::string_view endpoint = state.text();
    datagrams_.push_back({endpoint, descriptor()});
  });
  each([&] {
    const std::string path(state.text());
    FileLock::inherit(path, descriptor().release());
  });
  each([&] {
    InheritedService service;
    service.name = state.text();
    service.shared = state.text();
    each([&] { service.absent.push_back(state.text()); });
    services_.push_back(std::move(service));
  });
  each([&] {
    InheritedConnection connection;
    connection.service = state.text();
    connection.endpoint = state.text();
    connection.saved = state.text();
    connection.fd = descriptor();
    connections_.push_back(std::move(connection));
  });
  return state.is_good() && state.is_at_end();
}

bool Inheritance::has_listener(std::string_view service, std::string_view endpoint) const noexcept {
  return std::any_of(listeners_.begin(), listeners_.end(), [&](const InheritedListener& each) {
    return each.service == service && each.endpoint == endpoint && each.fd.get() >= 0;
  });
}

void Inheritance::use_managed_sockets(Settings& settings) const {
  if (!are_sockets_managed_) return;
  settings.listen.clear();
  settings.listeners.clear();
  for (const InheritedListener& each : listeners_) {
    if (each.service == kAdminWord) continue;
    ListenerSettings listener;
    listener.service = each.service;
    listener.endpoint = each.endpoint;
    settings.listeners.push_back(std::move(listener));
  }
}

Descriptor Inheritance::take_listener(std::string_view service, std::string_view endpoint) {
  const auto found =
      std::find_if(listeners_.begin(), listeners_.end(), [&](const InheritedListener& each) {
        return each.service == service && each.endpoint == endpoint && each.fd.get() >= 0;
      });
  return found == listeners_.end() ? Descriptor() : std::move(found->fd);
}

Descriptor Inheritance::take_datagrams(std::string_view endpoint) {
  const auto found = std::find_if(
      datagrams_.begin(), datagrams_.end(),
      [&](const InheritedSocket& each) { return each.endpoint == endpoint && each.fd.get() >= 0; });
  return found == datagrams_.end() ? Descriptor() : std::move(found->fd);
}

bool Inheritance::begin() {
  DescriptorChannel::Message message;
  const bool may_go =
      channel_.send("ready", {}, kPatienceMs) &&
      channel_.receive(message, kPatienceMs) == DescriptorChannel::Outcome::message &&
      message.text == "go";
  channel_.close();
  if (may_go) FileLock::sign_all();
  return may_go;
}

void Inheritance::refuse(std::string_view why) {
  static_cast<void>(channel_.send(fmt::format("refused {}", why), {}, kPatienceMs));
}

}  // namespace grotto
