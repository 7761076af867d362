// The admin requests about topics that librdkafka has and the package does not offer in full, on the
// package's admin client. Of all, the last arguments are timeoutMs, callback(error, texts).
//
//   ktDescribeConfigs(client, resourceType, name, …)                              [name, value, source, …]
//   ktAlterConfigs(client, resourceType, name, [name, "set" | "delete", value, …], validateOnly, …)
//   ktCreateTopic(client, name, partitions, replicationFactor, [name, value, …], validateOnly, …)
//   ktCreatePartitions(client, name, total, validateOnly, …)
//   ktDeleteTopic(client, name, …)
//   ktDeleteRecords(client, [topic, partition, offset, …], …)                      [topic, partition, code, sentence, …] of those refused
//   ktAskBrokers(client, [broker, …] or [] for all, api, version, flexible, body, …)   [broker, error, answer, …]; see ask_brokers.c
#include "admin_request.h"
#include "ask_brokers.h"

namespace {

using kt::Request;
using kt::Text;
using Texts = std::vector<std::string>;

class DescribeConfigs : public Request {
 public:
  DescribeConfigs(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, int type, std::string name)
      : Request(client, timeout_ms, callback), type_(static_cast<rd_kafka_ResourceType_t>(type)), name_(name) {}

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
      texts_.push_back(rd_kafka_ConfigEntry_name(entries[i]));
      texts_.push_back(Text(rd_kafka_ConfigEntry_value(entries[i])));  // a secret's value is null
      texts_.push_back(rd_kafka_ConfigSource_name(rd_kafka_ConfigEntry_source(entries[i])));
    }
  }

  rd_kafka_ResourceType_t type_;
  std::string name_;
};

class AlterConfigs : public Request {
 public:
  AlterConfigs(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, int type, std::string name, Texts changes, bool validate_only)
      : Request(client, timeout_ms, callback), type_(static_cast<rd_kafka_ResourceType_t>(type)), name_(name), changes_(changes), validate_only_(validate_only) {}

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    ValidateOnly(options, validate_only_);
    rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(type_, name_.c_str());
    for (size_t i = 0; i + 2 < changes_.size(); i += 3) {
      bool set = changes_[i + 1] == "set";
      rd_kafka_error_t* error = rd_kafka_ConfigResource_add_incremental_config(
          resource, changes_[i].c_str(), set ? RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET : RD_KAFKA_ALTER_CONFIG_OP_TYPE_DELETE, set ? changes_[i + 2].c_str() : nullptr);
      if (error) rd_kafka_error_destroy(error);  // only for an empty name, which the caller does not pass
    }
    rd_kafka_IncrementalAlterConfigs(client_, &resource, 1, options, queue);
    rd_kafka_ConfigResource_destroy(resource);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_ConfigResource_t** resources =
        rd_kafka_IncrementalAlterConfigs_result_resources(rd_kafka_event_IncrementalAlterConfigs_result(event), &count);
    if (count > 0 && rd_kafka_ConfigResource_error(resources[0])) Fail(rd_kafka_ConfigResource_error(resources[0]), rd_kafka_ConfigResource_error_string(resources[0]));
  }

  rd_kafka_ResourceType_t type_;
  std::string name_;
  Texts changes_;
  bool validate_only_;
};

// What is asked of one topic, and answered with an error or nothing.
class TopicRequest : public Request {
 public:
  TopicRequest(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, std::string name)
      : Request(client, timeout_ms, callback), name_(name) {}

 protected:
  void ReadTopics(const rd_kafka_topic_result_t** topics, size_t count) {
    if (count > 0 && rd_kafka_topic_result_error(topics[0])) Fail(rd_kafka_topic_result_error(topics[0]), rd_kafka_topic_result_error_string(topics[0]));
  }
  std::string name_;
};

class CreateTopic : public TopicRequest {
 public:
  CreateTopic(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, std::string name, int partitions, int replicas, Texts config, bool validate_only)
      : TopicRequest(client, timeout_ms, callback, name), partitions_(partitions), replicas_(replicas), config_(config), validate_only_(validate_only) {}

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_CREATETOPICS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    ValidateOnly(options, validate_only_);
    char reason[512];
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name_.c_str(), partitions_, replicas_, reason, sizeof reason);
    if (!topic) return Refuse(reason);
    for (size_t i = 0; i + 1 < config_.size(); i += 2) rd_kafka_NewTopic_set_config(topic, config_[i].c_str(), config_[i + 1].c_str());
    rd_kafka_CreateTopics(client_, &topic, 1, options, queue);
    rd_kafka_NewTopic_destroy(topic);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    ReadTopics(topics, count);
  }

  int partitions_, replicas_;
  Texts config_;
  bool validate_only_;
};

class CreatePartitions : public TopicRequest {
 public:
  CreatePartitions(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, std::string name, int total, bool validate_only)
      : TopicRequest(client, timeout_ms, callback, name), total_(total), validate_only_(validate_only) {}

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_CREATEPARTITIONS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    ValidateOnly(options, validate_only_);
    char reason[512];
    rd_kafka_NewPartitions_t* partitions = rd_kafka_NewPartitions_new(name_.c_str(), static_cast<size_t>(total_), reason, sizeof reason);
    if (!partitions) return Refuse(reason);
    rd_kafka_CreatePartitions(client_, &partitions, 1, options, queue);
    rd_kafka_NewPartitions_destroy(partitions);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count);
    ReadTopics(topics, count);
  }

  int total_;
  bool validate_only_;
};

