/* Rule 4: the first reason that applies, in a fixed order; and the chain of roots of rule 5. */
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "loa.h"

#define FUTURE_S 300
#define KEYS(root, role) ((root)->roles[role].keys)

const char *const loa_reasons[LOA_ANSWERS] = {"", "parse", "type", "threshold", "spec", "target", "scope", "epoch",
                                              "rollback", "future", "expired", "clock", "quiet", "limit"};
static const loa_role stopping[] = {LOA_ROLE_SERVER, LOA_ROLE_DUTY, LOA_ROLE_URGENT};
static const loa_role signing[LOA_TYPES] = {LOA_ROLE_ROOT,   LOA_ROLE_SERVER, LOA_ROLE_SERVER, LOA_ROLE_URGENT,
                                            LOA_ROLE_SERVER, LOA_ROLE_SERVER, LOA_ROLE_SERVER, LOA_ROLE_RELEASE};

json loa_body_json(loa *l) {
    LOA_OPEN(l->body_text);
    if (l->body_size > 0) memcpy(l->body_text, l->body, l->body_size); /* reading decodes in place */
    LOA_EDGE(l->body_text, l->body_size);
    return (json){.text = l->body_text, .size = l->body_size, .tokens = l->tokens, .room = LOA_MAX_TOKENS,
                  .table = l->table, .table_room = LOA_TABLE};
}

bool loa_take_root(loa *l, const void *data, size_t size, loa_root *root) {
    if (!loa_envelope(l, data, size)) return false;
    json j = loa_body_json(l);
    if (!json_read(&j) || !loa_root_read(&j, root)) return false;
    SHA256(l->body, l->body_size, root->sha256);
    return true;
}

/* No other signature is worth the time to check it. */
static loa_keys keys_for(loa_type type, const loa_root *root) {
    if (type != LOA_ORDER) return KEYS(root, signing[type]);
    return KEYS(root, LOA_ROLE_SERVER) | KEYS(root, LOA_ROLE_DUTY) | KEYS(root, LOA_ROLE_URGENT);
}

static bool quorum(loa_type type, const loa_root *root, loa_keys signed_by, loa_role *roles, unsigned *count) {
    *count = 0;
    if (loa_reaches(root, signing[type], signed_by)) roles[(*count)++] = signing[type];
    if (type == LOA_ORDER && loa_reaches(root, LOA_ROLE_DUTY, signed_by)) roles[(*count)++] = LOA_ROLE_DUTY;
    return *count > 0;
}

static loa_answer judge_root(loa *l, const loa_device *d, const uint8_t *sha256, bool *changed) {
    loa_keys own = l->next.count == 64 ? ~UINT64_C(0) : (UINT64_C(1) << l->next.count) - 1;
    if (!loa_reaches(&l->next, LOA_ROLE_ROOT, loa_signed_by(l, &l->next, own))) return LOA_THRESHOLD;
    *changed = l->next.v != d->root.v || memcmp(sha256, d->root.sha256, 32) != 0;
    return *changed && l->next.v != d->root.v + 1 ? LOA_ROLLBACK : LOA_ACCEPT;
}

static bool holds(const char *outer_of, json_span target) {
    size_t n = strlen(outer_of);
    return target.n <= n && memcmp(outer_of, target.p, target.n) == 0 && (target.n == n || outer_of[target.n] == '.');
}

static loa_answer judge_target(const loa_device *d, const loa_body *b) {
    if (b->type == LOA_RELEASE) return json_is(b->model, d->model) ? LOA_ACCEPT : LOA_TARGET;
    json_span id = {b->target.p + 2, b->target.n - 2};
    if (b->target.p[1] == '/') {
        bool mine = b->target.p[0] == 'd' && json_is(id, d->device);
        for (unsigned i = 0; b->target.p[0] == 'g' && i < d->groups; i++) mine |= json_is(id, d->group[i]);
        return mine ? LOA_ACCEPT : LOA_TARGET; /* a group or a device is taken as inside one commune */
    }
    if (!holds(d->area, b->target)) return LOA_TARGET;
    unsigned dots = 0;
    for (size_t i = 0; i < b->target.n; i++) dots += b->target.p[i] == '.';
    return dots < 2 && b->type != LOA_URGENT ? LOA_SCOPE : LOA_ACCEPT;
}

