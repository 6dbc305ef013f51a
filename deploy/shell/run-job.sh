#!/usr/bin/env bash
# Starts a job of arcbeat over HTTP and follows its run, on machines without Python. It needs bash, curl and jq.
# Usage: ARCBEAT_URL=https://… ARCBEAT_API_KEY=… run-job.sh JOB KEY [BODY]
#   KEY is the Idempotency-Key, for example the scheduled moment; BODY is for example {"parameters": {"devices_per_type": 50}}
# Exit codes: 0 the run succeeded, 1 it failed or was not started, 2 the request was rejected, 5 it was cancelled, 7 arcbeat is unavailable.
set -euo pipefail
job=$1 key=$2 body=${3:-'{}'}
unavailable_seconds_max=300 request_seconds_max=20 poll_seconds=2

# request METHOD PATH [CURL OPTION...]: prints the body of the response; repeats the request while arcbeat is unavailable.
# It is called in a subshell, which ignores the signals, so that a request is never cut off.
request() {
  trap '' INT TERM
  local method=$1 path=$2 deadline=$((SECONDS + unavailable_seconds_max)) response status
  shift 2
  while true; do
    # The key is passed as a file: the arguments of a process are visible to other users.
    response=$(curl --silent --noproxy '*' --max-time "$request_seconds_max" --write-out '\n%{http_code}' --request "$method" \
      --header @<(printf 'X-API-Key: %s\n' "$ARCBEAT_API_KEY") "$@" "$ARCBEAT_URL$path") || true
    status=${response##*$'\n'}
    case $status in
    2??) printf '%s\n' "${response%$'\n'*}"; return ;;
    '' | 000 | 408 | 425 | 429 | 5??) ;;
    *) printf 'arcbeat responded with %s: %s\n' "$status" "${response%$'\n'*}" >&2; return 2 ;;
    esac
    if ((SECONDS >= deadline)); then echo "arcbeat has been unavailable for $unavailable_seconds_max s" >&2; return 7; fi
    echo "arcbeat is unavailable, trying again" >&2
    sleep $((poll_seconds + RANDOM % 3))
  done
}

stopped=
trap 'stopped=1' INT TERM # a scheduler that stops this script cancels the run; the loop then sees its end
run=$(request POST "/api/v1/jobs/$job/runs" --header "Idempotency-Key: $key" --header 'Content-Type: application/json' --data "$body")
id=$(jq .id <<< "$run")
echo "run $id of $job: $ARCBEAT_URL/jobs/runs/$id"

while state=$(jq -r .state <<< "$run"); [ "$state" = queued ] || [ "$state" = running ]; do
  if [ "$stopped" ]; then
    run=$(request POST "/api/v1/jobs/runs/$id/cancel")
    stopped=
  fi
  sleep "$poll_seconds" & wait $! || true # a signal ends the wait
  run=$(request GET "/api/v1/jobs/runs/$id")
done
jq -r '"run \(.id) \(.state) after \(.attempts) attempts; \(.error_message // .result)"' <<< "$run"
case $state in
succeeded) ;;
cancelled) exit 5 ;;
*) exit 1 ;;
esac
