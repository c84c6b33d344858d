#include "schemas/files/hdf5_door.h"

#include <string_view>

namespace ttt {

std::string hdf5_cause() {
  std::string text = "no reason given";
  const auto first = [](unsigned int depth, const H5E_error2_t* error, void* found) -> herr_t {
    if (depth == 0 && error->desc) *static_cast<std::string*>(found) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first, &text);
  H5Eclear2(H5E_DEFAULT);
  const std::string_view label = "error message = '";
  const size_t at = text.find(label);
  if (at == std::string::npos) return "HDF5: " + text;
  return text.substr(at + label.size(), text.find('\'', at + label.size()) - at - label.size());
}

Hdf5Id made(hid_t id) {
  if (id < 0) fail(ExitCode::internal, "HDF5 is out of resources ({})", hdf5_cause());
  return Hdf5Id(id);
}

Hdf5Id creation_list(hid_t kind) {
  Hdf5Id list = made(H5Pcreate(kind));
  if (kind != H5P_ATTRIBUTE_CREATE) H5Pset_obj_track_times(list.get(), false);
  if (kind == H5P_FILE_CREATE || kind == H5P_GROUP_CREATE) {
    H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  }
  return list;
}

hid_t stored_type(Number number) {
  switch (number) {
    case Number::u8:
      return H5T_STD_U8LE;
    case Number::i16:
      return H5T_STD_I16LE;
    case Number::i32:
      return H5T_STD_I32LE;
    case Number::i64:
      return H5T_STD_I64LE;
    case Number::u64:
      return H5T_STD_U64LE;
    case Number::f32:
      return H5T_IEEE_F32LE;
    case Number::f64:
      return H5T_IEEE_F64LE;
  }
  fail(ExitCode::internal, "no HDF5 type for number {}", static_cast<int>(number));
}

Hdf5Id text_type() {
  Hdf5Id type = made(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

void write_attribute(const Hdf5FileState& file, hid_t object, const std::string& where,
                     const std::string& name, hid_t type, hid_t space, const void* value) {
  const Hdf5Id attribute(checked(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                                 file, where, "given an attribute"));
  checked(H5Awrite(attribute.get(), type, value), file, where, "given an attribute");
}

}  // namespace ttt
