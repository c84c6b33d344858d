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

# Newer releases define their version in the first of these headers, older ones in the second.
set(version_header "${libtorch_root}/include/torch/headeronly/version.h")
if(NOT EXISTS "${version_header}")
  set(version_header "${libtorch_root}/include/torch/csrc/api/include/torch/version.h")
endif()
if(NOT EXISTS "${version_header}")
  message(FATAL_ERROR "${libtorch_root} holds no LibTorch (${version_header} is missing)")
endif()
file(STRINGS "${version_header}" version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX MATCHALL "[0-9]+" LIBTORCH_VERSION "${version_lines}")
list(JOIN LIBTORCH_VERSION . LIBTORCH_VERSION)
if(LIBTORCH_VERSION VERSION_LESS 2.6)
  message(FATAL_ERROR "LibTorch ${LIBTORCH_VERSION} in ${libtorch_root} is too old (2.6 or newer is needed)")
endif()
message(STATUS "LibTorch ${LIBTORCH_VERSION} in ${libtorch_root}")

add_library(libtorch INTERFACE)
target_include_directories(libtorch SYSTEM INTERFACE
  "${libtorch_root}/include" "${libtorch_root}/include/torch/csrc/api/include")
# LibTorch's include folders carry a fmt of their own, which hides the system's and has no library here. Elsewhere the
# library is linked: a source that brings all of fmt in takes 6 s to compile instead of 2.
target_compile_definitions(libtorch INTERFACE FMT_HEADER_ONLY=1)
target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libtorch_cpu.so" "${libtorch_root}/lib/libc10.so")
if(TTT_CUDA)
  target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libtorch_cuda.so" "${libtorch_root}/lib/libc10_cuda.so")
endif()
