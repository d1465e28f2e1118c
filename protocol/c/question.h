/* One question of the conformance interface: a JSON line that says what a device knows, and an envelope. */
#ifndef LOA_QUESTION_H
#define LOA_QUESTION_H

#include "loa.h"

#define QUESTION_MAX (1024 * 1024)

typedef struct {
    char line[QUESTION_MAX]; /* read, then decoded in place */
    json_token tokens[LOA_MAX_TOKENS];
    uint32_t table[LOA_TABLE];
    uint8_t envelope[QUESTION_MAX];
    size_t size;
    loa_device device;
    int64_t now;
    loa_clock clock;
} question;

/* NULL, or what is wrong with the line of n bytes in q->line. */
const char *question_read(question *q, loa *l, size_t n);

#endif
