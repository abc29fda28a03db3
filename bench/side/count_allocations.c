// Preloaded into a program: counts its allocations in a file that the benchmark maps as well.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct counts {
    atomic_ulong calls, bytes;
};
static struct counts before_the_file;   // what is allocated before the constructor runs
static struct counts* counts = &before_the_file;

__attribute__((constructor)) static void open_counts(void) {
    const char* name = getenv("COUNT_ALLOCATIONS");
    const int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void* memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) counts = memory;
    close(file);
}

static void note(size_t size) {
    atomic_fetch_add_explicit(&counts->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts->bytes, size, memory_order_relaxed);
}

// Whatever the program allocates with: glibc, or a library that it is linked with.
static void* next(const char* name) { return dlsym(RTLD_NEXT, name); }

void* malloc(size_t size) {
    static void* (*real)(size_t);
    if (!real) *(void**)&real = next("malloc");
    note(size);
    return real(size);
}
// dlsym itself may want zeroed memory before it can say where that comes from; it is never given back.
static _Alignas(16) char first[4096];
static size_t first_used;
void* calloc(size_t number, size_t size) {
    static void* (*real)(size_t, size_t);
    static int looking;
    if (!real && looking) {
        void* out = first + first_used;
        first_used += (number * size + 15) & ~(size_t)15;
        return first_used <= sizeof first ? out : NULL;
    }
    looking = 1;
    if (!real) *(void**)&real = next("calloc");
    note(number * size);
    return real(number, size);
}
void free(void* old) {
    static void (*real)(void*);
    static int looking;
    if (!real) {
        if (looking) return;  // dlsym gives back the text of an error before: it may keep it
        looking = 1;
        *(void**)&real = next("free");
    }
    if ((char*)old < first || (char*)old >= first + sizeof first) real(old);
}
void* realloc(void* old, size_t size) {
    static void* (*real)(void*, size_t);
    if (!real) *(void**)&real = next("realloc");
    note(size);
    return real(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
    static void* (*real)(size_t, size_t);
    if (!real) *(void**)&real = next("aligned_alloc");
    note(size);
    return real(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
    static int (*real)(void**, size_t, size_t);
    if (!real) *(void**)&real = next("posix_memalign");
    note(size);
    return real(out, alignment, size);
}
