#!/usr/bin/env python3
"""GPT-2 of transformers, which learns from the next tokens of the text that it is to continue; low-rank factors adapt.

  gpt2.py FOLDER     writes gpt2.program (a small one with random weights: it shows the mechanics)
"""
import torch
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from example import Example, write_all
from ttt_export import LoRA, Loss, Tokens


def predict(model, x):
    return model(x, use_cache=False).logits


def next_token(model, x):
    return F.cross_entropy(predict(model, x)[:, :-1].flatten(0, 1), x[:, 1:].flatten())


def example(vocabulary: int = 2048, length: int = 64) -> Example:
    torch.manual_seed(1)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=vocabulary, n_positions=256, n_embd=256, n_layer=6, n_head=4, bos_token_id=0,
                                       eos_token_id=0))
    return Example(model, input=Tokens(length, vocabulary), predict=predict, losses={"next_token": Loss(next_token)},
                   adapt={"low_rank": LoRA(rank=8, on="*.c_attn"), "norm": "norm"}, learning_rate=1e-2, views=2)


EXAMPLES = {"gpt2": example}

if __name__ == "__main__":
    write_all(__doc__, EXAMPLES)
