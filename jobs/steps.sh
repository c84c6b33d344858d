# Steps that run side by side, each with a log, and one progress line with an estimate of the time left.
# To be sourced. Needs $logs (folder of the logs) and a function `stand STEP`, which prints how far a running step is:
# "N of M ..." gives the estimate a measure, anything else is only shown. Times are whole seconds.
#
#   plan STEP SECONDS       a step to come and what it typically takes
#   begin STEP COMMAND...   starts it in the background
#   finish STEP HINT        waits for it; when it fails: the end of its log and the hint, then exit 1
#   planned STEP            is it still to be done?

declare -A typical=() began=() process=()
trap 'for p in "${process[@]}"; do kill -- "-$p" 2>/dev/null; done' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

plan() { typical[$1]=$2; }
planned() { [ -n "${typical[$1]:-}" ]; }

begin() {
  local step=$1
  shift
  began[$step]=$SECONDS
  : > "$logs/$step.log"
  set -m  # a process group each, so that stopping us stops them whole
  "$@" < /dev/null > "$logs/$step.log" 2>&1 &
  set +m
  process[$step]=$!
}

finish() {
  local step=$1 hint=$2 shown=$SECONDS
  while kill -0 "${process[$step]}" 2>/dev/null; do
    if [ -t 1 ]; then
      printf '\r\033[K  %-12s %s' "$step" "$(progress "$step")"
    elif [ $((SECONDS - shown)) -ge 10 ]; then
      shown=$SECONDS
      printf '  %-12s %s\n' "$step" "$(progress "$step")"
    fi
    sleep 0.2
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  local took=$((SECONDS - began[$step])) status=0
  wait "${process[$step]}" || status=$?
  unset "process[$step]" "began[$step]" "typical[$step]"
  if [ "$status" != 0 ]; then
    printf '  %-12s failed after %d s; the end of %s:\n' "$step" "$took" "$logs/$step.log" >&2
    tail -n 20 "$logs/$step.log" | sed 's/^/    /' >&2
    printf '%s\n' "$hint" >&2
    exit 1
  fi
  printf '  %-12s done in %d s%s\n' "$step" "$took" "$(left_of_all)"
}

progress() { printf '%s, %d s%s' "$(stand "$1")" "$((SECONDS - began[$1]))" "$(left_of_all)"; }

# Running steps overlap, so the longest of them counts; the others follow one after another.
left_of_all() {
  local step left longest=0 sum=0
  for step in "${!typical[@]}"; do
    if [ -z "${began[$step]:-}" ]; then
      sum=$((sum + typical[$step]))
    else
      left=$(left_of "$step")
      longest=$((left > longest ? left : longest))
    fi
  done
  if [ $((sum + longest)) -gt 0 ]; then printf '; about %d s left' $((sum + longest)); fi
}

# From what is typical, and more and more from this run's own speed as its count advances.
left_of() {
  local took=$((SECONDS - began[$1])) expected=${typical[$1]} done all
  if [[ $(stand "$1") =~ ^([0-9]+)\ of\ ([0-9]+) ]]; then
    done=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
    if [ "$done" -gt 0 ] && [ "$all" -gt 0 ]; then
      local weight=$((2 * done < all ? 200 * done / all : 100))  # per cent
      expected=$(((expected * (100 - weight) + took * all / done * weight) / 100))
    fi
  fi
  echo $((expected > took ? expected - took : took / 8 + 1))
}
