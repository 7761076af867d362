// The functions of compat.ts, as the parts of the V8 surface call them.
#pragma once

#include <node.h>
#include <node_buffer.h>

#include <cstring>

enum KtHelper {
  kKtToObject, kKtToBoolean, kKtToInteger, kKtToInt32, kKtIsRegExp, kKtRegExpSource, kKtKeys, kKtHas,
  kKtAddress, kKtByteLength, kKtAllocate, kKtHold, kKtRelease, kKtWatch, kKtHelperCount
};

// Looks the functions up. Call it first in the addon's start, before any other V8 call.
void KtV8CompatInit();
bool KtV8CompatReady();
// Whether Bun's handles are what v8_persistent.cc copies.
bool KtHandlesAreCopyable();
void KtPersistentInit(v8::Local<v8::Object> compat);
void KtSetFunction(v8::Local<v8::Object> object, const char* name, v8::FunctionCallback function);

// The function to call, in the current isolate.
v8::Local<v8::Function> KtFunction(KtHelper helper);

// A Local is one pointer to a slot of the handle scope, and `this` of a V8 object is that pointer.
template <class T>
v8::Local<T> KtSelf(const T* pointer) {
  v8::Local<T> local;
  static_assert(sizeof(local) == sizeof(pointer));
  std::memcpy(static_cast<void*>(&local), &pointer, sizeof pointer);
  return local;
}

template <class... Arguments>
v8::MaybeLocal<v8::Value> KtAsk(KtHelper helper, Arguments... arguments) {
  v8::Local<v8::Context> context = v8::Isolate::GetCurrent()->GetCurrentContext();
  v8::Local<v8::Value> argv[] = {arguments...};
  return KtFunction(helper)->Call(context, context->Global(), sizeof...(arguments), argv);
}

template <class... Arguments>
double KtAskNumber(KtHelper helper, Arguments... arguments) {
  return KtAsk(helper, arguments...).ToLocalChecked().template As<v8::Number>()->Value();
}

inline v8::Local<v8::Value> KtNumber(double value) { return v8::Number::New(v8::Isolate::GetCurrent(), value); }
