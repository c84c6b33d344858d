#include "pipeline/models/transformer_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/models/transformer.h"
#include "schemas/error.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

using Arrays = std::map<std::string, Array>;

const TransformerShape shape{.vocabulary = 13, .width = 8, .layers = 2, .heads = 2, .hidden_multiple = 3};

Array transposed(const Array& x, int64_t first, int64_t count) {  // of columns [first, first + count)
  Array y{{count, x.shape[0]}, {}};
  for (int64_t c = first; c < first + count; ++c)
    for (int64_t r = 0; r < x.shape[0]; ++r)
      y.values.push_back(x.values[static_cast<size_t>(r * x.shape[1] + c)]);
  return y;
}

Arrays with_names_of_gpt2(const Arrays& own, const std::string& prefix) {
  Arrays file = {{prefix + "wte.weight", own.at("embedding.weight")},
                 {prefix + "ln_f.weight", own.at("norm.weight")}};
  for (int l = 0; l < shape.layers; ++l) {
    const auto put = [&](const char* theirs, const char* ours) {
      file[fmt::format("{}h.{}.{}.weight", prefix, l, theirs)] =
          own.at(fmt::format("layers.{}.{}.weight", l, ours));
    };
    put("ln_1", "norm1");
    put("attn.c_attn", "qkv");
    put("attn.c_proj", "out");
    put("ln_2", "norm2");
    put("mlp.c_fc", "up");
    put("mlp.c_proj", "down");
    file[fmt::format("{}h.{}.attn.bias", prefix, l)] = {{1, 1, 2, 2}, {1, 0, 1, 1}};  // the mask
  }
  return file;
}

Arrays with_names_of_llama(const TransformerShape& s, const Arrays& own) {
  Arrays file = {{"model.embed_tokens.weight", own.at("embedding.weight")},
                 {"model.norm.weight", own.at("norm.weight")}};
  file["lm_head.weight"] = own.at("embedding.weight");
  for (int l = 0; l < s.layers; ++l) {
    const auto ours = [&](const char* name) { return own.at(fmt::format("layers.{}.{}.weight", l, name)); };
    const auto put = [&](const char* theirs, const Array& array) {
      file[fmt::format("model.layers.{}.{}.weight", l, theirs)] = array;
    };
    put("input_layernorm", ours("norm1"));
    put("post_attention_layernorm", ours("norm2"));
    put("self_attn.q_proj", transposed(ours("qkv"), 0, 8));
    put("self_attn.k_proj", transposed(ours("qkv"), 8, 8));
    put("self_attn.v_proj", transposed(ours("qkv"), 16, 8));
    put("self_attn.o_proj", transposed(ours("out"), 0, 8));
    if (s.activation == Activation::swiglu) put("mlp.gate_proj", transposed(ours("up"), 0, s.hidden()));
    put("mlp.up_proj", transposed(ours("up"), s.up() - s.hidden(), s.hidden()));
    put("mlp.down_proj", transposed(ours("down"), 0, 8));
  }
  return file;
}

std::string refusal(const Arrays& arrays) {
  try {
    transformer_arrays(shape, arrays, "a.safetensors");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    return error.what();
  }
  return "";
}

TEST(TransformerWeights, InitialOnesHaveTheirDeviations) {
  const TransformerShape study;
  const Arrays weights = initial_weights(study, 1);
  const auto deviation = [&](const char* name) {
    double squares = 0;
    const std::vector<float>& values = weights.at(name).values;
    for (const float v : values) squares += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(squares / static_cast<double>(values.size()));
  };
  EXPECT_NEAR(deviation("embedding.weight"), 0.05, 0.001);
  EXPECT_NEAR(deviation("layers.0.qkv.weight"), 1.0 / 8, 0.003);
  EXPECT_NEAR(deviation("layers.1.out.weight"), 1.0 / 16, 0.003);
  EXPECT_NEAR(deviation("layers.1.down.weight"), 1.0 / 32, 0.001);
  EXPECT_EQ(deviation("norm.weight"), 1);
  EXPECT_EQ(initial_weights(study, 1), weights);
  EXPECT_NE(initial_weights(study, 2), weights);
  EXPECT_NE(weights.at("layers.0.qkv.weight"), weights.at("layers.1.qkv.weight"));
}

TEST(TransformerWeights, AreFoundUnderTheirOwnNamesThoseOfGpt2AndOfLlama) {
  const Arrays own = initial_weights(shape, 1);
  EXPECT_EQ(transformer_arrays(shape, own, "a"), own);
  EXPECT_EQ(transformer_arrays(shape, with_names_of_gpt2(own, ""), "a"), own);
  EXPECT_EQ(transformer_arrays(shape, with_names_of_gpt2(own, "transformer."), "a"), own);
  EXPECT_EQ(transformer_arrays(shape, with_names_of_llama(shape, own), "a"), own);
  TransformerShape gated = shape;
  gated.activation = Activation::swiglu;
  const Arrays halves = initial_weights(gated, 1);
  EXPECT_EQ(transformer_arrays(gated, with_names_of_llama(gated, halves), "a"), halves);
}

TEST(TransformerWeights, WhatDoesNotFitIsNamed) {
  const Arrays own = initial_weights(shape, 1);
  Arrays file = own;
  file.erase("layers.1.up.weight");
  EXPECT_NE(refusal(file).find("a.safetensors: tensor layers.1.up.weight is missing"), std::string::npos);
  file = own;
  file["layers.0.qkv.bias"] = {{24}, std::vector<float>(24)};
  EXPECT_NE(refusal(file).find("layers.0.qkv.bias has no place"), std::string::npos);
  file = own;
  file["layers.0.down.weight"].shape = {8, 24};
  EXPECT_NE(refusal(file).find("layers.0.down.weight has shape [8, 24]"), std::string::npos);
  file = own;
  file["norm.weight"].values[3] = std::numeric_limits<float>::infinity();
  EXPECT_NE(refusal(file).find("norm.weight"), std::string::npos);
  file = with_names_of_llama(shape, own);
  file["lm_head.weight"].values[3] += 1;
  EXPECT_NE(refusal(file).find("lm_head.weight differs"), std::string::npos);
  EXPECT_NE(refusal({{"fc.weight", {{1}, {1}}}}).find("no weights of a transformer"), std::string::npos);
}

TEST(TransformerWeights, AFileGivesTheNetworkBack) {
  const Scratch scratch;
  const Arrays own = initial_weights(shape, 3);
  write_weights(scratch / "a.safetensors", {own, {}});
  EXPECT_EQ(to_arrays(Transformer(shape).load(scratch / "a.safetensors").weights), own);
}

}  // namespace
}  // namespace ttt
