#!/usr/bin/env bash
# make-log.sh BYTES [FILE]: a fairseq JSON log of about that size whose loss falls as a base run's does, for measuring the doctor's reader.
set -euo pipefail
bytes=${1:?how many bytes}
awk -v bytes="$bytes" 'BEGIN {
  srand(1);
  for (i = 1; n < bytes; i++) {
    u = i * 200; m = 3.2 + 3.5 * exp(-i / 300) + 0.02 * (rand() - 0.5); p = 0.01 + 2.2 * exp(-i);
    line = sprintf("[2023-05-01 10:%02d:%02d,%03d][train_inner][INFO] - {\"epoch\": %d, \"update\": %.3f, \"loss\": \"%.3f\", \"count_m_0\": \"56012.4\", \"count_u_0\": \"56871.9\", \"loss_m_0\": \"%.3f\", \"loss_u_0\": \"%.3f\", \"loss_features_pen\": \"%.3f\", \"correct_m_0\": \"%.6f\", \"correct_u_0\": \"%.6f\", \"ppl\": \"%.2f\", \"wps\": \"86322.5\", \"ups\": \"1.54\", \"wpb\": \"56012.4\", \"bsz\": \"145.1\", \"num_updates\": \"%d\", \"lr\": \"%.8f\", \"gnorm\": \"%.3f\", \"clip\": \"0\", \"loss_scale\": \"16\", \"train_wall\": \"129\", \"gb_free\": \"9.1\", \"wall\": \"%d\"}", (i / 60) % 60, i % 60, i % 1000, i / 20 + 1, i / 20, m + p, m, m + 0.8, p, 0.4 * (1 - exp(-i / 300)), 0.1, 2 ^ (m + p), u, 0.0005, 0.5 + 0.1 * rand(), i * 130);
    print line; n += length(line) + 1;
  }
}' > "${2:-/dev/stdout}"
