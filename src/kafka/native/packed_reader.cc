// Records out of Kafka, a batch for each crossing into JavaScript.
//
// A thread a reader takes records from the client's queue and packs the next batch while JavaScript
// works on the last one; it never has more than one batch waiting, so that a slow reader holds
// librdkafka back instead of filling memory. Batches are packed into memory that JavaScript lends, where it
// does, in turn: megabytes that are asked for anew each time cost more in page faults than all copying.
// packed_entry.h has the format.
//
// Where JavaScript only passes values on, a large one is not copied: its address, u64, stands in its place, and its
// message is kept until the batch is given back. value_writer.cc follows it.
#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "extension.h"
#include "packed_entry.h"

namespace {

constexpr int kIdleTimeoutMs = 1000;

// Where a batch is packed, and the messages that it refers to.
struct Memory {
  char* data = nullptr;
  size_t capacity = 0;
  size_t size = 0;
  bool lent = false;
  std::vector<rd_kafka_message_t*> messages;
};

void Release(Memory& memory) {
  for (rd_kafka_message_t* message : memory.messages) rd_kafka_message_destroy(message);
  memory.messages.clear();
}

class Reader {
 public:
  Reader(rd_kafka_t* client, v8::Local<v8::Function> on_batch, size_t max_records, size_t max_bytes, v8::Local<v8::Array> lent, bool refers)
      : bell_(on_batch), max_bytes_(max_bytes), refers_(refers), messages_(max_records) {
    lent_.Reset(lent);  // it must live as long as the thread writes to it
    for (uint32_t i = 0; i < lent->Length(); i++) {
      v8::Local<v8::Value> buffer = Nan::Get(lent, i).ToLocalChecked();
      free_.push_back({node::Buffer::Data(buffer), node::Buffer::Length(buffer), 0, true, {}});
    }
    lends_ = !free_.empty();
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
    for (Memory* memory : {&ready_, &held_, &spare_}) Drop(*memory);
    lent_.Reset();
  }

  // The waiting batch, or nothing. Called by JavaScript's thread, as are GiveBack and Topics.
  const Memory& Take() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      std::swap(held_, ready_);
    }
    taken_.notify_one();
    return held_;
  }

  // What Take gave is not needed any more: another batch may be packed there.
  void GiveBack() {
    if (!held_.data) return;  // the spare memory stays the spare one
    Release(held_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (held_.lent) free_.push_back(std::move(held_));
      else std::swap(held_, spare_);
      Drop(held_);
    }
    taken_.notify_one();
  }

  std::vector<std::string> Topics() {
    std::lock_guard<std::mutex> lock(mutex_);
    return topics_;
  }

 private:
  void Run() {
    while (!Stopping()) {
      if (next_ == filled_) Fetch();
      if (next_ == filled_) continue;
      Memory batch = MemoryFor(messages_[next_]);
      if (!batch.data) return;
      Fill(batch);
      std::unique_lock<std::mutex> lock(mutex_);
      taken_.wait(lock, [this] { return stopping_ || !ready_.data; });
      if (stopping_) return Drop(batch);
      ready_ = std::move(batch);
      bell_.Ring();
    }
  }

  // Lent memory, as soon as some is free, where the first entry fits into it. Nothing once the reader is closed.
  Memory MemoryFor(rd_kafka_message_t* first) {
    rd_kafka_headers_t* headers = kt::Headers(first);
    size_t size = std::max(kt::EntrySize(first, headers, false), max_bytes_);
    Memory own;
    std::unique_lock<std::mutex> lock(mutex_);
    if (lends_ && kt::EntrySize(first, headers, Refers(first)) <= max_bytes_) {
      taken_.wait(lock, [this] { return stopping_ || !free_.empty(); });
      if (stopping_) return {};
      Memory lent = std::move(free_.front());
      free_.pop_front();
      lent.size = 0;
      return lent;
    }
    std::swap(own, spare_);
    lock.unlock();
    own.size = 0;
    if (own.capacity < size) {
      Drop(own);
      own = {static_cast<char*>(std::malloc(size)), size, 0, false, {}};
    }
    return own;
  }

  static void Drop(Memory& memory) {
    Release(memory);
    if (!memory.lent) std::free(memory.data);
    memory = {};
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
    Memory dropped;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      std::swap(dropped, spare_);
    }
    Drop(dropped);
  }

  // At least one record, then as many as stay under the limit in bytes: frames are large, lines are not. What is only
  // referred to counts for the limit all the same: it is held as well.
  void Fill(Memory& batch) {
    size_t held = 0;
    do {
      rd_kafka_message_t* message = messages_[next_];
      rd_kafka_headers_t* headers = kt::Headers(message);
      bool refers = batch.lent && Refers(message);
      size_t more = refers ? message->len : 0;
      if (batch.size > 0 && batch.size + held + kt::EntrySize(message, headers, refers) + more > max_bytes_) return;
      batch.size = static_cast<size_t>(kt::PackEntry(batch.data + batch.size, message, headers, refers, TopicIndex(message->rkt)) - batch.data);
      held += more;
      if (refers) batch.messages.push_back(message);
      else rd_kafka_message_destroy(message);
    } while (++next_ < filled_);
  }

  bool Refers(const rd_kafka_message_t* message) const { return refers_ && !message->err && message->len >= kt::kReferredBytes; }

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
  Nan::Persistent<v8::Array> lent_;
  bool lends_ = false;
  const size_t max_bytes_;
  const bool refers_;
  rd_kafka_queue_t* queue_;

  // Of the thread alone: messages taken from librdkafka and not packed yet are [next_, filled_).
  std::vector<rd_kafka_message_t*> messages_;
  size_t next_ = 0, filled_ = 0;
  rd_kafka_topic_t* last_topic_ = nullptr;
  uint32_t last_index_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable taken_;
  std::deque<Memory> free_;  // lent, in the order in which JavaScript has them
  Memory ready_, held_, spare_;
  std::vector<std::string> topics_;
  bool stopping_ = false;

  std::thread thread_;
};

auto& readers = *new kt::Table<Reader>();

// ktReaderOpen(client, onBatch, maxRecords, maxBytes, lent: Buffer[] of maxBytes each, refer: large values by address) -> reader
NAN_METHOD(Open) {
  rd_kafka_t* client = kt::Handle(info[0]);
  if (!client) return Nan::ThrowError("the client is not connected");
  auto* reader = new Reader(client, info[1].As<v8::Function>(), Nan::To<uint32_t>(info[2]).FromJust(), Nan::To<uint32_t>(info[3]).FromJust(), info[4].As<v8::Array>(), info[5]->IsTrue());
  info.GetReturnValue().Set(Nan::New<v8::Number>(readers.Add(reader)));
}

// ktReaderTake(reader) -> how many bytes of the next lent Buffer, in turn, hold a batch, until the next call, negative
// where it refers to values; or a Buffer of its own; 0 when no batch waits
NAN_METHOD(Take) {
  Reader* reader = readers.At(info[0]);
  if (!reader) return info.GetReturnValue().Set(Nan::New<v8::Number>(0));
  reader->GiveBack();
  const Memory& batch = reader->Take();
  auto size = static_cast<double>(batch.size);
  if (batch.lent || batch.size == 0) return info.GetReturnValue().Set(Nan::New<v8::Number>(batch.messages.empty() ? size : -size));
  info.GetReturnValue().Set(Nan::CopyBuffer(batch.data, batch.size).ToLocalChecked());
  reader->GiveBack();
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
