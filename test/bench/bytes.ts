import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Measurement } from './measurement.js';

const root = path.resolve(import.meta.dirname, '../..');

/** What people download (the VSIX), and what each window loads (the bundle, without the second file for telemetry). */
export const bytes: Measurement = {
  name: 'bytes',
  async measure({ signal }) {
    const child = spawn('npm', ['run', '--silent', 'package'], {
      cwd: root,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (child.exitCode !== 0) throw new Error(`npm run package failed:\n${output}${errors}`);
    const size = async (file: string) => (await stat(path.join(root, 'dist', file))).size;
    return [
      { name: 'dist/extension.js', value: await size('extension.js'), unit: 'bytes', aim: { below: 100_000 } },
      { name: 'dist/telemetry.js, loaded late', value: await size('telemetry.js'), unit: 'bytes' },
      { name: 'VSIX', value: await size('alexa-network-mapping.vsix'), unit: 'bytes' },
    ];
  },
};
