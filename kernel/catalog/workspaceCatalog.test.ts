import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasCode } from '../base/errors.ts';
import { SEARCH_LIMITS } from './tableSearch.ts';
import { createWorkspaceCatalog, type CatalogOptions, type TableListing } from './workspaceCatalog.ts';

const HOME = { catalog: 'spark_catalog', schema: 'default' };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lakebook-catalog-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function makeTables(...paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => mkdir(join(root, path, '_delta_log'), { recursive: true })));
}
async function search(options?: CatalogOptions): Promise<TableListing> {
  const catalog = createWorkspaceCatalog(root, options);
  const listing = await catalog.refresh();
  catalog.dispose();
  return listing;
}
const names = (listing: TableListing): readonly (string | undefined)[] => listing.tables.map(({ name }) => name);

describe('search', () => {
  it.each([
    { name: 'names tables by their path', made: ['orders', 'sales/orders', 'eu/sales/orders'], expected: ['`eu/sales`.orders', 'orders', 'sales.orders'] },
    { name: 'puts odd names in backticks', made: ['raw data/2024-01', 'a`b'], expected: ['`a``b`', '`raw data`.`2024-01`'] },
    { name: 'skips hidden folders and packages', made: ['.cache/t', 'node_modules/t', '.lakebook/t', 'seen/t'], expected: ['seen.t'] },
    { name: 'does not enter tables', made: ['t', 't/region=eu/u'], expected: ['t'] },
    { name: 'finds nothing in an empty folder', made: [], expected: [] },
  ])('$name', async ({ made, expected }) => {
    await makeTables(...made);
    const listing = await search();
    expect({ names: names(listing), complete: listing.complete }).toEqual({ names: expected, complete: true });
  });

  it('is made again behind one that runs, where tables came meanwhile', async () => {
    const catalog = createWorkspaceCatalog(root);
    const running = catalog.refresh();
    catalog.searchAgain();
    await running;
    await makeTables('late');
    const listing = await new Promise<TableListing>((settle) => catalog.onChange(settle));
    catalog.dispose();
    expect(names(listing)).toEqual(['late']);
  });

  it('names a root that is a table after its folder', async () => {
    await makeTables('');
    expect((await search()).tables).toEqual([{ name: `\`${basename(root)}\``, relativePath: '', path: root }]);
  });

  it('lists tables whose names differ in case alone without a name', async () => {
    await makeTables('orders', 'Orders');
    expect((await search()).tables).toEqual([
      { relativePath: 'Orders', path: join(root, 'Orders'), clash: ['orders'] },
      { relativePath: 'orders', path: join(root, 'orders'), clash: ['Orders'] },
    ]);
  });

  it('ends in a tree of links that lead in circles', async () => {
    await makeTables('inside/t');
    const outside = await mkdtemp(join(tmpdir(), 'lakebook-outside-'));
    await mkdir(join(outside, 'u', '_delta_log'), { recursive: true });
    await symlink(root, join(root, 'self'));
    await symlink(join(root, 'inside'), join(root, 'again'));
    await symlink(outside, join(root, 'linked'));
    await symlink(outside, join(outside, 'loop'));
    await symlink(tmpdir(), join(outside, 'up'));
    expect(names(await search())).toEqual(['inside.t', 'linked.u']);
    await rm(outside, { recursive: true, force: true });
  });

  it('says where it stopped', async () => {
    await makeTables('t', 'a/b/c/d/u');
    const listing = await search({ limits: { ...SEARCH_LIMITS, depthMax: 2 } });
    expect({ names: names(listing), note: listing.note }).toEqual({ names: ['t'], note: expect.stringContaining('no deeper') });
  });

  it('finds 10,000 tables and tells of them while it searches', { timeout: 60_000 }, async () => {
    for (let schema = 0; schema < 100; schema++) await makeTables(...Array.from({ length: 100 }, (_, table) => `s${schema}/t${table}`));
    const catalog = createWorkspaceCatalog(root);
    const told: TableListing[] = [];
    catalog.onChange((listing) => told.push(listing));
    const listing = await catalog.refresh();
    expect([listing.tables.length, listing.complete, told.at(-1)]).toEqual([10_000, true, listing]);
    expect(catalog.nearTables(['s7', 't99x'])).toContain('s7.t99');
    expect(catalog.schemas().length).toBe(101);
  });

  it('keeps the old listing until a second search has ended', async () => {
    await makeTables('a');
    const catalog = createWorkspaceCatalog(root);
    await catalog.refresh();
    await makeTables('b');
    const again = catalog.refresh();
    expect(names(catalog.listing())).toEqual(['a']);
    expect(names(await again)).toEqual(['a', 'b']);
  });
});

