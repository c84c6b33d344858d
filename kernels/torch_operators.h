#pragma once
// The door to LibTorch's dispatcher, which knows every operator by name: for the few sources that call
// operators which a file names.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
