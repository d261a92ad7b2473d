// Times whole runs of several programs, one after the other in turn, and prints medians and ratios to the first.
// usage: spawnbench <rounds> <label> <program> <argument> [<label> <program> <argument> ...]
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int rounds = atoi(argv[1]), programs = (argc - 2) / 3;
    double *times = malloc(sizeof(double) * rounds * programs);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < programs; i++) {
            char **call = argv + 2 + 3 * i, *arguments[] = {call[1], call[2], NULL};
            struct timespec start, end;
            pid_t child;
            int status;
            clock_gettime(CLOCK_MONOTONIC, &start);
            if (posix_spawn(&child, call[1], NULL, NULL, arguments, environ) || waitpid(child, &status, 0) != child || status) {
                fprintf(stderr, "%s failed\n", call[0]);
                return 1;
            }
            clock_gettime(CLOCK_MONOTONIC, &end);
            times[i * rounds + round] = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6;
        }
    }
    double first = 0;
    for (int i = 0; i < programs; i++) {
        double *own = times + i * rounds;
        qsort(own, rounds, sizeof(double), compare);
        double median = own[rounds / 2];
        if (!i) first = median;
        printf("%-38s median %6.2f ms, p99 %6.2f ms, %5.2f of the first\n", argv[2 + 3 * i], median, own[rounds * 99 / 100], median / first);
    }
}
