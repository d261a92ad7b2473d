// What SQLite takes for the decisions of sign-ins, and no more: sqlitefloor DATABASE DECISIONS.
// Of each: look-up of user, group and keys, the spent key, the audit's row; 64 in a transaction, synced as the server does.
// Prints processor time a decision, in microseconds.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { batch = 64 };

static sqlite3 *database;

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    exit(1);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static void run(sqlite3_stmt *statement) {
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {}
    check(code);
    check(sqlite3_reset(statement));
}

static double seconds(const struct timeval *time) { return time->tv_sec + time->tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int decisions = atoi(argv[2]);
    check(sqlite3_open(argv[1], &database));
    check(sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL, NULL));
    sqlite3_stmt *count = prepare("SELECT count(*) FROM users");
    check(sqlite3_step(count));
    int users = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);

    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *user = prepare("SELECT * FROM users WHERE partner_id = ? AND partner_user_id = ?");
    sqlite3_stmt *group = prepare("SELECT * FROM partner_groups WHERE partner_id = ?");
    sqlite3_stmt *keys = prepare("SELECT * FROM api_keys WHERE partner_id = ?");
    sqlite3_stmt *spend = prepare("INSERT OR IGNORE INTO spent_keys (forget_at, identity, first_used_at) VALUES (?, ?, ?)");
    sqlite3_stmt *audit = prepare(
        "INSERT INTO audit (time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash) "
        "VALUES (?, ?, '12345', ?, 'authenticate', 'granted', '', '127.0.0.1', '', ?)"
    );
    sqlite3_int64 now = time(NULL);
    srand(1);
    for (int done = 0; done < decisions; done += batch) {
        run(begin);
        for (int i = 0; i < batch; i++) {
            char name[32], correlation[37];
            unsigned char identity[32], hash[32];
            snprintf(name, sizeof name, "user-%d", rand() % users);
            snprintf(correlation, sizeof correlation, "%08x-0000-4000-8000-%012x", rand(), rand());
            for (int j = 0; j < 32; j++) identity[j] = rand(), hash[j] = rand();
            sqlite3_bind_text(user, 1, "12345", -1, SQLITE_STATIC);
            sqlite3_bind_text(user, 2, name, -1, SQLITE_STATIC);
            run(user);
            sqlite3_bind_text(group, 1, "12345", -1, SQLITE_STATIC);
            run(group);
            sqlite3_bind_text(keys, 1, "12345", -1, SQLITE_STATIC);
            run(keys);
            sqlite3_bind_int64(spend, 1, now + 7200 + done / 20);
            sqlite3_bind_blob(spend, 2, identity, 32, SQLITE_STATIC);
            sqlite3_bind_int64(spend, 3, now);
            run(spend);
            sqlite3_bind_int64(audit, 1, now * 1000);
            sqlite3_bind_text(audit, 2, correlation, -1, SQLITE_STATIC);
            sqlite3_bind_text(audit, 3, name, -1, SQLITE_STATIC);
            sqlite3_bind_blob(audit, 4, hash, 32, SQLITE_STATIC);
            run(audit);
        }
        run(commit);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.1f\n", (seconds(&usage.ru_utime) + seconds(&usage.ru_stime)) / decisions * 1e6);
    return 0;
}
