#pragma once

namespace ttt {

enum class DataPart { training, test };

}  // namespace ttt
