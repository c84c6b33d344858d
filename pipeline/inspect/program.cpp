#include "pipeline/models/program.h"

#include "pipeline/inspect/file_kind.h"

namespace ttt {

extern const FileKind program_file;
constinit const FileKind program_file = {
    "program", "a PyTorch model with its losses, written by jobs/export",
    [](const StoredFile& file) {
      return file.container == Container::safetensors && !file.word("program").empty();
    },
    [](const StoredFile& file) {
      return Facts{{"contract", describe(read_program(file.path).contract)}};
    }};

}  // namespace ttt
