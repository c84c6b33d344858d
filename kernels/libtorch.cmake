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
# LibTorch's include folder carries a fmt of its own without its library; the system's has to be found before it.
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/before_libtorch")
file(CREATE_LINK "${fmt_headers}/fmt" "${CMAKE_BINARY_DIR}/before_libtorch/fmt" SYMBOLIC)
target_include_directories(libtorch SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/before_libtorch"
  "${libtorch_root}/include" "${libtorch_root}/include/torch/csrc/api/include")
target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libtorch_cpu.so" "${libtorch_root}/lib/libc10.so")
if(TTT_CUDA)
  # Nothing names a symbol of libtorch_cuda, which announces its operations when it is loaded; and the libraries that
  # it needs in turn are the wheel's (nvidia/), found beside it when the program starts.
  target_link_libraries(libtorch INTERFACE "${libtorch_root}/lib/libc10_cuda.so" -Wl,--allow-shlib-undefined
    -Wl,--push-state,--no-as-needed "${libtorch_root}/lib/libtorch_cuda.so" -Wl,--pop-state)
endif()
