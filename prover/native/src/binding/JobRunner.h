#pragma once

#include <napi.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "parallel/CancelToken.h"

namespace straddle::binding {

struct JobState;

/// What a running job may use: its cancellation and its progress. Safe from all threads of the job.
class JobContext {
 public:
  explicit JobContext(JobState& state) : state_(state) {}
  /// Pass it to ThreadPool, and check it in long loops.
  const CancelToken& cancel() const noexcept;
  /// Tells JavaScript how far the job is: `fraction` 0 to 1 and `stage`, a string literal. Cheap: calls that come
  /// faster than the event loop takes them are merged into the newest.
  void progress(double fraction, const char* stage);

 private:
  JobState& state_;
};

/// Work that would block the event loop.
class Job {
 public:
  virtual ~Job() = default;
  /// Runs on a thread of its own, where nothing of Napi may be used. Throws CoreError to reject the promise.
  virtual void run(JobContext& context) = 0;
  /// Runs on JavaScript's thread once run() has returned: makes the value that the promise resolves with.
  virtual Napi::Value result(Napi::Env env) = 0;
};

/// The jobs of one JavaScript thread (an Env: the main thread or a worker). It has threads of its own rather than
/// libuv's four, which the file system needs. All of them end before the Env does: shutdown() runs as a cleanup hook,
/// cancels what runs and waits for it, so a terminated worker never leaves code running in an unloaded library.
class JobRunner {
 public:
  explicit JobRunner(Napi::Env env);
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  /// The runner of this Env.
  static JobRunner& of(Napi::Env env);

  /// Starts a job, or queues it behind those that run (as many as the machine has processors, at least four).
  /// @param onProgress undefined or (fraction: number, stage: string) => void. If it throws, the job is cancelled and
  ///   rejects with what it threw.
  /// @returns {promise, cancel(): void}; after cancel() the promise rejects with PROVER_ABORTED unless the job was
  ///   just done.
  Napi::Value start(Napi::Env env, std::unique_ptr<Job> job, Napi::Value onProgress);

 private:
  enum class Event { progress, done };
  struct Message;
  friend class JobContext;

  static void cleanupHook(void* runner);
  static void onMessage(napi_env env, napi_value, void* runner, void* message);
  void shutdown() noexcept;
  void threadMain();
  void post(const std::shared_ptr<JobState>& state, Event event) noexcept;
  void deliverProgress(Napi::Env env, JobState& state);
  /// Settles the promise.
  void conclude(Napi::Env env, JobState& state);
  void forget(const std::shared_ptr<JobState>& state);

  Napi::Env env_;
  napi_threadsafe_function channel_ = nullptr;
  const std::size_t threadLimit_;

  // Of JavaScript's thread alone.
  std::unordered_map<JobState*, std::shared_ptr<JobState>> active_;
  bool shut_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<JobState>> queue_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace straddle::binding
