/* Many sessions of a visitor and an agent each, who send each other small binary frames; it measures what comes back and when.

   Usage: relayload PORT PATH. Lines of its input are carried out at once:
     KEY                one more socket, which says this server key; visitors and agents in turn
     go SECONDS RATE    every socket sends so many frames a second, spread evenly; prints a line about them
     count              prints how many sockets are in an active session
   Each socket comes from an address of its own network on the loopback: limits by source are not what is measured. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 19900, SIZE = 64, ROOM = 16384, STEPS = 2000000 };
typedef struct {
    int fd, isOpen, isActive, used;
    char key[4096];
    unsigned char *bytes;
} Socket;
static Socket *sockets;
static int count, active, closed, poll_fd, port;
static const char *path;
static uint64_t sent, received, unsent;
static uint32_t *steps; /* received frames by whole microseconds of their way */

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* A masked frame; the mask is zero, which the protocol allows. */
static int frame(Socket *socket, int opcode, const void *payload, int length) {
    unsigned char bytes[4200] = {0x80 | opcode};
    int head = 2;
    if (length < 126) bytes[1] = 0x80 | length;
    else {
        bytes[1] = 0x80 | 126;
        bytes[2] = length >> 8;
        bytes[3] = length;
        head = 4;
    }
    memset(bytes + head, 0, 4);
    memcpy(bytes + head + 4, payload, length);
    return write(socket->fd, bytes, head + 4 + length) == head + 4 + length;
}

static void say(Socket *socket, const char *text) { frame(socket, 1, text, strlen(text)); }

static void add(const char *key) {
    if (count == MOST) return;
    Socket *own = &sockets[count];
    own->fd = socket(AF_INET, SOCK_STREAM, 0);
    int number = count / 2, one = 1;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f010001 + (number / 200 << 8) + number % 200)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001)};
    setsockopt(own->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    setsockopt(own->fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &one, sizeof one);
    if (bind(own->fd, (void *)&from, sizeof from) || connect(own->fd, (void *)&to, sizeof to)) die("connect");
    char head[512];
    int length = snprintf(head, sizeof head,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n\r\n", path, port);
    if (write(own->fd, head, length) != length) die("write");
    fcntl(own->fd, F_SETFL, O_NONBLOCK);
    snprintf(own->key, sizeof own->key, "{\"type\":\"connect\",\"serverkey\":\"%s\"}", key);
    own->bytes = malloc(ROOM);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = count++};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, own->fd, &event);
}

static void gone(Socket *socket) {
    if (socket->isActive) active--;
    socket->isActive = 0;
}

static void hear(Socket *socket, int opcode, unsigned char *payload, int length) {
    if (opcode == 2 && length == SIZE) {
        uint64_t then;
        memcpy(&then, payload + 8, 8);
        uint64_t micro = (now() - then) / 1000;
        steps[micro < STEPS ? micro : STEPS - 1]++;
        received++;
    } else if (opcode == 1) {
        if (memmem(payload, length, "\"consentAsked\"", 14)) say(socket, "{\"type\":\"accept\"}");
        if (!socket->isActive && memmem(payload, length, "\"active\"", 8)) {
            socket->isActive = 1;
            active++;
        }
    } else if (opcode == 9) frame(socket, 10, payload, length);
    else if (opcode == 8) {
        int code = length > 1 ? payload[0] << 8 | payload[1] : 0;
        if (code != 1000) fprintf(stderr, "closed with %d\n", code);
        gone(socket);
    }
}

static void take(Socket *socket) {
    for (;;) {
        ssize_t got = read(socket->fd, socket->bytes + socket->used, ROOM - socket->used);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            closed++;
            gone(socket);
            epoll_ctl(poll_fd, EPOLL_CTL_DEL, socket->fd, NULL);
            return;
        }
        socket->used += got;
        int at = 0;
        if (!socket->isOpen) {
            unsigned char *end = memmem(socket->bytes, socket->used, "\r\n\r\n", 4);
            if (!end) continue;
            if (memcmp(socket->bytes, "HTTP/1.1 101", 12)) {
                fprintf(stderr, "%.60s\n", socket->bytes);
                exit(1);
            }
            at = end + 4 - socket->bytes;
            socket->isOpen = 1;
            say(socket, socket->key);
        }
        for (;;) {
            int rest = socket->used - at, head = 2, length;
            unsigned char *bytes = socket->bytes + at;
            if (rest < 2) break;
            length = bytes[1];
            if (length == 126) {
                if (rest < 4) break;
                length = bytes[2] << 8 | bytes[3];
                head = 4;
            }
            if (rest < head + length) break;
            hear(socket, bytes[0] & 15, bytes + head, length);
            at += head + length;
        }
        memmove(socket->bytes, socket->bytes + at, socket->used -= at);
    }
}

