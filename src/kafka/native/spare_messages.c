/*
 * Memory for the messages that librdkafka receives. One of its threads takes some for each message and another gives it
 * back: with malloc alone the two wait for each other's lock, which made a third of the time that short messages take.
 * Here they pass it on in chains of some hundred. librdkafka/16-pooled-messages.patch has the places.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { kChainLength = 256, kMostChains = 128 };

typedef struct block {
  struct block *next;       /* in its chain */
  struct block *next_chain; /* of the first of a chain */
} block;

/* Of each thread: what it took of a chain and did not use yet, and what was given back by it. */
static _Thread_local block *taken, *given;
static _Thread_local int given_length;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards what follows, but a look at whether there is any */
static block *chains;
static atomic_int chain_count;

static pthread_key_t leaving;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_chain(block *first) {
  while (first) {
    block *next = first->next;
    free(first);
    first = next;
  }
}

static void thread_leaves(void *unused) {
  (void)unused;
  free_chain(taken);
  free_chain(given);
  taken = given = NULL;
  given_length = 0;
}

static void make_key(void) { pthread_key_create(&leaving, thread_leaves); }

static void watch_thread(void) {
  pthread_once(&once, make_key);
  pthread_setspecific(leaving, &given);
}

static block *next_chain(void) {
  block *chain;
  if (atomic_load_explicit(&chain_count, memory_order_relaxed) == 0) return NULL;
  pthread_mutex_lock(&mutex);
  chain = chains;
  if (chain) {
    chains = chain->next_chain;
    atomic_fetch_sub_explicit(&chain_count, 1, memory_order_relaxed);
  }
  pthread_mutex_unlock(&mutex);
  if (chain) watch_thread();
  return chain;
}

/* As librdkafka's calloc of one, which ends the process where there is no memory. All take the same size. */
void *kt_take_message(size_t size) {
  block *one;
  if (!taken) taken = next_chain();
  if (!taken) {
    if (!(one = calloc(1, size))) abort();
    return one;
  }
  one = taken;
  taken = one->next;
  return memset(one, 0, size);
}

/* As free. */
void kt_give_message(void *memory) {
  block *one = memory;
  bool kept = false;
  one->next = given;
  given = one;
  if (++given_length == 1) watch_thread();
  if (given_length < kChainLength) return;
  pthread_mutex_lock(&mutex);
  if (atomic_load_explicit(&chain_count, memory_order_relaxed) < kMostChains) {
    kept = true;
    given->next_chain = chains;
    chains = given;
    atomic_fetch_add_explicit(&chain_count, 1, memory_order_relaxed);
  }
  pthread_mutex_unlock(&mutex);
  if (!kept) free_chain(given);
  given = NULL;
  given_length = 0;
}
