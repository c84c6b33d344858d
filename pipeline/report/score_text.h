#pragma once
#include <string>

#include "pipeline/analysis/statistics.h"
#include "pipeline/scores/score_family.h"

namespace ttt {

/// Values and gains as their family of scores prints them, without units. Undefined ones are a dash.
std::string value_text(const ScoreFamily& score, double value);      // 0.558 -> "55.8"; 3.2139 -> "3.214"
std::string value_range(const ScoreFamily& score, Interval values);  // "53.7 – 57.8"
std::string gain_text(const ScoreFamily& score, double gain);        // "+4.8", with a real minus sign
std::string gain_range(const ScoreFamily& score, Interval gains);    // "+1.2 … +8.4"
std::string gain_size(const ScoreFamily& score, double gain);        // "4.8": its distance from 0
std::string side_text(const SideFigure& figure, double value);

/// "accuracy, %", "bits per byte": what stands above values.
std::string value_heading(const ScoreFamily& score);

/// "gain, points", "saved, bits per byte": what stands above gains.
std::string gain_heading(const ScoreFamily& score);

/// "%", "bits per byte": beside an axis of values.
std::string value_axis(const ScoreFamily& score);

/// Above the column of cells or samples that got better and worse: "fixed / broken".
std::string change_heading(const ScoreFamily& score);

/// Above a column of two methods' better cells: "only it / only rival right".
std::string rival_heading(const ScoreFamily& score, std::string_view it, std::string_view rival);

/// With another first letter.
std::string with_capital(std::string_view text);
std::string with_small(std::string_view text);

}  // namespace ttt
