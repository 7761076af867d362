// Records out of Kafka, a batch for each crossing into JavaScript.
//
// A thread a reader takes records from the client's queue and packs the next batch while JavaScript
// works on the last one; it never has more than one batch waiting, so that a slow reader holds
// librdkafka back instead of filling memory. src/kafka/batch.ts reads the format, which is:
//
//   size u32 (of the whole entry), error i32, partition i32, topic u32 (index into ktReaderTopics),
//   offset i64, timestamp i64 (ms, -1: none), key length i32 (-1: null), value length i32 (-1: null),
//   header count u16, timestamp type u16 (1: create time, 2: log append time),
//   key, value, then for each header: name length u16, value length i32 (-1: null), name, value.
//
// An entry whose error is not 0 is no record: its value is the client's own sentence about it.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "extension.h"

namespace {

constexpr int kIdleTimeoutMs = 1000;

class Reader {
 public:
  Reader(rd_kafka_t* client, v8::Local<v8::Function> on_batch, size_t max_records, size_t max_bytes)
      : bell_(on_batch), max_bytes_(max_bytes), messages_(max_records) {
    queue_ = rd_kafka_queue_get_consumer(client);
    thread_ = std::thread([this] { Run(); });
  }

  ~Reader() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    taken_.notify_one();
    rd_kafka_queue_yield(queue_);
    thread_.join();
    while (next_ < filled_) rd_kafka_message_destroy(messages_[next_++]);
    rd_kafka_queue_destroy(queue_);
  }

  // The waiting batch, or nothing. Called by JavaScript's thread, as is Topics.
  std::string Take() {
    std::string batch;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      batch.swap(ready_);
    }
    taken_.notify_one();
    return batch;
  }

  // What Take gave, once it was copied: the next batch is packed into the same memory. Megabytes that are
  // returned to the system and asked for again cost more in page faults than the copying itself.
  void GiveBack(std::string batch) {
    batch.clear();
    std::lock_guard<std::mutex> lock(mutex_);
    spare_.swap(batch);
  }

  std::vector<std::string> Topics() {
    std::lock_guard<std::mutex> lock(mutex_);
    return topics_;
  }

 private:
  void Run() {
    std::string batch;
    while (!Stopping()) {
      if (next_ == filled_) Fetch();
      if (next_ == filled_) continue;
      Pack(batch);
      std::unique_lock<std::mutex> lock(mutex_);
      taken_.wait(lock, [this] { return stopping_ || ready_.empty(); });
      if (stopping_) return;
      ready_.swap(batch);
      batch.swap(spare_);
      bell_.Ring();
    }
  }

  bool Stopping() {
    std::lock_guard<std::mutex> lock(mutex_);
    return stopping_;
  }

  // rd_kafka_consume_batch_queue waits its whole timeout for a full batch: take what is there, else
  // wait for one record, then take what came with it.
  void Fetch() {
    next_ = filled_ = 0;
    ssize_t count = rd_kafka_consume_batch_queue(queue_, 0, messages_.data(), messages_.size());
    if (count == 0) {
      count = rd_kafka_consume_batch_queue(queue_, kIdleTimeoutMs, messages_.data(), 1);
      if (count == 1 && messages_.size() > 1) {
        ssize_t more = rd_kafka_consume_batch_queue(queue_, 0, messages_.data() + 1, messages_.size() - 1);
        if (more > 0) count += more;
      }
    }
    if (count > 0) filled_ = static_cast<size_t>(count);
    else DropSpare();
  }

  // A reader that waits holds no memory that it does not need.
  void DropSpare() {
    std::string dropped;
    std::lock_guard<std::mutex> lock(mutex_);
    spare_.swap(dropped);
  }

  // At least one record, then as many as stay under the limit in bytes: frames are large, lines are not.
  void Pack(std::string& out) {
    size_t wanted = 0;
    for (size_t i = next_; i < filled_ && wanted <= max_bytes_; i++) wanted += messages_[i]->len + messages_[i]->key_len + 64;
    out.reserve(wanted);
    do {
      PackMessage(out, messages_[next_]);
      rd_kafka_message_destroy(messages_[next_++]);
    } while (next_ < filled_ && out.size() + messages_[next_]->len <= max_bytes_);
  }

  void PackMessage(std::string& out, rd_kafka_message_t* message) {
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    int64_t timestamp = message->err ? -1 : rd_kafka_message_timestamp(message, &type);
    rd_kafka_headers_t* headers = nullptr;
    size_t header_count = 0;
    if (!message->err && rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) header_count = std::min<size_t>(rd_kafka_header_cnt(headers), UINT16_MAX);
    size_t begin = out.size();
    kt::Put<uint32_t>(out, 0);  // the size, known at the end
    kt::Put<int32_t>(out, message->err);
    kt::Put<int32_t>(out, message->partition);
    kt::Put<uint32_t>(out, TopicIndex(message->rkt));
    kt::Put<int64_t>(out, message->offset);
    kt::Put<int64_t>(out, timestamp);
    kt::Put<int32_t>(out, message->key ? static_cast<int32_t>(message->key_len) : -1);
    kt::Put<int32_t>(out, message->payload ? static_cast<int32_t>(message->len) : -1);
    kt::Put<uint16_t>(out, static_cast<uint16_t>(header_count));
    kt::Put<uint16_t>(out, static_cast<uint16_t>(type));
    if (message->key) out.append(static_cast<const char*>(message->key), message->key_len);
    if (message->payload) out.append(static_cast<const char*>(message->payload), message->len);
    for (size_t i = 0; i < header_count; i++) {
      const char* name;
      const void* value;
      size_t size;
      rd_kafka_header_get_all(headers, i, &name, &value, &size);
      size_t name_size = std::min<size_t>(std::strlen(name), UINT16_MAX);
      kt::Put<uint16_t>(out, static_cast<uint16_t>(name_size));
      kt::Put<int32_t>(out, value ? static_cast<int32_t>(size) : -1);
      out.append(name, name_size);
      if (value) out.append(static_cast<const char*>(value), size);
    }
    auto size = static_cast<uint32_t>(out.size() - begin);
    std::memcpy(&out[begin], &size, sizeof size);
  }

  // Consecutive records are nearly always of one topic, so the last answer is remembered.
  uint32_t TopicIndex(rd_kafka_topic_t* topic) {
    if (topic == last_topic_ && !topics_.empty()) return last_index_;
    std::string name = topic ? rd_kafka_topic_name(topic) : "";
    std::lock_guard<std::mutex> lock(mutex_);
    last_topic_ = topic;
    for (last_index_ = 0; last_index_ < topics_.size(); last_index_++)
      if (topics_[last_index_] == name) return last_index_;
    topics_.push_back(name);
    return last_index_;
  }

  kt::Bell bell_;
  const size_t max_bytes_;
  rd_kafka_queue_t* queue_;

  // Of the thread alone: messages taken from librdkafka and not packed yet are [next_, filled_).
  std::vector<rd_kafka_message_t*> messages_;
  size_t next_ = 0, filled_ = 0;
  rd_kafka_topic_t* last_topic_ = nullptr;
  uint32_t last_index_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable taken_;
  std::string ready_;
  std::string spare_;
  std::vector<std::string> topics_;
  bool stopping_ = false;

  std::thread thread_;
};

