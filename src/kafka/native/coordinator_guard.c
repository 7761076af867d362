/*
 * A group's offsets, asked for by an admin client while the group's coordinator is still being found,
 * end the process: librdkafka 2.15.1 (rd_kafka_handle_OffsetFetch, rdkafka_request.c) then tells the
 * client's own consumer group to look for the coordinator, and an admin client has none. The linker
 * (--wrap, scripts/lib/native.mk) leads that call here. Without a group there is nobody to tell; the
 * error itself is returned to the caller as well, and kt asks again.
 */
#include <stddef.h>
#include <stdint.h>

/* As in rdkafka_op.h; passed by value. */
typedef struct {
  void *q;
  int32_t version;
} replyq_t;

void __real_rd_kafka_cgrp_op(void *group, void *partition, replyq_t reply, int type, int error);

void __wrap_rd_kafka_cgrp_op(void *group, void *partition, replyq_t reply, int type, int error) {
  if (group != NULL) __real_rd_kafka_cgrp_op(group, partition, reply, type, error);
}
