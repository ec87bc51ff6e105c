#include "measure.h"

#include <algorithm>
#include <barrier>
#include <thread>

namespace holdfast::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Crew keeps the threads of one subject, each with its own worker, and lets them all work for one slice at a time.
class Crew {
 public:
  Crew(Subject& subject, const Workload& workload, int threads)
      : line_(threads + 1), rates_(static_cast<std::size_t>(threads), 0.0) {
    for (double& rate : rates_)
      threads_.emplace_back([this, &subject, workload, &rate] { work(subject, workload, rate); });
    line_.arrive_and_wait();  // all workers are ready
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    slice_ = Clock::duration::zero();
    line_.arrive_and_wait();
    for (std::thread& thread : threads_) thread.join();
  }

  /// run returns operations per second, all threads together.
  double run(Clock::duration slice) {
    slice_ = slice;
    line_.arrive_and_wait();
    line_.arrive_and_wait();
    double sum = 0;
    for (const double rate : rates_) sum += rate;
    return sum;
  }

 private:
  void work(Subject& subject, const Workload& workload, double& rate) {
    const std::unique_ptr<Worker> worker = subject.make_worker(workload);
    const int batch = batch_size(*worker);
    line_.arrive_and_wait();
    for (;;) {
      line_.arrive_and_wait();
      if (slice_ == Clock::duration::zero()) return;
      const Clock::time_point begin = Clock::now();
      long count = 0;
      do {
        for (int i = 0; i < batch; ++i) worker->run_once();
        count += batch;
      } while (Clock::now() - begin < slice_);
      rate = static_cast<double>(count) / seconds_since(begin);
      line_.arrive_and_wait();
    }
  }

  /// batch_size is how many operations pass between two looks at the clock: some 50 µs' worth. It also warms up.
  static int batch_size(Worker& worker) {
    constexpr int kTrial = 20;
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kTrial; ++i) worker.run_once();
    const double each = seconds_since(begin) / kTrial;
    return std::clamp(static_cast<int>(50e-6 / each), 1, 1000);
  }

  std::barrier<> line_;
  Clock::duration slice_{};  // written between two arrivals of everybody
  std::vector<double> rates_;
  std::vector<std::thread> threads_;
};

Quartiles quartiles(std::vector<double> sample) {
  std::sort(sample.begin(), sample.end());
  const auto at = [&](double part) {
    return sample[static_cast<std::size_t>(part * static_cast<double>(sample.size() - 1) + 0.5)];
  };
  return {.lower = at(0.25), .median = at(0.5), .upper = at(0.75)};
}

}  // namespace

WorkloadResult measure(const std::vector<std::unique_ptr<Subject>>& subjects, const Workload& workload, int threads,
                       const Plan& plan) {
  std::vector<std::unique_ptr<Crew>> crews;
  for (const auto& subject : subjects) crews.push_back(std::make_unique<Crew>(*subject, workload, threads));

  const std::size_t count = subjects.size();
  std::vector<std::vector<double>> rates(count), ratios(count);
  for (int round = 0; round < plan.rounds; ++round) {
    std::vector<double> rate(count);
    for (std::size_t turn = 0; turn < count; ++turn) {
      // Who comes first changes from round to round.
      const std::size_t which = (turn + static_cast<std::size_t>(round)) % count;
      rate[which] = crews[which]->run(plan.slice);
    }
    for (std::size_t i = 0; i < count; ++i) {
      rates[i].push_back(rate[i]);
      ratios[i].push_back(rate[i] / rate[0]);
    }
  }

  WorkloadResult result{.workload = workload, .threads = threads, .subjects = {}};
  for (std::size_t i = 0; i < count; ++i)
    result.subjects.push_back({subjects[i]->name(), quartiles(rates[i]), quartiles(ratios[i])});
  return result;
}

}  // namespace holdfast::bench
