#!/bin/sh
# BudouX, Google's library that tells where a line of Chinese or Japanese may end, lets numbers end in their middle: its model of Traditional Chinese parts
# 1979年 into 19, 7 and 9年, and 1,800萬 into 1,80 and 0萬, that of Simplified 32% into 3 and 2%; and both part common words (權重, 數字, 钱包). Nothing warns,
# and with <wbr> between its parts, which is what the library is for, a browser breaks the number over two lines.
# The way round: cut words with a dictionary (jieba, ICU), and keep figures together with what they count.
#
# Seen 2026-11-30, Python 3.11, budoux 0.10.1:
#   1979年，香港經濟是深圳的178倍 -> 19|7|9年，|香港|經濟|是|深圳|的|17|8|倍
#   深圳1,800萬人 -> 深圳1,80|0萬|人
#   權重相等 -> 權|重相|等
#   32%的陆路旅客 -> 3|2%|的|陆路|旅客
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check budoux==0.10.1 2>/dev/null
PYTHONIOENCODING=utf-8 "$folder/env/bin/python" - <<'PY'
import budoux

traditional, simplified = budoux.load_default_traditional_chinese_parser(), budoux.load_default_simplified_chinese_parser()
for parser, text, expected in (
    (traditional, "1979年，香港經濟是深圳的178倍", "19|7|9年，|香港|經濟|是|深圳|的|17|8|倍"),
    (traditional, "深圳1,800萬人", "深圳1,80|0萬|人"),
    (traditional, "權重相等", "權|重相|等"),
    (simplified, "32%的陆路旅客", "3|2%|的|陆路|旅客"),
):
    found = "|".join(parser.parse(text))
    print(f"{text} -> {found}")
    assert found == expected, found
PY
