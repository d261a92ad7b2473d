// An answer in JSON, which is printed once it is whole.
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char answer[1 << 19];
static size_t length;

static void put(const char *bytes, size_t count) {
    if (length + count > sizeof answer) refuse("tooLong", "it says too much");
    memcpy(answer + length, bytes, count);
    length += count;
}

void json_raw(const char *text) { put(text, strlen(text)); }

void json_text(const xmlChar *text) {
    json_raw("\"");
    for (; *text; text++) {
        char escape[8];
        if (*text >= 0x20 && *text != '"' && *text != '\\') {
            put((const char *)text, 1);
        } else {
            put(escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", *text));
        }
    }
    json_raw("\"");
}

void json_name(const char *name) {
    json_text(BAD_CAST name);
    json_raw(":");
}

void json_member(const char *name, xmlChar *text) {
    json_name(name);
    if (text) {
        json_text(text);
        xmlFree(text);
    } else {
        json_raw("null");
    }
    json_raw(",");
}

void json_print(void) {
    put("\n", 1);
    if (fwrite(answer, 1, length, stdout) != length || fflush(stdout) != 0) fail("standard output cannot be written");
}
