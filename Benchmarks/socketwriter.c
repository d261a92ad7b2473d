// The least that a launcher in C does: connects to the client, sends one frame, and waits for the answer.
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, getenv("LATCHKEY_SOCKET"), sizeof address.sun_path - 1);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (argc != 2 || connect(s, (struct sockaddr *)&address, sizeof address)) return 1;
    unsigned char frame[4096];
    size_t count = strlen(argv[1]), length = count + 2;
    frame[0] = length >> 24, frame[1] = length >> 16, frame[2] = length >> 8, frame[3] = length;
    frame[4] = 1, frame[5] = 1;
    memcpy(frame + 6, argv[1], count);
    if (write(s, frame, count + 6) < 0) return 1;
    return read(s, frame, sizeof frame) == 6 && frame[5] == 128 ? 0 : 1;
}
