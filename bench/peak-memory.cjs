/** Preloaded into every Node process of a measured command: notes its peak memory as it ends. */

const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  // `maxRSS` is in kilobytes on every platform.
  appendFileSync(process.env.BENCH_PEAK_FILE, `${process.resourceUsage().maxRSS}\n`);
});
