// Records into Kafka, a batch for each crossing into native code, and deliveries back in batches.
//
// src/kafka/produce/packer.ts writes the records' format, which is:
//
//   topic u32 (from ktProducerTopic), partition i32 (-1: by the partitioner), timestamp i64 (ms; 0: now, INT64_MIN: 1970),
//   key length i32 (-1: null), value length i32 (-1: null), headers' size in bytes u32, header count u32,
//   key, value, then for each header: name length u16, value length i32 (-1: null), name, value.
//
// A delivery is: sequence i64, offset i64, latency i64 (microseconds), error i32, partition i32. The
// sequence counts the records that a producer was given, from 0. Each record has exactly one delivery; where
// they are only counted, those that went well are a number instead.
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "extension.h"

// sticky_partition.c
extern "C" int32_t kt_sticky_partition(rd_kafka_topic_t* topic);

namespace {

constexpr size_t kRecordHeaderBytes = 32;
constexpr size_t kLinesAtOnce = 1000;

class Producer {
 public:
  // each: whether every record's delivery is told, with its latency; otherwise those that went well are only counted.
  Producer(v8::Local<v8::Function> on_deliveries, bool each) : bell_(on_deliveries), each_(each) {}

  // Deliveries are seen by an interceptor, on librdkafka's threads: the package's own delivery
  // report crosses into JavaScript for each record. The interceptor is added when the handle is made
  // from a configuration, and that configuration is a duplicate which loses its interceptors: hence
  // on_conf_dup adds on_new, and on_new adds on_acknowledgement.
  rd_kafka_resp_err_t Track(rd_kafka_conf_t* config) { return rd_kafka_conf_interceptor_add_on_conf_dup(config, "kt", OnConfDup, this); }

  void Connect(rd_kafka_t* client) { client_ = client; }
  bool connected() const { return client_ != nullptr; }

  int AddTopic(const char* name) {
    topics_.push_back(rd_kafka_topic_new(client_, name, nullptr));
    return topics_.back() ? static_cast<int>(topics_.size()) - 1 : -1;
  }

  // A topic handle holds the client: rd_kafka_destroy waits for ever for one that is kept.
  void ReleaseTopics() {
    for (rd_kafka_topic_t* topic : topics_) rd_kafka_topic_destroy(topic);
    topics_.clear();
    client_ = nullptr;
  }

  // Gives librdkafka the records of [at, end). Stops at a full queue; any other refusal is that
  // record's delivery. Returns the number of bytes taken.
  size_t Produce(const char* at, const char* end) {
    const char* begin = at;
    while (at < end) {
      size_t size = kRecordHeaderBytes + Length(at + 16) + Length(at + 20) + kt::Get<uint32_t>(at + 24);
      rd_kafka_resp_err_t error = ProduceOne(at);
      if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
      if (error) Deliver(sequence_, RD_KAFKA_OFFSET_INVALID, 0, error, kt::Get<int32_t>(at + 4));
      sequence_++;
      at += size;
    }
    return static_cast<size_t>(at - begin);
  }

  // Gives librdkafka each line of [at, end) as a value with nothing else; the last byte is a delimiter.
  // Stops at a full queue. Returns the number of bytes taken.
  size_t ProduceLines(int topic_index, int32_t partition, const char* at, const char* end, char delimiter) {
    const char* begin = at;
    rd_kafka_topic_t* topic = topics_[static_cast<size_t>(topic_index)];
    bool any_partition = partition == RD_KAFKA_PARTITION_UA;
    while (at < end) {
      size_t count = 0;
      const char* next = at;
      for (const char* line_end; count < kLinesAtOnce && next < end && (line_end = static_cast<const char*>(std::memchr(next, delimiter, static_cast<size_t>(end - next)))); count++) {
        rd_kafka_message_t& message = lines_[count];
        message = {};
        message.payload = const_cast<char*>(next);
        message.len = static_cast<size_t>(line_end - next);
        message._private = reinterpret_cast<void*>(static_cast<uintptr_t>(sequence_ + count));
        next = line_end + 1;
      }
      if (count == 0) break;
      if (any_partition) partition = kt_sticky_partition(topic);
      in_batch_call = true;
      rd_kafka_produce_batch(topic, partition, RD_KAFKA_MSG_F_COPY, lines_.data(), static_cast<int>(count));
      in_batch_call = false;
      // Once the queue is full, librdkafka takes none of the rest either.
      size_t taken = 0;
      for (; taken < count && lines_[taken].err != RD_KAFKA_RESP_ERR__QUEUE_FULL; taken++) {
        if (lines_[taken].err) Deliver(sequence_ + taken, RD_KAFKA_OFFSET_INVALID, 0, lines_[taken].err, partition);
      }
      sequence_ += taken;
      if (taken < count) return static_cast<size_t>(static_cast<const char*>(lines_[taken].payload) - begin);
      at = next;
    }
    return static_cast<size_t>(at - begin);
  }

