// What the parts of the extension share: the way to the package's librdkafka handle, a wake-up call
// into JavaScript, and little-endian packing (the machines that Bun runs on are little-endian).
#pragma once

#include <nan.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "rdkafka.h"
#include "src/connection.h"

namespace kt {

// The package keeps its client and configuration protected; a derived class may name them.
struct Peek : NodeKafka::Connection {
  static RdKafka::Handle* Client(NodeKafka::Connection* connection) { return connection->*(&Peek::m_client); }
  static rd_kafka_conf_t* Config(NodeKafka::Connection* connection) { return (connection->*(&Peek::m_gconfig))->c_ptr_global(); }
};

inline NodeKafka::Connection* Connection(v8::Local<v8::Value> client) {
  return Nan::ObjectWrap::Unwrap<NodeKafka::Connection>(client.As<v8::Object>());
}

// The librdkafka handle of a connected client, or null.
inline rd_kafka_t* Handle(v8::Local<v8::Value> client) {
  RdKafka::Handle* handle = Peek::Client(Connection(client));
  return handle ? handle->c_ptr() : nullptr;
}

template <class T>
void Put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T Get(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// A value that is only passed on is referred to instead of copied where it has so many bytes: for fewer the kernel's
// work for each piece costs more.
constexpr size_t kReferredBytes = 4096;

// Calls a JavaScript function, without arguments, soon after any thread rang. Rings that come before
// the call are one call.
class Bell {
 public:
  explicit Bell(v8::Local<v8::Function> function) : callback_(new Nan::Callback(function)), async_(new uv_async_t) {
    uv_async_init(uv_default_loop(), async_, [](uv_async_t* async) {
      auto* bell = static_cast<Bell*>(async->data);
      if (!bell) return;
      Nan::HandleScope scope;
      Nan::Call(*bell->callback_, 0, nullptr);
    });
    async_->data = this;
  }
  ~Bell() {
    async_->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(async_), [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
    delete callback_;
  }
  void Ring() { uv_async_send(async_); }

 private:
  Nan::Callback* callback_;
  uv_async_t* async_;
};

// JavaScript holds a number for each native object; a number of a closed one is refused, not followed.
template <class T>
class Table {
 public:
  int Add(T* object) {
    objects_.push_back(object);
    return static_cast<int>(objects_.size()) - 1;
  }
  T* At(v8::Local<v8::Value> id) {
    auto index = static_cast<size_t>(Nan::To<int32_t>(id).FromMaybe(-1));
    return index < objects_.size() ? objects_[index] : nullptr;
  }
  T* Remove(v8::Local<v8::Value> id) {
    T* object = At(id);
    if (object) objects_[static_cast<size_t>(Nan::To<int32_t>(id).FromJust())] = nullptr;
    return object;
  }

 private:
  std::vector<T*> objects_;
};

}  // namespace kt
