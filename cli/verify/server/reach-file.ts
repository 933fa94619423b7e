/**
 * What another host sees of a port: `verify --reachable HOST:PORT --json` writes it there, and
 * `verify --from FILE` reads it here.
 */

import { readFileSync, statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import { CliError } from '../../aws/cloud';
import { endWords } from '../../server/end-words';
import { openProbe, ProbeEnd } from '../../server/probe';
import type { CommandResult } from '../../terminal/screen';

export interface ReachFinding {
  /** The host that has tried. */
  readonly from: string;
  readonly target: string;
  readonly isOpen: boolean;
  /** `connection refused (ECONNREFUSED)`. */
  readonly seen: string;
  /** ISO time. */
  readonly at: string;
}

const TIMEOUT_MS = 5_000;
const FILE_BYTES_MAX = 64 * 1024;
const TEXT_MAX = 300;
const DAY_MS = 24 * 60 * 60 * 1000;
export const REACH_DAYS_MAX = 7;

/** Connects once and sends nothing. */
export async function reachable(given: string, now = new Date()): Promise<CommandResult> {
  const { host, port } = hostAndPort('--reachable', given);
  const probe = await openProbe({ host, port, timeoutMs: TIMEOUT_MS });
  const isOpen = !(probe instanceof ProbeEnd);
  if (isOpen) probe.close();
  const finding: ReachFinding = {
    from: hostname(),
    target: targetText(host, port),
    isOpen,
    seen: isOpen ? 'the connection opened' : endWords(probe),
    at: now.toISOString(),
  };
  return {
    exitCode: 0,
    lines: [`${finding.target} from ${finding.from}: ${finding.seen}`],
    json: finding,
  };
}

export function targetText(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function hostAndPort(option: string, given: string) {
  const [, v6, name, port = ''] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(given) ?? [];
  const host = v6 ?? name;
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
    return { host, port: Number(port) };
  }
  throw new CliError(
    `${option} must be HOST:PORT, such as 10.0.0.5:6379, got another text. Correct it.`,
  );
}

/** @throws CliError if the file is not one of `--reachable` about this port, or is old. */
export function reachFinding(file: string, port: number, now = new Date()): ReachFinding {
  const finding = parsed(textOf(file));
  const again = 'Run `verify --reachable HOST:PORT --json` on the other host again.';
  if (finding === undefined) {
    throw new CliError(
      `${file} must be what --reachable prints with --json, got no such. ${again}`,
    );
  }
  const seen = hostAndPort(file, finding.target);
  if (seen.port !== port) {
    throw new CliError(`${file} must be about port ${port}, got port ${seen.port}. ${again}`);
  }
  const days = (now.getTime() - Date.parse(finding.at)) / DAY_MS;
  if (days > REACH_DAYS_MAX || days < -1) {
    throw new CliError(
      `${file} must be at most ${REACH_DAYS_MAX} days old, got ${Math.floor(days)} days. ${again}`,
    );
  }
  return finding;
}

function textOf(file: string): string {
  try {
    if (statSync(file).size <= FILE_BYTES_MAX) return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `--from must be a file that can be read, got ${code} from ${file}. Name one.`,
    );
  }
  throw new CliError(`${file} must be smaller than 64 KiB, got a larger file. Name another.`);
}

function parsed(text: string): ReachFinding | undefined {
  try {
    const { from, target, isOpen, seen, at } = JSON.parse(text) as ReachFinding;
    const texts = [from, target, seen, at];
    const isText = (each: unknown) => typeof each === 'string' && each.length <= TEXT_MAX;
    if (!texts.every(isText) || typeof isOpen !== 'boolean') return undefined;
    return Number.isNaN(Date.parse(at)) ? undefined : { from, target, isOpen, seen, at };
  } catch {
    return undefined;
  }
}
