/*
 * The partition that librdkafka itself would give records without a key now: one for some milliseconds
 * (sticky.partitioning.linger.ms), then another. Asked for once for many lines, it saves each of them the
 * partitioner and its locks, a seventh of the processor time of a long file.
 */
#include "rdkafka_int.h"
#include "rdkafka_topic.h"

/* In rdkafka_msg.c, and in no header. */
int32_t rd_kafka_msg_sticky_partition(rd_kafka_topic_t *, const void *key, size_t key_size, int32_t partitions, void *, void *);

/* -1 leaves it to librdkafka, line by line: the topic is not known yet, or the partitioner is another. */
int32_t kt_sticky_partition(rd_kafka_topic_t *handle) {
  rd_kafka_topic_t *topic = rd_kafka_topic_proper(handle);
  int32_t partition = RD_KAFKA_PARTITION_UA;
  rd_kafka_topic_rdlock(topic);
  if (topic->rkt_state == RD_KAFKA_TOPIC_S_EXISTS && topic->rkt_partition_cnt > 0 && !topic->rkt_conf.random_partitioner)
    partition = rd_kafka_msg_sticky_partition(topic, NULL, 0, topic->rkt_partition_cnt, NULL, NULL);
  rd_kafka_topic_rdunlock(topic);
  return partition;
}
