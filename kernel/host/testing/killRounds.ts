import { setTimeout as pause } from 'node:timers/promises';
import * as Y from 'yjs';
import { parseNotebook } from '../../notebook/ipynb.ts';
import { cellSource, readCell, TYPING_ORIGIN } from '../../notebook/notebookDocument.ts';
import { connect, endProcess, nextCell, openNotebook, type HostClient, type HostFixture, type OpenedNotebook, type RunningHost } from './hostFixture.ts';

/** What random kills did to somebody who types and runs all the while. */
export interface KillReport {
  rounds: number;
  readonly kills: Record<Victim, number>;
  /** Characters that were acknowledged and then gone: must stay 0. */
  lostAcknowledged: number;
  /** Times the file on disk was no notebook, or held what nobody typed: must stay 0. */
  damagedFiles: number;
  /** Times a cell that had an output came back without one: must stay 0. */
  lostOutputs: number;
  /** The oldest typed character that was ever lost, in milliseconds before the kill. */
  oldestLossMs: number;
}

type Victim = 'host' | 'kernel' | 'window';
interface Typed {
  readonly character: string;
  readonly typedAtMs: number;
  acknowledged: boolean;
}

const NOTEBOOK = JSON.stringify({
  cells: ['text', 'query'].map((id) => ({ cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: id === 'query' ? '%%sql\nselect 1' : '' })),
  metadata: { language_info: { name: 'sql' } },
  nbformat: 4,
  nbformat_minor: 5,
});
const LIFE_MS_MAX = 400;

/** Types and runs in one notebook, kills host, kernel or window with kill -9 at a random moment, attaches again, compares. */
export async function runKillRounds(fixture: HostFixture, rounds: number, random: () => number): Promise<KillReport> {
  await fixture.put('n.ipynb', NOTEBOOK);
  const report: KillReport = { rounds: 0, kills: { host: 0, kernel: 0, window: 0 }, lostAcknowledged: 0, damagedFiles: 0, lostOutputs: 0, oldestLossMs: 0 };
  let host = await fixture.start();
  await runOnce(host);
  let text = '';
  let hadOutput = true;
  for (; report.rounds < rounds; report.rounds++) {
    const window = await connect(host);
    const notebook = await openNotebook(window, 'n.ipynb');
    const shown = readCell(notebook.doc, 'text')?.source ?? '';
    if (shown !== text) throw new TypeError(`the window shows ${JSON.stringify(shown)} after ${JSON.stringify(text)}`);
    if (hadOutput && notebook.cells[1]?.outputs.length === 0) report.lostOutputs++;
    hadOutput = (notebook.cells[1]?.outputs.length ?? 0) > 0;

    const typed: Typed[] = [];
    let alive = true;
    const working = workUntilDead(window, notebook, typed, () => alive);
    await pause(random() * LIFE_MS_MAX);
    const victim = pick(random());
    const killedAtMs = Date.now();
    alive = victim === 'kernel';
    await kill(victim, host, window);
    report.kills[victim]++;
    if (victim === 'kernel') {
      await pause(random() * LIFE_MS_MAX); // typing goes on while the kernel is away
      alive = false;
    }
    await working;
    window.close();
    if (victim === 'host') host = await fixture.start();
    text = await compare(fixture, host, { before: text, typed, killedAtMs, report });
  }
  return report;
}

/** Types a character every few milliseconds without waiting for the answer, as people do, and runs a cell now and then. */
async function workUntilDead(window: HostClient, { notebookId, doc }: OpenedNotebook, typed: Typed[], isAlive: () => boolean): Promise<void> {
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== TYPING_ORIGIN) return;
    const entry = typed.at(-1);
    window.request('notebooks.update', { notebookId, update: Buffer.from(update).toString('base64') }).then(
      () => {
        if (entry !== undefined) entry.acknowledged = true;
      },
      () => undefined, // killed before the answer: that is what is counted
    );
  });
  window.on('notebooks.updated', ({ update }) => Y.applyUpdate(doc, Buffer.from(update, 'base64')));
  for (let count = 0; isAlive(); count++) {
    const character = 'abcdefghijklmnopqrstuvwxyz'.charAt(count % 26);
    typed.push({ character, typedAtMs: Date.now(), acknowledged: false });
    doc.transact(() => {
      const source = cellSource(doc, 'text');
      source?.insert(source.length, character);
    }, TYPING_ORIGIN);
    if (count % 20 === 5) window.request('notebooks.run', { notebookId, cellIds: ['query'] }).catch(() => undefined);
    await pause(4);
  }
}

/** Attaches as a new window does. @returns the text that is there now */
async function compare(
  fixture: HostFixture,
  host: RunningHost,
  { before, typed, killedAtMs, report }: { readonly before: string; readonly typed: readonly Typed[]; readonly killedAtMs: number; readonly report: KillReport },
): Promise<string> {
  const onDisk = await readOnDisk(fixture);
  const wanted = before + typed.map(({ character }) => character).join('');
  if (onDisk === undefined || !wanted.startsWith(onDisk)) report.damagedFiles++;
  const window = await connect(host);
  const now = readCell((await openNotebook(window, 'n.ipynb')).doc, 'text')?.source ?? '';
  window.close();
  const kept = now.length - before.length;
  if (!wanted.startsWith(now)) report.damagedFiles++;
  report.lostAcknowledged += typed.slice(kept).filter(({ acknowledged }) => acknowledged).length;
  const firstLost = typed[kept];
  if (firstLost !== undefined) report.oldestLossMs = Math.max(report.oldestLossMs, killedAtMs - firstLost.typedAtMs);
  return now;
}

/** undefined where the file is no notebook. */
async function readOnDisk(fixture: HostFixture): Promise<string | undefined> {
  try {
    return parseNotebook(await fixture.get('n.ipynb')).cells[0]?.content.source;
  } catch {
    return undefined;
  }
}

function pick(value: number): Victim {
  return value < 0.4 ? 'host' : value < 0.7 ? 'kernel' : 'window';
}

async function kill(victim: Victim, host: RunningHost, window: HostClient): Promise<void> {
  if (victim === 'host') await endProcess(host.process, 'SIGKILL');
  else if (victim === 'window') window.close();
  else {
    const { kernel } = await window.request('workbench.hello', { rpcVersion: 1 });
    if ('pid' in kernel) process.kill(kernel.pid, 'SIGKILL');
  }
}

/** Makes the first output, so that every round has one to lose. */
async function runOnce(host: RunningHost): Promise<void> {
  const window = await connect(host);
  const { notebookId } = await openNotebook(window, 'n.ipynb');
  const finished = nextCell(window, 'query', ({ run }) => run.kind === 'finished');
  await window.request('notebooks.run', { notebookId, cellIds: ['query'] });
  await finished;
  window.close();
}
