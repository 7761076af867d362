// Values from a packed batch into a file descriptor, each with a delimiter behind it, on a worker thread. Large ones go
// from where librdkafka received them straight to the kernel.
#include <poll.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

#include "extension.h"

namespace {

constexpr size_t kPiecesAtOnce = 1024;  // IOV_MAX

class ValueWriter : public Nan::AsyncWorker {
 public:
  // places: for each value where it is in memory, and its length.
  ValueWriter(int fd, v8::Local<v8::Object> memory, v8::Local<v8::Object> places, size_t count, char delimiter, v8::Local<v8::Function> callback)
      : Nan::AsyncWorker(new Nan::Callback(callback)),
        fd_(fd), memory_(node::Buffer::Data(memory)), places_(node::Buffer::Data(places)), count_(count), delimiter_(delimiter) {
    // They must live as long as the worker.
    SaveToPersistent("memory", memory);
    SaveToPersistent("places", places);
  }

  void Execute() override {
    Collect();
    for (size_t first = 0; first < pieces_.size();) {
      ssize_t written = writev(fd_, &pieces_[first], static_cast<int>(std::min(kPiecesAtOnce, pieces_.size() - first)));
      if (written < 0 && errno == EAGAIN) {
        // A pipe that its other owner made non-blocking is full.
        pollfd full = {fd_, POLLOUT, 0};
        poll(&full, 1, -1);
        continue;
      }
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        error_ = errno;
        return;
      }
      for (auto left = static_cast<size_t>(written); left > 0;) {
        iovec& piece = pieces_[first];
        size_t some = std::min(left, piece.iov_len);
        piece = {static_cast<char*>(piece.iov_base) + some, piece.iov_len - some};
        left -= some;
        if (piece.iov_len == 0) first++;
      }
    }
  }

  void HandleOKCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Value> argv[] = {Nan::New<v8::Number>(error_), Nan::New(std::strerror(error_)).ToLocalChecked()};
    Nan::Call(*callback, 2, argv);
  }

 private:
  size_t At(size_t i) const { return kt::Get<uint32_t>(places_ + i * 2 * sizeof(uint32_t)); }
  size_t Length(size_t i) const { return kt::Get<uint32_t>(places_ + (i * 2 + 1) * sizeof(uint32_t)); }

  // A piece for each large value; what is small between two of them is put together first.
  void Collect() {
    size_t small_size = count_;
    for (size_t i = 0; i < count_; i++) small_size += Length(i) < kt::kReferredBytes ? Length(i) : 0;
    small_.reserve(small_size);  // pieces point into it
    size_t begin = 0;
    for (size_t i = 0; i < count_; i++) {
      const char* value = memory_ + At(i);
      if (Length(i) < kt::kReferredBytes) {
        small_.append(value, Length(i));
      } else {
        begin = EndSmall(begin);
        pieces_.push_back({reinterpret_cast<char*>(kt::Get<uint64_t>(value)), Length(i)});
      }
      small_.push_back(delimiter_);
    }
    EndSmall(begin);
  }

  size_t EndSmall(size_t begin) {
    if (small_.size() > begin) pieces_.push_back({&small_[begin], small_.size() - begin});
    return small_.size();
  }

  const int fd_;
  const char* const memory_;
  const char* const places_;
  const size_t count_;
  const char delimiter_;
  int error_ = 0;
  std::string small_;
  std::vector<iovec> pieces_;
};

// ktWriteValues(fd, memory, places: Buffer of u32 pairs, count, delimiter, callback(errno or 0, its sentence))
NAN_METHOD(WriteValues) {
  Nan::AsyncQueueWorker(new ValueWriter(Nan::To<int32_t>(info[0]).FromJust(), info[1].As<v8::Object>(), info[2].As<v8::Object>(), Nan::To<uint32_t>(info[3]).FromJust(),
                                        static_cast<char>(Nan::To<int32_t>(info[4]).FromJust()), info[5].As<v8::Function>()));
}

}  // namespace

void KtValueWriterInit(v8::Local<v8::Object> exports) { Nan::SetMethod(exports, "ktWriteValues", WriteValues); }
