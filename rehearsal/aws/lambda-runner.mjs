/**
 * Stands in for the Lambda runtime inside the child process: loads the bundle, and calls its
 * handler once for each event that the parent sends.
 */

const { handler } = await import(process.argv[2]);

const now = Date.now;

process.on('message', async ({ event, diesAtMs, offsetMs }) => {
  // The clock of the rehearsal may be years ahead.
  Date.now = () => now() + offsetMs;
  const context = { getRemainingTimeInMillis: () => diesAtMs - now() };
  try {
    const result = await handler(event, context);
    process.send({ ok: true, result });
  } catch (error) {
    // As in Lambda, the caller gets the error's name and message.
    process.send({ ok: false, name: error.name, code: error.code, message: error.message });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
