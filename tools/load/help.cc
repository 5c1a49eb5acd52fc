// The text of --help.
#include "load/command_line.h"

namespace grotto::load {

std::string help_text() {
  return R"(grotto-load: puts load on a line server and checks every delivery

Usage:
  grotto-load WORKLOAD TARGET [options]       TARGET: HOST:PORT, [IPV6]:PORT or unix:PATH
  grotto-load compare A.json B.json           the figures of two runs and their ratios
  grotto-load report RUN.json... --html FILE  several runs in one picture

Workloads:
  echo     every line comes back to who sent it
  fanout   few send (--publishers), many read (--connections)
  chat     all send, all read
  idle     connections that are held
  churn    connect, talk, leave, over and over
  slow     fanout beside readers that hardly read (--readers, --slow-readers)

Load:
  -c, --connections N     connections; readers in fanout and slow                        (50)
  -t, --threads N         threads of the generator                                       (1)
      --depth K           closed loop: lines, or bursts, out per sender                  (1)
  -R, --rate R            open loop: lines/s of all together, sent on schedule
      --burst W           lines sent at once                                             (1)
      --publishers N      who sends, in fanout and slow                                  (1)
      --size SPEC         bytes of a line with its end, 32 to 65536: 64, 32-512,
                          64:90,1024:10 (size:weight)                                    (64)
      --readers KIND      slow readers stall, drip (2.5 KB/s) or take a byte at a time   (stall)
      --slow-readers N    how many of them, besides the --connections                    (10)
      --udp               echo: datagrams instead of a stream
      --tls               by TLS; nobody checks whose the certificate is
      --busy-poll         threads never sleep, so that waking them costs the server nothing

Time (us ms s m h; without a unit: seconds):
  -d, --duration TIME     of measuring                                                   (10s)
      --count N           lines in total, instead of a duration
      --warmup TIME       before measuring, not measured                                 (1s)
      --timeout TIME      to connect, to be let in, to be answered                       (10s)
      --interval TIME     of the live figures and the series                             (1s)

Connecting:
      --dialect NAME      line (echo, idle, churn), grotto (fanout, chat, slow), redis,
                          nats, irc, ws (WebSocket: grottod's chat, and any echo)
      --connect-rate N    connections/s                             (as fast as they are made)
      --ramp TIME         the connecting is spread over it
      --room NAME         grotto: the room of the load                               (the lobby)
      --source RANGE      local addresses: 127.0.0.2-127.0.0.9
      --yes-i-own-this-server   the target may be other than loopback

Results:
      --pid PID           the server's process: its CPU and memory
      --json, --csv, --hgrm, --html FILE   "-": standard output
      --quiet             nothing on the terminal but the failure, if there is one
      --assert EXPR       'p99<2ms', 'lost==0', 'lag.p99<1ms'; repeatable   ('errors==0')
      --find-max EXPR     the highest --rate at which 'p99<5ms' holds; runs of one
                          --duration each
  -h, --help
  -V, --version

Exit status: 0 good, 1 the run failed, 3 an assertion does not hold, 4 inconclusive: the generator
was the bottleneck, 64 a mistake in the command. Ctrl-C: the report of what ran so far; twice: at
once.

Examples:
  grotto-load echo 127.0.0.1:5001 -c 100 -d 5s
  grotto-load fanout 127.0.0.1:5001 -c 1000 --burst 64 --json run.json
  grotto-load chat 127.0.0.1:5001 -c 200 -R 2000 --assert 'p99<10ms' --assert 'errors==0'
  grotto-load fanout 127.0.0.1:6379 --dialect redis -c 1000 --html redis.html
)";
}

}  // namespace grotto::load
