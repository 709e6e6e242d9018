import { describe, expect, it } from 'vitest';
import { LakebookError } from '../../../kernel/base/errors.ts';
import { CountsFeed, type VersionCounts } from './countsFeed.ts';

interface Asked {
  readonly version: number;
  readonly answer: () => void;
  readonly fail: () => void;
}

function setUp(bounds = { oldest: 0, latest: 100 }) {
  const asked: Asked[] = [];
  const feed = new CountsFeed(bounds, (version) => new Promise<VersionCounts>((resolve, reject) => asked.push({ version, answer: () => resolve({ version, timestampMs: 0, numFiles: version, sizeBytes: 0 }), fail: () => reject(new LakebookError('RPC_DISCONNECTED', { peer: 'x' })) })));
  const shown = (): string => {
    const state = feed.state();
    return state.kind === 'counts' ? `v${state.counts.version}` : state.kind;
  };
  return { feed, asked, shown, versions: () => asked.map(({ version }) => version) };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('counts under a moving scrubber', () => {
  it('come one after the other while it moves, and end where it rests', async () => {
    const { feed, asked, shown, versions } = setUp();
    feed.want(50);
    feed.want(40);
    feed.want(30);
    expect(versions()).toEqual([50]);
    asked[0]!.answer();
    await settled();
    expect([shown(), versions()]).toEqual(['v50', [50, 30]]);
    asked[1]!.answer();
    await settled();
    expect(shown()).toBe('v30');
  });

  it('are there at once for the neighbours of where it rests', async () => {
    const { feed, asked, shown } = setUp();
    feed.want(50);
    for (let turn = 0; turn < 5; turn++) {
      asked.at(-1)!.answer();
      await settled();
    }
    expect([shown(), asked.map(({ version }) => version)]).toEqual(['v50', [50, 51, 49, 52, 48]]);
    feed.want(49);
    expect(shown()).toBe('v49');
  });

  it('are not asked for beyond the versions there are', async () => {
    const { feed, asked, versions } = setUp({ oldest: 0, latest: 0 });
    feed.want(0);
    asked[0]!.answer();
    await settled();
    expect(versions()).toEqual([0]);
  });

  it('that cannot be made say so, and are asked for again only when wanted again', async () => {
    const { feed, asked, shown, versions } = setUp({ oldest: 3, latest: 3 });
    feed.want(3);
    asked[0]!.fail();
    await settled();
    expect([shown(), versions()]).toEqual(['failed', [3]]);
    feed.want(3);
    asked[1]!.answer();
    await settled();
    expect(shown()).toBe('v3');
  });

  it('end with the page', async () => {
    const { feed, asked, versions } = setUp();
    feed.want(50);
    feed.dispose();
    asked[0]!.answer();
    await settled();
    expect(versions()).toEqual([50]);
  });
});
