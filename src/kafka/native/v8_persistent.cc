// Persistent handles that can be given back.
//
// Bun 1.4 never frees a persistent handle: v8::api_internal::DisposeGlobal does nothing there, and a
// weak handle stays strong. Every callback that the addon is given, and all that its closure reaches,
// would live for ever: a server that asks for metadata once a second grew by hundreds of megabytes an
// hour. Here a handle is this struct, and what it refers to is kept alive by an array of compat.ts, or,
// when the handle is weak, watched by a FinalizationRegistry.
//
// V8's headers read a handle in place: a slot with a tagged pointer to an object, that begins with its
// map. Bun's objects in handles are the map and one word more, and its garbage collector moves nothing.
// That is Bun's own affair and may change with any version, so each start looks whether it is still so.
#include <cstdint>
#include <deque>
#include <map>

#include "v8_compat.h"

using namespace v8;  // NOLINT: the definitions below belong to this namespace

namespace {

constexpr uintptr_t kPointerTag = 1;
constexpr int kNotHeld = -1;

struct Persisted {
  uintptr_t slot;         // what V8's headers see: a small integer, or a tagged pointer to `object`
  uintptr_t object[2];    // a copy of Bun's: map, then the cell or the number
  int held = kNotHeld;    // where compat.ts keeps the value
  uint64_t weak_id = 0;   // in `weak`, when not 0
  void* parameter = nullptr;
  WeakCallbackInfo<void>::Callback callback = nullptr;
};

// A Local made from a handle points into it and may outlive it for the rest of its scope: a handle
// that was given back is used again only after so many others.
constexpr size_t kQuarantine = 1024;
auto& returned = *new std::deque<Persisted*>();
auto& weak = *new std::map<uint64_t, Persisted*>();
uint64_t last_weak_id = 0;

Local<Value> ValueOf(uintptr_t* slot) { return KtSelf(reinterpret_cast<Value*>(slot)); }

int Hold(Persisted* handle) { return static_cast<int>(KtAskNumber(kKtHold, ValueOf(&handle->slot))); }

void Release(Persisted* handle) {
  if (handle->held != kNotHeld) KtAsk(kKtRelease, KtNumber(handle->held));
  handle->held = kNotHeld;
}

// Called by compat.ts some time after the value of a weak handle was collected.
void Collected(const FunctionCallbackInfo<Value>& info) {
  auto found = weak.find(static_cast<uint64_t>(info[0].As<Number>()->Value()));
  if (found == weak.end()) return;  // it was given back meanwhile
  Persisted* handle = found->second;
  weak.erase(found);
  handle->weak_id = 0;
  void* fields[kEmbedderFieldsInWeakCallback] = {};
  WeakCallbackInfo<void>::Callback second_pass = nullptr;
  WeakCallbackInfo<void> weak_info(info.GetIsolate(), handle->parameter, fields, &second_pass);
  handle->callback(weak_info);
}

// The two words behind a handle, or none where it is not a tagged pointer to something.
bool Words(Local<Value> value, uintptr_t (&words)[2]) {
  uintptr_t slot = **reinterpret_cast<uintptr_t**>(&value);
  if ((slot & kPointerTag) == 0) return false;
  std::memcpy(words, reinterpret_cast<void*>(slot - kPointerTag), sizeof words);
  return true;
}

}  // namespace

// Of one object taken twice out of an array, of another one, and of a number.
bool KtHandlesAreCopyable() {
  Isolate* isolate = Isolate::GetCurrent();
  Local<Context> context = isolate->GetCurrentContext();
  constexpr double kNumber = 0.5;
  Local<Array> array = Array::New(isolate, 3);
  array->Set(context, 0, Object::New(isolate)).Check();
  array->Set(context, 1, Object::New(isolate)).Check();
  array->Set(context, 2, Number::New(isolate, kNumber)).Check();
  auto words = [&](uint32_t index, uintptr_t(&its)[2]) { return Words(array->Get(context, index).ToLocalChecked(), its); };
  uintptr_t first[2], again[2], other[2], number[2], bits;
  std::memcpy(&bits, &kNumber, sizeof bits);
  return words(0, first) && words(0, again) && words(1, other) && words(2, number) &&
         first[0] == again[0] && first[1] == again[1] &&  // the same map and cell, wherever the handle lies
         first[0] == other[0] && first[1] != other[1] && number[0] != first[0] && number[1] == bits;
}

void KtPersistentInit(Local<Object> compat) { KtSetFunction(compat, "collected", Collected); }

namespace v8::api_internal {

uintptr_t* GlobalizeReference(internal::Isolate*, uintptr_t value) {
  Persisted* handle;
  if (returned.size() > kQuarantine) {
    handle = returned.front();
    returned.pop_front();
    *handle = Persisted();
  } else {
    handle = new Persisted();
  }
  handle->slot = value;
  bool pointer = (value & kPointerTag) != 0;
  Local<Value> local = ValueOf(&handle->slot);
  // Small integers are their own value; null, undefined, true and false are the engine's and stay.
  if (!pointer || local->IsNullOrUndefined() || local->IsBoolean()) return &handle->slot;
  std::memcpy(handle->object, reinterpret_cast<void*>(value - kPointerTag), sizeof handle->object);
  handle->slot = reinterpret_cast<uintptr_t>(handle->object) | kPointerTag;
  // compat.ts's own functions are looked up first, and are kept by the global object.
  if (KtV8CompatReady()) handle->held = Hold(handle);
  return &handle->slot;
}

void DisposeGlobal(uintptr_t* location) {
  auto* handle = reinterpret_cast<Persisted*>(location);
  if (!handle) return;
  if (handle->weak_id) weak.erase(handle->weak_id);
  handle->weak_id = 0;
  Release(handle);
  returned.push_back(handle);
}

void MakeWeak(uintptr_t* location, void* parameter, WeakCallbackInfo<void>::Callback callback, WeakCallbackType) {
  auto* handle = reinterpret_cast<Persisted*>(location);
  if (handle->weak_id) return;
  handle->weak_id = ++last_weak_id;
  handle->parameter = parameter;
  handle->callback = callback;
  weak[handle->weak_id] = handle;
  KtAsk(kKtWatch, ValueOf(location), KtNumber(static_cast<double>(handle->weak_id)));
  Release(handle);
}

void* ClearWeak(uintptr_t* location) {
  auto* handle = reinterpret_cast<Persisted*>(location);
  if (!handle->weak_id) return nullptr;
  weak.erase(handle->weak_id);
  handle->weak_id = 0;
  handle->held = Hold(handle);
  return handle->parameter;
}

}  // namespace v8::api_internal
