/* loa-verify: answers the questions of `nguon-protocol conform`, one JSON line each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"

/* The length of the next line without its end, -1 after the last one, -2 when it does not fit (it is skipped). */
static long next_line(FILE *from, char *to, size_t room) {
    size_t n = 0;
    int c;
    while ((c = getc(from)) != EOF && c != '\n')
        if (n++ < room) to[n - 1] = (char)c;
    if (c == EOF && n == 0) return -1;
    return n > room ? -2 : (long)n;
}

static void tell(const loa_verdict *v) {
    if (v->answer == LOA_ACCEPT)
        printf("{\"accept\":true,\"changed\":%s,\"sha256\":\"%s\"}\n", v->changed ? "true" : "false", v->sha256);
    else
        printf("{\"accept\":false,\"reason\":\"%s\"}\n", loa_reasons[v->answer]);
}

int main(void) {
    loa *l = loa_new();
    question *q = calloc(1, sizeof *q);
    if (l == NULL || q == NULL) {
        fputs("loa-verify: no memory\n", stderr);
        return 2;
    }
    for (long n; (n = next_line(stdin, q->line, sizeof q->line)) != -1; fflush(stdout)) {
        const char *wrong = n < 0 ? "the line is too long" : question_read(q, l, (size_t)n);
        if (wrong != NULL) {
            printf("{\"error\":\"%s\"}\n", wrong);
            continue;
        }
        loa_verdict v = loa_accept(l, &q->device, q->envelope, q->size, q->now, q->clock);
        tell(&v);
    }
    loa_root_clear(&q->device.root);
    free(q);
    loa_free(l);
    return 0;
}
