import { expect, it } from 'vitest';
import type { KernelState } from '../../../kernel/rpc/workbench.ts';
import { formatBytes, summarizeKernel } from './kernelSummary.ts';

const alive = (kind: 'idle' | 'busy', memoryBytes: number): KernelState => ({ kind, pid: 7, memoryBytes, memoryLimitBytes: 4e9 });

it.each<{ name: string; kernel: KernelState; text: string; tone: string }>([
  { name: 'an idle kernel shows its memory', kernel: alive('idle', 512e6), text: 'Kernel idle · 512 MB of 4 GB', tone: 'normal' },
  { name: 'a busy one too', kernel: alive('busy', 1.44e9), text: 'Kernel busy · 1.4 GB of 4 GB', tone: 'normal' },
  { name: 'from 80 % on it warns', kernel: alive('idle', 3.2e9), text: 'Kernel idle · 3.2 GB of 4 GB', tone: 'warning' },
  { name: 'a dead one is an error', kernel: { kind: 'dead', reason: 'killed by SIGKILL' }, text: 'Kernel ended', tone: 'error' },
  { name: 'a starting one says so', kernel: { kind: 'starting' }, text: 'Kernel starting', tone: 'normal' },
])('$name', ({ kernel, text, tone }) => {
  expect(summarizeKernel(kernel)).toMatchObject({ text, tone });
});

it.each([
  { bytes: 0, text: '0 B' },
  { bytes: 999, text: '999 B' },
  { bytes: 1_500, text: '1.5 kB' },
  { bytes: 2_000_000, text: '2 MB' },
  { bytes: 123_456_789, text: '123 MB' },
])('$bytes bytes read $text', ({ bytes, text }) => {
  expect(formatBytes(bytes)).toBe(text);
});
