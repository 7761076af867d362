// Values from a packed batch into a file descriptor, each with a delimiter behind it: large ones go from where librdkafka
// received them straight to the kernel. What may be slow to take them is written by a worker thread.
#include <poll.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "extension.h"
#include "packed_entry.h"

namespace {

constexpr size_t kPiecesAtOnce = 1024;  // IOV_MAX

class Values {
 public:
  // starts: u32 each, where in memory the records' entries begin. refers: large values stand elsewhere.
  Values(const char* memory, size_t size, bool refers, const char* starts, size_t count, char delimiter)
      : memory_(memory), size_(size), refers_(refers), starts_(starts), count_(count), delimiter_(delimiter) {}

  // Waits until all is taken. Returns errno, or 0.
  int WriteTo(int fd) {
    Collect();
    for (size_t first = 0; first < pieces_.size();) {
      ssize_t written = writev(fd, &pieces_[first], static_cast<int>(std::min(kPiecesAtOnce, pieces_.size() - first)));
      if (written < 0 && errno == EAGAIN) {
        // A pipe that its other owner made non-blocking is full.
        pollfd full = {fd, POLLOUT, 0};
        poll(&full, 1, -1);
        continue;
      }
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      for (auto left = static_cast<size_t>(written); left > 0;) {
        iovec& piece = pieces_[first];
        size_t some = std::min(left, piece.iov_len);
        piece = {static_cast<char*>(piece.iov_base) + some, piece.iov_len - some};
        left -= some;
        if (piece.iov_len == 0) first++;
      }
    }
    return 0;
  }

 private:
  // A piece for each large value; what is small between two of them is put together first.
  void Collect() {
    // The same memory for batch after batch: megabytes that are asked for anew cost more than all copying.
    thread_local std::string small;
    small.clear();
    small.reserve(size_);  // pieces point into it; a delimiter is shorter than the rest of an entry
    size_t begin = 0;
    auto end_small = [&] {
      if (small.size() > begin) pieces_.push_back({&small[begin], small.size() - begin});
      begin = small.size();
    };
    for (size_t i = 0; i < count_; i++) {
      auto [value, size] = kt::ValueOf(memory_ + kt::Get<uint32_t>(starts_ + i * sizeof(uint32_t)));
      if (size < kt::kReferredBytes) {
        small.append(value, size);
      } else {
        end_small();
        pieces_.push_back({refers_ ? reinterpret_cast<char*>(kt::Get<uint64_t>(value)) : const_cast<char*>(value), size});
      }
      small.push_back(delimiter_);
    }
    end_small();
  }

  const char* const memory_;
  const size_t size_;
  const bool refers_;
  const char* const starts_;
  const size_t count_;
  const char delimiter_;
  std::vector<iovec> pieces_;
};

class Worker : public Nan::AsyncWorker {
 public:
  Worker(Values values, int fd, v8::Local<v8::Object> memory, v8::Local<v8::Object> starts, v8::Local<v8::Function> callback)
      : Nan::AsyncWorker(new Nan::Callback(callback)), values_(std::move(values)), fd_(fd) {
    // They must live as long as the worker.
    SaveToPersistent("memory", memory);
    SaveToPersistent("starts", starts);
  }

  void Execute() override { errno_ = values_.WriteTo(fd_); }

  void HandleOKCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Value> argv[] = {Nan::New<v8::Number>(errno_)};
    Nan::Call(*callback, 1, argv);
  }

 private:
  Values values_;
  const int fd_;
  int errno_ = 0;
};

// ktWriteValues(fd, memory, refers, starts: Buffer of u32, delimiter, callback?(errno or 0)) -> errno or 0, where there is
// no callback: then it writes here and now
NAN_METHOD(WriteValues) {
  int fd = Nan::To<int32_t>(info[0]).FromJust();
  auto memory = info[1].As<v8::Object>(), starts = info[3].As<v8::Object>();
  Values values(node::Buffer::Data(memory), node::Buffer::Length(memory), info[2]->IsTrue(), node::Buffer::Data(starts),
                node::Buffer::Length(starts) / sizeof(uint32_t), static_cast<char>(Nan::To<int32_t>(info[4]).FromJust()));
  if (info[5]->IsFunction()) Nan::AsyncQueueWorker(new Worker(std::move(values), fd, memory, starts, info[5].As<v8::Function>()));
  else info.GetReturnValue().Set(Nan::New<v8::Number>(values.WriteTo(fd)));
}

}  // namespace

void KtValueWriterInit(v8::Local<v8::Object> exports) { Nan::SetMethod(exports, "ktWriteValues", WriteValues); }
