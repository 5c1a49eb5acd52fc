#include "door/watch_pages.h"

#include <doctest/doctest.h>

#include <string>

#include "web_visit.h"

namespace grotto {
namespace {

using test::Listener;
using test::WebVisit;

std::string get_page(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}

/// A site that has metrics, for those.
WebSite site_for(std::vector<Network> readers, bool is_all = false) {
  WebSite site{.hosts = HostRules::create({}, "127.0.0.1").value(), .service = "", .base = ""};
  site.watch.metrics = [] { return std::string("grotto_up 1\n"); };
  site.watch.readers = std::move(readers);
  site.watch.is_all = is_all;
  return site;
}

/// What a peer of no known address reads for `request`, or one whose address `readers` name.
unsigned status_for(const WebSite& site, std::string_view request, const Address& peer) {
  Listener service;
  WebVisit visit(service, test::web_limits(), site, peer);
  visit.send(request);
  visit.far.end_output();
  const std::string all = visit.reads_to_end();
  CHECK((all.find("grotto_up 1\n") != std::string::npos) == all.starts_with("HTTP/1.1 200 "));
  return static_cast<unsigned>(std::stoul(all.substr(9)));
}

}  // namespace

TEST_CASE("WatchPages: metrics are for those whom the listener names") {
  const Address here = Address::from_host("127.0.0.1");
  const Address there = Address::from_host("192.0.2.7");
  const WebSite site = site_for(loopback_networks());
  CHECK(status_for(site, get_page("/metrics"), here) == 200);
  CHECK(status_for(site, get_page("/metrics"), Address::from_host("::1")) == 200);
  CHECK(status_for(site, get_page("/metrics"), Address::unix_peer(7)) == 200);
  CHECK(status_for(site, get_page("/metrics"), there) == 403);
  CHECK(status_for(site_for({Network::parse("192.0.2.0/24").value()}), get_page("/metrics"),
                   there) == 200);
  CHECK(status_for(site_for({}), get_page("/metrics"), here) == 403);
}

TEST_CASE("WatchPages: what a proxy on this machine passes on is not this machine's") {
  const Address here = Address::from_host("127.0.0.1");
  const WebSite site = site_for(loopback_networks());
  for (const char* field : {"X-Forwarded-For: 203.0.113.7\r\n", "Forwarded: for=203.0.113.7\r\n",
                            "Via: 1.1 proxy\r\n"}) {
    CAPTURE(field);
    CHECK(status_for(site, get_page("/metrics", field), here) == 403);
  }
}

TEST_CASE("WatchPages: a listener that is for watching alone has nothing else, for anybody") {
  const Address there = Address::from_host("192.0.2.7");
  const WebSite site = site_for({}, true);
  CHECK(status_for(site, get_page("/metrics"), there) == 200);
  CHECK(status_for(site, get_page("/metrics", "Via: 1.1 proxy\r\n"), there) == 200);
  for (const char* path : {"/", "/main.js", "/ws", "/rooms", "/metrics/", "/none"}) {
    CAPTURE(path);
    CHECK(status_for(site, get_page(path), there) == 404);
  }
}

TEST_CASE("WatchPages: they are read, and nothing else is done with them") {
  const Address here = Address::from_host("127.0.0.1");
  const WebSite site = site_for(loopback_networks());
  CHECK(status_for(site, "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
                   here) == 405);
  CHECK(status_for(test::site_at(), get_page("/metrics"), here) == 404);  // none are told there
}

}  // namespace grotto
