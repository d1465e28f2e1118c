/* What a body must be: `spec` of rule 4. Fields that nobody reads are ignored; a later version may add some. */
#include <openssl/evp.h>
#include <string.h>

#include "loa.h"

#define ID_MAX INT64_C(9007199254740991)
#define SIX_HOURS_MS INT64_C(21600000)
#define MEDIA_MAX (INT64_C(512) * 1024 * 1024)
#define MAX_ITEMS 2000
#define LIVE_S 1800

const char *const loa_type_names[LOA_TYPES] = {"root", "plan", "order", "urgent", "drill", "input", "beacon", "release"};
const char *const loa_role_names[LOA_ROLES] = {"root", "server", "duty", "urgent", "release"};

/* An object whose fields are read by name. One wrong field makes the whole body wrong. */
typedef struct {
    const json *j;
    uint32_t at;
    bool ok;
} object;

static object open_object(const json *j, uint32_t at) {
    return (object){.j = j, .at = at, .ok = j->tokens[at].kind == JSON_OBJECT};
}

static uint32_t field(const object *o, const char *name) {
    return o->ok ? json_find(o->j, o->at, name) : 0;
}

static bool is(const object *o, uint32_t at, json_kind kind) {
    return at != 0 && o->j->tokens[at].kind == kind;
}

static object inner(object *o, const char *name) {
    uint32_t at = field(o, name);
    if (at != 0) return open_object(o->j, at);
    return (object){.j = o->j, .ok = false};
}

static int64_t integer(object *o, const char *name, int64_t low, int64_t high) {
    uint32_t at = field(o, name);
    int64_t found = is(o, at, JSON_INTEGER) ? json_integer(o->j, at) : -1;
    if (found < low || found > high) o->ok = false;
    return found;
}

static json_span text(object *o, const char *name, size_t longest) {
    uint32_t at = field(o, name);
    json_span found = {"", 0};
    if (is(o, at, JSON_TEXT)) found = json_text(o->j, at);
    else o->ok = false;
    if (json_letters(found) > longest) o->ok = false;
    return found;
}

static uint32_t items(object *o, const char *name, uint32_t most) {
    uint32_t at = field(o, name);
    if (!is(o, at, JSON_LIST) || o->j->tokens[at].len > most) o->ok = false;
    return o->ok ? at : 0;
}

static bool in(int c, const char *extra) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c != 0 && strchr(extra, c) != NULL);
}

static bool all_hex(json_span s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
    return s.n % 2 == 0;
}

static void sha256(object *o, const char *name) {
    json_span s = text(o, name, 64);
    if (s.n != 64 || !all_hex(s)) o->ok = false;
}