describe('lookup', () => {
  it.each([
    { name: 'one part in the root', parts: ['orders'], path: 'orders' },
    { name: 'the default schema', parts: ['default', 'ORDERS'], path: 'orders' },
    { name: 'schema and table, ignoring case', parts: ['SALES', 'Orders'], path: 'sales/orders' },
    { name: 'the full name', parts: ['spark_catalog', 'sales', 'orders'], path: 'sales/orders' },
    { name: 'the other name of the catalog', parts: ['workspace', 'sales', 'orders'], path: 'sales/orders' },
    { name: 'folders joined by a slash as a schema', parts: ['eu/sales', 'orders'], path: 'eu/sales/orders' },
    { name: 'a folder named default', parts: ['extra'], path: 'default/extra' },
    { name: 'the current schema', parts: ['orders'], current: 'sales', path: 'sales/orders' },
    { name: 'no table', parts: ['sales'], path: undefined },
    { name: 'another catalog', parts: ['other', 'sales', 'orders'], path: undefined },
    { name: 'a hidden folder', parts: ['.cache', 't'], path: undefined },
    { name: 'a folder inside a table', parts: ['orders', 'part'], path: undefined },
    { name: 'a way out of the workspace', parts: ['../x', 't'], path: undefined },
  ])('finds by $name', async ({ parts, current, path }) => {
    await makeTables('orders', 'orders/part', 'sales/orders', 'eu/sales/orders', 'default/extra', '.cache/t', '../lakebook-out/x/t');
    const catalog = createWorkspaceCatalog(root);
    const entry = await catalog.lookup(parts, { ...HOME, schema: current ?? 'default' });
    expect(entry?.path).toBe(path === undefined ? undefined : join(root, path));
    await rm(join(root, '../lakebook-out'), { recursive: true, force: true });
  });

  it('gives the full name in the spelling of the folders', async () => {
    await makeTables('Sales/Orders');
    const entry = await createWorkspaceCatalog(root).lookup(['sales', 'orders'], HOME);
    expect(entry?.fullName).toEqual(['spark_catalog', 'Sales', 'Orders']);
  });

  it('refuses a name that two folders share', async () => {
    await makeTables('orders', 'default/Orders');
    const error = await createWorkspaceCatalog(root).lookup(['orders'], HOME).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'AMBIGUOUS_TABLE_NAME') && error.parameters['paths']).toBe('"orders" and "default/Orders"');
  });

  it('takes a file for no table', async () => {
    await writeFile(join(root, 'orders'), '');
    expect(await createWorkspaceCatalog(root).lookup(['orders'], HOME)).toBeUndefined();
  });
});