static loa_answer judge_epoch(const loa_device *d, const loa_body *b, const loa_role *roles, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (b->type == LOA_ORDER && (roles[i] == LOA_ROLE_SERVER) != (b->v < LOA_PEOPLES)) continue;
        if (d->root.roles[roles[i]].epoch == b->epoch) return LOA_ACCEPT;
    }
    return LOA_EPOCH;
}

/* Orders that people sign without the server are counted apart: they cannot shut its next order out. */
static const loa_counter *stored(const loa_device *d, const loa_body *b) {
    for (unsigned i = 0; i < d->counters; i++)
        if (strcmp(d->counter[i].type, loa_type_names[b->type]) == 0 && json_is(b->target, d->counter[i].target) &&
            (b->type != LOA_ORDER || (d->counter[i].v < LOA_PEOPLES) == (b->v < LOA_PEOPLES)))
            return &d->counter[i];
    return NULL;
}

/* Plans and releases only grow; all else keeps a window, for two orders may overtake each other on their way. */
static loa_answer judge_counter(const loa_device *d, const loa_body *b, loa_verdict *v) {
    const loa_counter *old = stored(d, b);
    bool windowed = b->type != LOA_PLAN && b->type != LOA_RELEASE;
    loa_counter *next = &v->counter;
    if (old != NULL && old->epoch == b->epoch && old->v == b->v && strcmp(old->sha256, v->sha256) == 0) {
        v->changed = false;
        return LOA_ACCEPT;
    }
    v->counts = true;
    snprintf(next->type, sizeof next->type, "%s", loa_type_names[b->type]);
    snprintf(next->target, sizeof next->target, "%.*s", (int)b->target.n, b->target.p);
    snprintf(next->sha256, sizeof next->sha256, "%s", v->sha256);
    next->epoch = b->epoch;
    next->v = b->v;
    next->seen = 1;
    if (old == NULL || old->sha256[0] == 0 || b->epoch > old->epoch) return LOA_ACCEPT;
    if (b->epoch < old->epoch) return LOA_ROLLBACK;
    if (b->v > old->v) {
        if (b->v - old->v < LOA_WINDOW) next->seen |= old->seen << (b->v - old->v);
        return LOA_ACCEPT;
    }
    int64_t behind = old->v - b->v;
    if (!windowed || behind >= LOA_WINDOW || old->seen >> behind & 1) return LOA_ROLLBACK;
    *next = *old;
    next->seen |= UINT64_C(1) << behind;
    return LOA_ACCEPT;
}