static bool is_uuid(json_span s) {
    if (s.n != 36) return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = s.p[i];
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

static json_span uuid(object *o, const char *name) {
    json_span s = text(o, name, 36);
    if (!is_uuid(s)) o->ok = false;
    return s;
}

/* vn(\.[1-9][0-9]{0,17}){0,7} */
bool loa_is_area(json_span s) {
    if (s.n < 2 || memcmp(s.p, "vn", 2) != 0) return false;
    size_t i = 2, labels = 0;
    while (i < s.n) {
        if (s.p[i++] != '.' || ++labels > 7) return false;
        size_t first = i;
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') i++;
        if (i == first || i - first > 18 || s.p[first] == '0') return false;
    }
    return true;
}

bool loa_is_target(json_span s) {
    if (loa_is_area(s)) return true;
    return s.n == 38 && (s.p[0] == 'g' || s.p[0] == 'd') && s.p[1] == '/' && is_uuid((json_span){s.p + 2, 36});
}

static json_span target(object *o) {
    json_span s = text(o, "target", 200);
    if (!loa_is_target(s)) o->ok = false;
    return s;
}

/* [a-z]+/[a-z0-9.+-]+(;[a-z0-9=., -]+)? */
static bool is_mime(json_span s) {
    size_t i = 0, first;
    while (i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z') i++;
    if (i == 0 || i >= s.n || s.p[i++] != '/') return false;
    for (first = i; i < s.n && in(s.p[i], ".+-"); i++) {}
    if (i == first) return false;
    if (i == s.n) return true;
    if (s.p[i++] != ';') return false;
    for (first = i; i < s.n && in(s.p[i], "=., -"); i++) {}
    return i > first && i == s.n;
}

static int64_t item(object *o, json_span *id) {
    object media = inner(o, "media");
    sha256(&media, "sha256");
    integer(&media, "bytes", 1, MEDIA_MAX);
    if (!is_mime(text(&media, "mime", 60)) || !media.ok) o->ok = false;
    *id = uuid(o, "id");
    integer(o, "volume", 0, 100);
    integer(o, "priority", 1, 3);
    text(o, "title", 300);
    return integer(o, "dur_ms", 1, SIX_HOURS_MS);
}

static void head(object *o, loa_type type, loa_body *body) {
    integer(o, "spec", 1, 1);
    if (!json_is(text(o, "type", 200), loa_type_names[type])) o->ok = false;
    body->issued = integer(o, "issued", 0, ID_MAX);
    body->expires = integer(o, "expires", 0, ID_MAX);
}

static void numbered(object *o, loa_body *body) {
    body->epoch = integer(o, "epoch", 0, ID_MAX);
    body->v = integer(o, "v", 0, ID_MAX);
}

static void plan(object *o, loa_body *body) {
    numbered(o, body);
    body->target = target(o);
    static _Thread_local json_span ids[MAX_ITEMS];
    uint32_t list = items(o, "items", MAX_ITEMS), at = list + 1;
    int64_t last = 0;
    for (uint32_t i = 0; list != 0 && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end) {
        object one = open_object(o->j, at);
        int64_t instant = integer(&one, "at", 0, ID_MAX);
        if (field(&one, "late") != 0) integer(&one, "late", 0, 86400);
        item(&one, &ids[i]);
        for (uint32_t k = 0; k < i; k++)
            if (json_same(ids[k], ids[i])) one.ok = false;
        if (!one.ok || instant < last) o->ok = false;
        if (!o->ok) return;
        last = instant;
    }
}

/* (https://[a-z0-9.-]+(:[0-9]{1,5})?)?/[A-Za-z0-9/._~?=&%+-]* */
static bool is_url(json_span s) {
    size_t i = 0, first;
    if (s.n >= 8 && memcmp(s.p, "https://", 8) == 0) {
        for (i = 8; i < s.n && in(s.p[i], ".-"); i++) {}
        if (i == 8) return false;
        if (i < s.n && s.p[i] == ':') {
            for (first = ++i; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {}
            if (i == first || i - first > 5) return false;
        }
    }
    if (i >= s.n || s.p[i] != '/') return false;
    for (; i < s.n; i++)
        if (!in(s.p[i], "/._~?=&%+-") && !(s.p[i] >= 'A' && s.p[i] <= 'Z')) return false;
    return true;
}

/* A live session ends with its order, and its order lives for half an hour at most. */
static void live(object *o, uint32_t at, loa_body *body) {
    object one = open_object(o->j, at);
    json_span pub = text(&one, "session_pub", 200);
    if (pub.n != 64 || !all_hex(pub) || !is_url(text(&one, "url", 500))) o->ok = false;
    integer(&one, "volume", 0, 100);
    integer(&one, "priority", 1, 3);
    if (!one.ok || body->expires <= body->issued || body->expires > body->issued + LIVE_S) o->ok = false;
    body->live = true;
}

static int minutes(const json *j, uint32_t at);

/* So loud at most in these hours of the day: 1 to 8 of {from, to, volume}. */
static void hours(object *o) {
    uint32_t list = items(o, "hours", LOA_MAX_QUIET), at = list + 1;
    if (list == 0 || o->j->tokens[list].len == 0) o->ok = false;
    for (uint32_t i = 0; o->ok && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end) {
        object one = open_object(o->j, at);
        integer(&one, "volume", 0, 100);
        text(&one, "from", 5);
        text(&one, "to", 5);
        if (!one.ok) {
            o->ok = false;
            break;
        }
        int from = minutes(o->j, field(&one, "from")), to = minutes(o->j, field(&one, "to"));
        if (from < 0 || to < 0 || from == to) o->ok = false;
    }
}

static void order(object *o, loa_body *body) {
    json_span action = text(o, "action", 200), id;
    bool play = json_is(action, "play"), cancel = json_is(action, "cancel"), volume = json_is(action, "volume");
    bool goes_live = json_is(action, "live"), restart = json_is(action, "restart");
    bool logs = json_is(action, "logs");
    body->stop = body->silences = json_is(action, "stop");
    if (!play && !goes_live && !cancel && !volume && !restart && !logs && !body->stop) o->ok = false;
    if ((field(o, "volume") != 0) != volume) o->ok = false;
    if (volume) integer(o, "volume", 0, 100);
    if (field(o, "hours") != 0 && !volume) o->ok = false;
    if (field(o, "hours") != 0) hours(o);
    uint32_t with = field(o, "item"), session = field(o, "live");
    if ((session != 0) != goes_live || (with != 0) != play || (field(o, "items") != 0) != cancel) o->ok = false;
    numbered(o, body);
    uuid(o, "id");
    body->target = target(o);
    if (!o->ok) return;
    if (play) {
        object one = open_object(o->j, with);
        body->dur_ms = item(&one, &id);
        o->ok = one.ok;
    }
    if (goes_live) live(o, session, body);
    uint32_t list = cancel ? items(o, "items", MAX_ITEMS) : 0, at = list + 1;
    for (uint32_t i = 0; list != 0 && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end)
        if (o->j->tokens[at].kind != JSON_TEXT || json_letters(json_text(o->j, at)) > 64) o->ok = false;
}

/* Names of stored sounds, at most 8 of [a-z0-9-]{1,40}. A drill begins with "drill" and has no siren. */
static void sounds(object *o, bool drill, bool has_item) {
    uint32_t list = items(o, "sounds", 8), at = list + 1;
    if (list == 0) return;
    uint32_t count = o->j->tokens[list].len;
    for (uint32_t i = 0; i < count; i++, at = o->j->tokens[at].end) {
        json_span s = json_text(o->j, at);
        if (o->j->tokens[at].kind != JSON_TEXT || s.n < 1 || s.n > 40) o->ok = false;
        for (size_t k = 0; o->ok && k < s.n; k++)
            if (!in(s.p[k], "-")) o->ok = false;
        if (!o->ok || (drill && (json_is(s, "siren") || (i == 0 && !json_is(s, "drill"))))) o->ok = false;
    }
    if (count == 0 && (drill || !has_item)) o->ok = false;
}

static void alert(object *o, loa_type type, loa_body *body) {
    bool drill = type == LOA_DRILL;
    json_span action = text(o, "action", 200), id;
    bool play = json_is(action, "play"), cancel = json_is(action, "cancel"), correct = json_is(action, "correct");
    bool test = drill && json_is(action, "test");
    if (!play && !cancel && !test && !(correct && !drill)) o->ok = false;
    bool born = play && !drill;
    if ((field(o, "of") != 0) == (play || test) || (field(o, "cancel") != 0) != born || (field(o, "correction") != 0) != born)
        o->ok = false;
    if (born) sha256(o, "cancel");
    if (born) sha256(o, "correction");
    if (!play && !test) uuid(o, "of");
    numbered(o, body);
    uuid(o, "id");
    body->target = target(o);
    body->silences = cancel;
    uint32_t with = field(o, "item");
    if (cancel) {
        if (with != 0 || field(o, "sounds") != 0 || field(o, "dur_ms") != 0 || field(o, "repeat") != 0) o->ok = false;
        return;
    }
    int64_t dur_ms = integer(o, "dur_ms", 1, SIX_HOURS_MS);
    integer(o, "repeat", 1, 10);
    sounds(o, drill, with != 0);
    if (o->ok && with != 0) {
        object one = open_object(o->j, with);
        item(&one, &id);
        o->ok = one.ok;
    }
    if (drill && play) body->dur_ms = dur_ms; /* a test is silent, an alert is bound by no policy */
}

static void input(object *o, loa_body *body) {
    json_span action = text(o, "action", 200), name = text(o, "input", 200);
    bool opens = json_is(action, "open");
    body->silences = json_is(action, "close");
    if (opens == body->silences || (!json_is(name, "aux") && !json_is(name, "fm"))) o->ok = false;
    if ((field(o, "dur_ms") != 0) != opens || (field(o, "volume") != 0) != opens) o->ok = false;
    if (opens) body->dur_ms = integer(o, "dur_ms", 1, SIX_HOURS_MS);
    if (opens) integer(o, "volume", 0, 100);
    numbered(o, body);
    uuid(o, "id");
    body->target = target(o);
}

static void place(object *o) {
    if (!loa_is_area(text(o, "area", 200))) o->ok = false;
    uint32_t list = items(o, "groups", 200), at = list + 1;
    for (uint32_t i = 0; list != 0 && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end)
        if (o->j->tokens[at].kind != JSON_TEXT || json_letters(json_text(o->j, at)) > 64) o->ok = false;
}

/* Every receipt up to n is kept; the hash is of receipt n, or "" while there is none. */
static void receipts_kept(object *o) {
    object ack = inner(o, "ack");
    bool none = integer(&ack, "n", 0, ID_MAX) == 0 && json_is(text(&ack, "sha256", 64), "");
    if (!none) sha256(&ack, "sha256");
    if (!ack.ok) o->ok = false;
}

static void beacon(object *o, loa_body *body) {
    integer(o, "now", 0, ID_MAX);
    integer(o, "root_v", 1, ID_MAX);
    if (field(o, "now_ms") != 0) integer(o, "now_ms", 0, ID_MAX);
    if (field(o, "area") != 0) place(o);
    if (field(o, "ack") != 0) receipts_kept(o);
    body->device = text(o, "device", 64);
    body->nonce = text(o, "nonce", 64);
    if (!all_hex(body->nonce)) o->ok = false;
    uint32_t list = items(o, "latest", 1000), at = list + 1;
    for (uint32_t i = 0; list != 0 && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end) {
        object one = open_object(o->j, at);
        if (json_is(text(&one, "type", 20), "release")) text(&one, "target", 60); /* a hardware model */
        else target(&one);
        integer(&one, "epoch", 0, ID_MAX);
        integer(&one, "v", 0, ID_MAX);
        sha256(&one, "sha256");
        if (!one.ok) o->ok = false;
    }
}

static void release(object *o, loa_body *body) {
    numbered(o, body);
    body->target = body->model = text(o, "model", 60);
    if (body->model.n == 0) o->ok = false;
    for (size_t i = 0; i < body->model.n; i++) {
        char c = body->model.p[i];
        if (!in(c, "._-") && !(c >= 'A' && c <= 'Z')) o->ok = false;
    }
    object bundle = inner(o, "bundle");
    sha256(&bundle, "sha256");
    integer(&bundle, "bytes", 1, MEDIA_MAX);
    if (!bundle.ok) o->ok = false;
}

bool loa_body_read(const json *j, loa_type type, loa_body *body) {
    object o = open_object(j, 0);
    *body = (loa_body){.type = type, .target = {"", 0}, .dur_ms = -1};
    if (j->out_of_range) return false;
    head(&o, type, body);
    switch (type) {
    case LOA_ROOT: break; /* loa_root_read has the rest */
    case LOA_PLAN: plan(&o, body); break;
    case LOA_ORDER: order(&o, body); break;
    case LOA_URGENT:
    case LOA_DRILL: alert(&o, type, body); break;
    case LOA_INPUT: input(&o, body); break;
    case LOA_BEACON: beacon(&o, body); break;
    case LOA_RELEASE: release(&o, body); break;
    case LOA_TYPES: return false;
    }
    return o.ok;
}

static void root_keys(object *o, loa_root *root) {
    object keys = inner(o, "keys");
    uint32_t count = keys.ok ? o->j->tokens[keys.at].len : 0, at = keys.at + 1;
    if (count < 1 || count > LOA_MAX_KEYS) o->ok = false;
    json_span holders[LOA_MAX_KEYS];
    for (uint32_t i = 0; o->ok && i < count; i++, at = o->j->tokens[at + 1].end) {
        object one = open_object(o->j, at + 1);
        loa_key *key = &root->keys[i];
        json_span alg = text(&one, "alg", 200), pub = text(&one, "pub", 512);
        holders[i] = text(&one, "holder", 100);
        if (!one.ok || !loa_key_load(key, alg, pub)) {
            o->ok = false;
            return;
        }
        root->count = i + 1;
        if (!json_is(json_text(o->j, at), key->kid)) o->ok = false;
        for (key->holder = 0; !json_same(holders[key->holder], holders[i]);) key->holder++;
    }
}

static int role_number(json_span name) {
    for (int i = 0; i < LOA_ROLES; i++)
        if (json_is(name, loa_role_names[i])) return i;
    return -1;
}

static void root_role(object *one, loa_root *root, int number) {
    uint32_t kids = items(one, "kids", LOA_MAX_KEYS), at = kids + 1;
    loa_keys keys = 0;
    uint64_t holders = 0;
    for (uint32_t i = 0; kids != 0 && i < one->j->tokens[kids].len; i++, at = one->j->tokens[at].end) {
        unsigned k = 0;
        json_span kid = json_text(one->j, at);
        while (k < root->count && !json_is(kid, root->keys[k].kid)) k++;
        if (one->j->tokens[at].kind != JSON_TEXT || k == root->count || keys >> k & 1) {
            one->ok = false;
            return;
        }
        keys |= UINT64_C(1) << k;
        holders |= UINT64_C(1) << root->keys[k].holder;
    }
    int64_t people = 0;
    for (; holders != 0; holders &= holders - 1) people++;
    root->roles[number].known = true;
    root->roles[number].keys = keys;
    root->roles[number].quorum = integer(one, "quorum", 1, people > 1 ? people : 1);
    root->roles[number].epoch = integer(one, "epoch", 0, ID_MAX);
    bool never_alone = number == LOA_ROLE_URGENT || number == LOA_ROLE_RELEASE;
    if (never_alone && root->roles[number].quorum < 2) one->ok = false;
}

static void root_roles(object *o, loa_root *root) {
    object roles = inner(o, "roles");
    uint32_t count = roles.ok ? o->j->tokens[roles.at].len : 0, at = roles.at + 1;
    for (uint32_t i = 0; o->ok && i < count; i++, at = o->j->tokens[at + 1].end) {
        int number = role_number(json_text(o->j, at));
        object one = open_object(o->j, at + 1);
        if (number >= 0) root_role(&one, root, number);
        if (number < 0 || !one.ok) o->ok = false;
    }
    if (!root->roles[LOA_ROLE_ROOT].known || !root->roles[LOA_ROLE_SERVER].known) o->ok = false;
}

/* HH:MM as minutes of the day, or -1. */
static int minutes(const json *j, uint32_t at) {
    json_span s = json_text(j, at);
    if (j->tokens[at].kind != JSON_TEXT || s.n != 5 || s.p[2] != ':') return -1;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (s.p[i] < '0' || s.p[i] > '9')) return -1;
    int hour = (s.p[0] - '0') * 10 + s.p[1] - '0', minute = (s.p[3] - '0') * 10 + s.p[4] - '0';
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

/* A zone this device does not know is refused: a wrong hour would wake a commune. Vietnam has had no summer time
   since 1975; a device for elsewhere links a time zone database here. */
static bool zone(json_span tz, int64_t *offset_s) {
    *offset_s = json_is(tz, "UTC") ? 0 : 7 * 3600;
    return *offset_s == 0 || json_is(tz, "Asia/Ho_Chi_Minh") || json_is(tz, "Asia/Saigon");
}

static void root_policy(object *o, loa_root *root) {
    object policy = inner(o, "policy");
    integer(&policy, "volume_max", 0, 100);
    root->minutes_per_day = integer(&policy, "minutes_per_day", 0, 1440);
    if (!zone(text(&policy, "tz", 60), &root->offset_s)) policy.ok = false;
    uint32_t list = items(&policy, "quiet", LOA_MAX_QUIET), at = list + 1;
    for (uint32_t i = 0; list != 0 && i < o->j->tokens[list].len; i++, at = o->j->tokens[at].end) {
        if (o->j->tokens[at].kind != JSON_LIST || o->j->tokens[at].len != 2) {
            policy.ok = false;
            break;
        }
        int from = minutes(o->j, at + 1), to = minutes(o->j, o->j->tokens[at + 1].end);
        if (from < 0 || to < 0 || from == to) policy.ok = false;
        root->quiet[i][0] = from;
        root->quiet[i][1] = to;
        root->quiets = i + 1;
    }
    if (!policy.ok) o->ok = false;
}

bool loa_root_read(const json *j, loa_root *root) {
    loa_body body;
    loa_root_clear(root);
    if (!loa_body_read(j, LOA_ROOT, &body)) return false;
    object o = open_object(j, 0);
    root->expires = body.expires;
    root->v = integer(&o, "v", 1, ID_MAX);
    root_keys(&o, root);
    root_roles(&o, root);
    root_policy(&o, root);
    return o.ok;
}

void loa_root_clear(loa_root *root) {
    for (unsigned i = 0; i < root->count; i++) EVP_PKEY_free(root->keys[i].key);
    memset(root, 0, sizeof *root);
}
