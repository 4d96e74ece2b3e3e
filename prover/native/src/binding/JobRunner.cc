#include "binding/JobRunner.h"

#include <algorithm>

#include "binding/jsError.h"

namespace straddle::binding {

/// One job from its start to the settling of its promise. The Napi members belong to JavaScript's thread.
struct JobState : std::enable_shared_from_this<JobState> {
  JobState(Napi::Env env, JobRunner& owner, std::unique_ptr<Job> work)
      : runner(owner), job(std::move(work)), deferred(Napi::Promise::Deferred::New(env)) {}

  JobRunner& runner;
  std::unique_ptr<Job> job;
  CancelToken cancel;
  std::exception_ptr error;

  Napi::Promise::Deferred deferred;
  Napi::FunctionReference onProgress;
  Napi::Reference<Napi::Value> progressError;
  bool hasProgressError = false;

  std::mutex progressMutex;
  bool wantsProgress = false;
  bool progressPosted = false;
  double fraction = 0;
  const char* stage = "";
};

struct JobRunner::Message {
  std::shared_ptr<JobState> state;
  Event event;
};

const CancelToken& JobContext::cancel() const noexcept { return state_.cancel; }

void JobContext::progress(double fraction, const char* stage) {
  if (!state_.wantsProgress) return;
  {
    const std::lock_guard<std::mutex> lock(state_.progressMutex);
    state_.fraction = fraction;
    state_.stage = stage;
    if (state_.progressPosted) return;
    state_.progressPosted = true;
  }
  state_.runner.post(state_.shared_from_this(), JobRunner::Event::progress);
}

JobRunner::JobRunner(Napi::Env env) : env_(env), threadLimit_(std::max(4u, std::thread::hardware_concurrency())) {
  const Napi::String name = Napi::String::New(env, "straddle_core");
  const napi_status made =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, onMessage, &channel_);
  NAPI_THROW_IF_FAILED_VOID(env, made);
  // An idle core keeps no process alive; start() and forget() change that while there are jobs.
  napi_unref_threadsafe_function(env, channel_);
  // Hooks run last in, first out: this one, added after the channel's own, ends the threads while the channel lives.
  napi_add_env_cleanup_hook(env, cleanupHook, this);
}

JobRunner& JobRunner::of(Napi::Env env) { return *env.GetInstanceData<JobRunner>(); }

JobRunner::~JobRunner() {
  if (shut_) return;
  napi_remove_env_cleanup_hook(env_, cleanupHook, this);
  shutdown();
}

void JobRunner::cleanupHook(void* runner) { static_cast<JobRunner*>(runner)->shutdown(); }

void JobRunner::shutdown() noexcept {
  shut_ = true;
  for (auto& entry : active_) entry.second->cancel.cancel();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // Here references to JavaScript's objects can still be dropped; a message left in the channel then holds none.
  for (auto& entry : active_) {
    entry.second->job.reset();
    entry.second->onProgress.Reset();
    entry.second->progressError.Reset();
  }
  active_.clear();
}

Napi::Value JobRunner::start(Napi::Env env, std::unique_ptr<Job> job, Napi::Value onProgress) {
  if (shut_) throw CoreError("PROVER_TERMINATED", "The thread that asked for this job is ending.");
  auto state = std::make_shared<JobState>(env, *this, std::move(job));
  if (onProgress.IsFunction()) {
    state->onProgress = Napi::Persistent(onProgress.As<Napi::Function>());
    state->wantsProgress = true;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (idle_ <= queue_.size() && threads_.size() < threadLimit_) threads_.emplace_back([this] { threadMain(); });
    queue_.push_back(state);
  }
  wake_.notify_one();
  if (active_.empty()) napi_ref_threadsafe_function(env, channel_);
  active_.emplace(state.get(), state);

  const std::weak_ptr<JobState> target = state;
  const auto cancel = [target](const Napi::CallbackInfo&) {
    if (const auto alive = target.lock()) alive->cancel.cancel();
  };
  Napi::Object handle = Napi::Object::New(env);
  handle.Set("promise", state->deferred.Promise());
  handle.Set("cancel", Napi::Function::New(env, cancel, "cancel"));
  return handle;
}

void JobRunner::threadMain() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    idle_++;
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    idle_--;
    if (ending_) return;
    std::shared_ptr<JobState> state = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    try {
      state->cancel.check();
      JobContext context(*state);
      state->job->run(context);
    } catch (...) {
      state->error = std::current_exception();
    }
    post(state, Event::done);
    // The last reference is dropped on JavaScript's thread, never here: `active_` holds one until then.
    state.reset();
    lock.lock();
  }
}

void JobRunner::post(const std::shared_ptr<JobState>& state, Event event) noexcept {
  auto message = std::make_unique<Message>(Message{state, event});
  if (napi_call_threadsafe_function(channel_, message.get(), napi_tsfn_nonblocking) == napi_ok) message.release();
}

void JobRunner::onMessage(napi_env rawEnv, napi_value, void* context, void* data) {
  const std::unique_ptr<Message> message(static_cast<Message*>(data));
  auto& runner = *static_cast<JobRunner*>(context);
  // Without an Env the thread is ending; shutdown() has let go of everything.
  if (rawEnv == nullptr || runner.shut_) return;
  const Napi::Env env(rawEnv);
  const Napi::HandleScope scope(env);
  // A worker that is being terminated still takes messages but runs no JavaScript: every call fails, and there is
  // nobody to tell. An exception must not leave this function, which C calls.
  try {
    if (message->event == Event::progress) {
      runner.deliverProgress(env, *message->state);
    } else {
      runner.conclude(env, *message->state);
    }
  } catch (...) {
  }
  if (message->event == Event::done) runner.forget(message->state);
}

void JobRunner::deliverProgress(Napi::Env env, JobState& state) {
  double fraction = 0;
  const char* stage = "";
  {
    const std::lock_guard<std::mutex> lock(state.progressMutex);
    state.progressPosted = false;
    fraction = state.fraction;
    stage = state.stage;
  }
  if (state.hasProgressError || state.onProgress.IsEmpty()) return;
  try {
    state.onProgress.Call({Napi::Number::New(env, fraction), Napi::String::New(env, stage)});
  } catch (const Napi::Error& thrown) {
    state.cancel.cancel();
    state.progressError = Napi::Persistent(thrown.Value().As<Napi::Value>());
    state.hasProgressError = true;
  }
}

void JobRunner::conclude(Napi::Env env, JobState& state) {
  if (state.hasProgressError) {
    state.deferred.Reject(state.progressError.Value());
  } else if (state.error) {
    state.deferred.Reject(jsErrorOf(env, state.error).Value());
  } else {
    try {
      state.deferred.Resolve(state.job->result(env));
    } catch (...) {
      state.deferred.Reject(jsErrorOf(env, std::current_exception()).Value());
    }
  }
}

void JobRunner::forget(const std::shared_ptr<JobState>& state) {
  state->job.reset();
  state->onProgress.Reset();
  state->progressError.Reset();
  active_.erase(state.get());
  if (active_.empty()) napi_unref_threadsafe_function(env_, channel_);
}

}  // namespace straddle::binding