class DeleteTopic : public TopicRequest {
  using TopicRequest::TopicRequest;

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_DELETETOPICS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name_.c_str());
    rd_kafka_DeleteTopics(client_, &topic, 1, options, queue);
    rd_kafka_DeleteTopic_destroy(topic);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    ReadTopics(topics, count);
  }
};

class DeleteRecords : public Request {
 public:
  DeleteRecords(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, v8::Local<v8::Value> places)
      : Request(client, timeout_ms, callback), places_(places) {}

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_DELETERECORDS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    if (!places_.valid()) return Refuse(kt::Places::kInvalid);
    rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(places_.get());
    rd_kafka_DeleteRecords(client_, &request, 1, options, queue);
    rd_kafka_DeleteRecords_destroy(request);
  }

  void Read(rd_kafka_event_t* event) override {
    const rd_kafka_topic_partition_list_t* partitions = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
    for (int i = 0; i < partitions->cnt; i++) {
      const rd_kafka_topic_partition_t& partition = partitions->elems[i];
      if (!partition.err) continue;
      texts_.insert(texts_.end(), {partition.topic, std::to_string(partition.partition), std::to_string(partition.err), rd_kafka_err2str(partition.err)});
    }
  }

  kt::Places places_;
};

// Not librdkafka's own: ask_brokers.c sends it.
class AskBrokers : public Request {
 public:
  AskBrokers(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, Texts brokers, int api, int version, bool flexible, std::string body)
      : Request(client, timeout_ms, callback), api_(api), version_(version), flexible_(flexible), body_(body) {
    for (const std::string& broker : brokers) brokers_.push_back(std::atoi(broker.c_str()));
  }

  void Execute() override {
    kt_question question = {static_cast<int16_t>(api_), static_cast<int16_t>(version_), flexible_, body_.data(), body_.size()};
    kt_ask_brokers(client_, brokers_.data(), brokers_.size(), &question, timeout_ms_, Add, this);
  }

  void HandleOKCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Array> list = Nan::New<v8::Array>();
    uint32_t at = 0;
    for (const Answer& answer : answers_) {
      Nan::Set(list, at++, Nan::New(answer.broker));
      Nan::Set(list, at++, Nan::New(answer.error));
      Nan::Set(list, at++, Nan::CopyBuffer(answer.bytes.data(), answer.bytes.size()).ToLocalChecked());
    }
    v8::Local<v8::Value> argv[] = {Nan::Null(), list};
    Nan::Call(*callback, 2, argv);
  }

 private:
  struct Answer {
    int32_t broker;
    int error;
    std::string bytes;
  };

  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_ANY; }
  void Send(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*) override {}
  void Read(rd_kafka_event_t*) override {}

  static void Add(void* self, int32_t broker, int error, const void* bytes, size_t size) {
    static_cast<AskBrokers*>(self)->answers_.push_back({broker, error, std::string(static_cast<const char*>(bytes ? bytes : ""), bytes ? size : 0)});
  }

  std::vector<int32_t> brokers_;
  int api_, version_;
  bool flexible_;
  std::string body_;
  std::vector<Answer> answers_;
};

int Int(v8::Local<v8::Value> value) { return Nan::To<int32_t>(value).FromJust(); }
bool Bool(v8::Local<v8::Value> value) { return Nan::To<bool>(value).FromJust(); }
std::string String(v8::Local<v8::Value> value) { return *Nan::Utf8String(value); }
std::string Bytes(v8::Local<v8::Value> buffer) { return {node::Buffer::Data(buffer), node::Buffer::Length(buffer)}; }

NAN_METHOD(NodeDescribeConfigs) { kt::Start<DescribeConfigs>(info, Int(info[1]), String(info[2])); }
NAN_METHOD(NodeAlterConfigs) { kt::Start<AlterConfigs>(info, Int(info[1]), String(info[2]), kt::Texts(info[3]), Bool(info[4])); }
NAN_METHOD(NodeCreateTopic) { kt::Start<CreateTopic>(info, String(info[1]), Int(info[2]), Int(info[3]), kt::Texts(info[4]), Bool(info[5])); }
NAN_METHOD(NodeCreatePartitions) { kt::Start<CreatePartitions>(info, String(info[1]), Int(info[2]), Bool(info[3])); }
NAN_METHOD(NodeDeleteTopic) { kt::Start<DeleteTopic>(info, String(info[1])); }
NAN_METHOD(NodeDeleteRecords) { kt::Start<DeleteRecords>(info, info[1]); }
NAN_METHOD(NodeAskBrokers) { kt::Start<AskBrokers>(info, kt::Texts(info[1]), Int(info[2]), Int(info[3]), Bool(info[4]), Bytes(info[5])); }

}  // namespace

void KtAdminInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktDescribeConfigs", NodeDescribeConfigs);
  Nan::SetMethod(exports, "ktAlterConfigs", NodeAlterConfigs);
  Nan::SetMethod(exports, "ktCreateTopic", NodeCreateTopic);
  Nan::SetMethod(exports, "ktCreatePartitions", NodeCreatePartitions);
  Nan::SetMethod(exports, "ktDeleteTopic", NodeDeleteTopic);
  Nan::SetMethod(exports, "ktDeleteRecords", NodeDeleteRecords);
  Nan::SetMethod(exports, "ktAskBrokers", NodeAskBrokers);
}
