#pragma once

// Three classes of results only: AVX-512, AVX2, and what the compiler may use without asking (the baseline).
// Newer AVX-512 machines count as the plain one. Included before Highway by every source that uses it.
#define HWY_DISABLED_TARGETS (~(HWY_AVX3 | HWY_AVX2 | HWY_BASELINE_TARGETS))
#include <hwy/detect_targets.h>
