/*
 * Hyperscan over a corpus in memory, as a child process that measures when it is told to:
 *
 *   hyperscan CORPUS.bin CORPUS.idx RULES.tsv
 *
 * CORPUS.idx holds big-endian 32-bit integers: the number of files, then the length of each.
 * RULES.tsv holds a rule in a line: "i" if its case does not count or "-", a tab, the expression.
 * Block mode, one hs_scan per file, each rule reported once per file (HS_FLAG_SINGLEMATCH), without
 * starts of matches (they would cost more, and large repeats don't compile with them).
 *
 * Commands on standard input, one a line; each answer is a line:
 *   stream          every file once            -> CPU nanoseconds of this thread, matches
 *   sample I J ...  the files of the hot runs  -> their bytes
 *   hot N           the sample N times         -> CPU nanoseconds, matches
 *   sum             sums all bytes as 64-bit integers: the limit of the memory -> CPU nanoseconds, 0
 *   findings FILE   writes "file<tab>rule" of every match into FILE -> 0, matches
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <hs/hs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t count;
static uint32_t *lengths;
static char **files;
static uint32_t sampled;
static uint32_t *sample;
static hs_database_t *database;
static hs_scratch_t *scratch;
static unsigned long matches;
static volatile uint64_t sink;

static void die(const char *what) {
  fprintf(stderr, "hyperscan: %s\n", what);
  exit(1);
}

static void *room(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) die("out of memory");
  return memory;
}

static FILE *reading(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file) die(name);
  return file;
}

static long cpu(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void load_corpus(const char *bin, const char *idx) {
  FILE *index = reading(idx);
  if (fread(&count, 4, 1, index) != 1) die("no index");
  count = ntohl(count);
  lengths = room(4 * (size_t)count);
  files = room(sizeof(char *) * (size_t)count);
  if (fread(lengths, 4, count, index) != count) die("a short index");
  fclose(index);
  FILE *bytes = reading(bin);
  for (uint32_t i = 0; i < count; i++) {
    lengths[i] = ntohl(lengths[i]);
    files[i] = room(lengths[i]);
    if (fread(files[i], 1, lengths[i], bytes) != lengths[i]) die("a short corpus");
  }
  fclose(bytes);
}

static void compile(const char *name) {
  size_t size = 0, capacity = 1024, room_for_line = 0;
  const char **expressions = room(capacity * sizeof *expressions);
  unsigned *flags = room(capacity * sizeof *flags), *ids = room(capacity * sizeof *ids);
  char *line = 0;
  FILE *rules = reading(name);
  while (getline(&line, &room_for_line, rules) > 0) {
    if (size == capacity) {
      capacity *= 2;
      expressions = realloc(expressions, capacity * sizeof *expressions);
      flags = realloc(flags, capacity * sizeof *flags);
      ids = realloc(ids, capacity * sizeof *ids);
      if (!expressions || !flags || !ids) die("out of memory");
    }
    line[strcspn(line, "\n")] = 0;
    flags[size] = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | (*line == 'i' ? HS_FLAG_CASELESS : 0);
    expressions[size] = strdup(line + 2);
    ids[size] = size;
    size++;
  }
  fclose(rules);
  hs_compile_error_t *error = 0;
  long start = cpu();
  if (hs_compile_multi(expressions, flags, ids, size, HS_MODE_BLOCK, 0, &database, &error)) {
    fprintf(stderr, "hyperscan: expression %d: %s\n", error->expression, error->message);
    exit(1);
  }
  size_t bytes;
  hs_database_size(database, &bytes);
  if (hs_alloc_scratch(database, &scratch)) die("no scratch");
  printf("Hyperscan %s: %zu rules compiled in %ld ms of CPU, a database of %zu KB.\n",
         hs_version(), size, (cpu() - start) / 1000000, bytes / 1024);
  fflush(stdout);
}

static int counted(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                   void *context) {
  (void)id, (void)from, (void)to, (void)flags, (void)context;
  matches++;
  return 0;
}

struct place {
  uint32_t file;
  FILE *out;
};

static int listed(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                  void *context) {
  (void)from, (void)to, (void)flags;
  struct place *place = context;
  fprintf(place->out, "%u\t%u\n", place->file, id);
  matches++;
  return 0;
}

static void scan(uint32_t file, match_event_handler handler, void *context) {
  if (hs_scan(database, files[file], lengths[file], 0, scratch, handler, context))
    die("hs_scan failed");
}

static uint64_t sum(const char *bytes, uint32_t length) {
  uint64_t total = 0, word;
  for (uint32_t i = 0; i + 8 <= length; i += 8) {
    memcpy(&word, bytes + i, 8);
    total += word;
  }
  return total;
}

static size_t take_sample(char *indexes) {
  size_t bytes = 0;
  sampled = 0;
  sample = realloc(sample, 4 * (size_t)count);
  for (char *word = strtok(indexes, " "); word && sampled < count; word = strtok(0, " ")) {
    uint32_t index = strtoul(word, 0, 10);
    if (index >= count) die("no such file in the corpus");
    sample[sampled++] = index;
    bytes += lengths[index];
  }
  return bytes;
}

int main(int arguments, char **argument) {
  if (arguments != 4) die("usage: hyperscan CORPUS.bin CORPUS.idx RULES.tsv");
  load_corpus(argument[1], argument[2]);
  compile(argument[3]);
  char *line = 0;
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) > 0) {
    line[strcspn(line, "\n")] = 0;
    matches = 0;
    long start = cpu();
    if (!strcmp(line, "stream")) {
      for (uint32_t i = 0; i < count; i++) scan(i, counted, 0);
    } else if (!strncmp(line, "hot ", 4)) {
      for (long n = atol(line + 4); n > 0; n--)
        for (uint32_t i = 0; i < sampled; i++) scan(sample[i], counted, 0);
    } else if (!strcmp(line, "sum")) {
      uint64_t total = 0;
      for (uint32_t i = 0; i < count; i++) total += sum(files[i], lengths[i]);
      sink += total;
    } else if (!strncmp(line, "sample ", 7)) {
      printf("%zu\n", take_sample(line + 7));
      fflush(stdout);
      continue;
    } else if (!strncmp(line, "findings ", 9)) {
      struct place place = {0, fopen(line + 9, "w")};
      if (!place.out) die(line + 9);
      for (; place.file < count; place.file++) scan(place.file, listed, &place);
      if (fclose(place.out)) die("the findings can't be written");
      start = cpu();
    } else {
      die("no such command");
    }
    printf("%ld %lu\n", cpu() - start, matches);
    fflush(stdout);
  }
  return 0;
}