static loa_answer judge_time(const loa_device *d, const loa_body *b, int64_t now, loa_clock clock) {
    if (b->silences) return LOA_ACCEPT;
    if (clock == LOA_UNKNOWN) return LOA_CLOCK;
    if (b->issued > now + FUTURE_S) return LOA_FUTURE;
    return now > b->expires || now > d->root.expires ? LOA_EXPIRED : LOA_ACCEPT;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static bool quiet_at(const loa_root *root, int64_t at_s) {
    int64_t local = floor_div(at_s + root->offset_s, 60);
    int minute = (int)(local - floor_div(local, 1440) * 1440);
    for (unsigned i = 0; i < root->quiets; i++) {
        int from = root->quiet[i][0], to = root->quiet[i][1];
        if (from < to ? minute >= from && minute < to : minute >= from || minute < to) return true;
    }
    return false;
}

static loa_answer judge_policy(const loa_device *d, const loa_body *b, int64_t now) {
    const loa_root *root = &d->root;
    int64_t dur_ms = b->dur_ms;
    if (b->live) dur_ms = b->expires > now ? (b->expires - now) * 1000 : 1;
    if (dur_ms < 0) return LOA_ACCEPT;
    int64_t end_ms = now * 1000 + dur_ms; /* not heard any more */
    for (int64_t at = now; at * 1000 < end_ms; at = (floor_div(at, 60) + 1) * 60)
        if (quiet_at(root, at)) return LOA_QUIET;
    int64_t today_ms = (floor_div(now + root->offset_s, 86400) * 86400 - root->offset_s) * 1000, heard = 0;
    for (unsigned i = 0; i < d->heards; i++) {
        int64_t from = d->heard[i][0] > today_ms ? d->heard[i][0] : today_ms;
        int64_t left = d->heard[i][0] + d->heard[i][1] - from;
        if (left > 0) heard += left;
    }
    return heard + dur_ms > root->minutes_per_day * 60000 ? LOA_LIMIT : LOA_ACCEPT;
}

static loa_answer judge_numbered(const loa_device *d, const loa_body *b, const loa_role *roles, unsigned count,
                                 int64_t now, loa_clock clock, loa_verdict *v) {
    loa_answer a = judge_target(d, b);
    if (a == LOA_ACCEPT) a = judge_epoch(d, b, roles, count);
    if (a == LOA_ACCEPT) a = judge_counter(d, b, v);
    if (a == LOA_ACCEPT) a = judge_time(d, b, now, clock);
    if (a == LOA_ACCEPT) a = judge_policy(d, b, now);
    return a;
}

/* The body of l is signed by these keys of the device's root; what is still to be said of it? */
loa_verdict loa_judge(loa *l, const loa_device *d, loa_type type, loa_keys signed_by, int64_t now, loa_clock clock) {
    loa_verdict v = {.changed = true, .typed = true, .type = type};
    uint8_t sha256[32];
    SHA256(l->body, l->body_size, sha256);
    loa_hex(sha256, 32, v.sha256);
    loa_role roles[3];
    unsigned count;
    loa_body b;
    bool trusted = quorum(type, &d->root, signed_by, roles, &count);
    v.answer = LOA_THRESHOLD;
    if (!trusted && (type != LOA_ORDER || signed_by == 0)) return v;
    json j = loa_body_json(l);
    bool readable = json_read(&j);
    bool right = readable && (type == LOA_ROOT ? loa_root_read(&j, &l->next) : loa_body_read(&j, type, &b));
    if (!trusted && !(right && b.stop)) return v; /* less than a quorum can only silence */
    v.answer = readable ? LOA_SPEC : LOA_PARSE;
    if (!right) return v;
    if (type == LOA_ROOT) {
        v.answer = judge_root(l, d, sha256, &v.changed);
        return v;
    }
    if (type == LOA_BEACON) {
        bool fresh = d->asked && json_is(b.nonce, d->nonce);
        v.answer = !json_is(b.device, d->device) ? LOA_TARGET : fresh ? LOA_ACCEPT : LOA_ROLLBACK;
        return v;
    }
    if (b.stop) {
        count = 0;
        for (unsigned i = 0; i < 3; i++)
            if (signed_by & KEYS(&d->root, stopping[i])) roles[count++] = stopping[i];
    }
    v.answer = judge_numbered(d, &b, roles, count, now, clock, &v);
    return v;
}

static bool find_type(const loa *l, loa_type *type) {
    char name[64];
    for (int i = 0; i < LOA_TYPES; i++) {
        snprintf(name, sizeof name, "application/vnd.loa.%s.v1+json", loa_type_names[i]);
        if (json_is(l->payload_type, name)) {
            *type = (loa_type)i;
            return true;
        }
    }
    return false;
}

loa_verdict loa_accept(loa *l, const loa_device *d, const void *data, size_t size, int64_t now, loa_clock clock) {
    loa_type type;
    if (!loa_envelope(l, data, size)) return (loa_verdict){.answer = LOA_PARSE};
    if (!find_type(l, &type)) return (loa_verdict){.answer = LOA_TYPE};
    loa_keys signed_by = loa_signed_by(l, &d->root, keys_for(type, &d->root));
    return loa_judge(l, d, type, signed_by, now, clock);
}
