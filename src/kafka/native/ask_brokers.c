/*
 * The way to ask brokers what librdkafka has no call for, or only one that asks for one thing at a time: sizes on disk
 * (DescribeLogDirs), and the places and members of many groups in one request (OffsetFetch, DescribeGroups,
 * ConsumerGroupDescribe). Only bytes go through here; admin/wire.ts writes and reads them.
 */
#include "rdkafka_int.h" /* before what includes a header of the system */
#include "rdkafka_broker.h"
#include "rdkafka_buf.h"
#include "rdkafka_queue.h"

#include "ask_brokers.h"

typedef struct {
  kt_answer_cb *each;
  void *opaque;
  int waiting;
} asking_t;

typedef struct {
  asking_t *asking;
  int32_t broker;
} one_t;

static void on_answer(rd_kafka_t *rk, rd_kafka_broker_t *rkb, rd_kafka_resp_err_t error, rd_kafka_buf_t *answer, rd_kafka_buf_t *request, void *opaque) {
  one_t *one = opaque;
  asking_t *asking = one->asking;
  size_t size = error ? 0 : rd_slice_remains(&answer->rkbuf_reader);
  void *bytes = rd_malloc(size + 1);
  (void)rk;
  (void)rkb;
  (void)request;
  if (size > 0) rd_slice_read(&answer->rkbuf_reader, bytes, size);
  asking->each(asking->opaque, one->broker, error, error ? NULL : bytes, size);
  asking->waiting--;
  rd_free(bytes);
  rd_free(one);
}

static void ask(rd_kafka_broker_t *rkb, const kt_question *question, int timeout_ms, rd_kafka_q_t *answers, asking_t *asking) {
  one_t *one = rd_malloc(sizeof *one);
  rd_kafka_buf_t *request = rd_kafka_buf_new_flexver_request(rkb, question->api, 1, question->size, question->flexible);
  *one = (one_t){.asking = asking, .broker = rkb->rkb_nodeid};
  rd_kafka_buf_write(request, question->body, question->size);
  rd_kafka_buf_ApiVersion_set(request, question->version, 0);
  rd_kafka_buf_set_abs_timeout(request, timeout_ms, 0);
  request->rkbuf_max_retries = RD_KAFKA_REQUEST_NO_RETRIES;
  asking->waiting++;
  rd_kafka_broker_buf_enq_replyq(rkb, request, RD_KAFKA_REPLYQ(answers, 0), on_answer, one);
}

static int is_meant(int32_t broker, const int32_t *brokers, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (brokers[i] == broker) return 1;
  return count == 0;
}

/* Of one that is away, or was not spoken to for so long that it hung up, nothing would come before the time is over. */
static int is_up(rd_kafka_broker_t *rkb) {
  int up;
  rd_kafka_broker_lock(rkb);
  up = rd_kafka_broker_state_is_up(rkb->rkb_state);
  rd_kafka_broker_unlock(rkb);
  return up;
}

void kt_ask_brokers(rd_kafka_t *client, const int32_t *brokers, size_t count, const kt_question *question, int timeout_ms, kt_answer_cb *each, void *opaque) {
  asking_t asking = {.each = each, .opaque = opaque};
  rd_kafka_q_t *answers = rd_kafka_q_new(client);
  rd_kafka_broker_t *rkb;

  rd_kafka_rdlock(client);
  TAILQ_FOREACH(rkb, &client->rk_brokers, rkb_link) {
    if (rkb->rkb_source != RD_KAFKA_LEARNED || rkb->rkb_nodeid < 0 || !is_meant(rkb->rkb_nodeid, brokers, count)) continue;
    if (!is_up(rkb))
      each(opaque, rkb->rkb_nodeid, RD_KAFKA_RESP_ERR__TRANSPORT, NULL, 0);
    else if (rd_kafka_broker_ApiVersion_supported(rkb, question->api, question->version, question->version, NULL) != question->version)
      each(opaque, rkb->rkb_nodeid, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, NULL, 0);
    else
      ask(rkb, question, timeout_ms, answers, &asking);
  }
  rd_kafka_rdunlock(client);
  /* Every request is answered, by the broker or by its timeout. */
  while (asking.waiting > 0) rd_kafka_q_serve(answers, 100, 0, RD_KAFKA_Q_CB_CALLBACK, rd_kafka_poll_cb, NULL);
  rd_kafka_q_destroy_owner(answers);
}
