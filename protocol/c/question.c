#include "question.h"

#include <stdlib.h>
#include <string.h>

static uint32_t get(const json *j, uint32_t object, const char *name, json_kind kind) {
    uint32_t at = json_find(j, object, name);
    return at != 0 && j->tokens[at].kind == kind ? at : 0;
}

static bool copy(const json *j, uint32_t token, char *to, size_t room) {
    json_span s = json_text(j, token);
    if (token == 0 || s.n >= room || memchr(s.p, 0, s.n) != NULL) return false;
    if (s.n > 0) memcpy(to, s.p, s.n);
    to[s.n] = 0;
    return true;
}

static bool copy_field(const json *j, uint32_t object, const char *name, char *to, size_t room) {
    return copy(j, get(j, object, name, JSON_TEXT), to, room);
}

static bool number(const json *j, uint32_t object, const char *name, int64_t *to) {
    uint32_t at = get(j, object, name, JSON_INTEGER);
    *to = at == 0 ? -1 : json_integer(j, at);
    return *to >= 0;
}

static bool read_counter(const json *j, uint32_t at, loa_counter *c) {
    char seen[17];
    if (j->tokens[at].kind != JSON_OBJECT || !copy_field(j, at, "seen", seen, sizeof seen)) return false;
    c->seen = strtoull(seen, NULL, 16);
    return copy_field(j, at, "type", c->type, sizeof c->type) && number(j, at, "epoch", &c->epoch) &&
           copy_field(j, at, "target", c->target, sizeof c->target) && number(j, at, "v", &c->v) &&
           copy_field(j, at, "sha256", c->sha256, sizeof c->sha256);
}

static bool read_lists(const json *j, uint32_t state, loa_device *d) {
    uint32_t groups = get(j, state, "groups", JSON_LIST), counters = get(j, state, "counters", JSON_LIST);
    uint32_t heard = get(j, state, "heard", JSON_LIST), at = groups + 1;
    if (groups == 0 || counters == 0 || heard == 0) return false;
    d->groups = j->tokens[groups].len;
    d->counters = j->tokens[counters].len;
    d->heards = j->tokens[heard].len;
    if (d->groups > LOA_MAX_GROUPS || d->counters > LOA_MAX_COUNTERS || d->heards > LOA_MAX_HEARD) return false;
    for (unsigned i = 0; i < d->groups; i++, at = j->tokens[at].end)
        if (j->tokens[at].kind != JSON_TEXT || !copy(j, at, d->group[i], sizeof d->group[i])) return false;
    at = counters + 1;
    for (unsigned i = 0; i < d->counters; i++, at = j->tokens[at].end)
        if (!read_counter(j, at, &d->counter[i])) return false;
    at = heard + 1;
    for (unsigned i = 0; i < d->heards; i++, at = j->tokens[at].end) {
        if (j->tokens[at].kind != JSON_LIST || j->tokens[at].len != 2) return false;
        d->heard[i][0] = json_integer(j, at + 1);
        d->heard[i][1] = json_integer(j, at + 2);
    }
    return true;
}

static bool read_device(const json *j, uint32_t state, loa *l, loa_device *d) {
    uint32_t root = get(j, state, "root", JSON_TEXT), nonce = json_find(j, state, "nonce");
    loa_root_clear(&d->root);
    memset(d, 0, sizeof *d);
    d->asked = nonce != 0 && j->tokens[nonce].kind == JSON_TEXT;
    if (d->asked && !copy(j, nonce, d->nonce, sizeof d->nonce)) return false;
    if (!copy_field(j, state, "device", d->device, sizeof d->device)) return false;
    if (!copy_field(j, state, "area", d->area, sizeof d->area)) return false;
    if (!copy_field(j, state, "model", d->model, sizeof d->model)) return false;
    json_span text = json_text(j, root);
    return root != 0 && read_lists(j, state, d) && loa_take_root(l, text.p, text.n, &d->root);
}

static bool read_clock(const json *j, loa_clock *to) {
    static const char *const names[] = {"SYNCED", "HOLDOVER", "UNKNOWN"};
    uint32_t at = get(j, 0, "clock", JSON_TEXT);
    for (int i = 0; at != 0 && i < 3; i++) {
        if (!json_is(json_text(j, at), names[i])) continue;
        *to = (loa_clock)i;
        return true;
    }
    return false;
}

const char *question_read(question *q, loa *l, size_t n) {
    json j = {.text = q->line, .size = n, .tokens = q->tokens, .room = LOA_MAX_TOKENS,
              .table = q->table, .table_room = LOA_TABLE};
    if (!json_read(&j) || j.out_of_range || j.tokens[0].kind != JSON_OBJECT) return "not a JSON object";
    uint32_t envelope = get(&j, 0, "envelope_b64", JSON_TEXT), state = get(&j, 0, "state", JSON_OBJECT);
    if (envelope == 0 || !loa_base64(json_text(&j, envelope), q->envelope, sizeof q->envelope, &q->size))
        return "no envelope_b64";
    if (!number(&j, 0, "now", &q->now)) return "no now";
    if (!read_clock(&j, &q->clock)) return "no clock";
    return state != 0 && read_device(&j, state, l, &q->device) ? NULL : "no state";
}
