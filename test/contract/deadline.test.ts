/** A call with a deadline ends at it, whatever the call does, and leaves no timer behind. */

import { withDeadline } from '../../contract/deadline';

const MESSAGE = 'the call must end within 20 ms, got no whole answer';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('A deadline', () => {
  test('ends a call that ignores the signal, and not before', async () => {
    const ends: string[] = [];
    const never = withDeadline(20, () => new Promise(() => undefined));
    const ended = never.catch((error: Error) => void ends.push(error.message));
    await jest.advanceTimersByTimeAsync(19);
    expect(ends).toStrictEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await ended;
    expect(ends).toStrictEqual([MESSAGE]);
  });

  test('aborts the signal with the error that it throws, named as in the SDK', async () => {
    const reasons: unknown[] = [];
    const late = withDeadline(20, async (signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      await new Promise(() => undefined);
    });
    const thrown = late.catch((error: Error) => error);
    await jest.advanceTimersByTimeAsync(20);
    const error = await thrown;
    expect(reasons).toStrictEqual([error]);
    expect(`${error}`).toBe(`TimeoutError: ${MESSAGE}`);
  });

  test('returns an answer, and stops its timer, which would keep a process alive', async () => {
    expect(await withDeadline(1_000, async () => 'answer')).toBe('answer');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('throws the error of a call that failed, and stops its timer', async () => {
    const failed = withDeadline(1_000, () => Promise.reject(new Error('of its own')));
    await expect(failed).rejects.toThrow('of its own');
    expect(jest.getTimerCount()).toBe(0);
  });
});