  // How many records were taken so far: the next one's sequence.
  uint64_t sequence() const { return sequence_; }

  std::string TakeDeliveries() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::string taken;
    taken.swap(deliveries_);
    return taken;
  }

  // How many were delivered since this was asked last, where they are only counted.
  uint64_t TakeCounted() { return counted_.exchange(0); }

  // Has what waits for a fuller batch sent now. Flushing ends with the call, so the call must last until
  // librdkafka's threads have seen it; it ends sooner when all is delivered.
  void Hurry() {
    if (client_) rd_kafka_flush(client_, 1);
  }

 private:
  static size_t Length(const char* at) {
    int32_t length = kt::Get<int32_t>(at);
    return length < 0 ? 0 : static_cast<size_t>(length);
  }

  rd_kafka_resp_err_t ProduceOne(const char* at) {
    rd_kafka_topic_t* topic = topics_[kt::Get<uint32_t>(at)];
    int32_t partition = kt::Get<int32_t>(at + 4);
    int64_t timestamp = kt::Get<int64_t>(at + 8);
    uint32_t header_count = kt::Get<uint32_t>(at + 28);
    size_t key_size = Length(at + 16), value_size = Length(at + 20);
    const char* bytes = at + kRecordHeaderBytes;
    void* key = kt::Get<int32_t>(at + 16) < 0 ? nullptr : const_cast<char*>(bytes);
    void* value = kt::Get<int32_t>(at + 20) < 0 ? nullptr : const_cast<char*>(bytes + key_size);
    void* opaque = reinterpret_cast<void*>(static_cast<uintptr_t>(sequence_));

    if (header_count == 0 && timestamp == 0) {
      int refused = rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, value, value_size, key, key_size, opaque);
      return refused ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_headers_t* headers = rd_kafka_headers_new(header_count);
    const char* header = bytes + key_size + value_size;
    for (uint32_t i = 0; i < header_count; i++) {
      uint16_t name_size = kt::Get<uint16_t>(header);
      int32_t size = kt::Get<int32_t>(header + 2);
      const char* name = header + 6;
      rd_kafka_header_add(headers, name, name_size, size < 0 ? nullptr : name + name_size, size < 0 ? 0 : size);
      header = name + name_size + (size < 0 ? 0 : size);
    }
    rd_kafka_resp_err_t error = rd_kafka_producev(
        client_, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_TIMESTAMP(timestamp),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
    if (error) rd_kafka_headers_destroy(headers);  // on success they belong to librdkafka
    return error;
  }

  void Deliver(uint64_t sequence, int64_t offset, int64_t latency_us, int32_t error, int32_t partition) {
    bool first;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      first = deliveries_.empty();
      kt::Put<int64_t>(deliveries_, static_cast<int64_t>(sequence));
      kt::Put<int64_t>(deliveries_, offset);
      kt::Put<int64_t>(deliveries_, latency_us);
      kt::Put<int32_t>(deliveries_, error);
      kt::Put<int32_t>(deliveries_, partition);
    }
    if (first) bell_.Ring();
  }

