// The text of --help.
#include "client/settings/configuration.h"

namespace grotto::client {

std::string help_text() {
  return R"(grotto: talks to a line server, at a terminal or in a pipe

Usage:
  grotto [SERVER] [options]     SERVER: HOST, HOST:PORT, [IPV6]:PORT or unix:PATH (127.0.0.1:5001);
                                tls:HOST:PORT by TLS, and only to who proves to be HOST

Coming in:
  -n, --name NAME       your name; without it you are asked, and a pipe's first line is the name
      --room ROOM       enter this room too (and its password: "cave secret")
      --resume          come back to the session that you left behind, if the server still has it

The connection:
      --timeout TIME    to connect and to be let in (10s); in a pipe, if given, also the silence
                        after the end of input that ends it. Units: ms s m h; without: seconds
      --reconnect HOW   on, off or how often a lost connection is tried again
                        (on at a terminal, off in a pipe)
      --tls-ca FILE     with tls: trust the certificates in this PEM file, not those of the system
      --tls-insecure    with tls: talk to whoever answers; nobody checks who that is
      --raw             any other line server: bytes as they are, no name, no JSON

Pipes:
      --json            read a JSON object per line
      --exec COMMAND    a program instead of standard input and output: it reads the lines, and what
                        it prints is sent

The terminal:
      --color WHEN      auto, always or never (auto: unless NO_COLOR is set)
      --keys KEYS       emacs or vi (emacs); ~/.editrc is read too
      --log FILE        append every line that is shown

      --config FILE     read this file instead of ~/.config/grotto/client.toml
  -h, --help            this text
  -V, --version         the version

Each option is also a variable, GROTTO_CLIENT_NAME, and a key of the file: name = "ana".
Exit status: 0 good; 64 usage, 78 configuration; 69 no connection, 76 not a server of this kind,
77 refused; with --exec the program's own if it failed.

Examples:
  grotto chat.example.org --name ana
  printf 'the build is green\n' | grotto --name bot
  grotto --name bot --json </dev/null
  grotto --name clock --exec 'while read -r line; do date; done'
  printf 'GET / HTTP/1.0\r\n\r\n' | grotto --raw example.org:80
)";
}

}  // namespace grotto::client
