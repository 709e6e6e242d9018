/** Bench: 500 generated notebooks of nbformat 4.0 to 4.5 opened and saved without an edit: no byte may change (UI bar 20). */
import { createHostFixture, connect } from '../../kernel/host/testing/hostFixture.ts';
import { seededRandom } from '../../build/testing/seededRandom.ts';
import { createFigures } from './figures.ts';
import { generateNotebook } from './generatedNotebooks.ts';

const FILES = 500;

const figures = createFigures('notebookFiles');
const fixture = await createHostFixture({ withKernel: false });
try {
  const random = seededRandom(20);
  const texts = Array.from({ length: FILES }, (_, index) => generateNotebook(random, index % 6));
  for (const [index, text] of texts.entries()) await fixture.put(`${index}.ipynb`, text);
  const client = await connect(await fixture.start());
  const times: number[] = [];
  let changed = 0;
  for (const [index, text] of texts.entries()) {
    const path = `${index}.ipynb`;
    const startedAtMs = performance.now();
    const { header } = await client.request('notebooks.open', { path });
    await client.request('notebooks.save', { notebookId: header.notebookId });
    await client.request('notebooks.close', { notebookId: header.notebookId });
    times.push(performance.now() - startedAtMs);
    if ((await fixture.get(path)) !== text) changed++;
  }
  figures.add('notebooks opened and saved', 'count', [FILES]);
  figures.expect('files with a changed byte', changed, 0);
  figures.add('open, save, close', 'ms', times);
  client.close();
} finally {
  await fixture.dispose();
}
figures.finish();
