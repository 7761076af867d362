// The addon's entry: the package's own module, unpatched, with kt's extension added to its exports.
#include <node.h>

#include "v8_compat.h"

// The package's binding.cc registers itself by NODE_MODULE; its Init is wanted, its registration is not.
#pragma push_macro("NODE_MODULE")
#undef NODE_MODULE
#define NODE_MODULE(name, init)
#include "src/binding.cc"
#pragma pop_macro("NODE_MODULE")

void KtReaderInit(v8::Local<v8::Object> exports);
void KtProducerInit(v8::Local<v8::Object> exports);
void KtAdminInit(v8::Local<v8::Object> exports);
void KtGroupAdminInit(v8::Local<v8::Object> exports);
void KtPropertiesInit(v8::Local<v8::Object> exports);
void KtValueWriterInit(v8::Local<v8::Object> exports);
void KtFreedMemoryInit(v8::Local<v8::Object> exports);

static void InitAll(v8::Local<v8::Object> exports, v8::Local<v8::Value> module, void* context) {
  KtV8CompatInit();
  Init(exports, module, context);
  KtReaderInit(exports);
  KtProducerInit(exports);
  KtAdminInit(exports);
  KtGroupAdminInit(exports);
  KtPropertiesInit(exports);
  KtValueWriterInit(exports);
  KtFreedMemoryInit(exports);
}

NODE_MODULE(kafka, InitAll)
