"""Trains the model's own byte-level BPE and writes it in the form of CLIP's tokenizer.json."""

import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

START, END = "<|startoftext|>", "<|endoftext|>"
CONTEXT = 32
WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)


def train_tokenizer(corpus, vocab_size, cleaning=()):
    """Learns merges from `corpus` (an iterable of strings) and returns a CLIP-style `Tokenizer`, which first makes the replacements of
    `cleaning`, pairs of a regular expression and what stands for it.

    The vocabulary is laid out as CLIP's: 256 bytes, the same bytes at a word's end, the merges in
    order, then the start and the end token.
    """
    learner = _shell(models.BPE(end_of_word_suffix="</w>"), cleaning)
    learner.train_from_iterator(
        corpus,
        trainers.BpeTrainer(
            vocab_size=vocab_size - 2 - 256,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            end_of_word_suffix="</w>",
            show_progress=False,
        ),
    )
    merges = [tuple(merge) for merge in json.loads(learner.to_str())["model"]["merges"]]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = letters + [letter + "</w>" for letter in letters]
    pieces += ["".join(merge) for merge in merges]
    pieces = list(dict.fromkeys(pieces))[: vocab_size - 2] + [START, END]
    known = set(pieces)
    merges = [merge for merge in merges if "".join(merge) in known]
    vocab = {piece: place for place, piece in enumerate(pieces)}
    tokenizer = _shell(
        models.BPE(
            vocab=vocab,
            merges=merges,
            unk_token=END,
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
        ),
        cleaning,
    )
    tokenizer.add_special_tokens([START, END])
    tokenizer.post_processor = processors.RobertaProcessing(
        sep=(END, vocab[END]), cls_token=(START, vocab[START]), trim_offsets=False, add_prefix_space=False
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _shell(model, cleaning):
    tokenizer = Tokenizer(model)
    replaced = [normalizers.Replace(Regex(pattern), text) for pattern, text in (*cleaning, (r"\s+", " "))]
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), *replaced, normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer
