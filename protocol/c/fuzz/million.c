/* Judge COUNT changed envelopes and say what became of them. The exit status is 0 only if no content was accepted
   that differs, in payloadType or in one byte of the body, from what an accepted vector holds. Built under ASan and
   UBSan, so that a wrong access ends it at once.

       million QUESTIONS COUNT SEED

   One in four bodies is besides judged as if every key of the root had signed it, which reaches the code behind the
   signatures; those are no envelopes and are not counted as such. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mutate.h"

typedef struct {
    uint64_t envelopes, ways[WAYS], answers[LOA_ANSWERS], bodies, wrong;
} tally;

typedef struct {
    seed *all;
    size_t count;
} corpus;

static bool holds(const loa *l, const seed *s) {
    return s->accepted && s->readable && json_is(l->payload_type, s->type) && l->body_size == s->body_size &&
           memcmp(l->body, s->body, s->body_size) == 0;
}

/* Putting back what a refused vector had wrong gives an accepted one: that is no changed content. */
static bool known(const loa *l, const corpus *c) {
    for (size_t i = 0; i < c->count; i++)
        if (holds(l, &c->all[i])) return true;
    return false;
}

static void judge(loa *l, const corpus *c, const seed *a, way how, const bytes *e, tally *t) {
    void *exact = malloc(e->size + (e->size == 0)); /* so that ASan sees a step past the end */
    if (exact == NULL) exit(2);
    memcpy(exact, e->data, e->size);
    loa_verdict v = loa_accept(l, a->device, exact, e->size, a->now, a->clock);
    t->envelopes++;
    t->ways[how]++;
    t->answers[v.answer]++;
    if (v.answer == LOA_ACCEPT && !known(l, c)) {
        t->wrong++;
        fprintf(stderr, "accepted changed content (%s):\n%.*s\n", way_names[how], (int)e->size, (const char *)e->data);
    }
    free(exact);
}

static void judge_body(loa *l, const seed *a, luck *r, bytes *room, tally *t) {
    room->size = a->body_size;
    memcpy(room->data, a->body, a->body_size);
    mutate_bytes(r, room);
    LOA_OPEN(l->message);
    if (room->size > LOA_MAX_BYTES) room->size = LOA_MAX_BYTES;
    memcpy(l->body, room->data, room->size);
    l->body_size = room->size;
    LOA_EDGE(l->message, LOA_PREFIX + l->body_size);
    l->count = 0;
    loa_judge(l, a->device, (loa_type)luck_below(r, LOA_TYPES), ~UINT64_C(0), a->now, a->clock);
    t->bodies++;
}

static void report(const tally *t, uint64_t seed_number, double seconds) {
    printf("%" PRIu64 " changed envelopes judged in %.1f s (%.0f a second), seed %" PRIu64 "\n", t->envelopes, seconds,
           (double)t->envelopes / seconds, seed_number);
    for (int i = 0; i < WAYS; i++) printf("  %10" PRIu64 "  changed in: %s\n", t->ways[i], way_names[i]);
    for (int i = 1; i < LOA_ANSWERS; i++) printf("  %10" PRIu64 "  refused: %s\n", t->answers[i], loa_reasons[i]);
    printf("  %10" PRIu64 "  accepted, the very content of an accepted vector\n", t->answers[LOA_ACCEPT] - t->wrong);
    printf("  %10" PRIu64 "  accepted with changed content\n", t->wrong);
    printf("  %10" PRIu64 "  changed bodies judged as if signed (not counted above)\n", t->bodies);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fputs("million QUESTIONS COUNT SEED\n", stderr);
        return 2;
    }
    loa *l = loa_new();
    uint64_t wanted = strtoull(argv[2], NULL, 10);
    luck r = {strtoull(argv[3], NULL, 10)};
    bytes out = {.data = malloc(MUTATE_ROOM), .room = MUTATE_ROOM};
    if (l == NULL || out.data == NULL) return 2;
    corpus c;
    c.all = seeds_read(argv[1], l, &c.count);
    tally t = {0};
    struct timespec from, to;
    timespec_get(&from, TIME_UTC);
    while (t.envelopes < wanted && c.count > 0) {
        const seed *a = &c.all[luck_below(&r, c.count)], *b = &c.all[luck_below(&r, c.count)];
        way how = (way)luck_below(&r, WAYS);
        if (a->size > 20000 && luck_below(&r, 50) != 0) continue; /* the largest ones are slow and all alike */
        if (mutate(&r, how, a, b, &out)) judge(l, &c, a, how, &out, &t);
        if (a->readable && luck_below(&r, 4) == 0) judge_body(l, a, &r, &out, &t);
    }
    timespec_get(&to, TIME_UTC);
    report(&t, strtoull(argv[3], NULL, 10), (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    seeds_free(c.all, c.count);
    free(out.data);
    loa_free(l);
    return t.wrong == 0 ? 0 : 1;
}