static void wait_and_take(int milliseconds);

static void go(double seconds, double rate) {
    sent = received = unsent = 0;
    memset(steps, 0, STEPS * sizeof *steps);
    uint64_t start = now(), total = count * rate * seconds;
    for (uint64_t next = 0; next < total;) {
        uint64_t due = (now() - start) * (count * rate) / 1e9;
        if (due > total) due = total;
        for (int batch = 0; next < due && batch < 64; next++, batch++) {
            Socket *socket = &sockets[next % count];
            unsigned char payload[SIZE] = {next % 2 ? 0x25 : 0x05};
            uint64_t time = now();
            memcpy(payload + 8, &time, 8);
            if (frame(socket, 2, payload, SIZE)) sent++;
            else unsent++;
        }
        wait_and_take(next < due ? 0 : 1);
    }
    double took = (now() - start) / 1e9;
    for (uint64_t end = now() + 10000000000; received < sent && now() < end;) wait_and_take(10);
    uint64_t seen = 0, p50 = 0, p99 = 0, most = 0;
    for (int micro = 0; micro < STEPS; micro++) {
        if (!steps[micro]) continue;
        if (seen < received * 0.5 && seen + steps[micro] >= received * 0.5) p50 = micro;
        if (seen < received * 0.99 && seen + steps[micro] >= received * 0.99) p99 = micro;
        seen += steps[micro];
        most = micro;
    }
    printf("{\"sent\":%lu,\"received\":%lu,\"unsent\":%lu,\"seconds\":%.3f,\"p50\":%lu,\"p99\":%lu,\"max\":%lu,\"closed\":%d}\n",
        sent, received, unsent, took, p50, p99, most, closed);
    fflush(stdout);
}

static void obey(char *line) {
    double seconds, rate;
    if (sscanf(line, "go %lf %lf", &seconds, &rate) == 2) go(seconds, rate);
    else if (!strcmp(line, "count")) {
        printf("%d\n", active);
        fflush(stdout);
    } else add(line);
}

static void read_lines(void) {
    static char buffer[65536];
    static int used;
    ssize_t got = read(0, buffer + used, sizeof buffer - used - 1);
    if (got <= 0) exit(0);
    used += got;
    buffer[used] = 0;
    char *line = buffer, *end;
    while ((end = strchr(line, '\n'))) {
        *end = 0;
        obey(line);
        line = end + 1;
    }
    memmove(buffer, line, used -= line - buffer);
}

static void wait_and_take(int milliseconds) {
    struct epoll_event events[256];
    int found = epoll_wait(poll_fd, events, 256, milliseconds);
    for (int index = 0; index < found; index++) take(&sockets[events[index].data.u32]);
}

int main(int arguments, char **words) {
    if (arguments != 3) return 64;
    port = atoi(words[1]);
    path = words[2];
    struct rlimit files = {20000, 20000};
    setrlimit(RLIMIT_NOFILE, &files);
    sockets = calloc(MOST, sizeof *sockets);
    steps = calloc(STEPS, sizeof *steps);
    poll_fd = epoll_create1(0);
    int both = epoll_create1(0);
    struct epoll_event input = {.events = EPOLLIN, .data.fd = 0}, others = {.events = EPOLLIN, .data.fd = poll_fd};
    epoll_ctl(both, EPOLL_CTL_ADD, 0, &input);
    epoll_ctl(both, EPOLL_CTL_ADD, poll_fd, &others);
    for (;;) {
        struct epoll_event events[2];
        int found = epoll_wait(both, events, 2, -1);
        for (int index = 0; index < found; index++) {
            if (events[index].data.fd == 0) read_lines();
            else wait_and_take(0);
        }
    }
}
