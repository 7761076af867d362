/*
 * Messages that a consumer leaves out, as they are larger than it may take, or broken. The application is told by an
 * error, in words that src/kafka/read/unreadable.ts reads. librdkafka/10-unpacking-limit.patch,
 * 11-unreadable.patch and 12-too-large.patch have the places.
 */
#define _GNU_SOURCE
#include <string.h>
#include <zstd.h>

#include "rdkafka_int.h"
#include "rdkafka_broker.h"
#include "rdkafka_partition.h"
#include "rdkafka_queue.h"
#include "snappy.h"

/* size: as the application would have them, 0 where that is not known. */
void kt_leave_out(rd_kafka_q_t *rkq, int32_t broker_id, const struct rd_kafka_toppar_ver *tver, rd_kafka_toppar_t *rktp,
                  rd_kafka_resp_err_t err, int64_t first, int64_t last, uint64_t size) {
  first = RD_MAX(first, rktp->rktp_offsets.fetch_pos.offset);
  rd_kafka_consumer_err(rkq, broker_id, err, tver->version, NULL, rktp, first,
                        "Offsets %" PRId64 " to %" PRId64 ", %" PRIu64 " bytes: %s", first, RD_MAX(first, last), size,
                        rd_kafka_err2str(err));
}

/* The MessageSet at the buffer's position, of which only the beginning is there. */
void kt_leave_out_beginning(rd_kafka_buf_t *rkbuf, rd_kafka_toppar_t *rktp, const struct rd_kafka_toppar_ver *tver, int32_t size) {
  const int log_decode_errors = 0;
  size_t at = rd_slice_offset(&rkbuf->rkbuf_reader);
  int64_t last;
  int32_t delta = 0;
  int8_t magic;

  rd_kafka_buf_peek_i8(rkbuf, at + 8 + 4 + 4, &magic);
  rd_kafka_buf_read_i64(rkbuf, &last);
  if (magic == 2) {
    rd_kafka_buf_skip(rkbuf, 4 + 4 + 1 + 4 + 2);
    rd_kafka_buf_read_i32(rkbuf, &delta);
  }
  last = RD_MAX(last + delta, rktp->rktp_offsets.fetch_pos.offset);
  kt_leave_out(rktp->rktp_fetchq, rd_kafka_broker_id(rkbuf->rkbuf_rkb), tver, rktp, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0,
               last, (uint64_t)size);
  rktp->rktp_offsets.fetch_pos.offset = last + 1;
err_parse:
  return;
}

/* What compressed data says that it is unpacked; 0 where it does not. */
uint64_t kt_unpacked_size(int codec, const void *compressed, size_t size) {
  const unsigned char *end = (const unsigned char *)compressed + size;

  switch (codec) {
    case RD_KAFKA_COMPRESSION_GZIP: /* RFC 1952: ISIZE, of its last member */
      if (size < 18) return 0;
      return (uint64_t)end[-4] | (uint64_t)end[-3] << 8 | (uint64_t)end[-2] << 16 | (uint64_t)end[-1] << 24;
    case RD_KAFKA_COMPRESSION_SNAPPY: {
      size_t length;
      if (size > 8 && !memcmp(compressed, "\x82SNAPPY", 8)) return 0; /* in frames, each with its own */
      return rd_kafka_snappy_uncompressed_length(compressed, size, &length) ? length : 0;
    }
    case RD_KAFKA_COMPRESSION_ZSTD: {
      unsigned long long length = ZSTD_getFrameContentSize(compressed, size);
      return length == ZSTD_CONTENTSIZE_UNKNOWN || length == ZSTD_CONTENTSIZE_ERROR ? 0 : length;
    }
    default:
      return 0;
  }
}
