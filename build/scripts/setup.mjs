// `npm run setup`: what `npm start` and `npm test` do first.
import { ensureBuilt, ensureInstalled } from './toolchain.mjs';

ensureInstalled();
ensureBuilt();
