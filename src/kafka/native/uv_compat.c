// The libuv calls of the Confluent addon that abort in Bun 1.4: read-write locks and threads, by POSIX.
#include <pthread.h>
#include <stdlib.h>
#include <uv.h>

static void check(int error) {
  if (error) abort();
}

int uv_rwlock_init(uv_rwlock_t* lock) { return -pthread_rwlock_init(lock, NULL); }
void uv_rwlock_destroy(uv_rwlock_t* lock) { check(pthread_rwlock_destroy(lock)); }
void uv_rwlock_rdlock(uv_rwlock_t* lock) { check(pthread_rwlock_rdlock(lock)); }
void uv_rwlock_rdunlock(uv_rwlock_t* lock) { check(pthread_rwlock_unlock(lock)); }
void uv_rwlock_wrlock(uv_rwlock_t* lock) { check(pthread_rwlock_wrlock(lock)); }
void uv_rwlock_wrunlock(uv_rwlock_t* lock) { check(pthread_rwlock_unlock(lock)); }

// pthread wants a function that returns a pointer, libuv gives one that returns nothing.
struct entry {
  uv_thread_cb function;
  void* argument;
};

static void* run(void* pointer) {
  struct entry entry = *(struct entry*)pointer;
  free(pointer);
  entry.function(entry.argument);
  return NULL;
}

int uv_thread_create(uv_thread_t* thread, uv_thread_cb function, void* argument) {
  struct entry* entry = malloc(sizeof *entry);
  if (!entry) return UV_ENOMEM;
  entry->function = function;
  entry->argument = argument;
  int error = pthread_create(thread, NULL, run, entry);
  if (error) free(entry);
  return -error;
}

int uv_thread_join(uv_thread_t* thread) { return -pthread_join(*thread, NULL); }
