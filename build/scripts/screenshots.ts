/** Takes the README's screenshots from the running app: `node build/scripts/screenshots.ts` after `npm run setup`. */
import { chromium, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const IMAGES = path.join(ROOT, 'docs/images');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-shots-'));
const workspace = path.join(home, 'quickstart');
fs.cpSync(path.join(ROOT, 'examples/quickstart'), workspace, { recursive: true, preserveTimestamps: true });

const host = spawn(process.execPath, [path.join(ROOT, 'dist/kernel/host.mjs'), '--workspace', workspace], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, LAKEBOOK_STATE: path.join(home, 'state') },
});
const line = await new Promise<string>((resolve) => host.stdout.once('data', (part: Buffer) => resolve(part.toString())));
const { url } = JSON.parse(line) as { url: string };
const browser = await chromium.launch({ executablePath: process.env['LAKEBOOK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  fs.mkdirSync(IMAGES, { recursive: true });
  await take('light', photographNotebook);
  await take('light', photographProfile);
  await take('dark', photographTable);
} finally {
  await browser.close();
  host.kill('SIGTERM');
  await new Promise((resolve) => host.once('exit', resolve));
  fs.rmSync(home, { recursive: true, force: true });
}

async function take(colorScheme: 'light' | 'dark', photograph: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('tree', { name: 'Files' }).waitFor();
  await photograph(page);
  await context.close();
}

async function photographNotebook(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: '1 query and chart.ipynb' }).dblclick();
  await page.getByRole('button', { name: 'Run all' }).click();
  await page.getByRole('grid').first().waitFor();
  await save(page, 'notebook');
  await page.getByRole('list', { name: 'Cells' }).hover();
  await page.mouse.wheel(0, 640);
  await page.locator('.js-plotly-plot').first().waitFor();
  await save(page, 'chart');
}

async function photographTable(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Tables' }).click();
  await page.getByRole('row', { name: /orders/ }).or(page.getByRole('treeitem', { name: /orders/ })).first().dblclick();
  await page.getByRole('slider', { name: 'Version' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('tab', { name: 'History' }).click();
  await save(page, 'table');
}

async function photographProfile(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: '3 pruning.ipynb' }).dblclick();
  await page.getByRole('button', { name: 'Run all' }).click();
  await page.getByRole('list', { name: 'Cells' }).hover();
  await page.mouse.wheel(0, 420);
  const cell = page.getByRole('group', { name: /^Cell 5 of / });
  await cell.getByRole('button', { name: 'Profile' }).click();
  await cell.getByRole('region', { name: 'Profile of the run' }).waitFor();
  await save(page, 'profile');
}

async function save(page: Page, name: string): Promise<void> {
  await page.mouse.move(640, 796); // nothing there has a tooltip
  await page.waitForTimeout(1_500); // fonts, fades and the first page of rows
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
}
