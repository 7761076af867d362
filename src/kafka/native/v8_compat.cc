// What the Confluent addon calls of V8 and Node and Bun 1.4 does not export.
//
// Bun gives native addons a V8 surface over JavaScriptCore, with gaps. Each function below fills one
// by asking a JavaScript function of compat.ts, found once when the addon starts. The addon is linked
// with -Bsymbolic, so that these definitions serve it and nobody else.
#include "v8_compat.h"

#include <node.h>
#include <node_buffer.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace v8;  // NOLINT: the definitions below belong to this namespace

namespace {

enum Helper { kToObject, kToBoolean, kToInteger, kToInt32, kIsRegExp, kRegExpSource, kKeys, kHas, kAddress, kByteLength, kAllocate, kHelperCount };
constexpr std::array<const char*, kHelperCount> kHelperNames = {
    "toObject", "toBoolean", "toInteger", "toInt32", "isRegExp", "regExpSource", "keys", "has", "address", "byteLength", "allocate"};

// Never destroyed: the engine may be gone when static destructors run.
auto& helpers = *new std::array<Global<Function>, kHelperCount>();

// A Local is one pointer to a slot of the handle scope, and `this` of a V8 object is that pointer.
template <class T>
Local<T> Self(const T* pointer) {
  Local<T> local;
  static_assert(sizeof(local) == sizeof(pointer));
  std::memcpy(static_cast<void*>(&local), &pointer, sizeof pointer);
  return local;
}

template <class... Arguments>
MaybeLocal<Value> Ask(Helper helper, Arguments... arguments) {
  Isolate* isolate = Isolate::GetCurrent();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> argv[] = {arguments...};
  return Local<Function>::New(isolate, helpers[helper])->Call(context, context->Global(), sizeof...(arguments), argv);
}

double AsNumber(MaybeLocal<Value> value) { return value.ToLocalChecked().As<Number>()->Value(); }
bool AsBoolean(MaybeLocal<Value> value) { return value.ToLocalChecked()->IsTrue(); }

MaybeLocal<Object> CopyToBuffer(Isolate* isolate, const char* bytes, size_t size) {
  Local<Value> buffer;
  if (!Ask(kAllocate, Local<Value>(Number::New(isolate, static_cast<double>(size)))).ToLocal(&buffer)) return {};
  if (size > 0) std::memcpy(node::Buffer::Data(buffer), bytes, size);
  return buffer.As<Object>();
}

}  // namespace

void KtV8CompatInit() {
  Isolate* isolate = Isolate::GetCurrent();
  HandleScope scope(isolate);
  Local<Context> context = isolate->GetCurrentContext();
  auto name = [&](const char* text) { return String::NewFromUtf8(isolate, text).ToLocalChecked(); };
  Local<Value> all_value = context->Global()->Get(context, name("__ktV8Compat")).ToLocalChecked();
  if (!all_value->IsObject()) {
    fputs("kt: compat.ts must be evaluated before the addon is loaded\n", stderr);
    abort();
  }
  Local<Object> all = all_value.As<Object>();
  for (int i = 0; i < kHelperCount; i++) {
    helpers[i].Reset(isolate, all->Get(context, name(kHelperNames[i])).ToLocalChecked().As<Function>());
  }
}

namespace v8 {

MaybeLocal<Object> Value::ToObject(Local<Context>) const {
  if (IsObject()) return Self(this).As<Object>();
  Local<Value> result;
  if (!Ask(kToObject, Self(this)).ToLocal(&result)) return {};
  return result.As<Object>();
}
bool Value::BooleanValue(Isolate*) const { return AsBoolean(Ask(kToBoolean, Self(this))); }
Maybe<int64_t> Value::IntegerValue(Local<Context>) const { return Just(static_cast<int64_t>(AsNumber(Ask(kToInteger, Self(this))))); }
Maybe<int32_t> Value::Int32Value(Local<Context>) const { return Just(static_cast<int32_t>(AsNumber(Ask(kToInt32, Self(this))))); }
bool Value::IsRegExp() const { return AsBoolean(Ask(kIsRegExp, Self(this))); }
Local<String> RegExp::GetSource() const { return Ask(kRegExpSource, Local<Value>(Self(this))).ToLocalChecked().As<String>(); }
MaybeLocal<Array> Object::GetOwnPropertyNames(Local<Context>) {
  Local<Value> result;
  if (!Ask(kKeys, Local<Value>(Self(this))).ToLocal(&result)) return {};
  return result.As<Array>();
}
Maybe<bool> Object::Has(Local<Context>, Local<Value> key) { return Just(AsBoolean(Ask(kHas, Local<Value>(Self(this)), key))); }

}  // namespace v8

namespace node {
namespace Buffer {

bool HasInstance(Local<Value> value) { return value->IsUint8Array(); }
char* Data(Local<Value> value) { return reinterpret_cast<char*>(static_cast<uintptr_t>(AsNumber(Ask(kAddress, value)))); }
char* Data(Local<Object> value) { return Data(Local<Value>(value)); }
size_t Length(Local<Value> value) { return static_cast<size_t>(AsNumber(Ask(kByteLength, value))); }
size_t Length(Local<Object> value) { return Length(Local<Value>(value)); }

// Node adopts the malloc'd bytes; here they are copied into memory of the engine and freed.
MaybeLocal<Object> New(Isolate* isolate, char* bytes, size_t size) {
  MaybeLocal<Object> buffer = CopyToBuffer(isolate, bytes, size);
  std::free(bytes);
  return buffer;
}
MaybeLocal<Object> Copy(Isolate* isolate, const char* bytes, size_t size) { return CopyToBuffer(isolate, bytes, size); }

}  // namespace Buffer

MaybeLocal<Value> TryEncode(Isolate* isolate, const char* bytes, size_t size, enum encoding encoding) {
  Local<Object> buffer;
  if (encoding == BUFFER) return CopyToBuffer(isolate, bytes, size).ToLocal(&buffer) ? MaybeLocal<Value>(buffer) : MaybeLocal<Value>();
  Local<String> text;
  if (!String::NewFromUtf8(isolate, bytes, NewStringType::kNormal, static_cast<int>(size)).ToLocal(&text)) return {};
  return text;
}

}  // namespace node