  static rd_kafka_resp_err_t OnConfDup(rd_kafka_conf_t* fresh, const rd_kafka_conf_t*, size_t, const char**, void* self) {
    return rd_kafka_conf_interceptor_add_on_new(fresh, "kt", OnNew, self);
  }
  static rd_kafka_resp_err_t OnNew(rd_kafka_t* client, const rd_kafka_conf_t*, void* self, char*, size_t) {
    return rd_kafka_interceptor_add_on_acknowledgement(client, "kt", OnAcknowledgement, self);
  }
  static rd_kafka_resp_err_t OnAcknowledgement(rd_kafka_t*, rd_kafka_message_t* message, void* pointer) {
    // A line that the partitioner refuses is told of here with the caller's own message, and once more
    // as the result of the call: that is the one that counts.
    if (in_batch_call) return RD_KAFKA_RESP_ERR_NO_ERROR;
    auto* self = static_cast<Producer*>(pointer);
    if (!self->each_ && !message->err) {
      if (self->counted_.fetch_add(1) == 0) self->bell_.Ring();
      return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    auto sequence = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(message->_private));
    self->Deliver(sequence, message->offset, rd_kafka_message_latency(message), message->err, message->partition);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  static thread_local bool in_batch_call;

  kt::Bell bell_;
  const bool each_;
  std::atomic<uint64_t> counted_{0};
  std::vector<rd_kafka_message_t> lines_{kLinesAtOnce};
  rd_kafka_t* client_ = nullptr;
  std::vector<rd_kafka_topic_t*> topics_;
  uint64_t sequence_ = 0;
  std::mutex mutex_;  // guards what follows
  std::string deliveries_;
};

thread_local bool Producer::in_batch_call = false;

auto& producers = *new kt::Table<Producer>();

// ktProducerOpen(client, onDeliveries, each) -> producer; before the client connects
NAN_METHOD(Open) {
  auto* producer = new Producer(info[1].As<v8::Function>(), info[2]->IsTrue());
  rd_kafka_resp_err_t error = producer->Track(kt::Peek::Config(kt::Connection(info[0])));
  if (error) {
    delete producer;
    return Nan::ThrowError(rd_kafka_err2str(error));
  }
  info.GetReturnValue().Set(Nan::New<v8::Number>(producers.Add(producer)));
}

// ktProducerTopic(producer, client, name) -> topic; after the client connected
NAN_METHOD(Topic) {
  Producer* producer = producers.At(info[0]);
  rd_kafka_t* client = kt::Handle(info[1]);
  if (!producer || !client) return Nan::ThrowError("the client is not connected");
  producer->Connect(client);
  int topic = producer->AddTopic(*Nan::Utf8String(info[2]));
  if (topic < 0) return Nan::ThrowError(rd_kafka_err2str(rd_kafka_last_error()));
  info.GetReturnValue().Set(Nan::New<v8::Number>(topic));
}

// ktProducerProduce(producer, records, start, end) -> bytes taken; fewer than given when the queue is full
NAN_METHOD(Produce) {
  Producer* producer = producers.At(info[0]);
  if (!producer || !producer->connected()) return Nan::ThrowError("the producer is closed");
  const char* bytes = node::Buffer::Data(info[1]);
  size_t taken = producer->Produce(bytes + Nan::To<uint32_t>(info[2]).FromJust(), bytes + Nan::To<uint32_t>(info[3]).FromJust());
  info.GetReturnValue().Set(Nan::New<v8::Number>(static_cast<double>(taken)));
}

// ktProducerLines(producer, topic, partition, lines, start, end, delimiter) -> bytes taken
NAN_METHOD(Lines) {
  Producer* producer = producers.At(info[0]);
  if (!producer || !producer->connected()) return Nan::ThrowError("the producer is closed");
  auto number = [&](int index) { return Nan::To<int32_t>(info[index]).FromJust(); };
  const char* bytes = node::Buffer::Data(info[3]);
  size_t taken = producer->ProduceLines(number(1), number(2), bytes + number(4), bytes + number(5), static_cast<char>(number(6)));
  info.GetReturnValue().Set(Nan::New<v8::Number>(static_cast<double>(taken)));
}

// ktProducerSequence(producer) -> how many records were taken
NAN_METHOD(Sequence) {
  Producer* producer = producers.At(info[0]);
  info.GetReturnValue().Set(Nan::New<v8::Number>(producer ? static_cast<double>(producer->sequence()) : 0));
}

// ktProducerDeliveries(producer) -> Buffer, empty when there is nothing new
NAN_METHOD(Deliveries) {
  Producer* producer = producers.At(info[0]);
  std::string deliveries = producer ? producer->TakeDeliveries() : std::string();
  info.GetReturnValue().Set(Nan::CopyBuffer(deliveries.data(), deliveries.size()).ToLocalChecked());
}

// ktProducerCounted(producer) -> how many were delivered since this was asked last, where not each is told
NAN_METHOD(Counted) {
  Producer* producer = producers.At(info[0]);
  info.GetReturnValue().Set(Nan::New<v8::Number>(producer ? static_cast<double>(producer->TakeCounted()) : 0));
}

// ktProducerHurry(producer): sends now what waits for a fuller batch; a millisecond at most
NAN_METHOD(Hurry) {
  if (Producer* producer = producers.At(info[0])) producer->Hurry();
}

// ktProducerRelease(producer): gives the topics back; before the client disconnects
NAN_METHOD(Release) {
  if (Producer* producer = producers.At(info[0])) producer->ReleaseTopics();
}

// ktProducerClose(producer): after the client disconnected, when no thread of librdkafka is left to report
NAN_METHOD(Close) { delete producers.Remove(info[0]); }

}  // namespace

void KtProducerInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktProducerOpen", Open);
  Nan::SetMethod(exports, "ktProducerTopic", Topic);
  Nan::SetMethod(exports, "ktProducerProduce", Produce);
  Nan::SetMethod(exports, "ktProducerLines", Lines);
  Nan::SetMethod(exports, "ktProducerSequence", Sequence);
  Nan::SetMethod(exports, "ktProducerDeliveries", Deliveries);
  Nan::SetMethod(exports, "ktProducerCounted", Counted);
  Nan::SetMethod(exports, "ktProducerHurry", Hurry);
  Nan::SetMethod(exports, "ktProducerRelease", Release);
  Nan::SetMethod(exports, "ktProducerClose", Close);
}
