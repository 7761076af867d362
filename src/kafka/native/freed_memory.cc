// ktKeepFreedMemory(): what is freed is kept for the next of its kind instead of being given back to the system.
//
// Requests and responses of a megabyte or more come and go a thousand times a second where much data is moved, and
// glibc would give the memory of nearly each one back, and ask for it anew: a page fault, and a page of zeros, for
// every 4 kB of them. That is for a command that moves data and ends; a server would hold what it needed once.
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "extension.h"

namespace {

NAN_METHOD(KeepFreedMemory) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that it takes
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

}  // namespace

void KtFreedMemoryInit(v8::Local<v8::Object> exports) { Nan::SetMethod(exports, "ktKeepFreedMemory", KeepFreedMemory); }
