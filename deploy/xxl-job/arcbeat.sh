#!/usr/bin/env bash
# A job of XXL-JOB of the type GLUE(Shell): starts a job of arcbeat over HTTP and follows its run. The executor needs arcbeat-client.
# The job parameter is the name of the job and its options, for example: check_latest --param devices_per_type=50
set -euo pipefail
export ARCBEAT_URL=${ARCBEAT_URL:-https://arcbeat.example.com}
export ARCBEAT_API_KEY_FILE=${ARCBEAT_API_KEY_FILE:-/etc/arcbeat/api-key}

# The name of this file is JOBID_TIME.sh. XXL-JOB does not pass the scheduled moment on, so it is the minute of the clock.
job_id=$(basename "$0" | cut -d_ -f1)
read -ra arguments <<< "$1"
# XXL-JOB sends SIGTERM to this process only: exec passes it on, and the client then cancels the run.
exec arcbeat-client run "${arguments[@]}" --key "xxl-job/$job_id/$(date -u +%FT%H:%MZ)"
