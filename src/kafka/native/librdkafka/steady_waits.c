/*
 * librdkafka's threads wait by the time of day: where the clock is set back two hours meanwhile, a wait of a second takes
 * two hours more, in which no broker is connected to again and no leader is looked for. They wait by the steady clock
 * here. The linker puts this in the place of the C library's (native.mk: --wrap).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

static const long second_ns = 1000000000;

/* until: as the caller reckoned it a moment ago, by the time of day. */
int __wrap_cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until) {
  struct timespec now, deadline;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += until->tv_sec - now.tv_sec;
  deadline.tv_nsec += until->tv_nsec - now.tv_nsec;
  if (deadline.tv_nsec < 0) {
    deadline.tv_nsec += second_ns;
    deadline.tv_sec--;
  } else if (deadline.tv_nsec >= second_ns) {
    deadline.tv_nsec -= second_ns;
    deadline.tv_sec++;
  }
  /* In the GNU C library those of C are those of POSIX; a time before its own begin is an error to it. */
  if (deadline.tv_sec < 0) return thrd_timedout;
  switch (pthread_cond_clockwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, CLOCK_MONOTONIC, &deadline)) {
    case 0: return thrd_success;
    case ETIMEDOUT: return thrd_timedout;
    default: return thrd_error;
  }
}
