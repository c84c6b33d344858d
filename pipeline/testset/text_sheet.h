#pragma once
#include <string>

#include "schemas/test_set.h"

namespace ttt {

/// The first documents of every shift at its highest severity, as text: what people look at before a run.
/// Bytes that no terminal shows are written as dots.
std::string draw_text_sheet(const TestSetWithImages& set);

}  // namespace ttt
