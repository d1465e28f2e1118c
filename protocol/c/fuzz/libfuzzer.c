/* Coverage-guided fuzzing. The first byte of an input chooses the device of a vector and the rest is an envelope; or,
   where it is 255, a type and a body that is judged as if every key had signed it. LOA_QUESTIONS names the vectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"

#define DEVICES 254

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static loa *l;
static question *q;
static loa_device devices[DEVICES];
static unsigned count;

/* One device for each root there is among the questions. */
static void keep_device(void) {
    for (unsigned i = 0; i < count; i++)
        if (memcmp(devices[i].root.sha256, q->device.root.sha256, 32) == 0) return;
    if (count == DEVICES) return;
    devices[count++] = q->device;
    memset(&q->device.root, 0, sizeof q->device.root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const char *path = getenv("LOA_QUESTIONS");
    FILE *from = path == NULL ? NULL : fopen(path, "rb");
    l = loa_new();
    q = calloc(1, sizeof *q);
    if (from == NULL || l == NULL || q == NULL) {
        fputs("LOA_QUESTIONS names no file of questions\n", stderr);
        exit(2);
    }
    while (fgets(q->line, sizeof q->line, from) != NULL)
        if (question_read(q, l, strcspn(q->line, "\n")) == NULL) keep_device();
    fclose(from);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const int64_t noon = 1767243600;
    if (size < 2 || count == 0) return 0;
    if (data[0] != 255) {
        loa_accept(l, &devices[data[0] % count], data + 1, size - 1, noon, LOA_SYNCED);
        return 0;
    }
    if (size - 2 > LOA_MAX_BYTES) return 0;
    LOA_OPEN(l->message);
    memcpy(l->body, data + 2, size - 2);
    l->body_size = size - 2;
    LOA_EDGE(l->message, LOA_PREFIX + l->body_size);
    l->count = 0;
    loa_judge(l, &devices[0], (loa_type)(data[1] % LOA_TYPES), ~UINT64_C(0), noon, LOA_SYNCED);
    return 0;
}
