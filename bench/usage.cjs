/**
 * Preloaded into every Node process of a measured command: notes its peak memory and CPU time as
 * it ends.
 */

const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  // `maxRSS` is in kilobytes on every platform, the times are in microseconds.
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  appendFileSync(process.env.BENCH_USAGE_FILE, `${maxRSS} ${userCPUTime + systemCPUTime}\n`);
});