describe('tables elsewhere', () => {
  const away = { schema: 'sales', table: 'Orders', path: '/data/orders' };

  it('have names beside those of folders, until they are removed', async () => {
    await makeTables('hr/people');
    const catalog = createWorkspaceCatalog(root);
    expect(await catalog.external.add(away)).toBe(true);
    expect((await catalog.refresh()).tables).toEqual([
      { name: 'hr.people', relativePath: 'hr/people', path: join(root, 'hr/people') },
      { name: 'sales.Orders', relativePath: 'sales/Orders', path: '/data/orders', isExternal: true },
    ]);
    expect([await catalog.lookup(['SALES', 'orders'], HOME), catalog.schemas()]).toEqual([{ fullName: ['spark_catalog', 'sales', 'Orders'], path: '/data/orders', isExternal: true }, ['default', 'hr', 'sales']]);
    await catalog.external.replace({ ...away, path: '/data/other' });
    expect((await catalog.lookup(['sales', 'orders'], HOME))?.path).toBe('/data/other');
    await catalog.external.remove(away);
    expect([await catalog.lookup(['sales', 'orders'], HOME), names(await catalog.refresh())]).toEqual([undefined, ['hr.people']]);
  });

  it('are not for Git', async () => {
    await createWorkspaceCatalog(root).external.add(away);
    expect(await readFile(join(root, '.lakebook/tables/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('get a name once, whoever asks for it first', async () => {
    const catalogs = Array.from({ length: 8 }, () => createWorkspaceCatalog(root));
    const added = await Promise.all(catalogs.map((catalog, index) => catalog.external.add({ ...away, table: index % 2 === 0 ? 'orders' : 'ORDERS', path: `/data/${index}` })));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect((await catalogs[0]!.lookup(['sales', 'orders'], HOME))?.path).toBe(`/data/${added.indexOf(true)}`);
  });

  it('share no name with a folder that came later, unless it is the same table', async () => {
    const catalog = createWorkspaceCatalog(root);
    await catalog.external.add(away);
    await makeTables('sales/orders');
    const error = await catalog.lookup(['sales', 'orders'], HOME).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'AMBIGUOUS_TABLE_NAME') && error.parameters['paths']).toBe('"sales/orders" and "/data/orders"');
    expect((await catalog.refresh()).tables.map(({ clash }) => clash)).toEqual([['sales/orders'], ['/data/orders']]);
    await catalog.external.replace({ ...away, table: 'orders', path: join(root, 'sales/orders') });
    expect([(await catalog.lookup(['sales', 'orders'], HOME))?.isExternal, names(await catalog.refresh())]).toEqual([false, ['sales.orders']]);
  });

  it.each([
    { name: 'no JSON', text: '{' },
    { name: 'no name', text: '{"table": 1}' },
    { name: 'nothing', text: '' },
  ])('are refused by name where their file holds $name, and passed over in lists', async ({ text }) => {
    const catalog = createWorkspaceCatalog(root);
    await catalog.external.add(away);
    const file = (await readdir(join(root, '.lakebook/tables'))).find((name) => name.endsWith('.json'));
    await writeFile(join(root, '.lakebook/tables', file!), text);
    const error = await catalog.lookup(['sales', 'orders'], HOME).catch((thrown: unknown) => thrown);
    expect([hasCode(error, 'EXTERNAL_TABLE_CORRUPT'), names(await catalog.refresh())]).toEqual([true, []]);
  });

  it('are written into no folder that a link leads to', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'lakebook-outside-'));
    await symlink(outside, join(root, '.lakebook'));
    const error = await createWorkspaceCatalog(root).external.add(away).catch((thrown: unknown) => thrown);
    expect([hasCode(error, 'EXTERNAL_TABLE_CORRUPT'), await readdir(join(outside, 'tables'))]).toEqual([true, []]);
    await rm(outside, { recursive: true, force: true });
  });
});

it('names near tables, a right table in a wrong schema first', async () => {
  await makeTables('sales/orders', 'sales/order_lines', 'hr/people', 'ordrs');
  const catalog = createWorkspaceCatalog(root);
  await catalog.refresh();
  expect(catalog.nearTables(['sale', 'orders'])[0]).toBe('sales.orders');
  expect(catalog.nearTables(['orders'])).toEqual(['ordrs', 'sales.orders']);
});
