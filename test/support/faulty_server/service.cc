#include "service.h"

#include <cstddef>

namespace faulty_server {

namespace {

std::string without_end(const std::string& bytes) {
  return bytes.substr(0, bytes.find_last_not_of("\r\n") + 1);
}

class Echo final : public Service {
 public:
  using Service::Service;
  std::vector<Delivery> on_line(Client& sender, const std::string& bytes, Time now) override {
    return {{{bytes, 0, now}, &sender}};
  }
};

class Relay final : public Service {
 public:
  using Service::Service;
  void on_connect(Client& client, Time) override { all_.push_back(&client); }
  void on_left(Client& client, Time) override { std::erase(all_, &client); }
  std::vector<Delivery> on_line(Client& sender, const std::string& bytes, Time now) override {
    std::vector<Delivery> deliveries;
    for (Client* const client : all_)
      if (client != &sender) deliveries.push_back({{without_end(bytes) + "\r\n", 0, now}, client});
    return deliveries;
  }

 private:
  std::vector<Client*> all_;
};

class Grotto final : public Service {
 public:
  using Service::Service;

  void on_connect(Client& client, Time now) override {
    announce(client, "Greetings from the grotto! Type your name and press enter.", now);
  }

  void on_left(Client& client, Time now) override {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].client != &client) continue;
      const std::string name = members_[i].name;
      members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(i));
      announce_to_all(name + " has left the chat.", now);
      return;
    }
  }

  std::vector<Delivery> on_line(Client& sender, const std::string& bytes, Time now) override {
    const std::string text = without_end(bytes);
    const Member* const speaker = find(sender);
    if (speaker == nullptr) return enter(sender, text, now), std::vector<Delivery>{};
    if (text == "/quit" || text == "exit" || text == "{quit}")
      return sender.close(), std::vector<Delivery>{};
    std::vector<Delivery> deliveries;
    for (const Member& member : members_) {
      if (member.client == &sender) continue;
      const std::string head = speaker->name + ": ";
      deliveries.push_back({{head + text + "\r\n", head.size(), now}, member.client});
    }
    return deliveries;
  }

 private:
  struct Member {
    Client* client;
    std::string name;
  };

  void announce(Client& client, const std::string& text, Time now) {
    fault().announce({text + "\r\n", 0, now}, client);
  }

  void announce_to_all(const std::string& text, Time now) {
    for (const Member& member : members_) announce(*member.client, text, now);
  }

  const Member* find(const Client& client) const {
    for (const Member& member : members_)
      if (member.client == &client) return &member;
    return nullptr;
  }

  void enter(Client& client, const std::string& name, Time now) {
    for (const Member& member : members_)
      if (member.name == name)
        return announce(client, "The name " + name + " is taken.\r\nWhat is your name?", now);
    announce(client, "Welcome " + name + "! Type /quit, exit or {quit} to leave, /help for more.",
             now);
    announce(client, members_.empty() ? "The room is empty." : "Connected users:" + list(), now);
    announce_to_all(name + " has joined the chat!", now);
    members_.push_back({&client, name});
  }

  // At most 100, as docs/protocol.md has it.
  std::string list() const {
    constexpr std::size_t kShownMax = 100;
    std::string names;
    for (std::size_t i = 0; i < members_.size() && i < kShownMax; ++i)
      names += " " + members_[i].name;
    if (members_.size() > kShownMax)
      names += " and " + std::to_string(members_.size() - kShownMax) + " more";
    return names;
  }

  std::vector<Member> members_;
};

}  // namespace

std::unique_ptr<Service> make_service(const std::string& name, Fault& fault) {
  if (name == "echo") return std::make_unique<Echo>(fault);
  if (name == "relay") return std::make_unique<Relay>(fault);
  if (name == "grotto") return std::make_unique<Grotto>(fault);
  return nullptr;
}

}  // namespace faulty_server
