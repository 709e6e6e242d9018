import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The oldest Electron that is tested.
    target: 'chrome108',
    cssTarget: 'chrome108',
    // `font-src 'self'` refuses data: addresses, and an inline script would break `script-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Monaco and Plotly are large, and load when they are first needed.
    chunkSizeWarningLimit: 5_000,
  },
  worker: { format: 'es' },
});
