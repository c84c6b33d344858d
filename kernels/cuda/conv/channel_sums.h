#pragma once
#include "kernels/cuda/conv/place.h"

namespace ttt::cuda {

/// Sums over the pixels that a block has of each view, per channel. Order: a thread's columns, then runs of
/// segments, then the runs; it depends on the tile alone.
template <class Tile>
class ChannelSums {
 public:
  TTT_DEVICE ChannelSums(const Tile& tile, const BlockPlace& block, float* shared)
      : tile_(tile),
        block_(block),
        threads_(shared),
        runs_(shared + kThreads * kOutPerThread),
        totals_(shared + 2 * kThreads * kOutPerThread),
        runs_of_view_(greatest(1, kThreads / (tile.channels * tile.views_together))),
        run_length_((tile.view_segments() + runs_of_view_ - 1) / runs_of_view_) {}

  /// total() of each view and channel of what threads with work give by value(thread, place, j), their sums
  /// over columns for their j-th channel.
  template <class Team, class Value>
  TTT_DEVICE void add_up(const Team& team, Value&& value) {
    const int channels = tile_.channels;
    team.phase([&](int t) {
      const ThreadPlace place = thread_place(tile_, block_, t);
      if (!place.exists) return;
      float* to = threads_ + place.number * channels;
      TTT_UNROLL for (int j = 0; j < kOutPerThread; ++j) {
        to[place.channel(tile_, j)] = place.busy ? value(t, place, j) : 0;
      }
    });
    team.phase([&](int t) {
      for (int n = t; n < block_.views * runs_of_view_ * channels; n += kThreads) {
        const int run = n / channels, view = run / runs_of_view_, begin = run % runs_of_view_ * run_length_;
        const int end = least(begin + run_length_, tile_.view_segments());
        float sum = 0;
        for (int s = begin; s < end; ++s)
          sum += threads_[(view * tile_.view_segments() + s) * channels + n % channels];
        runs_[n] = sum;
      }
    });
    team.phase([&](int t) {
      for (int n = t; n < block_.views * channels; n += kThreads) {
        float sum = 0;
        for (int run = 0; run < runs_of_view_; ++run)
          sum += runs_[(n / channels * runs_of_view_ + run) * channels + n % channels];
        totals_[n] = sum;
      }
    });
  }

  TTT_DEVICE float total(int view, int channel) const { return totals_[view * tile_.channels + channel]; }

  /// Sum over the channels of a group.
  TTT_DEVICE float group_total(int view, int group, int groups) const {
    const int size = tile_.channels / groups;
    float sum = 0;
    for (int c = 0; c < size; ++c) sum += total(view, group * size + c);
    return sum;
  }

 private:
  const Tile& tile_;
  const BlockPlace& block_;
  float *threads_, *runs_, *totals_;
  int runs_of_view_, run_length_;
};

}  // namespace ttt::cuda
