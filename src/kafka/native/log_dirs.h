/* How large partitions are on the brokers' disks. See log_dirs.c. */
#pragma once
#include <stdint.h>

#include "rdkafka.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One replica of a partition; or, with an empty topic, a broker or a disk of it that did not tell, and the error in place of the partition. */
typedef void kt_log_dir_cb(void *opaque, const char *topic, int32_t partition, int32_t broker, int64_t bytes);

/*
 * Asks each broker that the client is connected to for the sizes of a topic's partitions, or of all where no topic
 * is named, and returns when all have answered or the time is over. What a broker does not tell is missing: to who
 * may not describe the cluster it tells nothing.
 */
void kt_describe_log_dirs(rd_kafka_t *client, const char *topic, int32_t partition_count, int timeout_ms, kt_log_dir_cb *each, void *opaque);

#ifdef __cplusplus
}
#endif
