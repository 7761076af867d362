/*
 * DescribeLogDirs, of which librdkafka has the number and no more. Version 1 is understood by every broker
 * since Kafka 2.0: https://kafka.apache.org/protocol#The_Messages_DescribeLogDirs
 *
 *   request   topics (-1: all) of: name, partitions of: index i32
 *   response  throttle i32, disks of: error i16, path, topics of: name, partitions of: index i32, bytes i64, lag i64, future i8
 */
#include "rdkafka_int.h" /* before what includes a header of the system */
#include "rdkafka_broker.h"
#include "rdkafka_buf.h"
#include "rdkafka_queue.h"

#include "log_dirs.h"

/* Where an answer that is garbled is told of by librdkafka's macros. */
static const int log_decode_errors = LOG_ERR;

typedef struct {
  kt_log_dir_cb *each;
  void *opaque;
  int waiting;
} asking_t;

static void read_answer(rd_kafka_broker_t *rkb, rd_kafka_buf_t *rkbuf, asking_t *asking) {
  int32_t disks, topics, partitions, index, throttle_ms;
  int64_t bytes, lag;
  int16_t error;
  int8_t future;
  rd_kafkap_str_t path, name;

  rd_kafka_buf_read_i32(rkbuf, &throttle_ms);
  rd_kafka_buf_read_arraycnt(rkbuf, &disks, 100000);
  while (disks-- > 0) {
    rd_kafka_buf_read_i16(rkbuf, &error); /* of a disk: nothing follows of it */
    if (error) asking->each(asking->opaque, "", error, rkb->rkb_nodeid, 0);
    rd_kafka_buf_read_str(rkbuf, &path);
    rd_kafka_buf_read_arraycnt(rkbuf, &topics, RD_KAFKAP_TOPICS_MAX);
    while (topics-- > 0) {
      char topic[256] = "";
      rd_kafka_buf_read_str(rkbuf, &name);
      rd_snprintf(topic, sizeof topic, "%.*s", RD_KAFKAP_STR_PR(&name));
      rd_kafka_buf_read_arraycnt(rkbuf, &partitions, RD_KAFKAP_PARTITIONS_MAX);
      while (partitions-- > 0) {
        rd_kafka_buf_read_i32(rkbuf, &index);
        rd_kafka_buf_read_i64(rkbuf, &bytes);
        rd_kafka_buf_read_i64(rkbuf, &lag);
        rd_kafka_buf_read_i8(rkbuf, &future);
        /* What is being moved to another disk is there twice. */
        if (!future) asking->each(asking->opaque, topic, index, rkb->rkb_nodeid, bytes);
      }
    }
  }
err_parse:; /* librdkafka logged it */
}

static void on_answer(rd_kafka_t *rk, rd_kafka_broker_t *rkb, rd_kafka_resp_err_t error, rd_kafka_buf_t *answer, rd_kafka_buf_t *request, void *opaque) {
  asking_t *asking = opaque;
  (void)rk;
  (void)request;
  asking->waiting--;
  if (!error) read_answer(rkb, answer, asking);
  else asking->each(asking->opaque, "", error, rkb ? rkb->rkb_nodeid : -1, 0);
}

static void ask(rd_kafka_broker_t *rkb, const char *topic, int32_t partition_count, int timeout_ms, rd_kafka_q_t *answers, asking_t *asking) {
  rd_kafka_buf_t *request = rd_kafka_buf_new_request(rkb, RD_KAFKAP_DescribeLogDirs, 1, 300 + 4 * (topic ? partition_count : 0));
  rd_kafka_buf_write_i32(request, topic ? 1 : -1);
  if (topic) {
    rd_kafka_buf_write_str(request, topic, -1);
    rd_kafka_buf_write_i32(request, partition_count);
    for (int32_t i = 0; i < partition_count; i++) rd_kafka_buf_write_i32(request, i);
  }
  rd_kafka_buf_ApiVersion_set(request, 1, 0);
  rd_kafka_buf_set_abs_timeout(request, timeout_ms, 0);
  request->rkbuf_max_retries = RD_KAFKA_REQUEST_NO_RETRIES;
  asking->waiting++;
  rd_kafka_broker_buf_enq_replyq(rkb, request, RD_KAFKA_REPLYQ(answers, 0), on_answer, asking);
}

void kt_describe_log_dirs(rd_kafka_t *client, const char *topic, int32_t partition_count, int timeout_ms, kt_log_dir_cb *each, void *opaque) {
  asking_t asking = {.each = each, .opaque = opaque};
  rd_kafka_q_t *answers = rd_kafka_q_new(client);
  rd_kafka_broker_t *rkb;

  rd_kafka_rdlock(client);
  TAILQ_FOREACH(rkb, &client->rk_brokers, rkb_link) {
    if (rkb->rkb_source != RD_KAFKA_LEARNED || rkb->rkb_nodeid < 0) continue;
    /* One that was not spoken to yet has told no versions either; one that does not know the request would hang up. */
    if (rd_kafka_broker_ApiVersion_supported(rkb, RD_KAFKAP_DescribeLogDirs, 1, 1, NULL) == 1) ask(rkb, topic, partition_count, timeout_ms, answers, &asking);
  }
  rd_kafka_rdunlock(client);
  /* Every request is answered, by the broker or by its timeout. */
  while (asking.waiting > 0) rd_kafka_q_serve(answers, 100, 0, RD_KAFKA_Q_CB_CALLBACK, rd_kafka_poll_cb, NULL);
  rd_kafka_q_destroy_owner(answers);
}
