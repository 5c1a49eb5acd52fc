// A small kevent(2) over epoll, for tests: lets the kqueue half of the Selector run where there is
// no kqueue. Only what that half uses, each as its manual page says:
//
//   struct kevent, kqueue(), kevent()    FreeBSD kqueue(2), macOS kqueue(2): the same in both
//   EV_ADD                               both: "Adds the event to the kqueue"; adding again
//   modifies EV_DELETE                            both: ENOENT for what was never added; closing a
//   descriptor
//                                        removes its events
//   EV_CLEAR                             both: "resets the state after the event is retrieved"
//   EV_EOF                               both: the read direction has shut down; a socket's error
//   in
//                                        fflags
//   EV_ERROR                             both: an error in the changelist comes back in the
//                                        eventlist, errno in data, if there is room; else -1
//   EVFILT_READ, EVFILT_WRITE            both: two filters of one ident are two events; data is the
//                                        number of bytes to read
//
// Not as there: fflags at an error is always ECONNRESET (asking the socket would clear its error),
// and an edge of one filter may come with a second, spurious one of the other.
// Threads: any; one lock.
#pragma once
#pragma GCC system_header  // a function and a struct of one name: the system's way

#include <stdint.h>
#include <time.h>

// NOLINTBEGIN: the names and the macros are the system's.
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_CLEAR 0x0020
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

struct kevent {
  uintptr_t ident;
  short filter;
  unsigned short flags;
  unsigned int fflags;
  int64_t data;
  void* udata;
};

int kqueue();
int kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
           int nevents, const struct timespec* timeout);
// NOLINTEND
