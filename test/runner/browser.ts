import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { chromiumArchives } from './archives';
import { cachedFolder } from './cache';
import { unpackArchive, untar } from './unpack';

export interface Chromium {
  readonly executablePath: string;
  /** The environment variables that it needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** Chromium at `CHROMIUM_PATH`, or that of the system, or one from the npm registry that includes its libraries and a font. */
export async function findChromium(): Promise<Chromium> {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && !existsSync(chosen)) throw new Error(`CHROMIUM_PATH is ${chosen}, which does not exist`);
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = chosen ?? system.find((file) => existsSync(file));
  return executablePath === undefined ? downloadedChromium() : { executablePath, env: {} };
}

async function downloadedChromium(): Promise<Chromium> {
  const archive = chromiumArchives[process.arch];
  if (!archive)
    throw new Error('There is no Chromium here: install one (apt-get install chromium) or set CHROMIUM_PATH');
  const folder = await cachedFolder('chromium', [archive.integrity, fontConfiguration], async (into) => {
    await unpackArchive(archive, into, { parts: ['package/bin'], strip: 1 });
    const packed = path.join(into, 'bin');
    await writeFile(path.join(into, 'chromium'), await unbrotli(path.join(packed, 'chromium.br')), { mode: 0o755 });
    for (const name of ['al2023.tar', 'fonts.tar']) {
      const tar = path.join(packed, name);
      await writeFile(tar, await unbrotli(`${tar}.br`));
      await untar(tar, into);
    }
    await writeFile(path.join(into, 'fonts.conf'), fontConfiguration);
    await mkdir(path.join(into, 'font-cache'));
    await rm(packed, { recursive: true });
  });
  return {
    executablePath: path.join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  };
}

async function unbrotli(file: string): Promise<Buffer> {
  return promisify(brotliDecompress)(await readFile(file));
}

/** The system's fonts, if any, and the one included with Chromium. */
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">font-cache</cachedir>
</fontconfig>
`;

async function launchOptions(options: LaunchOptions): Promise<LaunchOptions> {
  const { executablePath, env } = await findChromium();
  return {
    executablePath,
    // Chromium ends with this process in any case; the program itself handles signals.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    ...options,
    args: [
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--disable-sync',
      '--disable-domain-reliability',
      '--no-pings',
      // Tests must not reach other computers, so only local names are resolved.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ...(options.args ?? []),
    ],
    env: { ...definedOnly(process.env), ...env, ...options.env },
  };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const context = { viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] };

/** Starts headless Chromium; it ends with this process. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return withHelpfulError(chromium.launch(await launchOptions(options)));
}

/** Starts headless Chromium with a persistent profile, so that what VS Code stores in the browser survives a restart. */
export async function launchProfile(profileDir: string, options: LaunchOptions = {}): Promise<BrowserContext> {
  return withHelpfulError(
    chromium.launchPersistentContext(profileDir, { ...context, ...(await launchOptions(options)) }),
  );
}

/** A new browser context, isolated from others. */
export async function newContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext(context);
}

async function withHelpfulError<T>(launching: Promise<T>): Promise<T> {
  try {
    return await launching;
  } catch (error) {
    const library = /error while loading shared libraries: ([^:\s]+)/.exec(String(error))?.[1];
    if (library === undefined) throw error;
    throw new Error(`Chromium needs ${library}, which is not installed: apt-get install chromium`, { cause: error });
  }
}
