// What the Confluent addon calls of V8 and Node and Bun 1.4 does not export.
//
// Bun gives native addons a V8 surface over JavaScriptCore, with gaps. Each function below fills one
// by asking a JavaScript function of compat.ts, found once when the addon starts. The addon is linked
// with -Bsymbolic, so that these definitions serve it and nobody else.
#include "v8_compat.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace v8;  // NOLINT: the definitions below belong to this namespace

namespace {

constexpr std::array<const char*, kKtHelperCount> kHelperNames = {"toObject", "toBoolean", "toInteger", "toInt32", "isRegExp", "regExpSource", "keys",
                                                                  "has", "address", "byteLength", "allocate", "hold", "release", "watch"};

// Never destroyed: the engine may be gone when static destructors run.
auto& helpers = *new std::array<Global<Function>, kKtHelperCount>();
bool ready = false;

bool AsBoolean(MaybeLocal<Value> value) { return value.ToLocalChecked()->IsTrue(); }
Local<String> Text(const char* text) { return String::NewFromUtf8(Isolate::GetCurrent(), text).ToLocalChecked(); }

MaybeLocal<Object> CopyToBuffer(const char* bytes, size_t size) {
  Local<Value> buffer;
  if (!KtAsk(kKtAllocate, KtNumber(static_cast<double>(size))).ToLocal(&buffer)) return {};
  if (size > 0) std::memcpy(node::Buffer::Data(buffer), bytes, size);
  return buffer.As<Object>();
}

}  // namespace

void KtV8CompatInit() {
  Isolate* isolate = Isolate::GetCurrent();
  HandleScope scope(isolate);
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> found = context->Global()->Get(context, Text("__ktV8Compat")).ToLocalChecked();
  if (!found->IsObject()) {
    fputs("kt: compat.ts must be evaluated before the addon is loaded\n", stderr);
    abort();
  }
  if (!KtHandlesAreCopyable()) {
    fputs("kt: this Bun keeps V8 handles otherwise than the addon takes them (v8_persistent.cc): build kt with the Bun of its package.json\n", stderr);
    _exit(1);
  }
  Local<Object> compat = found.As<Object>();
  for (int i = 0; i < kKtHelperCount; i++) helpers[i].Reset(isolate, compat->Get(context, Text(kHelperNames[i])).ToLocalChecked().As<Function>());
  ready = true;
  KtPersistentInit(compat);
}

bool KtV8CompatReady() { return ready; }
Local<Function> KtFunction(KtHelper helper) { return Local<Function>::New(Isolate::GetCurrent(), helpers[helper]); }

void KtSetFunction(Local<Object> object, const char* name, FunctionCallback function) {
  Isolate* isolate = Isolate::GetCurrent();
  Local<Context> context = isolate->GetCurrentContext();
  object->Set(context, Text(name), FunctionTemplate::New(isolate, function)->GetFunction(context).ToLocalChecked()).Check();
}

namespace v8 {

MaybeLocal<Object> Value::ToObject(Local<Context>) const {
  if (IsObject()) return KtSelf(this).As<Object>();
  Local<Value> result;
  if (!KtAsk(kKtToObject, KtSelf(this)).ToLocal(&result)) return {};
  return result.As<Object>();
}
bool Value::BooleanValue(Isolate*) const { return AsBoolean(KtAsk(kKtToBoolean, KtSelf(this))); }
Maybe<int64_t> Value::IntegerValue(Local<Context>) const { return Just(static_cast<int64_t>(KtAskNumber(kKtToInteger, KtSelf(this)))); }
Maybe<int32_t> Value::Int32Value(Local<Context>) const { return Just(static_cast<int32_t>(KtAskNumber(kKtToInt32, KtSelf(this)))); }
bool Value::IsRegExp() const { return AsBoolean(KtAsk(kKtIsRegExp, KtSelf(this))); }
Local<String> RegExp::GetSource() const { return KtAsk(kKtRegExpSource, Local<Value>(KtSelf(this))).ToLocalChecked().As<String>(); }
MaybeLocal<Array> Object::GetOwnPropertyNames(Local<Context>) {
  Local<Value> result;
  if (!KtAsk(kKtKeys, Local<Value>(KtSelf(this))).ToLocal(&result)) return {};
  return result.As<Array>();
}
Maybe<bool> Object::Has(Local<Context>, Local<Value> key) { return Just(AsBoolean(KtAsk(kKtHas, Local<Value>(KtSelf(this)), key))); }

}  // namespace v8

namespace node {
namespace Buffer {

bool HasInstance(Local<Value> value) { return value->IsUint8Array(); }
char* Data(Local<Value> value) { return reinterpret_cast<char*>(static_cast<uintptr_t>(KtAskNumber(kKtAddress, value))); }
char* Data(Local<Object> value) { return Data(Local<Value>(value)); }
size_t Length(Local<Value> value) { return static_cast<size_t>(KtAskNumber(kKtByteLength, value)); }
size_t Length(Local<Object> value) { return Length(Local<Value>(value)); }

// Node adopts the malloc'd bytes; here they are copied into memory of the engine and freed.
MaybeLocal<Object> New(Isolate*, char* bytes, size_t size) {
  MaybeLocal<Object> buffer = CopyToBuffer(bytes, size);
  std::free(bytes);
  return buffer;
}
MaybeLocal<Object> Copy(Isolate*, const char* bytes, size_t size) { return CopyToBuffer(bytes, size); }

}  // namespace Buffer

MaybeLocal<Value> TryEncode(Isolate* isolate, const char* bytes, size_t size, enum encoding encoding) {
  Local<Object> buffer;
  if (encoding == BUFFER) return CopyToBuffer(bytes, size).ToLocal(&buffer) ? MaybeLocal<Value>(buffer) : MaybeLocal<Value>();
  Local<String> text;
  if (!String::NewFromUtf8(isolate, bytes, NewStringType::kNormal, static_cast<int>(size)).ToLocal(&text)) return {};
  return text;
}

}  // namespace node
