import { mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSink } from '../storage/wholeFile.ts';
import { pipeFile } from './rowWriters.ts';

/** Bytes kept on disk until it is known whether they are wanted: of a script's results only the last one is shown. */
export class HeldFile implements ByteSink {
  readonly #folder: string;
  readonly #file: FileHandle;
  #bytes = 0;

  private constructor(folder: string, file: FileHandle) {
    this.#folder = folder;
    this.#file = file;
  }

  static async create(parentFolder: string): Promise<HeldFile> {
    await mkdir(parentFolder, { recursive: true }); // the engine makes its own only when it spills
    const folder = await mkdtemp(join(parentFolder, 'held-'));
    return new HeldFile(folder, await open(join(folder, 'bytes'), 'a'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.appendFile(bytes);
    this.#bytes += bytes.byteLength;
  }

  async clear(): Promise<void> {
    if (this.#bytes === 0) return;
    await this.#file.truncate(0);
    this.#bytes = 0;
  }

  async pipeTo(sink: ByteSink): Promise<void> {
    if (this.#bytes > 0) await pipeFile(join(this.#folder, 'bytes'), sink);
  }

  async dispose(): Promise<void> {
    await this.#file.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
