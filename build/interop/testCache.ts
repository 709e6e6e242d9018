import os from 'node:os';
import path from 'node:path';

/** What these tests fetch or generate once a user and keep outside the clone. */
export const TEST_CACHE = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'lakebook-test');
