import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { DESKTOP_CHANNELS } from '../../kernel/rpc/desktop.ts';
import { defaultWorkspace, readAppArguments } from './appArguments.ts';
import { installMenu } from './appMenu.ts';
import { errorPageUrl } from './errorPage.ts';
import { startHost, type HostHandle } from './hostProcess.ts';
import { lockDown, originOf } from './security.ts';
import { loadWindowState, saveWindowState } from './windowState.ts';

/** Entry point of the desktop app: one window over the host of one workspace. `LAKEBOOK_URL` names a host that runs. */
const APP_FOLDER = path.resolve(__dirname, '..', '..');
const RESTARTS_MAX = 5;
const RESTART_WINDOW_MS = 60_000;

let window: BrowserWindow | undefined;
let host: HostHandle | undefined;
let url: string | undefined;
let workspace: string | undefined;
let hostDeaths: number[] = [];

app.setName('Lakebook');
for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability']) app.commandLine.appendSwitch(name);
// No name is ever looked up: the window needs its host on loopback alone, and Chromium's own services (dictionaries) nobody asked for.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');

if (!app.requestSingleInstanceLock({ argv: process.argv, folder: process.cwd() })) {
  process.stdout.write('lakebook: window ready\n'); // the app that runs shows it
  app.exit(0);
} else {
  app.on('second-instance', (_event, argv, folder) => {
    window?.show();
    window?.focus();
    const wanted = readAppArguments(argv, folder, workspace ?? '').workspace;
    if (wanted !== '' && wanted !== workspace) void showWorkspace(wanted, undefined);
  });
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(start);
}

async function start(): Promise<void> {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = loadWindowState(stateFile);
  lockDown(() => (url === undefined ? undefined : originOf(url)));
  installMenu(() => window);
  answerBridge();
  const opened = createWindow(state.bounds);
  window = opened;
  if (state.maximized) opened.maximize();
  opened.on('close', () => saveWindowState(stateFile, opened, workspace));
  opened.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && url !== undefined) void load(url); // the host has everything: a new page shows it again
  });
  const running = process.env['LAKEBOOK_URL'];
  if (running !== undefined && running !== '') return load(running);
  const { workspace: wanted, port } = readAppArguments(process.argv.slice(1), process.cwd(), defaultWorkspace(APP_FOLDER, state.workspace));
  await showWorkspace(wanted, port);
}

function createWindow(bounds: Electron.Rectangle | undefined): BrowserWindow {
  const created = new BrowserWindow({
    width: 1280,
    height: 860,
    ...bounds,
    minWidth: 480,
    minHeight: 320,
    show: false,
    title: 'Lakebook',
    webPreferences: { preload: path.join(__dirname, 'preload.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false },
  });
  created.once('ready-to-show', () => created.show());
  void created.loadURL('about:blank');
  return created;
}

async function showWorkspace(folder: string, port: string | undefined): Promise<void> {
  host?.stopWatching();
  try {
    const started = await startHost(APP_FOLDER, folder, port);
    host = started;
    workspace = folder;
    started.onGone(() => void restartHost());
    await load(started.url);
  } catch (error) {
    await showError(`Lakebook could not open ${folder}`, error);
  }
}

/** A host that dies is started again on the same port, where the page finds it by itself. */
async function restartHost(): Promise<void> {
  if (workspace === undefined || window === undefined || window.isDestroyed()) return;
  const now = Date.now();
  hostDeaths = [...hostDeaths.filter((at) => now - at < RESTART_WINDOW_MS), now];
  if (hostDeaths.length > RESTARTS_MAX) return showError('The host of this workspace keeps ending', `It ended ${hostDeaths.length} times within a minute. The log in the state folder says why.`);
  try {
    const before = url;
    const started = await startHost(APP_FOLDER, workspace, undefined);
    host = started;
    started.onGone(() => void restartHost());
    if (started.url !== before) await load(started.url);
  } catch (error) {
    await showError('The host of this workspace ended and could not be started again', error);
  }
}

async function load(target: string): Promise<void> {
  if (window === undefined || window.isDestroyed()) return;
  const sameOrigin = url !== undefined && originOf(url) === originOf(target);
  url = target;
  try {
    // The token stands behind `#`: with the same origin only a reload makes the page read it again.
    await window.loadURL(target);
    if (sameOrigin) window.webContents.reload();
    process.stdout.write('lakebook: window ready\n');
  } catch (error) {
    await showError('The window could not be loaded', error);
  }
}

async function showError(title: string, error: unknown): Promise<void> {
  const detail = error instanceof Error ? error.message : String(error);
  process.stderr.write(`lakebook: ${title}: ${detail}\n`);
  await window?.loadURL(errorPageUrl(title, detail));
  process.stdout.write('lakebook: window ready\n');
}

/** Answers the page's main frame only, and only while it shows our host's page. */
function answerBridge(): void {
  const isOwn = (event: IpcMainInvokeEvent): boolean =>
    event.senderFrame !== null && event.senderFrame === event.sender.mainFrame && url !== undefined && originOf(event.senderFrame.url) === originOf(url);
  ipcMain.handle(DESKTOP_CHANNELS.chooseFolder, async (event) => {
    if (!isOwn(event) || window === undefined) return undefined;
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] });
    return filePaths[0];
  });
  ipcMain.handle(DESKTOP_CHANNELS.chooseSavePath, async (event, suggestedName: unknown) => {
    if (!isOwn(event) || window === undefined) return undefined;
    const { filePath, canceled } = await dialog.showSaveDialog(window, { defaultPath: typeof suggestedName === 'string' ? path.basename(suggestedName) : 'export' });
    return canceled ? undefined : filePath;
  });
  ipcMain.handle(DESKTOP_CHANNELS.openFolder, async (event, folder: unknown) => {
    if (isOwn(event) && typeof folder === 'string') await showWorkspace(path.resolve(folder), undefined);
  });
}
