#!/bin/sh
# A calculator: each answer is worked out by awk, and the same question is asked again.
# Needs jq. Only digits, blanks and + - * / . ( ) reach awk.
while read -r line; do
  sum=$(printf '%s' "$line" | jq -r '.answer | tostring' | tr -cd '0-9 +*/.()-' | cut -c 1-200)
  result=$(awk "BEGIN { print ($sum) }" 2>/dev/null) || result="that is no sum"
  jq -cn --arg say "= ${result:-nothing}" '{say: $say, ask: "sum"}'
done
