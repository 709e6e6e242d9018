/** Bundles worker.ts into dist/bench, with the names of its sources beside it. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle, ROOT } from '../../build/scripts/bundles.ts';

const { metafile } = await build({ ...nodeBundle, sourcemap: false, entryPoints: { worker: 'bench/delta/worker.ts' }, outdir: 'dist/bench', metafile: true });
fs.writeFileSync(path.join(ROOT, 'dist/bench/inputs.json'), JSON.stringify(Object.keys(metafile.inputs)));
