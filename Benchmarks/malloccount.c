// Counts the calls to malloc, calloc, realloc and aligned variants; loaded with LD_PRELOAD by script/bench.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long count;

long latchkey_malloc_count(void) { return atomic_load(&count); }

void *malloc(size_t size) { atomic_fetch_add(&count, 1); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { atomic_fetch_add(&count, 1); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { atomic_fetch_add(&count, 1); return __libc_realloc(p, size); }
void *aligned_alloc(size_t a, size_t size) { atomic_fetch_add(&count, 1); return __libc_memalign(a, size); }
int posix_memalign(void **p, size_t a, size_t size) {
    atomic_fetch_add(&count, 1);
    *p = __libc_memalign(a, size);
    return *p ? 0 : 12;
}
