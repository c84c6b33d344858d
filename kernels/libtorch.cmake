# The target `libtorch`: LibTorch as a plain C++ library. find_package(Torch) wants a CUDA toolkit even for the CPU,
# and linking libtorch.so instead of these two would load every CUDA library at start-up (6 s instead of 0.35 s).
if(NOT LIBTORCH_ROOT)
  set(fetch_arguments "${PROJECT_SOURCE_DIR}/.deps/libtorch")
  if(TTT_CUDA)
    set(fetch_arguments "${PROJECT_SOURCE_DIR}/.deps/libtorch-cuda" cuda)
  endif()
  execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/fetch_libtorch" ${fetch_arguments}
                  OUTPUT_VARIABLE fetched OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "LibTorch could not be fetched from PyPI; give one with -DLIBTORCH_ROOT=DIR")
  endif()
  set(libtorch_root "${fetched}")
else()
  set(libtorch_root "${LIBTORCH_ROOT}")
endif()

if(NOT EXISTS "${libtorch_root}/include/torch/version.h")
  message(FATAL_ERROR "${libtorch_root} holds no LibTorch (include/torch/version.h is missing)")
endif()
file(STRINGS "${libtorch_root}/include/torch/version.h" version_line REGEX "define TORCH_VERSION \"")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LIBTORCH_VERSION "${version_line}")
if(LIBTORCH_VERSION VERSION_LESS 2.6)
  message(FATAL_ERROR "LibTorch ${LIBTORCH_VERSION} in ${libtorch_root} is too old (2.6 or newer is needed)")
endif()
message(STATUS "LibTorch ${LIBTORCH_VERSION} in ${libtorch_root}")

add_library(libtorch INTERFACE)
target_include_directories(libtorch SYSTEM INTERFACE
  "${libtorch_root}/include" "${libtorch_root}/include/torch/csrc/api/include")
target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libtorch_cpu.so" "${libtorch_root}/lib/libc10.so")
if(TTT_CUDA)
  target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libtorch_cuda.so" "${libtorch_root}/lib/libc10_cuda.so")
endif()
