// The admin requests that librdkafka has and the package does not offer, on the package's admin client.
//
//   ktDescribeConfigs(client, resourceType, name, timeoutMs, callback(error, [name, value, source, …]))
//   ktAlterGroupOffsets(client, group, [topic, partition, offset, …], timeoutMs, callback(error, [message, …]))
//
// A broker's refusal is an Error whose message is "code: sentence".
#include <memory>
#include <string>
#include <vector>

#include "extension.h"

namespace {

// One request: sent and awaited on a worker thread, answered as a flat list of texts.
class Request : public Nan::AsyncWorker {
 public:
  Request(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback)
      : Nan::AsyncWorker(new Nan::Callback(callback)), client_(kt::Handle(client)), timeout_ms_(timeout_ms) {
    SaveToPersistent("client", client);  // it must live as long as the request
  }

  void Execute() override {
    char reason[512];
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client_);
    rd_kafka_AdminOptions_t* options = rd_kafka_AdminOptions_new(client_, Operation());
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms_, reason, sizeof reason);
    Send(options, queue);
    rd_kafka_AdminOptions_destroy(options);
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

  void Fail(rd_kafka_resp_err_t error, const char* sentence) {
    SetErrorMessage((std::to_string(error) + ": " + (sentence ? sentence : rd_kafka_err2str(error))).c_str());
  }

  rd_kafka_t* client_;
  int timeout_ms_;
  std::vector<std::string> texts_;
};

class DescribeConfigs : public Request {
 public:
  DescribeConfigs(v8::Local<v8::Value> client, rd_kafka_ResourceType_t type, const char* name, int timeout_ms, v8::Local<v8::Function> callback)
      : Request(client, timeout_ms, callback), type_(type), name_(name) {}

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(type_, name_.c_str());
    rd_kafka_DescribeConfigs(client_, &resource, 1, options, queue);
    rd_kafka_ConfigResource_destroy(resource);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
    if (count == 0) return;
    if (rd_kafka_ConfigResource_error(resources[0])) return Fail(rd_kafka_ConfigResource_error(resources[0]), rd_kafka_ConfigResource_error_string(resources[0]));
    const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (size_t i = 0; i < count; i++) {
      const char* value = rd_kafka_ConfigEntry_value(entries[i]);
      texts_.push_back(rd_kafka_ConfigEntry_name(entries[i]));
      texts_.push_back(value ? value : "");  // a secret's value is null
      texts_.push_back(rd_kafka_ConfigSource_name(rd_kafka_ConfigEntry_source(entries[i])));
    }
  }

  rd_kafka_ResourceType_t type_;
  std::string name_;
};

class AlterGroupOffsets : public Request {
 public:
  AlterGroupOffsets(v8::Local<v8::Value> client, const char* group, v8::Local<v8::Array> places, int timeout_ms, v8::Local<v8::Function> callback)
      : Request(client, timeout_ms, callback), group_(group), places_(rd_kafka_topic_partition_list_new(1)) {
    for (uint32_t i = 0; i + 2 < places->Length(); i += 3) {
      Nan::Utf8String topic(Nan::Get(places, i).ToLocalChecked());
      auto number = [&](uint32_t index) { return Nan::To<int64_t>(Nan::Get(places, index).ToLocalChecked()).FromJust(); };
      rd_kafka_topic_partition_list_add(places_, *topic, static_cast<int32_t>(number(i + 1)))->offset = number(i + 2);
    }
  }
  ~AlterGroupOffsets() override { rd_kafka_topic_partition_list_destroy(places_); }

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_AlterConsumerGroupOffsets_t* request = rd_kafka_AlterConsumerGroupOffsets_new(group_.c_str(), places_);
    rd_kafka_AlterConsumerGroupOffsets(client_, &request, 1, options, queue);
    rd_kafka_AlterConsumerGroupOffsets_destroy(request);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_group_result_t** groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count);
    if (count == 0) return;
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0])) return Fail(rd_kafka_error_code(error), rd_kafka_error_string(error));
    const rd_kafka_topic_partition_list_t* partitions = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; i < partitions->cnt; i++)
      if (partitions->elems[i].err) return Fail(partitions->elems[i].err, nullptr);
  }

  std::string group_;
  rd_kafka_topic_partition_list_t* places_;
};

NAN_METHOD(NodeDescribeConfigs) {
  if (!kt::Handle(info[0])) return Nan::ThrowError("the client is not connected");
  auto type = static_cast<rd_kafka_ResourceType_t>(Nan::To<int32_t>(info[1]).FromJust());
  Nan::AsyncQueueWorker(new DescribeConfigs(info[0], type, *Nan::Utf8String(info[2]), Nan::To<int32_t>(info[3]).FromJust(), info[4].As<v8::Function>()));
}

NAN_METHOD(NodeAlterGroupOffsets) {
  if (!kt::Handle(info[0])) return Nan::ThrowError("the client is not connected");
  Nan::AsyncQueueWorker(new AlterGroupOffsets(info[0], *Nan::Utf8String(info[1]), info[2].As<v8::Array>(), Nan::To<int32_t>(info[3]).FromJust(), info[4].As<v8::Function>()));
}

}  // namespace

void KtAdminInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktDescribeConfigs", NodeDescribeConfigs);
  Nan::SetMethod(exports, "ktAlterGroupOffsets", NodeAlterGroupOffsets);
}
