// The libuv calls of the Confluent addon that abort in Bun 1.4: read-write locks and threads, by POSIX. And work for
// other threads, which in Bun is done by as many of them as the machine has cores: see below.
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

// Whatever is asked of a broker is waited for in a thread, up to ten seconds where that broker is away. Of Bun's own
// threads two such requests took both on a machine of two cores, and files, compression, and requests to other brokers
// waited behind them. So there are others for it: as many as there is work, up to a bound, and none for long without.
enum { kMostThreads = 64 };

struct job {
  uv_work_t* request;
  uv_work_cb work;
  uv_after_work_cb after;
  uv_async_t done;
  struct job* next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct job* first;
static struct job** last = &first;
static int threads;

static struct job* take(void) {
  pthread_mutex_lock(&lock);
  struct job* job = first;
  if (job) first = job->next;
  if (!first) last = &first;
  if (!job) threads--;
  pthread_mutex_unlock(&lock);
  return job;
}

static void* labour(void* unused) {
  (void)unused;
  for (struct job* job = take(); job; job = take()) {
    job->work(job->request);
    uv_async_send(&job->done);
  }
  return NULL;
}

static void forget(uv_handle_t* done) { free(done->data); }

static void finish(uv_async_t* done) {
  struct job* job = done->data;
  uv_close((uv_handle_t*)done, forget);
  job->after(job->request, 0);
}

int uv_queue_work(uv_loop_t* loop, uv_work_t* request, uv_work_cb work, uv_after_work_cb after) {
  struct job* job = calloc(1, sizeof *job);
  if (!job) return UV_ENOMEM;
  *job = (struct job){.request = request, .work = work, .after = after};
  int error = uv_async_init(loop, &job->done, finish);
  if (error) {
    free(job);
    return error;
  }
  job->done.data = job;
  pthread_mutex_lock(&lock);
  *last = job;
  last = &job->next;
  pthread_t thread;
  error = threads < kMostThreads ? pthread_create(&thread, NULL, labour, NULL) : UV_EAGAIN;
  if (!error) {
    threads++;
    pthread_detach(thread);
  }
  // Where there can be no more threads, those that there are do it. Nan takes no error from here.
  if (threads == 0) abort();
  pthread_mutex_unlock(&lock);
  return 0;
}
