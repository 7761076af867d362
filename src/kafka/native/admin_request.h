// What every admin request of the extension shares: it is sent and awaited on a worker thread, and
// answered as a flat list of texts. A broker's refusal is an Error whose message is "code: sentence".
#pragma once

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "extension.h"

namespace kt {

class Request : public Nan::AsyncWorker {
 public:
  Request(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback)
      : Nan::AsyncWorker(new Nan::Callback(callback)), client_(Handle(client)), timeout_ms_(timeout_ms) {
    SaveToPersistent("client", client);  // it must live as long as the request
  }

  void Execute() override {
    char reason[512];
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client_);
    rd_kafka_AdminOptions_t* options = rd_kafka_AdminOptions_new(client_, Operation());
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms_, reason, sizeof reason);
    Send(options, queue);
    rd_kafka_AdminOptions_destroy(options);
    if (ErrorMessage()) return rd_kafka_queue_destroy(queue);
    // The request's own timeout makes an event as well; the margin only guards against a lost one.
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, timeout_ms_ + 1000);
    if (!event)
      Fail(RD_KAFKA_RESP_ERR__TIMED_OUT, nullptr);
    else if (rd_kafka_event_error(event))
      Fail(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    else
      Read(event);
    if (event) rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
  }

  void HandleOKCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Array> list = Nan::New<v8::Array>();
    for (uint32_t i = 0; i < texts_.size(); i++) Nan::Set(list, i, Nan::New(texts_[i]).ToLocalChecked());
    v8::Local<v8::Value> argv[] = {Nan::Null(), list};
    Nan::Call(*callback, 2, argv);
  }

  void HandleErrorCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Value> argv[] = {Nan::Error(ErrorMessage())};
    Nan::Call(*callback, 1, argv);
  }

 protected:
  virtual rd_kafka_admin_op_t Operation() const = 0;
  virtual void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) = 0;
  virtual void Read(rd_kafka_event_t* event) = 0;

  // Of a request that librdkafka would not even send.
  void Refuse(const char* sentence) { Fail(RD_KAFKA_RESP_ERR__INVALID_ARG, sentence); }

  // The broker then checks the request, and changes nothing.
  static void ValidateOnly(rd_kafka_AdminOptions_t* options, bool validate_only) {
    char reason[512];
    if (validate_only) rd_kafka_AdminOptions_set_validate_only(options, 1, reason, sizeof reason);
  }

  void Fail(rd_kafka_resp_err_t error, const char* sentence) {
    SetErrorMessage((std::to_string(error) + ": " + (sentence ? sentence : rd_kafka_err2str(error))).c_str());
  }

  rd_kafka_t* client_;
  int timeout_ms_;
  std::vector<std::string> texts_;
};

// The texts of a JavaScript list.
inline std::vector<std::string> Texts(v8::Local<v8::Value> value) {
  v8::Local<v8::Array> list = value.As<v8::Array>();
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < list->Length(); i++) texts.push_back(*Nan::Utf8String(Nan::Get(list, i).ToLocalChecked()));
  return texts;
}

inline std::string Text(const char* text) { return text ? text : ""; }

// A list of partitions from [topic, partition, offset, …]. What is no number, or none that the type holds, leaves the
// list invalid: the request is refused then, as an exception here would end the process.
class Places {
 public:
  explicit Places(v8::Local<v8::Value> value) : list_(rd_kafka_topic_partition_list_new(1)) {
    std::vector<std::string> texts = Texts(value);
    valid_ = texts.size() % 3 == 0;
    for (size_t i = 0; i + 2 < texts.size(); i += 3) {
      int32_t partition = 0;
      int64_t offset = 0;
      valid_ = valid_ && Read(texts[i + 1], partition) && Read(texts[i + 2], offset) && partition >= 0;
      rd_kafka_topic_partition_list_add(list_, texts[i].c_str(), partition)->offset = offset;
    }
  }
  Places(const Places&) = delete;
  // What is kept beside each offset, in the order of the places; an empty text is nothing.
  void SetMetadata(const std::vector<std::string>& texts) {
    for (size_t i = 0; i < texts.size() && i < static_cast<size_t>(list_->cnt); i++) {
      if (texts[i].empty()) continue;
      // It is freed with the list, by librdkafka.
      list_->elems[i].metadata = rd_kafka_mem_malloc(nullptr, texts[i].size());
      list_->elems[i].metadata_size = texts[i].size();
      memcpy(list_->elems[i].metadata, texts[i].data(), texts[i].size());
    }
  }
  ~Places() { rd_kafka_topic_partition_list_destroy(list_); }
  rd_kafka_topic_partition_list_t* get() const { return list_; }
  bool valid() const { return valid_; }
  static constexpr const char* kInvalid = "a place is not a topic, a partition and an offset";

 private:
  template <class T>
  static bool Read(const std::string& text, T& number) {
    const char* end = text.data() + text.size();
    std::from_chars_result result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
  }

  rd_kafka_topic_partition_list_t* list_;
  bool valid_;
};

// Starts a request; its last two arguments are always the timeout in milliseconds and the callback.
template <class R, class... Arguments>
void Start(const Nan::FunctionCallbackInfo<v8::Value>& info, Arguments... arguments) {
  if (!Handle(info[0])) return Nan::ThrowError("the client is not connected");
  int last = info.Length() - 1;
  Nan::AsyncQueueWorker(new R(info[0], Nan::To<int32_t>(info[last - 1]).FromJust(), info[last].As<v8::Function>(), arguments...));
}

}  // namespace kt
