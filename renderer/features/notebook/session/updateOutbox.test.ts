import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { createUpdateOutbox } from './updateOutbox.ts';

describe('update outbox', () => {
  it('sends one update at a time and merges what comes meanwhile', async () => {
    const { text, remote, answers, requests } = setUp();
    type(text, 'a');
    type(text, 'b');
    type(text, 'c');
    expect(requests()).toBe(1);
    answers.shift()?.(true);
    await settled();
    expect([requests(), remote()]).toEqual([2, 'a']);
    answers.shift()?.(true);
    await settled();
    expect(remote()).toBe('abc');
  });

  it('keeps everything that was not acknowledged and sends it again', async () => {
    const { text, remote, answers, outbox } = setUp();
    type(text, 'a');
    type(text, 'b');
    answers.shift()?.(false);
    await settled();
    type(text, 'c');
    expect([remote(), answers.length]).toEqual(['', 0]);
    outbox.resume();
    answers.shift()?.(true);
    await settled();
    expect([remote(), outbox.unsent]).toEqual(['abc', undefined]);
  });

  it('says when all is acknowledged, and does not wait for a lost host', async () => {
    const { text, answers, outbox, states } = setUp();
    await outbox.flushed();
    type(text, 'a');
    const flushed = outbox.flushed();
    answers.shift()?.(true);
    await flushed;
    type(text, 'b');
    const failed = outbox.flushed();
    answers.shift()?.(false);
    await failed;
    expect(states).toEqual(['waiting', 'idle', 'waiting', 'waiting failed']);
  });
});

function setUp() {
  const local = new Y.Doc();
  const far = new Y.Doc();
  const answers: ((ok: boolean) => void)[] = [];
  const states: string[] = [];
  let requests = 0;
  const outbox = createUpdateOutbox({
    send: (update) => {
      requests += 1;
      return new Promise((resolve, reject) => {
        answers.push((ok) => {
          if (!ok) return reject(new Error('gone'));
          Y.applyUpdate(far, update);
          resolve();
        });
      });
    },
    onChange: ({ waiting, error }) => states.push([waiting ? 'waiting' : 'idle', ...(error === undefined ? [] : ['failed'])].join(' ')),
  });
  local.on('update', (update: Uint8Array) => outbox.push(update));
  return { text: local.getText('t'), remote: () => far.getText('t').toJSON(), answers, outbox, states, requests: () => requests };
}

function type(text: Y.Text, value: string): void {
  text.insert(text.length, value);
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
