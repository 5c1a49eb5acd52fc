// shout: a whole service. Build it, run `shout -p 5002`, join with `nc 127.0.0.1 5002`.
#include <cctype>
#include <string>

#include "grotto/server.h"

class Shout final : public grotto::Service {
 public:
  void on_open(grotto::Session& session) override { session.write_line("Say something."); }

  grotto::Taken on_line(grotto::Session& session, std::string_view line) override {
    std::string loud(line);
    for (char& c : loud) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    session.write_line(loud);
    return grotto::Taken::yes;
  }
};

int main(int argc, char** argv) {
  return grotto::run_server(argc, argv, "shout",
                            [](grotto::WorkerContext&) { return std::make_unique<Shout>(); });
}