auto& readers = *new kt::Table<Reader>();

// ktReaderOpen(client, onBatch, maxRecords, maxBytes) -> reader
NAN_METHOD(Open) {
  rd_kafka_t* client = kt::Handle(info[0]);
  if (!client) return Nan::ThrowError("the client is not connected");
  auto* reader = new Reader(client, info[1].As<v8::Function>(), Nan::To<uint32_t>(info[2]).FromJust(), Nan::To<uint32_t>(info[3]).FromJust());
  info.GetReturnValue().Set(Nan::New<v8::Number>(readers.Add(reader)));
}

// ktReaderTake(reader) -> Buffer, empty when no batch waits
NAN_METHOD(Take) {
  Reader* reader = readers.At(info[0]);
  std::string batch = reader ? reader->Take() : std::string();
  info.GetReturnValue().Set(Nan::CopyBuffer(batch.data(), batch.size()).ToLocalChecked());
  if (reader && !batch.empty()) reader->GiveBack(std::move(batch));
}

// ktReaderTopics(reader) -> string[]: the names that the records' topic numbers stand for
NAN_METHOD(Topics) {
  Reader* reader = readers.At(info[0]);
  v8::Local<v8::Array> names = Nan::New<v8::Array>();
  uint32_t index = 0;
  if (reader)
    for (const std::string& name : reader->Topics()) Nan::Set(names, index++, Nan::New(name).ToLocalChecked());
  info.GetReturnValue().Set(names);
}

// ktReaderClose(reader): must come before the client disconnects
NAN_METHOD(Close) { delete readers.Remove(info[0]); }

}  // namespace

void KtReaderInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktReaderOpen", Open);
  Nan::SetMethod(exports, "ktReaderTake", Take);
  Nan::SetMethod(exports, "ktReaderTopics", Topics);
  Nan::SetMethod(exports, "ktReaderClose", Close);
}
