/* Requests that are written, and whose answers are read, in JavaScript. See ask_brokers.c. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "rdkafka.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int16_t api;
  int16_t version;
  int flexible; /* whether strings, lists and headers are as in KIP-482 */
  const void *body;
  size_t size;
} kt_question;

/* What one broker said; without bytes where it did not, and error says why. */
typedef void kt_answer_cb(void *opaque, int32_t broker, int error, const void *bytes, size_t size);

/*
 * Asks the brokers of those numbers, or with a count of 0 each that the client knows, and returns when all have answered
 * or the time is over. One that does not know the request is not asked, as it would hang up, nor one without a connection.
 */
void kt_ask_brokers(rd_kafka_t *client, const int32_t *brokers, size_t count, const kt_question *question, int timeout_ms, kt_answer_cb *each, void *opaque);

#ifdef __cplusplus
}
#endif
