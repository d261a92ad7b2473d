// How many bytes the process has allocated and not freed, told on each SIGUSR2 in the file that LIVE_HEAP_FILE names; loaded with
// LD_PRELOAD by script/campaign. Unlike resident memory it does not count what was freed and kept for later.
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void __libc_free(void *);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long live;

static void *taken(void *p) {
    if (p) atomic_fetch_add(&live, malloc_usable_size(p));
    return p;
}

static void given_back(void *p) {
    if (p) atomic_fetch_sub(&live, malloc_usable_size(p));
}

void *malloc(size_t size) { return taken(__libc_malloc(size)); }
void *calloc(size_t n, size_t size) { return taken(__libc_calloc(n, size)); }
void *memalign(size_t a, size_t size) { return taken(__libc_memalign(a, size)); }
void *aligned_alloc(size_t a, size_t size) { return taken(__libc_memalign(a, size)); }

void free(void *p) {
    given_back(p);
    __libc_free(p);
}

void *realloc(void *p, size_t size) {
    given_back(p);
    return taken(__libc_realloc(p, size));
}

int posix_memalign(void **p, size_t a, size_t size) {
    *p = taken(__libc_memalign(a, size));
    return *p ? 0 : 12;
}

static void tell(int signal) {
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&live));
    int file = open(getenv("LIVE_HEAP_FILE"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) return;
    (void)!write(file, text, length);
    close(file);
}

__attribute__((constructor)) static void start(void) {
    if (getenv("LIVE_HEAP_FILE")) signal(SIGUSR2, tell);
}
