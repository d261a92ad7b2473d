/* The least that a relay of WebSocket frames can do: two sockets are a session, and each binary frame of one is unmasked and written to
   the other. It checks nothing and keeps nothing. Usage: relayfloor PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 20000, ROOM = 16384 };
typedef struct {
    int isOpen, used, key;
    unsigned char *bytes;
} Socket;
static Socket sockets[MOST];
static int socket_of[MOST]; /* by key */

static void tell(int fd) {
    static const char text[] = "\x81\x11{\"type\":\"active\"}";
    if (write(fd, text, sizeof text - 1) < 0) exit(1);
}

static void hear(int fd, int opcode, unsigned char *payload, int length) {
    Socket *own = &sockets[fd];
    if (opcode == 1) {
        char *key = memmem(payload, length, "serverkey\":\"", 12);
        if (!key || own->key) return;
        own->key = atoi(key + 12) + 2;
        socket_of[own->key] = fd;
        int other = socket_of[own->key ^ 1];
        if (other) {
            tell(fd);
            tell(other);
        }
    } else if (opcode == 2) {
        int other = socket_of[own->key ^ 1];
        unsigned char out[132] = {0x82, length};
        if (!other || length > 125) return;
        memcpy(out + 2, payload, length);
        if (write(other, out, length + 2) < 0) exit(1);
    }
}

static void take(int fd) {
    Socket *own = &sockets[fd];
    ssize_t got = read(fd, own->bytes + own->used, ROOM - own->used);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        socket_of[own->key] = 0;
        free(own->bytes);
        memset(own, 0, sizeof *own);
        close(fd);
        return;
    }
    own->used += got;
    int at = 0;
    if (!own->isOpen) {
        unsigned char *end = memmem(own->bytes, own->used, "\r\n\r\n", 4);
        if (!end) return;
        static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        if (write(fd, answer, sizeof answer - 1) < 0) exit(1);
        own->isOpen = 1;
        at = end + 4 - own->bytes;
    }
    for (;;) {
        int rest = own->used - at, head = 6, length;
        unsigned char *bytes = own->bytes + at;
        if (rest < 6) break;
        length = bytes[1] & 127;
        if (length == 126) {
            length = bytes[2] << 8 | bytes[3];
            head = 8;
        }
        if (rest < head + length) break;
        for (int index = 0; index < length; index++) bytes[head + index] ^= bytes[head - 4 + index % 4];
        hear(fd, bytes[0] & 15, bytes + head, length);
        at += head + length;
    }
    memmove(own->bytes, own->bytes + at, own->used -= at);
}

int main(int arguments, char **words) {
    if (arguments != 2) return 64;
    struct rlimit files = {20000, 20000};
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, poll = epoll_create1(0);
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(0x7f000001)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&own, sizeof own) || listen(listener, 1024)) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[256];
        int found = epoll_wait(poll, events, 256, -1);
        for (int index = 0; index < found; index++) {
            int fd = events[index].data.fd;
            if (fd != listener) {
                take(fd);
                continue;
            }
            int next = accept(listener, NULL, NULL);
            if (next < 0 || next >= MOST) continue;
            fcntl(next, F_SETFL, O_NONBLOCK);
            setsockopt(next, IPPROTO_TCP, 1, &one, sizeof one);
            sockets[next].bytes = malloc(ROOM);
            struct epoll_event more = {.events = EPOLLIN, .data.fd = next};
            epoll_ctl(poll, EPOLL_CTL_ADD, next, &more);
        }
    }
}
