// librdkafka's properties.
//
//   ktProperties()                         its own table of them, as text
//   ktWhyRefused([name, value, …])         why no client can be made with these, or "" where one can: the
//                                          package's admin client keeps only the code of that failure
#include "admin_request.h"

namespace {

NAN_METHOD(NodeProperties) {
  char* text = nullptr;
  size_t length = 0;
  FILE* file = open_memstream(&text, &length);
  rd_kafka_conf_properties_show(file);
  fclose(file);
  info.GetReturnValue().Set(Nan::New(text, static_cast<int>(length)).ToLocalChecked());
  free(text);
}

NAN_METHOD(NodeWhyRefused) {
  char reason[512] = "";
  std::vector<std::string> properties = kt::Texts(info[0]);
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (size_t i = 0; i + 1 < properties.size(); i += 2) rd_kafka_conf_set(conf, properties[i].c_str(), properties[i + 1].c_str(), nullptr, 0);
  rd_kafka_conf_set_log_cb(conf, nullptr);
  if (rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason)) {
    rd_kafka_destroy(client);
    reason[0] = '\0';
  } else {
    rd_kafka_conf_destroy(conf);
  }
  info.GetReturnValue().Set(Nan::New(reason).ToLocalChecked());
}

}  // namespace

void KtPropertiesInit(v8::Local<v8::Object> exports) {
  Nan::SetMethod(exports, "ktProperties", NodeProperties);
  Nan::SetMethod(exports, "ktWhyRefused", NodeWhyRefused);
}
