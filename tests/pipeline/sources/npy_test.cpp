#include "pipeline/sources/npy.h"

#include <gtest/gtest.h>

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// A .npy file of version 1 with this header and these values.
std::string npy(const std::string& header, const std::string& values) {
  const std::string length = {static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8) + length + header + values;
}

std::string header(const std::string& dtype, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + dtype + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }   \n";
}

TEST(Npy, RowsAreReadWhereTheyLie) {
  const Scratch scratch;
  put_bytes(scratch / "a.npy", npy(header("|u1", "(3, 2)"), "abcdef"));
  const NpyFile file = open_npy(scratch / "a.npy");
  EXPECT_EQ(file.shape, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(read_rows(file, 1, 2), (std::vector<uint8_t>{'c', 'd', 'e', 'f'}));
}

TEST(Npy, IntegersOfEverySizeKeepTheirSign) {
  const Scratch scratch;
  put_bytes(scratch / "u1.npy", npy(header("|u1", "(2,)"), "\x07\xff"));
  put_bytes(scratch / "i4.npy", npy(header("<i4", "(2,)"), std::string("\x07\0\0\0\xfe\xff\xff\xff", 8)));
  put_bytes(scratch / "i8.npy", npy(header("<i8", "(1,)"), "\xfe\xff\xff\xff\xff\xff\xff\xff"));
  EXPECT_EQ(read_integers(open_npy(scratch / "u1.npy")), (std::vector<int64_t>{7, 255}));
  EXPECT_EQ(read_integers(open_npy(scratch / "i4.npy")), (std::vector<int64_t>{7, -2}));
  EXPECT_EQ(read_integers(open_npy(scratch / "i8.npy")), (std::vector<int64_t>{-2}));
}

TEST(Npy, Version2HasALongerHeader) {
  const Scratch scratch;
  const std::string text = header("|u1", "(1,)");
  const std::string start =
      std::string("\x93NUMPY\x02\x00", 8) + static_cast<char>(text.size()) + std::string(3, '\0');
  put_bytes(scratch / "a.npy", start + text + "x");
  EXPECT_EQ(read_rows(open_npy(scratch / "a.npy"), 0, 1), std::vector<uint8_t>{'x'});
}

TEST(Npy, HeadersOfOtherWritersSayTheSame) {
  const std::vector<std::string> headers = {
      header("|u1", "(3L, 2L)"),
      "{u'descr': u'|u1', u'fortran_order': False, u'shape': (3L, 2L,), }\n",
      "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (3, 2)}",
      "{'shape':(3,2),'fortran_order':False,'descr':'|u1'}\n",
      "\t{ 'descr' :\t'|u1' ,\r\n 'fortran_order' : False , 'shape' : ( 3 , 2 , ) , }\r\n",
      header("u1", "(3, 2)"),
      header("<u1", "(3, 2)"),
      header("=u1", "(3, 2)"),
  };
  const Scratch scratch;
  for (const std::string& text : headers) {
    put_bytes(scratch / "a.npy", npy(text, "abcdef"));
    const NpyFile file = open_npy(scratch / "a.npy");
    EXPECT_EQ(file.dtype, "|u1") << text;
    EXPECT_EQ(file.shape, (std::vector<int64_t>{3, 2})) << text;
    EXPECT_EQ(read_rows(file, 2, 1), (std::vector<uint8_t>{'e', 'f'})) << text;
  }
  for (const std::string dtype : {"i4", "=i4"}) {
    put_bytes(scratch / "i4.npy", npy(header(dtype, "(1,)"), std::string("\x07\0\0\0", 4)));
    EXPECT_EQ(read_integers(open_npy(scratch / "i4.npy")), std::vector<int64_t>{7});
  }
}

TEST(Npy, MessagesAreOneLine) {
  const Scratch scratch;
  for (const std::string& text : {header("|u\n1", "(6,)"), header("|u1\x1b[2J", "(6,)"),
                                  std::string("{'des\ncr': '|u1', 'fortran_order': False, 'shape': (6,)}")}) {
    put_bytes(scratch / "bad.npy", npy(text, "abcdef"));
    expect_error(ExitCode::data, {"bad.npy", "unprintable"}, [&] { open_npy(scratch / "bad.npy"); });
  }
}

TEST(Npy, WhatIsWrongIsNamed) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {npy(header("|u1", "(6,)", "True"), "abcdef"), "Fortran order"},
      {npy(header("<f4", "(6,)"), "abcdef"), "holds <f4"},
      {npy(header(">i4", "(1,)"), "abcd"), "holds >i4"},
      {npy(header("|u1", "(6LL,)"), "abcdef"), "lacks )"},
      {npy(header("|u1", "(7,)"), "abcdef"), "header says 7 of |u1"},
      {npy(header("|u1", "(5,)"), "abcdef"), "header says 5 of |u1"},
      {npy(header("|u1", "(-6,)"), "abcdef"), "not made of sizes"},
      {npy(header("|u1", "(2 3)"), "abcdef"), "lacks )"},
      {npy(header("|u1", "()"), "a"), "single value"},
      {npy(header("|u1", "(4294967296, 4294967296, 6)"), ""), "header says"},
      {npy(header("<i8", "(2305843009213693952,)"), ""), "header says"},
      {npy(header("|u1", "(99999999999999999999,)"), "abcdef"), "not made of sizes"},
      {npy("{'descr': '|u1', 'shape': (6,), }\n", "abcdef"), "lacks descr"},
      {npy("{'descr': '|u1', 'descr': '|u1', 'shape': (6,)}\n", "abcdef"), "where only descr"},
      {npy("{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (6,)}\n", "abcdef"), "lacks '"},
      {npy("{'descr': '|u1", "abcdef"), "open quote"},
      {npy(header("|u1", "(6,)") + "more", "abcdef"), "goes on"},
      {"\x93NUMPY\x03" + std::string(10, '\0'), "version 3"},
      {"PK\x03\x04 a zipped .npz file", "does not begin"},
      {"", "does not begin"},
  };
  const Scratch scratch;
  for (const auto& [bytes, message] : bad) {
    put_bytes(scratch / "bad.npy", bytes);
    expect_error(ExitCode::data, {"bad.npy", message}, [&] { open_npy(scratch / "bad.npy"); });
  }
  expect_error(ExitCode::data, {"none.npy"}, [&] { open_npy(scratch / "none.npy"); });
}

TEST(Npy, NoTruncatedFileIsRead) {
  const Scratch scratch;
  const std::string whole = npy(header("|u1", "(3, 2)"), "abcdef");
  for (size_t length = 0; length < whole.size(); ++length) {
    put_bytes(scratch / "cut.npy", whole.substr(0, length));
    expect_error(ExitCode::data, {"cut.npy"}, [&] { open_npy(scratch / "cut.npy"); });
  }
}

TEST(Npy, NoDamagedHeaderCrashes) {
  const Scratch scratch;
  const std::string whole = npy(header("|u1", "(3, 2)"), "abcdef");
  for (size_t at = 0; at < whole.size() - 6; ++at) {
    for (const char byte : {'\0', '\xff', '9', '(', '\''}) {
      std::string damaged = whole;
      damaged[at] = byte;
      put_bytes(scratch / "damaged.npy", damaged);
      try {
        const NpyFile file = open_npy(scratch / "damaged.npy");
        read_rows(file, 0, file.shape[0]);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace ttt
