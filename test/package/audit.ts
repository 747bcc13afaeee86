/**
 * `npm run audit`: checks the bundled packages for known vulnerabilities with the package registry. Exits with 0 if there are none,
 * with 1 if there are, and with `NOT_CHECKED` if the registry did not respond.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './archive';
import { bundledPackages } from './bundledPackages';
import { NOT_CHECKED } from './notChecked';
import { bundledVulnerabilities } from './vulnerabilities';

/** The output of `npm audit`, which also exits with 1 for vulnerabilities of packages that are not bundled. */
async function report(): Promise<string> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=1', '--fetch-timeout=20000'];
  try {
    return (await promisify(execFile)(npm, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    return error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '';
  }
}

async function main(): Promise<void> {
  const bundled = await bundledPackages();
  const vulnerabilities = bundledVulnerabilities(await report(), bundled);
  if (vulnerabilities === undefined) {
    console.error(
      `NOT CHECKED: the package registry did not answer the audit of the ${bundled.length} bundled packages.`,
    );
    console.error('Run `npm run audit` where it does before you publish.');
    process.exitCode = NOT_CHECKED;
    return;
  }
  for (const line of vulnerabilities) console.error(line);
  console.log(
    `${bundled.length} bundled packages, ${vulnerabilities.length} known vulnerabilities of moderate or higher severity.`,
  );
  process.exitCode = vulnerabilities.length === 0 ? 0 : 1;
}

void main();
