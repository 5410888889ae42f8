"""Nouns of each line of standard input by Kiwi, one JSON list a line: what `npm run eval:words` compares ours with."""
import json
import sys

from kiwipiepy import Kiwi

kiwi = Kiwi()
lines = [line.rstrip("\n") for line in sys.stdin]
for tokens in kiwi.tokenize(lines):
    print(json.dumps([t.form for t in tokens if t.tag in ("NNG", "NNP")], ensure_ascii=False))
