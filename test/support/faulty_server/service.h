// Service: who of the clients gets a line, and in what form. Threads: the only one there is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client.h"
#include "fault.h"

namespace faulty_server {

/// One line on its way to one client.
struct Delivery {
  Line line;
  Client* receiver;
};

class Service {
 public:
  explicit Service(Fault& fault) : fault_(fault) {}
  virtual ~Service() = default;

  virtual void on_connect(Client&, Time) {}
  /// Called once for each client that on_connect() saw, before it is destroyed.
  virtual void on_left(Client&, Time) {}
  /// `bytes`: a line with its end. Who is to get it, those first who have been here for longest;
  /// empty if it was no line for others.
  virtual std::vector<Delivery> on_line(Client& sender, const std::string& bytes, Time now) = 0;

 protected:
  Fault& fault() { return fault_; }

 private:
  Fault& fault_;
};

/// nullptr if there is no service of that name.
std::unique_ptr<Service> make_service(const std::string& name, Fault& fault);

}  // namespace faulty_server
