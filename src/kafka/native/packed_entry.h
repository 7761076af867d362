// A record out of Kafka, or what the client says in place of one, packed for src/kafka/batch.ts:
//
//   size u32 (of the whole entry), error i32, partition i32, topic u32 (index into ktReaderTopics),
//   offset i64, timestamp i64 (ms, -1: none), key length i32 (-1: null), value length i32 (-1: null),
//   header count u16, timestamp type u16 (1: create time, 2: log append time),
//   key, value, then for each header: name length u16, value length i32 (-1: null), name, value.
//
// An entry whose error is not 0 is no record: its value is the client's own sentence about it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "rdkafka.h"

namespace kt {

constexpr size_t kEntryHeaderBytes = 44;
constexpr size_t kRecordHeaderBytes = 6;

inline rd_kafka_headers_t* Headers(rd_kafka_message_t* message) {
  rd_kafka_headers_t* headers = nullptr;
  return !message->err && rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR ? headers : nullptr;
}

// Calls use(name, its length, value or null, its length) for each header that there is room for.
template <class Use>
void EachHeader(rd_kafka_headers_t* headers, Use use) {
  size_t count = headers ? std::min<size_t>(rd_kafka_header_cnt(headers), UINT16_MAX) : 0;
  for (size_t i = 0; i < count; i++) {
    const char* name;
    const void* value;
    size_t size;
    rd_kafka_header_get_all(headers, i, &name, &value, &size);
    use(name, std::min<size_t>(std::strlen(name), UINT16_MAX), value, value ? size : 0);
  }
}

// refers: the value stands elsewhere, and its address here.
inline size_t EntrySize(rd_kafka_message_t* message, rd_kafka_headers_t* headers, bool refers) {
  size_t value_size = refers ? sizeof(uint64_t) : message->payload ? message->len : 0;
  size_t size = kEntryHeaderBytes + (message->key ? message->key_len : 0) + value_size;
  EachHeader(headers, [&](const char*, size_t name_size, const void*, size_t value_size) { size += kRecordHeaderBytes + name_size + value_size; });
  return size;
}

template <class T>
char* PutAt(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

inline char* CopyAt(char* at, const void* bytes, size_t size) {
  if (size > 0) std::memcpy(at, bytes, size);
  return at + size;
}

// Returns the place behind the entry, EntrySize bytes on.
inline char* PackEntry(char* begin, rd_kafka_message_t* message, rd_kafka_headers_t* headers, bool refers, uint32_t topic_index) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  int64_t timestamp = message->err ? -1 : rd_kafka_message_timestamp(message, &type);
  char* at = begin + sizeof(uint32_t);  // the size, known at the end
  at = PutAt<int32_t>(at, message->err);
  at = PutAt<int32_t>(at, message->partition);
  at = PutAt<uint32_t>(at, topic_index);
  at = PutAt<int64_t>(at, message->offset);
  at = PutAt<int64_t>(at, timestamp);
  at = PutAt<int32_t>(at, message->key ? static_cast<int32_t>(message->key_len) : -1);
  at = PutAt<int32_t>(at, message->payload ? static_cast<int32_t>(message->len) : -1);
  at = PutAt<uint16_t>(at, static_cast<uint16_t>(headers ? std::min<size_t>(rd_kafka_header_cnt(headers), UINT16_MAX) : 0));
  at = PutAt<uint16_t>(at, static_cast<uint16_t>(type));
  if (message->key) at = CopyAt(at, message->key, message->key_len);
  if (refers) at = PutAt<uint64_t>(at, reinterpret_cast<uint64_t>(message->payload));
  else if (message->payload) at = CopyAt(at, message->payload, message->len);
  EachHeader(headers, [&](const char* name, size_t name_size, const void* value, size_t value_size) {
    at = PutAt<uint16_t>(at, static_cast<uint16_t>(name_size));
    at = PutAt<int32_t>(at, value ? static_cast<int32_t>(value_size) : -1);
    at = CopyAt(CopyAt(at, name, name_size), value, value_size);
  });
  PutAt<uint32_t>(begin, static_cast<uint32_t>(at - begin));
  return at;
}

struct PackedValue {
  const char* at;
  size_t size;
};

// Of a packed entry; null is of size 0.
inline PackedValue ValueOf(const char* entry) {
  int32_t lengths[2];  // of the key and of the value
  std::memcpy(lengths, entry + 32, sizeof lengths);
  return {entry + kEntryHeaderBytes + std::max(0, lengths[0]), static_cast<size_t>(std::max(0, lengths[1]))};
}

}  // namespace kt
