// The admin requests about consumer groups, on the package's admin client. The package's own describe
// ends the process where a group has no assignor: librdkafka then gives no name, and NULL becomes a string.
// Of all, the last arguments are timeoutMs, callback(error, texts).
//
//   ktListGroups(client, …)             [group, state, type, …]
//   ktDescribeGroup(client, group, …)   [state, type, assignor, joined (1 or ""), coordinator id, host:port, members,
//                                        then of each: id, client, host, instance, partitions, and of each: topic, partition]
//   ktDeleteGroup(client, group, …)
//   ktAlterGroupOffsets(client, group, [topic, partition, offset, …], [metadata, …], …)
#include "admin_request.h"

namespace {

using kt::Request;
using kt::Text;

class ListGroups : public Request {
  using Request::Request;

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override { rd_kafka_ListConsumerGroups(client_, options, queue); }

  void Read(rd_kafka_event_t* event) override {
    const rd_kafka_ListConsumerGroups_result_t* result = rd_kafka_event_ListConsumerGroups_result(event);
    size_t count = 0;
    // A group that one broker could not tell of would silently be missing.
    const rd_kafka_error_t** errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
    if (count > 0) return Fail(rd_kafka_error_code(errors[0]), rd_kafka_error_string(errors[0]));
    const rd_kafka_ConsumerGroupListing_t** groups = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    for (size_t i = 0; i < count; i++) {
      texts_.push_back(rd_kafka_ConsumerGroupListing_group_id(groups[i]));
      texts_.push_back(rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(groups[i])));
      texts_.push_back(rd_kafka_consumer_group_type_name(rd_kafka_ConsumerGroupListing_type(groups[i])));
    }
  }
};

// What is asked of one group.
class GroupRequest : public Request {
 public:
  GroupRequest(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, std::string group)
      : Request(client, timeout_ms, callback), group_(group) {}

 protected:
  std::string group_;
};

class DescribeGroup : public GroupRequest {
  using GroupRequest::GroupRequest;

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    const char* group = group_.c_str();
    rd_kafka_DescribeConsumerGroups(client_, &group, 1, options, queue);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_ConsumerGroupDescription_t** groups =
        rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count);
    if (count == 0) return;
    const rd_kafka_ConsumerGroupDescription_t* group = groups[0];
    if (const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(group)) return Fail(rd_kafka_error_code(error), rd_kafka_error_string(error));
    texts_.push_back(rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(group)));
    texts_.push_back(rd_kafka_consumer_group_type_name(rd_kafka_ConsumerGroupDescription_type(group)));
    texts_.push_back(Text(rd_kafka_ConsumerGroupDescription_partition_assignor(group)));
    texts_.push_back(rd_kafka_ConsumerGroupDescription_is_simple_consumer_group(group) ? "" : "1");
    const rd_kafka_Node_t* coordinator = rd_kafka_ConsumerGroupDescription_coordinator(group);
    texts_.push_back(coordinator ? std::to_string(rd_kafka_Node_id(coordinator)) : "-1");
    texts_.push_back(coordinator ? Text(rd_kafka_Node_host(coordinator)) + ":" + std::to_string(rd_kafka_Node_port(coordinator)) : "");
    count = rd_kafka_ConsumerGroupDescription_member_count(group);
    texts_.push_back(std::to_string(count));
    for (size_t i = 0; i < count; i++) ReadMember(rd_kafka_ConsumerGroupDescription_member(group, i));
  }

  void ReadMember(const rd_kafka_MemberDescription_t* member) {
    texts_.push_back(Text(rd_kafka_MemberDescription_consumer_id(member)));
    texts_.push_back(Text(rd_kafka_MemberDescription_client_id(member)));
    texts_.push_back(Text(rd_kafka_MemberDescription_host(member)));
    texts_.push_back(Text(rd_kafka_MemberDescription_group_instance_id(member)));
    const rd_kafka_MemberAssignment_t* assignment = rd_kafka_MemberDescription_assignment(member);
    const rd_kafka_topic_partition_list_t* partitions = assignment ? rd_kafka_MemberAssignment_partitions(assignment) : nullptr;
    int count = partitions ? partitions->cnt : 0;
    texts_.push_back(std::to_string(count));
    for (int i = 0; i < count; i++) {
      texts_.push_back(partitions->elems[i].topic);
      texts_.push_back(std::to_string(partitions->elems[i].partition));
    }
  }
};

class DeleteGroup : public GroupRequest {
  using GroupRequest::GroupRequest;

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_DELETEGROUPS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_DeleteGroup_t* group = rd_kafka_DeleteGroup_new(group_.c_str());
    rd_kafka_DeleteGroups(client_, &group, 1, options, queue);
    rd_kafka_DeleteGroup_destroy(group);
  }

  void Read(rd_kafka_event_t* event) override {
    size_t count = 0;
    const rd_kafka_group_result_t** groups = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count);
    if (count == 0) return;
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0])) Fail(rd_kafka_error_code(error), rd_kafka_error_string(error));
  }
};

class AlterGroupOffsets : public GroupRequest {
 public:
  AlterGroupOffsets(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Function> callback, std::string group, v8::Local<v8::Value> places,
                    v8::Local<v8::Value> metadata)
      : GroupRequest(client, timeout_ms, callback, group), places_(places) {
    places_.SetMetadata(kt::Texts(metadata));
  }

 private:
  rd_kafka_admin_op_t Operation() const override { return RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS; }

  void Send(rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    if (!places_.valid()) return Refuse(kt::Places::kInvalid);
    rd_kafka_AlterConsumerGroupOffsets_t* request = rd_kafka_AlterConsumerGroupOffsets_new(group_.c_str(), places_.get());
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

  kt::Places places_;
};

std::string String(v8::Local<v8::Value> value) { return *Nan::Utf8String(value); }

NAN_METHOD(NodeListGroups) { kt::Start<ListGroups>(info); }
NAN_METHOD(NodeDescribeGroup) { kt::Start<DescribeGroup>(info, String(info[1])); }
NAN_METHOD(NodeDeleteGroup) { kt::Start<DeleteGroup>(info, String(info[1])); }
NAN_METHOD(NodeAlterGroupOffsets) { kt::Start<AlterGroupOffsets>(info, String(info[1]), info[2], info[3]); }

}  // namespace

void KtGroupAdminInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktListGroups", NodeListGroups);
  Nan::SetMethod(exports, "ktDescribeGroup", NodeDescribeGroup);
  Nan::SetMethod(exports, "ktDeleteGroup", NodeDeleteGroup);
  Nan::SetMethod(exports, "ktAlterGroupOffsets", NodeAlterGroupOffsets);
}
