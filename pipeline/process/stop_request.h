#pragma once

namespace ttt {

/// From now on TERM, USR1 and INT ask this process for a clean stop instead of ending it. The handler only
/// notes the time. A second INT ends the process, so that a person can always leave.
void catch_stop_signals();

/// True once one of these signals has come.
bool stop_requested();

/// Time since the first of them; 0 while none has come.
double seconds_since_stop_request();

}  // namespace ttt
